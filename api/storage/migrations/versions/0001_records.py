"""Records, their versions, the audit trail, and beds that are taken once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from api.storage.migrations.shapes import STRICT
from api.storage.migrations.steps import make_append_only, make_records, on_postgresql
from api.storage.types import COUNT, TEXT, Flag, Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make everything that the engine's own records need."""
    _make_trail()
    make_records("sibling_groups")
    make_records(
        "children",
        {"sibling_group_id": "text", "date_of_birth": "day"},
        names={"sibling_group_id": "sibling_groups"},
        indexed=("sibling_group_id", "date_of_birth"),
    )
    make_records("providers")
    make_records(
        "agreements",
        {"provider_id": "text", "route": "text"},
        names={"provider_id": "providers"},
        indexed=("provider_id", "route"),
    )
    make_records(
        "homes",
        {"provider_id": "text", "setting": "text", "vacancy_confirmed_on": "day"},
        names={"provider_id": "providers"},
        indexed=("provider_id", "setting", "vacancy_confirmed_on"),
    )
    for name in ("residents", "exemptions"):
        make_records(name, {"home_id": "text"}, names={"home_id": "homes"}, indexed=("home_id",))
    make_records("holds", {"target_id": "text"}, indexed=("target_id",))
    make_records("budgets")
    make_records(
        "bookings",
        {
            "home_id": "text",
            "bed": "count",
            "starts": "day",
            "ends": "day",
            "child_id": "text",
            "resident_id": "text",
            "purpose": "text",
        },
        names={"home_id": "homes", "child_id": "children", "resident_id": "residents"},
        indexed=("home_id", "ends", "child_id", "resident_id"),
    )
    _take_beds_once()


def _make_trail() -> None:
    op.create_table(
        "record_versions",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("record_id", TEXT, nullable=False),
        sa.Column("version", COUNT, nullable=False),
        sa.Column("sequence", COUNT, nullable=False),
        sa.Column("known_from", Instant(), nullable=False),
        sa.Column("retired", Flag(), nullable=False),
        sa.Column("body", TEXT),
        sa.Column("salt", TEXT),
        sa.Column("erased_at", Instant()),
        sa.PrimaryKeyConstraint(
            "authority", "kind", "record_id", "version", name="pk_record_versions"
        ),
        sa.UniqueConstraint("authority", "sequence", name="uq_record_versions_sequence"),
        **STRICT,
    )
    op.create_table(
        "audit_entries",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("sequence", COUNT, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("kind", TEXT),
        sa.Column("record_id", TEXT),
        sa.Column("version", COUNT),
        sa.Column("child_ids", TEXT, nullable=False),
        sa.Column("reason", TEXT),
        sa.Column("reason_salt", TEXT),
        sa.Column("reason_digest", TEXT),
        sa.Column("request_id", TEXT),
        sa.Column("details", TEXT, nullable=False),
        sa.Column("digest", TEXT),
        sa.Column("previous_hash", TEXT, nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("authority", "sequence", name="pk_audit_entries"),
        **STRICT,
    )
    op.create_index("ix_audit_entries_record", "audit_entries", ["authority", "kind", "record_id"])
    op.create_index("ix_audit_entries_actor", "audit_entries", ["authority", "actor"])
    op.create_index("ix_audit_entries_at", "audit_entries", ["authority", "at"])
    op.create_table(
        "audit_subjects",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("child_id", TEXT, nullable=False),
        sa.Column("sequence", COUNT, nullable=False),
        sa.PrimaryKeyConstraint("authority", "child_id", "sequence", name="pk_audit_subjects"),
        **STRICT,
    )
    op.create_table(
        "audit_heads",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("sequence", COUNT, nullable=False),
        sa.Column("known_at", Instant(), nullable=False),
        sa.Column("hash", TEXT, nullable=False),
        sa.Column("seal", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("authority", name="pk_audit_heads"),
        **STRICT,
    )
    op.create_table(
        "ephemeral",
        sa.Column("space", TEXT, nullable=False),
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("space", "authority", "key", name="pk_ephemeral"),
        **STRICT,
    )
    op.create_index("ix_ephemeral_expires_at", "ephemeral", ["expires_at"])
    make_append_only("record_versions", erasable=("body", "salt", "erased_at"))
    make_append_only("audit_entries", erasable=("reason", "reason_salt"))


def _take_beds_once() -> None:
    """Refuse two bookings of one bed that overlap, from the first day to before the last."""
    if on_postgresql():
        op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        op.execute(
            "ALTER TABLE bookings ADD CONSTRAINT bookings_no_overlap EXCLUDE USING gist "
            "(authority WITH =, home_id WITH =, bed WITH =, "
            "daterange(starts, ends, '[)') WITH &&)"
        )
        return
    overlapping = (
        "EXISTS (SELECT 1 FROM bookings AS other WHERE other.authority = NEW.authority "
        "AND other.home_id = NEW.home_id AND other.bed = NEW.bed "
        "AND other.record_id <> NEW.record_id "
        "AND other.starts < coalesce(NEW.ends, '9999-12-31') "
        "AND NEW.starts < coalesce(other.ends, '9999-12-31'))"
    )
    for moment in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER bookings_no_overlap_{moment.lower()} BEFORE {moment} ON bookings "
            f"WHEN {overlapping} BEGIN SELECT RAISE(ABORT, 'bed already booked'); END"
        )
