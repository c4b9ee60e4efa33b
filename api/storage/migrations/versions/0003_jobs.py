"""The queue of jobs, and their files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.storage.migrations.shapes import STRICT
from api.storage.types import COUNT, TEXT, Flag, Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of jobs."""
    op.create_table(
        "jobs",
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
        **STRICT,
    )
    op.create_index("ix_jobs_authority", "jobs", ["authority", "job_id"])
    op.create_index("ix_jobs_state", "jobs", ["state", "job_id"])
    op.create_table(
        "job_files",
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
