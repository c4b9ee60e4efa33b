"""Jobs as workers see them: each is one worker's at a time, wherever that is.

A worker takes the oldest job that waits, or one whose worker has not been heard of for as long
as its lease. The number of attempts tells a worker that was given up from the one that took
over, so that the first can no longer write. Times of leases are the database's, never a host's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from api.records.job import Job, JobProgress, JobState
from api.storage.job_tables import FILES, JOBS, job_of, transaction

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from api.storage.database import Database
    from api.storage.work import Work

MOST_LOST = 3
"""A job that has ended so many workers is not given to another."""

_OPEN = (JobState.QUEUED.value, JobState.RUNNING.value)


class Claim(NamedTuple):
    """A job that a worker has taken up.

    Parameters
    ----------
    job
        As it stood then.
    attempt
        Which attempt this is; with the next one, this worker's word counts no more.
    """

    job: Job
    attempt: int


class Beat(NamedTuple):
    """What a worker learns when it says that it is still there."""

    lost: bool
    """Another worker has the job, or nobody wants it any more."""
    cancelling: bool
    """Somebody has asked it to end."""


class JobQueue:
    """Gives jobs to workers, and takes results from them.

    Parameters
    ----------
    database
        Where.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._now = sa.literal_column(
            "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
            if database.dialect == "postgresql"
            else "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
            sa.BigInteger,
        )

    def claim(self, *, at: datetime, lease_seconds: float) -> Claim | None:
        """Take up the oldest job that waits or whose worker is lost; None when there is none.

        Parameters
        ----------
        at
            The present moment, for the record.
        lease_seconds
            For how long it is this worker's without a sign of life.
        """
        waits = sa.or_(
            JOBS.c.state == JobState.QUEUED.value,
            sa.and_(JOBS.c.state == JobState.RUNNING.value, JOBS.c.lease_until < self._now),
        )
        with transaction(self._database, writing=False) as connection:
            if connection.execute(sa.select(JOBS.c.job_id).where(waits).limit(1)).first() is None:
                return None
        with transaction(self._database, writing=True) as connection:
            row = connection.execute(
                sa.select(JOBS)
                .where(waits)
                .order_by(JOBS.c.job_id)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).one_or_none()
            if row is None:
                return None
            lost = row.lost + (row.state == JobState.RUNNING.value)
            given_up = lost >= MOST_LOST
            changed: dict[str, Any] = (
                {
                    "state": JobState.FAILED.value,
                    "ended_at": at,
                    "lease_until": None,
                    "sentence": f"The process that worked on it was lost {lost} times: perhaps "
                    "there is too little memory for it.",
                }
                if given_up
                else {
                    "state": JobState.RUNNING.value,
                    "started_at": row.started_at or at,
                    "attempt": row.attempt + 1,
                    "lost": lost,
                    "lease_until": self._now + int(1000 * lease_seconds),
                }
            )
            connection.execute(sa.update(JOBS).where(JOBS.c.job_id == row.job_id).values(changed))
            row = connection.execute(sa.select(JOBS).where(JOBS.c.job_id == row.job_id)).one()
        return None if given_up else Claim(job_of(row), row.attempt)

    def beat(
        self, claim: Claim, *, lease_seconds: float, progress: JobProgress | None = None
    ) -> Beat:
        """Say that a worker is still there; return what it ought to know.

        Parameters
        ----------
        claim
            The worker's.
        lease_seconds
            For how long more it is this worker's.
        progress
            How far it is; None when that is not known.
        """
        values: dict[str, Any] = {"lease_until": self._now + int(1000 * lease_seconds)}
        if progress is not None:
            values["progress"] = progress.model_dump_json()
        with transaction(self._database, writing=True) as connection:
            row = connection.execute(
                sa.update(JOBS).where(*_held(claim)).values(values).returning(JOBS.c.cancelling)
            ).one_or_none()
        return Beat(lost=row is None, cancelling=row is not None and bool(row.cancelling))

    def give_back(self, claim: Claim) -> None:
        """Let another worker go on at once: this one ends.

        Parameters
        ----------
        claim
            The worker's.
        """
        with transaction(self._database, writing=True) as connection:
            connection.execute(
                sa.update(JOBS)
                .where(*_held(claim))
                .values(state=JobState.QUEUED.value, lease_until=None, progress=None)
            )

    def keep(
        self, claim: Claim, name: str, content: bytes, *, media_type: str, result: bool
    ) -> bool:
        """Store a file of a job; return False when the job is another worker's by now.

        Parameters
        ----------
        claim
            The worker's.
        name, content, media_type
            The file.
        result
            Whether it can be downloaded; otherwise it is for whoever goes on with the job.
        """
        with transaction(self._database, writing=True) as connection:
            held = connection.execute(
                sa.select(JOBS.c.job_id).where(*_held(claim)).with_for_update()
            ).one_or_none()
            if held is None:
                return False
            _store(connection, claim, name, content, media_type=media_type, result=result)
        return True

    def kept(self, claim: Claim) -> dict[str, bytes]:
        """Return the files that earlier attempts at a job have left for the next.

        Parameters
        ----------
        claim
            The worker's.
        """
        with transaction(self._database, writing=False) as connection:
            rows = connection.execute(
                sa.select(FILES.c.name, FILES.c.content).where(
                    FILES.c.job_id == claim.job.job_id, FILES.c.result.is_(sa.false())
                )
            ).all()
        return {row.name: bytes(row.content) for row in rows}

    def finish(
        self,
        work: Work,
        claim: Claim,
        state: JobState,
        *,
        sentence: str,
        results: Sequence[tuple[str, str, bytes]],
    ) -> bool:
        """End a job with its results; return False when it is another worker's by now.

        Parameters
        ----------
        work
            A transaction that also notes the end in the audit trail, without which nothing
            would be stored.
        claim
            The worker's.
        state
            How it ended.
        sentence
            The same in words.
        results
            Name, media type and content of each file.
        """
        work.lock()
        changed = work.connection.execute(
            sa.update(JOBS)
            .where(*_held(claim))
            .values(
                state=state.value,
                ended_at=work.at,
                lease_until=None,
                progress=None,
                sentence=sentence,
            )
        )
        if changed.rowcount != 1:
            return False
        for name, media_type, content in results:
            _store(work.connection, claim, name, content, media_type=media_type, result=True)
        work.connection.execute(
            sa.delete(FILES).where(
                FILES.c.job_id == claim.job.job_id, FILES.c.result.is_(sa.false())
            )
        )
        return True

    def sweep(self, *, ended_before: datetime) -> int:
        """Remove jobs that ended long ago, with their results; return how many.

        Parameters
        ----------
        ended_before
            How long ago.
        """
        with transaction(self._database, writing=True) as connection:
            old = sa.select(JOBS.c.job_id).where(
                JOBS.c.ended_at < ended_before, JOBS.c.state.not_in(_OPEN)
            )
            connection.execute(sa.delete(FILES).where(FILES.c.job_id.in_(old)))
            return connection.execute(
                sa.delete(JOBS).where(JOBS.c.ended_at < ended_before, JOBS.c.state.not_in(_OPEN))
            ).rowcount


def _held(claim: Claim) -> tuple[sa.ColumnElement[bool], ...]:
    """Return what is so while a claim is good: taken up by this attempt, and not ended."""
    return (
        JOBS.c.job_id == claim.job.job_id,
        JOBS.c.attempt == claim.attempt,
        JOBS.c.state == JobState.RUNNING.value,
    )


def _store(
    connection: sa.Connection,
    claim: Claim,
    name: str,
    content: bytes,
    *,
    media_type: str,
    result: bool,
) -> None:
    connection.execute(
        sa.delete(FILES).where(FILES.c.job_id == claim.job.job_id, FILES.c.name == name)
    )
    connection.execute(
        sa.insert(FILES).values(
            job_id=claim.job.job_id,
            name=name,
            media_type=media_type,
            size=len(content),
            result=result,
            content=content,
        )
    )
