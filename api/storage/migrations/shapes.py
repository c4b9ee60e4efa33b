"""The shape that every table of records has, for migrations and for the tables themselves.

Released migrations call these functions: once released, none changes what it makes. A new shape
is a new function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from api.storage.kind import Column
from api.storage.types import COUNT, TEXT, Day, Flag, Instant

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMN_TYPES: Mapping[Column, Any] = {
    Column.TEXT: TEXT,
    Column.COUNT: COUNT,
    Column.DAY: Day(),
    Column.INSTANT: Instant(),
    Column.FLAG: Flag(),
}

STRICT: dict[str, Any] = {"sqlite_strict": True}
"""On SQLite a value of the wrong type is refused, as everywhere else."""


def record_parts(
    name: str,
    columns: Mapping[str, Column],
    *,
    names: Mapping[str, str] | None = None,
    unique: tuple[str, ...] = (),
) -> list[Any]:
    """Return columns and constraints of a table of records.

    Parameters
    ----------
    name
        Of the table.
    columns
        The lifted columns, and what they hold.
    names
        By column: the table of which it names a record of the same authority.
    unique
        Columns of which no two records of an authority have the same value.
    """
    return [
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("record_id", TEXT, nullable=False),
        sa.Column("version", COUNT, nullable=False),
        sa.Column("sequence", COUNT, nullable=False),
        sa.Column("known_from", Instant(), nullable=False),
        sa.Column("body", TEXT, nullable=False),
        *(sa.Column(column, COLUMN_TYPES[holds]) for column, holds in columns.items()),
        sa.PrimaryKeyConstraint("authority", "record_id", name=f"pk_{name}"),
        *(
            sa.ForeignKeyConstraint(
                ["authority", column],
                [f"{target}.authority", f"{target}.record_id"],
                name=f"fk_{name}_{column}",
                deferrable=True,
                initially="DEFERRED",
            )
            for column, target in (names or {}).items()
        ),
        *(
            sa.UniqueConstraint("authority", column, name=f"uq_{name}_{column}")
            for column in unique
        ),
    ]


def index_name(table: str, column: str) -> str:
    """Return what the index of a lifted column is called."""
    return f"ix_{table}_{column}"
