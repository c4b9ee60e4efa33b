"""One request, one transaction: what is read, what is changed, and the audit trail of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from api.errors import StaleError
from api.storage.conflicts import broken_reference, refusal
from api.storage.kinds import kind_of
from api.storage.reading import Held, Past, Present, not_found
from api.storage.tables import RECORDS, VERSIONS
from api.storage.trail import Head, Note, Version, append, head_of, lock_head
from matcher.domain.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date, datetime
    from types import TracebackType

    from api.records.actor import Actor
    from api.storage.database import Database
    from api.storage.kind import Kind
    from api.storage.paging import Page
    from api.storage.reading import Reader

T = TypeVar("T", bound=Record)

LONDON = ZoneInfo("Europe/London")
CREATED, CHANGED, RETIRED, READ = "created", "changed", "retired", "read"
_CHUNK = 400
"""Identifiers asked for at once: SQLite takes a limited number of parameters."""


class Work:
    """A unit of work on one authority's records, made by :meth:`Database.work`.

    It begins by reading one consistent state. The first change, or :meth:`lock`, turns it
    into a writer: from then on it is alone among the writers of its authority until it ends,
    and sees everything that others have committed. What a change depends on is therefore
    read after :meth:`lock`; records read earlier are guarded by their versions.

    Left without an exception it commits everything, else nothing. After a
    :class:`~api.errors.ConflictError` it can only be abandoned.
    """

    def __init__(
        self,
        database: Database,
        actor: Actor,
        *,
        at: datetime,
        request_id: str | None = None,
        why: str = "",
    ) -> None:
        self.actor = actor
        self.authority = actor.authority
        self.at = at
        self.request_id = request_id
        self.why = why
        self._database = database
        self._connection: sa.Connection | None = None
        self._head: Head | None = None
        """Locked; None while only reading."""
        self._notes: list[Note] = []
        self._seen: dict[tuple[str, str], int] = {}
        self._latest: dict[tuple[str, str], int] = {}
        self._callbacks: list[Callable[[], None]] = []
        self._ended = False

    # Reading ------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        """The date in London."""
        return self.at.astimezone(LONDON).date()

    @property
    def sequence(self) -> int:
        """The authority's last sequence that this transaction sees, without its own changes."""
        head = self._head or head_of(self.connection, self.authority)
        return 0 if head is None else head.sequence

    def get(self, type_: type[T], record_id: str) -> Held[T]:
        """Return a record.

        Raises
        ------
        NotFoundError
            If there is none, or only another authority's.
        """
        found = self.maybe(type_, record_id)
        if found is None:
            raise not_found(kind_of(type_), record_id)
        return found

    def maybe(self, type_: type[T], record_id: str) -> Held[T] | None:
        """Return a record, or None."""
        found = self._present.maybe(type_, record_id)
        self._seen[kind_of(type_).name, record_id] = 0 if found is None else found.version
        return found

    def find(self, type_: type[T], limit: int | None = None, **wanted: Any) -> list[Held[T]]:
        """Return records by their lifted columns, in the order of identifiers.

        Parameters
        ----------
        type_
            The class of the records.
        limit
            At most so many; None for all.
        **wanted
            By column: a value; None for no value; a tuple for any of several; or a condition
            of :mod:`api.storage.filters`.
        """
        return self._saw(type_, self._present.find(type_, limit, wanted))

    def count(self, type_: type[Record], **wanted: Any) -> int:
        """Return how many records there are, by their lifted columns."""
        return self._present.count(type_, wanted)

    def page(
        self,
        type_: type[T],
        *,
        after: str | None = None,
        limit: int = 50,
        order: str = "record_id",
        **wanted: Any,
    ) -> Page[Held[T]]:
        """Return one page of records.

        Parameters
        ----------
        type_
            The class of the records.
        after
            The ``next`` of the page before; None for the first.
        limit
            At most so many.
        order
            ``record_id`` or a lifted column, with a minus in front for the other way round.
        **wanted
            As for :meth:`find`.

        Raises
        ------
        InvalidError
            If the cursor belongs to another list, or there is no such order.
        """
        page = self._present.page(type_, after=after, limit=limit, order=order, wanted=wanted)
        self._saw(type_, page.items)
        return page

    def as_of(self, instant: datetime) -> Reader:
        """Return a reader of what was known at a moment."""
        return Past(self.connection, self.authority, instant)

    # Changing -----------------------------------------------------------------------------

    def lock(self) -> None:
        """Become the only writer of the authority until the end, and see the latest state."""
        if self._head is not None:
            return
        if self._connection is not None:
            self._connection.close()
        self._connection = self._database.begin(writing=True)
        self._head = lock_head(
            self._connection, self.authority, secret=self._database.secret, at=self.at
        )

    def put(
        self,
        record: T,
        *,
        reason: str,
        expected: int | None = None,
        action: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> Held[T]:
        """Store a record, new or in the place of the one of its identifier.

        Parameters
        ----------
        record
            The record.
        reason
            Why, for the audit trail.
        expected
            The version it replaces; 0 when there must be none. None: the version that this
            Work has read, and none when it has not read any.
        action
            What the audit trail calls it; None for "created" or "changed".
        details
            More for the audit trail: codes and numbers, never personal data.

        Raises
        ------
        StaleError
            If the stored version is another.
        ConflictError
            If the database refuses it, as for a bed that is taken.
        """
        kind = kind_of(type(record))
        record_id = kind.record_id(record)
        key = (kind.name, record_id)
        self.lock()
        if expected is None:
            expected = self._seen.get(key, 0)
        version = (expected or self._last_version(kind, record_id)) + 1
        values = self._row(kind, record, version, len(self._notes) + 1)
        table = RECORDS[kind.name]
        try:
            if expected == 0:
                self.connection.execute(sa.insert(table), [values])
            else:
                changed = self.connection.execute(
                    sa.update(table).where(
                        table.c.authority == self.authority,
                        table.c.record_id == record_id,
                        table.c.version == expected,
                    ),
                    values,
                )
                if changed.rowcount != 1:
                    raise _stale(kind, record_id)
        except sa.exc.DBAPIError as fault:
            raise refusal(fault, kind, record_id) from fault
        self._note_version(
            kind,
            record_id,
            record,
            Version(kind.name, record_id, version, retired=False, body=values["body"]),
            action or (CREATED if expected == 0 else CHANGED),
            reason,
            details,
        )
        return Held(record, version, values["known_from"])

    def put_all(self, records: Iterable[Record], *, reason: str, action: str | None = None) -> int:
        """Store many records at once, whatever is stored of them; equal ones are left alone.

        Parameters
        ----------
        records
            Of any kinds, each at most once.
        reason, action
            For the audit trail.

        Returns
        -------
        int
            How many were new or different.
        """
        self.lock()
        by_kind: dict[str, list[Record]] = {}
        for record in records:
            by_kind.setdefault(kind_of(type(record)).name, []).append(record)
        return sum(self._put_kind(many, reason, action) for many in by_kind.values())

    def retire(
        self,
        type_: type[Record],
        record_id: str,
        *,
        reason: str,
        expected: int | None = None,
        action: str | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Take a record out of what is so now; its history stays.

        Parameters
        ----------
        type_, record_id
            Which.
        reason, expected, action, details
            As for :meth:`put`.

        Raises
        ------
        NotFoundError
            If there is none.
        StaleError
            If the stored version is another.
        """
        kind = kind_of(type_)
        self.lock()
        held = self._present.maybe(type_, record_id)
        if held is None:
            raise not_found(kind, record_id)
        if expected is None:
            expected = self._seen.get((kind.name, record_id), held.version)
        if expected != held.version:
            raise _stale(kind, record_id)
        table = RECORDS[kind.name]
        try:
            self.connection.execute(
                sa.delete(table).where(
                    table.c.authority == self.authority, table.c.record_id == record_id
                )
            )
        except sa.exc.DBAPIError as fault:
            raise refusal(fault, kind, record_id) from fault
        body = held.record.model_dump_json()
        version = Version(kind.name, record_id, held.version + 1, retired=True, body=body)
        self._note_version(
            kind, record_id, held.record, version, action or RETIRED, reason, details
        )
        self._seen[kind.name, record_id] = 0

    # The audit trail ----------------------------------------------------------------------

    def note(
        self,
        action: str,
        *,
        about: tuple[type[Record], str] | None = None,
        child_ids: Iterable[str] = (),
        reason: str = "",
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """Write an entry of something that changes no record: a decision, a refusal, an export.

        Parameters
        ----------
        action
            What was done.
        about
            The class and the identifier of the record that it is about.
        child_ids
            Whom it concerns.
        reason
            Why; the Work's own reason when empty.
        details
            Codes and numbers, never personal data.
        """
        self._notes.append(
            Note(
                action=action,
                kind=kind_of(about[0]).name if about else None,
                record_id=about[1] if about else None,
                child_ids=tuple(sorted(set(child_ids))),
                reason=reason or self.why,
                details=details or {},
            )
        )

    def read(self, *child_ids: str, why: str = "") -> None:
        """Write an entry: somebody looks at records of these children."""
        if child_ids:
            self.note(READ, child_ids=child_ids, reason=why)

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Have something done once everything is committed."""
        self._callbacks.append(callback)

    # Beginning and end --------------------------------------------------------------------

    @property
    def connection(self) -> sa.Connection:
        """The transaction, for this room only."""
        if self._connection is None:
            if self._ended:
                raise RuntimeError("this work has ended")
            self._connection = self._database.begin(writing=False)
        return self._connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.commit()
        else:
            self.abandon()

    def commit(self) -> None:
        """Make everything so, and end.

        Raises
        ------
        ConflictError
            If a record would name another that is not there.
        """
        if self._ended:
            return
        try:
            if self._notes:
                self.lock()
                self._commit()
        finally:
            self.abandon()
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def abandon(self) -> None:
        """End without changing anything more."""
        self._ended = True
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _commit(self) -> None:
        head = self._head
        connection = self._connection
        assert head is not None
        assert connection is not None
        raw: Any = connection.connection.dbapi_connection
        try:
            append(
                connection,
                head,
                self._notes,
                actor=self.actor,
                at=self.at,
                known_at=self._known_at,
                request_id=self.request_id,
                secret=self._database.secret,
            )
            connection.commit()
        except sa.exc.DBAPIError as fault:
            constraint = ""
            if connection.dialect.name == "sqlite":
                # A commit that is refused leaves the transaction open.
                constraint = broken_reference(raw) if "FOREIGN KEY" in str(fault.orig) else ""
                raw.rollback()
            raise refusal(fault, constraint=constraint) from fault

    # Within -------------------------------------------------------------------------------

    @property
    def _present(self) -> Present:
        return Present(self.connection, self.authority)

    @property
    def _known_at(self) -> datetime:
        """When it comes to be known: never before what came before it."""
        assert self._head is not None
        return max(self.at, self._head.known_at)

    def _saw(self, type_: type[T], found: list[Held[T]]) -> list[Held[T]]:
        kind = kind_of(type_)
        for held in found:
            self._seen[kind.name, kind.record_id(held.record)] = held.version
        return found

    def _last_version(self, kind: Kind, record_id: str) -> int:
        known = self._latest.get((kind.name, record_id))
        if known is not None:
            return known
        found: int | None = self.connection.execute(
            _LAST_VERSION, {"whose": self.authority, "which": kind.name, "it": record_id}
        ).scalar_one()
        return found or 0

    def _row(self, kind: Kind, record: Record, version: int, place: int) -> dict[str, Any]:
        assert self._head is not None
        return {
            "authority": self.authority,
            "record_id": kind.record_id(record),
            "version": version,
            "sequence": self._head.sequence + place,
            "known_from": self._known_at,
            "body": record.model_dump_json(),
            **kind.lift(record),
        }

    def _note_version(
        self,
        kind: Kind,
        record_id: str,
        record: Record,
        version: Version,
        action: str,
        reason: str,
        details: Mapping[str, Any] | None,
    ) -> None:
        self._seen[kind.name, record_id] = version.version
        self._latest[kind.name, record_id] = version.version
        self._notes.append(
            Note(
                action=action,
                kind=kind.name,
                record_id=record_id,
                child_ids=kind.child_ids(record),
                reason=reason or self.why,
                details=details or {},
                version=version,
            )
        )

    def _put_kind(self, records: list[Record], reason: str, action: str | None) -> int:
        kind = kind_of(type(records[0]))
        table = RECORDS[kind.name]
        stored = self._stored(kind, [kind.record_id(record) for record in records])
        new: list[dict[str, Any]] = []
        different: list[dict[str, Any]] = []
        for record in records:
            record_id = kind.record_id(record)
            version, body = stored.get(record_id, (0, None))
            row = self._row(kind, record, version + 1, len(self._notes) + 1)
            if row["body"] == body:
                continue
            (new if body is None else different).append(row)
            self._note_version(
                kind,
                record_id,
                record,
                Version(kind.name, record_id, version + 1, retired=False, body=row["body"]),
                action or (CREATED if body is None else CHANGED),
                reason,
                None,
            )
        try:
            if new:
                self.connection.execute(sa.insert(table), new)
            if different:
                self.connection.execute(
                    sa.update(table).where(
                        table.c.authority == self.authority,
                        table.c.record_id == sa.bindparam("it"),
                    ),
                    [{"it": row["record_id"], **row} for row in different],
                )
        except sa.exc.DBAPIError as fault:
            raise refusal(fault) from fault
        return len(new) + len(different)

    def _stored(self, kind: Kind, record_ids: list[str]) -> dict[str, tuple[int, str | None]]:
        """Return the last version of each record, and its body when it is still so."""
        table = RECORDS[kind.name]
        found: dict[str, tuple[int, str | None]] = {}
        for start in range(0, len(record_ids), _CHUNK):
            chunk = record_ids[start : start + _CHUNK]
            for row in self.connection.execute(
                sa.select(VERSIONS.c.record_id, sa.func.max(VERSIONS.c.version).label("version"))
                .where(
                    VERSIONS.c.authority == self.authority,
                    VERSIONS.c.kind == kind.name,
                    VERSIONS.c.record_id.in_(chunk),
                )
                .group_by(VERSIONS.c.record_id)
            ):
                found[row.record_id] = (row.version, None)
            for row in self.connection.execute(
                sa.select(table.c.record_id, table.c.version, table.c.body).where(
                    table.c.authority == self.authority, table.c.record_id.in_(chunk)
                )
            ):
                found[row.record_id] = (row.version, row.body)
        found.update(
            {
                record_id: (version, found.get(record_id, (0, None))[1])
                for record_id in record_ids
                if (version := self._latest.get((kind.name, record_id), 0))
            }
        )
        return found


_LAST_VERSION = sa.select(sa.func.max(VERSIONS.c.version)).where(
    VERSIONS.c.authority == sa.bindparam("whose"),
    VERSIONS.c.kind == sa.bindparam("which"),
    VERSIONS.c.record_id == sa.bindparam("it"),
)


def _stale(kind: Kind, record_id: str) -> StaleError:
    return StaleError(
        f"The {kind.singular} {record_id} has been changed by somebody else since it was read. "
        "Read it again, and make the change on what is there now."
    )
