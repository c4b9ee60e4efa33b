"""Writing what is so now: one row a record, guarded by its version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from api.errors import StaleError
from api.storage.conflicts import refusal
from api.storage.tables import RECORDS, VERSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.storage.kind import Kind

_CHUNK = 400
"""Identifiers asked for at once: SQLite takes a limited number of parameters."""


class Stored(NamedTuple):
    """The last version of a record, and its body while it is so now."""

    version: int
    body: str | None


NOTHING = Stored(0, None)

_LAST_VERSION = (
    sa.select(VERSIONS.c.version, VERSIONS.c.retired)
    .where(
        VERSIONS.c.authority == sa.bindparam("whose"),
        VERSIONS.c.kind == sa.bindparam("which"),
        VERSIONS.c.record_id == sa.bindparam("it"),
    )
    .order_by(VERSIONS.c.version.desc())
    .limit(1)
)


def there_already(kind: Kind, record_id: str) -> StaleError:
    """Return the error for a new record of an identifier that is taken."""
    return StaleError(
        f"The {kind.singular} {record_id} is there already: somebody else has just made it. Read "
        "it, and change that if need be.",
        about=(kind.name, record_id),
    )


def stale(kind: Kind, record_id: str, expected: int) -> StaleError:
    """Return the error for a record whose version is another than the one that was meant."""
    return StaleError(
        f"The {kind.singular} {record_id} has been changed by somebody else since it was read. "
        "Read it again, and make the change on what is there now.",
        about=(kind.name, record_id),
        expected=expected,
    )


class Rows:
    """Writes rows of one authority in a transaction that nobody else writes beside.

    Parameters
    ----------
    connection
        In a transaction in which the authority's head is locked.
    authority
        Whose records.
    """

    def __init__(self, connection: sa.Connection, authority: str) -> None:
        self._connection = connection
        self._authority = authority

    def last_version(self, kind: Kind, record_id: str) -> tuple[int, bool]:
        """Return the last version there ever was of a record, and whether it is so now."""
        asked = {"whose": self._authority, "which": kind.name, "it": record_id}
        found = self._connection.execute(_LAST_VERSION, asked).one_or_none()
        return (0, False) if found is None else (found.version, not found.retired)

    def stored(self, kind: Kind, record_ids: list[str]) -> dict[str, Stored]:
        """Return what there is of many records."""
        table = RECORDS[kind.name]
        found: dict[str, Stored] = {}
        for chunk in _chunks(record_ids):
            versions = (
                sa.select(VERSIONS.c.record_id, sa.func.max(VERSIONS.c.version))
                .where(
                    VERSIONS.c.authority == self._authority,
                    VERSIONS.c.kind == kind.name,
                    VERSIONS.c.record_id.in_(chunk),
                )
                .group_by(VERSIONS.c.record_id)
            )
            for record_id, version in self._connection.execute(versions):
                found[record_id] = Stored(version, None)
            current = sa.select(table.c.record_id, table.c.version, table.c.body).where(
                table.c.authority == self._authority, table.c.record_id.in_(chunk)
            )
            for record_id, version, body in self._connection.execute(current):
                found[record_id] = Stored(version, body)
        return found

    def insert(self, kind: Kind, row: dict[str, Any]) -> None:
        """Add a record.

        Raises
        ------
        StaleError
            If there is one already.
        ConflictError
            If the database refuses it.
        """
        try:
            self._connection.execute(sa.insert(RECORDS[kind.name]), [row])
        except sa.exc.DBAPIError as fault:
            raise refusal(fault, kind, row["record_id"]) from fault

    def replace(self, kind: Kind, row: dict[str, Any], *, expected: int) -> None:
        """Put a record in the place of a version of it.

        Raises
        ------
        StaleError
            If that version is not there.
        ConflictError
            If the database refuses it.
        """
        table = RECORDS[kind.name]
        record_id = row["record_id"]
        try:
            changed = self._connection.execute(
                sa.update(table).where(
                    table.c.authority == self._authority,
                    table.c.record_id == record_id,
                    table.c.version == expected,
                ),
                row,
            )
        except sa.exc.DBAPIError as fault:
            raise refusal(fault, kind, record_id) from fault
        if changed.rowcount != 1:
            raise stale(kind, record_id, expected)

    def write(self, kind: Kind, new: list[dict[str, Any]], different: list[dict[str, Any]]) -> None:
        """Replace many records that are there, which may free beds, and then add new ones.

        Raises
        ------
        ConflictError
            If the database refuses one.
        """
        table = RECORDS[kind.name]
        try:
            if different:
                self._connection.execute(
                    sa.update(table).where(
                        table.c.authority == self._authority,
                        table.c.record_id == sa.bindparam("it"),
                    ),
                    [{"it": row["record_id"], **row} for row in different],
                )
            if new:
                self._connection.execute(sa.insert(table), new)
        except sa.exc.DBAPIError as fault:
            raise refusal(fault) from fault

    def remove(self, kind: Kind, record_id: str) -> None:
        """Take a record out.

        Raises
        ------
        ConflictError
            If the database refuses it.
        """
        table = RECORDS[kind.name]
        try:
            self._connection.execute(
                sa.delete(table).where(
                    table.c.authority == self._authority, table.c.record_id == record_id
                )
            )
        except sa.exc.DBAPIError as fault:
            raise refusal(fault, kind, record_id) from fault


def _chunks(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
