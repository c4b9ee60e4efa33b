"""Reading an authority's audit trail: entry by entry, or what is asked of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from api.errors import InvalidError
from api.storage.chain import Entry
from api.storage.kinds import KINDS
from api.storage.paging import Page
from api.storage.tables import ENTRIES, HEADS, RECORDS, SUBJECTS, VERSIONS
from api.storage.trail import Head, head_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


_AT_ONCE = 1000


class StoredVersion(NamedTuple):
    """A version of a record as the database has it."""

    sequence: int
    kind: str
    record_id: str
    version: int
    known_from: datetime
    retired: bool
    body: str | None
    salt: str | None
    erased_at: datetime | None


class StoredRow(NamedTuple):
    """A record that is so now, as the database has it."""

    record_id: str
    version: int
    sequence: int
    body: str
    lifted: dict[str, Any]


class Question(NamedTuple):
    """What is asked of the trail; None for anything."""

    child_id: str | None = None
    actor: str | None = None
    action: str | None = None
    kind: str | None = None
    record_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Trail:
    """One authority's audit trail, in one transaction.

    Parameters
    ----------
    connection
        In a transaction that sees one state.
    authority
        Whose.
    """

    def __init__(self, connection: sa.Connection, authority: str) -> None:
        self._connection = connection
        self._authority = authority

    @property
    def head(self) -> Head | None:
        """What the database says is the last entry; None before the first."""
        return head_of(self._connection, self._authority)

    def entries(self) -> Iterator[Entry]:
        """Return every entry, in order."""
        query = (
            sa.select(ENTRIES)
            .where(ENTRIES.c.authority == self._authority)
            .order_by(ENTRIES.c.sequence)
        )
        return map(_entry, self._stream(query))

    def versions(self) -> Iterator[StoredVersion]:
        """Return every version of every record, in order."""
        columns = [VERSIONS.c[name] for name in StoredVersion._fields]
        query = (
            sa.select(*columns)
            .where(VERSIONS.c.authority == self._authority)
            .order_by(VERSIONS.c.sequence)
        )
        return (StoredVersion(*row) for row in self._stream(query))

    def subjects(self) -> Iterator[tuple[int, str]]:
        """Return which entry is about which child, in order."""
        query = (
            sa.select(SUBJECTS.c.sequence, SUBJECTS.c.child_id)
            .where(SUBJECTS.c.authority == self._authority)
            .order_by(SUBJECTS.c.sequence, SUBJECTS.c.child_id)
        )
        return ((row.sequence, row.child_id) for row in self._stream(query))

    def rows(self, kind: str) -> Iterator[StoredRow]:
        """Return every record of a kind that is so now."""
        table = RECORDS[kind]
        lifted = tuple(KINDS[kind].lifted)
        query = (
            sa.select(
                table.c.record_id,
                table.c.version,
                table.c.sequence,
                table.c.body,
                *(table.c[name] for name in lifted),
            )
            .where(table.c.authority == self._authority)
            .order_by(table.c.record_id)
        )
        return (
            StoredRow(row[0], row[1], row[2], row[3], dict(zip(lifted, row[4:], strict=True)))
            for row in self._stream(query)
        )

    def entry(self, sequence: int) -> Entry | None:
        """Return one entry; None when there is none."""
        row = self._connection.execute(
            sa.select(ENTRIES).where(
                ENTRIES.c.authority == self._authority, ENTRIES.c.sequence == sequence
            )
        ).one_or_none()
        return None if row is None else _entry(row)

    def page(
        self, question: Question, *, before: int | None = None, limit: int = 50
    ) -> Page[Entry]:
        """Return entries that answer a question, the latest first.

        Parameters
        ----------
        question
            What is asked.
        before
            The last sequence that was shown; None for the first page.
        limit
            At most so many.

        Raises
        ------
        InvalidError
            If the times are the wrong way round.
        """
        if question.since and question.until and question.since > question.until:
            raise InvalidError("The search begins after it ends.", field="since")
        where = [ENTRIES.c.authority == self._authority]
        if before is not None:
            where.append(ENTRIES.c.sequence < before)
        for name in ("actor", "action", "kind", "record_id"):
            value = getattr(question, name)
            if value is not None:
                where.append(ENTRIES.c[name] == value)
        if question.since is not None:
            where.append(ENTRIES.c.at >= question.since)
        if question.until is not None:
            where.append(ENTRIES.c.at <= question.until)
        query = sa.select(ENTRIES).where(*where)
        if question.child_id is not None:
            query = query.join(
                SUBJECTS,
                sa.and_(
                    SUBJECTS.c.authority == ENTRIES.c.authority,
                    SUBJECTS.c.sequence == ENTRIES.c.sequence,
                ),
            ).where(SUBJECTS.c.child_id == question.child_id)
        rows = self._connection.execute(
            query.order_by(ENTRIES.c.sequence.desc()).limit(limit + 1)
        ).all()
        items = [_entry(row) for row in rows[:limit]]
        return Page(items, str(items[-1].sequence) if len(rows) > limit else None)

    def versions_of_children(self, child_ids: frozenset[str]) -> list[StoredVersion]:
        """Return every version of every record that the trail says is about these children."""
        columns = [VERSIONS.c[name] for name in StoredVersion._fields]
        about = sa.select(SUBJECTS.c.sequence).where(
            SUBJECTS.c.authority == self._authority, SUBJECTS.c.child_id.in_(sorted(child_ids))
        )
        rows = self._connection.execute(
            sa.select(*columns)
            .where(VERSIONS.c.authority == self._authority, VERSIONS.c.sequence.in_(about))
            .order_by(VERSIONS.c.sequence)
        )
        return [StoredVersion(*row) for row in rows]

    def _stream(self, query: sa.Select[Any]) -> Iterator[Any]:
        return iter(self._connection.execute(query, execution_options={"yield_per": _AT_ONCE}))


def authorities_of(connection: sa.Connection) -> list[str]:
    """Return every authority that has a trail, or what is left of one."""
    query = sa.union(sa.select(HEADS.c.authority), sa.select(ENTRIES.c.authority).distinct())
    return sorted(connection.execute(query).scalars())


def _entry(row: Any) -> Entry:
    values = dict(row._mapping)
    return Entry(
        **{
            **values,
            "child_ids": tuple(json.loads(values["child_ids"])),
            "details": json.loads(values["details"]),
        }
    )
