"""The tables: one a kind of record, all versions of all records, the audit trail."""

from __future__ import annotations

import sqlalchemy as sa

from api.storage.kinds import KINDS
from api.storage.migrations.shapes import STRICT, index_name, record_parts
from api.storage.types import COUNT, TEXT, Flag, Instant

METADATA = sa.MetaData()

RECORDS: dict[str, sa.Table] = {}
"""The table of each kind: what is so now."""

for _kind in KINDS.values():
    RECORDS[_kind.name] = sa.Table(
        _kind.name,
        METADATA,
        *record_parts(
            _kind.name,
            {name: lifted.column for name, lifted in _kind.lifted.items()},
            names={name: each.names for name, each in _kind.lifted.items() if each.names},
            unique=tuple(name for name, each in _kind.lifted.items() if each.unique),
        ),
        **STRICT,
    )
    for _name, _lifted in _kind.lifted.items():
        if _lifted.indexed and not _lifted.unique:
            sa.Index(
                index_name(_kind.name, _name),
                RECORDS[_kind.name].c.authority,
                RECORDS[_kind.name].c[_name],
            )

VERSIONS = sa.Table(
    "record_versions",
    METADATA,
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
    sa.PrimaryKeyConstraint("authority", "kind", "record_id", "version", name="pk_record_versions"),
    sa.UniqueConstraint("authority", "sequence", name="uq_record_versions_sequence"),
    **STRICT,
)
"""Every version of every record, in the order in which they came to be known."""

ENTRIES = sa.Table(
    "audit_entries",
    METADATA,
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
    sa.Index("ix_audit_entries_record", "authority", "kind", "record_id"),
    sa.Index("ix_audit_entries_actor", "authority", "actor"),
    sa.Index("ix_audit_entries_at", "authority", "at"),
    **STRICT,
)
"""Who did or read what, when and why; each entry holds the hash of the one before."""

SUBJECTS = sa.Table(
    "audit_subjects",
    METADATA,
    sa.Column("authority", TEXT, nullable=False),
    sa.Column("child_id", TEXT, nullable=False),
    sa.Column("sequence", COUNT, nullable=False),
    sa.PrimaryKeyConstraint("authority", "child_id", "sequence", name="pk_audit_subjects"),
    **STRICT,
)
"""Which entries are about a child: an index of the entries' own lists."""

HEADS = sa.Table(
    "audit_heads",
    METADATA,
    sa.Column("authority", TEXT, nullable=False),
    sa.Column("sequence", COUNT, nullable=False),
    sa.Column("known_at", Instant(), nullable=False),
    sa.Column("hash", TEXT, nullable=False),
    sa.Column("seal", TEXT, nullable=False),
    sa.PrimaryKeyConstraint("authority", name="pk_audit_heads"),
    **STRICT,
)
"""The last entry of each authority. Whoever writes locks its row: one writer at a time."""

EPHEMERAL = sa.Table(
    "ephemeral",
    METADATA,
    sa.Column("space", TEXT, nullable=False),
    sa.Column("authority", TEXT, nullable=False),
    sa.Column("key", TEXT, nullable=False),
    sa.Column("value", TEXT, nullable=False),
    sa.Column("expires_at", Instant(), nullable=False),
    sa.PrimaryKeyConstraint("space", "authority", "key", name="pk_ephemeral"),
    sa.Index("ix_ephemeral_expires_at", "expires_at"),
    **STRICT,
)
"""What is forgotten by itself: sessions, answers kept for repeated requests, counts."""
