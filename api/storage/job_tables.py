"""The tables of jobs and of their files."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from api.records.job import JOB_ASKED, Job, JobProgress, JobState
from api.storage.migrations.shapes import STRICT
from api.storage.outage import told_as_outage
from api.storage.tables import METADATA
from api.storage.types import COUNT, TEXT, Flag, Instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.storage.database import Database

JOBS = sa.Table(
    "jobs",
    METADATA,
    sa.Column("job_id", TEXT, nullable=False),
    sa.Column("authority", TEXT, nullable=False),
    sa.Column("kind", TEXT, nullable=False),
    sa.Column("asked", TEXT, nullable=False),
    sa.Column("state", TEXT, nullable=False),
    sa.Column("cancelling", Flag(), nullable=False),
    sa.Column("requested_by", TEXT, nullable=False),
    sa.Column("requested_at", Instant(), nullable=False),
    sa.Column("started_at", Instant()),
    sa.Column("ended_at", Instant()),
    sa.Column("attempt", COUNT, nullable=False),
    sa.Column("lost", COUNT, nullable=False),
    sa.Column("lease_until", COUNT),
    sa.Column("progress", TEXT),
    sa.Column("sentence", TEXT),
    sa.PrimaryKeyConstraint("job_id", name="pk_jobs"),
    sa.Index("ix_jobs_authority", "authority", "job_id"),
    sa.Index("ix_jobs_state", "state", "job_id"),
    **STRICT,
)
"""Every job. ``lost`` counts the workers that have died on it; ``lease_until`` is in milliseconds
of the database's clock."""

FILES = sa.Table(
    "job_files",
    METADATA,
    sa.Column("job_id", TEXT, nullable=False),
    sa.Column("name", TEXT, nullable=False),
    sa.Column("media_type", TEXT, nullable=False),
    sa.Column("size", COUNT, nullable=False),
    sa.Column("result", Flag(), nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.PrimaryKeyConstraint("job_id", "name", name="pk_job_files"),
    sa.ForeignKeyConstraint(
        ["job_id"], ["jobs.job_id"], name="fk_job_files_job_id", ondelete="CASCADE"
    ),
    **STRICT,
)
"""What a job is made from and has made: on one host as on another."""


@contextmanager
def transaction(database: Database, *, writing: bool) -> Iterator[sa.Connection]:
    """Open a transaction of its own, committed when left without an exception.

    Parameters
    ----------
    database
        Where.
    writing
        Whether anything is changed.
    """
    with told_as_outage():
        connection = database.begin(writing=writing)
        try:
            yield connection
            if writing:
                connection.commit()
        finally:
            connection.close()


def job_of(row: Any) -> Job:
    """Return a job as its row in :data:`JOBS` has it."""
    return Job(
        job_id=row.job_id,
        authority=row.authority,
        asked=JOB_ASKED.validate_json(row.asked),
        state=JobState(row.state),
        cancelling=row.cancelling,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        attempt=row.attempt,
        progress=None if row.progress is None else JobProgress.model_validate_json(row.progress),
        sentence=row.sentence,
    )
