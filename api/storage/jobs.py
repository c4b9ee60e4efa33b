"""Jobs as those see them who ask for them.

A job is queued in the transaction that notes in the audit trail that it was asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from api.records.job import Job, JobFile, JobState
from api.storage.job_tables import FILES, JOBS, job_of, transaction
from matcher.errors import NotFoundError

if TYPE_CHECKING:
    from api.storage.database import Database
    from api.storage.work import Work


class JobStore:
    """Reads and writes jobs.

    Parameters
    ----------
    database
        Where.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def enqueue(self, work: Work, job: Job) -> None:
        """Queue a job in a transaction that also says who asked for it.

        Parameters
        ----------
        work
            The transaction.
        job
            In the state *queued*.
        """
        work.lock()
        work.connection.execute(
            sa.insert(JOBS).values(
                job_id=job.job_id,
                authority=job.authority,
                kind=job.asked.kind.value,
                asked=job.asked.model_dump_json(),
                state=job.state.value,
                cancelling=False,
                requested_by=job.requested_by,
                requested_at=job.requested_at,
                attempt=0,
                lost=0,
            )
        )

    def get(self, authority: str, job_id: str) -> Job:
        """Return a job.

        Parameters
        ----------
        authority
            Whose.
        job_id
            Which.

        Raises
        ------
        NotFoundError
            If there is none, or only another authority's.
        """
        with transaction(self._database, writing=False) as connection:
            row = connection.execute(
                sa.select(JOBS).where(JOBS.c.authority == authority, JOBS.c.job_id == job_id)
            ).one_or_none()
        if row is None:
            raise NotFoundError(f"There is no job {job_id!r}. GET /v1/jobs lists yours.")
        return job_of(row)

    def page(self, authority: str, *, before: str | None, limit: int) -> list[Job]:
        """Return an authority's jobs, the latest first.

        Parameters
        ----------
        authority
            Whose.
        before
            The identifier of the last of the page before; None for the first page.
        limit
            At most so many.
        """
        query = sa.select(JOBS).where(JOBS.c.authority == authority)
        if before is not None:
            query = query.where(JOBS.c.job_id < before)
        with transaction(self._database, writing=False) as connection:
            rows = connection.execute(query.order_by(JOBS.c.job_id.desc()).limit(limit)).all()
        return [job_of(row) for row in rows]

    def cancel(self, work: Work, job_id: str) -> Job:
        """Ask a job to end; one that nobody has taken up ends at once.

        Parameters
        ----------
        work
            The transaction.
        job_id
            Which; of the work's authority.
        """
        work.lock()
        mine = (JOBS.c.authority == work.authority, JOBS.c.job_id == job_id)
        work.connection.execute(
            sa.update(JOBS)
            .where(*mine, JOBS.c.state == JobState.QUEUED.value)
            .values(
                state=JobState.CANCELLED.value,
                ended_at=work.at,
                sentence="It was cancelled before it began.",
            )
        )
        work.connection.execute(
            sa.update(JOBS)
            .where(*mine, JOBS.c.state == JobState.RUNNING.value)
            .values(cancelling=True)
        )
        row = work.connection.execute(sa.select(JOBS).where(*mine)).one_or_none()
        if row is None:
            raise NotFoundError(f"There is no job {job_id!r}. GET /v1/jobs lists yours.")
        return job_of(row)

    def counts(self) -> dict[tuple[str, str], int]:
        """Return how many jobs of all authorities there are, by kind and state."""
        with transaction(self._database, writing=False) as connection:
            rows = connection.execute(
                sa.select(JOBS.c.kind, JOBS.c.state, sa.func.count()).group_by(
                    JOBS.c.kind, JOBS.c.state
                )
            ).all()
        return {(kind, state): count for kind, state, count in rows}

    def files(self, job_id: str) -> tuple[JobFile, ...]:
        """Return which results a job has.

        Parameters
        ----------
        job_id
            Which; whoever asks has read the job itself.
        """
        with transaction(self._database, writing=False) as connection:
            rows = connection.execute(
                sa.select(FILES.c.name, FILES.c.media_type, FILES.c.size)
                .where(FILES.c.job_id == job_id, FILES.c.result.is_(sa.true()))
                .order_by(FILES.c.name)
            ).all()
        return tuple(JobFile(name=row[0], media_type=row[1], size=row[2]) for row in rows)

    def file(self, job_id: str, name: str) -> tuple[str, bytes]:
        """Return the media type and the content of a file of a job.

        Parameters
        ----------
        job_id, name
            Which.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        with transaction(self._database, writing=False) as connection:
            row = connection.execute(
                sa.select(FILES.c.media_type, FILES.c.content).where(
                    FILES.c.job_id == job_id,
                    FILES.c.name == name,
                    FILES.c.result.is_(sa.true()),
                )
            ).one_or_none()
        if row is None:
            raise NotFoundError(f"The job {job_id} has no result {name!r}.")
        return row[0], bytes(row[1])
