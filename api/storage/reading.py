"""Reading records: as they are now, and as they were known at a moment in the past."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

import sqlalchemy as sa

from api.storage.filters import conditions, fulfils
from api.storage.kinds import kind_of
from api.storage.paging import (
    Order,
    Page,
    beyond,
    fingerprint,
    ordering,
    read_cursor,
    write_cursor,
)
from api.storage.tables import RECORDS, VERSIONS
from matcher.domain.record import Record
from matcher.errors import NotFoundError

if TYPE_CHECKING:
    from datetime import datetime

    from api.storage.kind import Kind

T = TypeVar("T", bound=Record)


class Held(NamedTuple, Generic[T]):
    """A record as it is stored."""

    record: T
    version: int
    changed_at: datetime


class Reader(Protocol):
    """What can be read of one authority's records."""

    def get(self, type_: type[T], record_id: str) -> Held[T]:
        """Return a record; raise :class:`NotFoundError` when there is none."""
        ...

    def maybe(self, type_: type[T], record_id: str) -> Held[T] | None:
        """Return a record, or None."""
        ...

    def find(self, type_: type[T], limit: int | None = None, **wanted: Any) -> list[Held[T]]:
        """Return records by their lifted columns, in the order of identifiers."""
        ...


def not_found(kind: Kind, record_id: str) -> NotFoundError:
    """Return the error for a record that is not there, whoever may have one of that name."""
    return NotFoundError(
        f"There is no {kind.singular} {record_id!r}. Identifiers are case-sensitive."
    )


_ONE = {
    name: sa.select(table.c.body, table.c.version, table.c.known_from).where(
        table.c.authority == sa.bindparam("whose"), table.c.record_id == sa.bindparam("it")
    )
    for name, table in RECORDS.items()
}
"""The question for one record, made once: it is asked more often than any other."""


class Present:
    """Reads what is so now.

    Parameters
    ----------
    connection
        In a transaction.
    authority
        Whose records.
    """

    def __init__(self, connection: sa.Connection, authority: str) -> None:
        self._connection = connection
        self._authority = authority

    def maybe(self, type_: type[T], record_id: str) -> Held[T] | None:
        """Return a record, or None."""
        row = self._connection.execute(
            _ONE[kind_of(type_).name], {"whose": self._authority, "it": record_id}
        ).one_or_none()
        return None if row is None else _held(type_, row)

    def find(self, type_: type[T], limit: int | None, wanted: dict[str, Any]) -> list[Held[T]]:
        """Return records by their lifted columns, in the order of identifiers."""
        kind = kind_of(type_)
        table = RECORDS[kind.name]
        query = (
            sa.select(table.c.body, table.c.version, table.c.known_from)
            .where(table.c.authority == self._authority, *conditions(table, kind, wanted))
            .order_by(table.c.record_id)
        )
        if limit is not None:
            query = query.limit(limit)
        return [_held(type_, row) for row in self._connection.execute(query)]

    def count(self, type_: type[Record], wanted: dict[str, Any]) -> int:
        """Return how many records there are."""
        kind = kind_of(type_)
        table = RECORDS[kind.name]
        found: int = self._connection.execute(
            sa.select(sa.func.count())
            .select_from(table)
            .where(table.c.authority == self._authority, *conditions(table, kind, wanted))
        ).scalar_one()
        return found

    def page(
        self, type_: type[T], *, after: str | None, limit: int, order: str, wanted: dict[str, Any]
    ) -> Page[Held[T]]:
        """Return one page of records."""
        kind = kind_of(type_)
        table = RECORDS[kind.name]
        by = Order.of(order, kind)
        question = fingerprint(kind, order, wanted)
        column = kind.lifted[by.column].column if by.column != "record_id" else None
        where = [table.c.authority == self._authority, *conditions(table, kind, wanted)]
        if after is not None:
            where.append(beyond(table, by, *read_cursor(after, question, column)))
        rows = self._connection.execute(
            sa.select(
                table.c.body,
                table.c.version,
                table.c.known_from,
                table.c.record_id,
                table.c[by.column].label("ordered_by"),
            )
            .where(*where)
            .order_by(*ordering(table, by))
            .limit(limit + 1)
        ).all()
        items = [_held(type_, row) for row in rows[:limit]]
        if len(rows) <= limit:
            return Page(items, None)
        last = rows[limit - 1]
        value = last.ordered_by if column is not None else None
        return Page(items, write_cursor(question, value, last.record_id))


class Past:
    """Reads what was known at a moment.

    Parameters
    ----------
    connection
        In a transaction.
    authority
        Whose records.
    instant
        When.
    """

    def __init__(self, connection: sa.Connection, authority: str, instant: datetime) -> None:
        self._connection = connection
        self._authority = authority
        self._instant = instant

    def get(self, type_: type[T], record_id: str) -> Held[T]:
        """Return a record as it was known; raise :class:`NotFoundError` when it was not."""
        found = self.maybe(type_, record_id)
        if found is None:
            raise not_found(kind_of(type_), record_id)
        return found

    def maybe(self, type_: type[T], record_id: str) -> Held[T] | None:
        """Return a record as it was known, or None."""
        found = self._latest(type_, VERSIONS.c.record_id == record_id)
        return found[0] if found else None

    def find(self, type_: type[T], limit: int | None = None, **wanted: Any) -> list[Held[T]]:
        """Return records as they were known, by their lifted columns."""
        kind = kind_of(type_)
        unknown = [name for name in wanted if name not in kind.lifted]
        if unknown:
            raise LookupError(f"{kind.name} has no lifted column {unknown[0]}")
        found = []
        for held in self._latest(type_):
            values = kind.lift(held.record)
            if all(fulfils(values[name], value) for name, value in wanted.items()):
                found.append(held)
        return found[:limit]

    def _latest(self, type_: type[T], *where: Any) -> list[Held[T]]:
        kind = kind_of(type_)
        latest = (
            sa.select(VERSIONS.c.record_id, sa.func.max(VERSIONS.c.version).label("version"))
            .where(
                VERSIONS.c.authority == self._authority,
                VERSIONS.c.kind == kind.name,
                VERSIONS.c.known_from <= self._instant,
                *where,
            )
            .group_by(VERSIONS.c.record_id)
            .subquery()
        )
        rows = self._connection.execute(
            sa.select(VERSIONS.c.body, VERSIONS.c.version, VERSIONS.c.known_from)
            .join(
                latest,
                sa.and_(
                    VERSIONS.c.record_id == latest.c.record_id,
                    VERSIONS.c.version == latest.c.version,
                ),
            )
            .where(
                VERSIONS.c.authority == self._authority,
                VERSIONS.c.kind == kind.name,
                sa.not_(VERSIONS.c.retired),
                VERSIONS.c.body.is_not(None),
            )
            .order_by(VERSIONS.c.record_id)
        )
        return [_held(type_, row) for row in rows]


def _held(type_: type[T], row: Any) -> Held[T]:
    return Held(type_.model_validate_json(row.body), row.version, row.known_from)
