"""One request, one transaction: what is read, what is changed, and the audit trail of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

import sqlalchemy as sa

from api.storage.conflicts import broken_reference, refusal
from api.storage.erasing import empty
from api.storage.kinds import KINDS, depth_of, kind_of, parents_of
from api.storage.looking import Looking
from api.storage.outage import outage_of
from api.storage.reading import Held, not_found
from api.storage.rows import NOTHING, Rows, stale, there_already
from api.storage.trail import Note, Version, append, lock_head
from matcher.domain.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from types import TracebackType

    from api.records.actor import Actor
    from api.storage.database import Database
    from api.storage.kind import Kind

T = TypeVar("T", bound=Record)

CREATED, CHANGED, RETIRED, ERASED = "created", "changed", "retired", "erased"


class Work(Looking):
    """A unit of work on one authority's records, made by :meth:`Database.work`.

    It begins by reading one consistent state. The first change, or :meth:`lock`, turns it
    into a writer: from then on it is alone among the writers of its authority until it ends,
    and sees everything that others have committed. What a change depends on is therefore
    read after :meth:`lock`; records read earlier are guarded by their versions.

    Left without an exception it commits everything, else nothing. After a
    :class:`~api.errors.ConflictError` it can only be abandoned.
    """

    def __init__(self, database: Database, actor: Actor, **given: Any) -> None:
        super().__init__(database, actor, **given)
        self._latest: dict[tuple[str, str], int] = {}
        self._before: list[Callable[[], None]] = []
        self._callbacks: list[Callable[[], None]] = []
        self._erased: list[tuple[str, str]] = []
        self._forgotten: frozenset[str] = frozenset()

    # Changing -----------------------------------------------------------------------------

    def lock(self) -> None:
        """Become the only writer of the authority until the end, and see the latest state."""
        if self._head is None:
            database = self._database
            connection = database.begin(writing=True, again=self._connection)
            self._connection = connection
            self._head = lock_head(connection, self.authority, secret=database.secret, at=self.at)

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
        if expected == 0:
            last, so_now = self._last_version(kind, record_id)
            if so_now:  # said before the database finds something else against it
                raise there_already(kind, record_id)
            self._rows.insert(kind, row := self._row(kind, record, last + 1))
        else:
            row = self._row(kind, record, expected + 1)
            self._rows.replace(kind, row, expected=expected)
        version = row["version"]
        self._note_version(
            kind,
            record_id,
            record,
            Version(kind.name, record_id, version, retired=False, body=row["body"]),
            action or (CREATED if expected == 0 else CHANGED),
            reason,
            details,
        )
        return Held(record, version, row["known_from"])

    def put_all(self, records: Iterable[Record], *, reason: str, action: str | None = None) -> int:
        """Store many records at once, whatever is stored of them; equal ones are left alone.

        Parameters
        ----------
        records
            Of any kinds, each at most once; of each kind those that are there come first.
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
        in_order = sorted(by_kind, key=lambda name: (depth_of(name), name))
        return sum(self._put_kind(by_kind[name], reason, action) for name in in_order)

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
            raise stale(kind, record_id, expected)
        self._rows.remove(kind, record_id)
        body = held.record.model_dump_json()
        version = Version(kind.name, record_id, held.version + 1, retired=True, body=body)
        self._note_version(
            kind, record_id, held.record, version, action or RETIRED, reason, details
        )
        self._seen[kind.name, record_id] = 0

    def erase(
        self,
        records: Iterable[tuple[str, str]],
        *,
        child_ids: Iterable[str] = (),
        reason: str,
        bases: Mapping[tuple[str, str], str],
    ) -> None:
        """Empty every version of records whose time is over; their digests stay.

        Parameters
        ----------
        records
            Kind and identifier of each. Those that are so now are retired first.
        child_ids
            Children of whom nothing is kept any longer.
        reason
            For the audit trail; it stays, so it holds nothing personal.
        bases
            By record: the code of the rule of retention, for the audit trail.
        """
        self.lock()
        for name, record_id in records:
            kind = KINDS[name]
            if self._present.maybe(kind.type, record_id) is not None:
                self.retire(kind.type, record_id, reason=reason)
            basis = {"basis": bases[name, record_id]}
            self.note(ERASED, about=(kind.type, record_id), reason=reason, details=basis)
            self._erased.append((name, record_id))
        self._forgotten |= frozenset(child_ids)

    # Beginning and end --------------------------------------------------------------------

    def before_commit(self, callback: Callable[[], None]) -> None:
        """Have something written along with everything else, if anything is."""
        self._before.append(callback)

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Have something done once everything is committed."""
        self._callbacks.append(callback)

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
            return
        self.abandon()
        outage = outage_of(fault) if fault is not None else None
        if outage is not None:
            raise outage from fault

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
                for write in self._before:
                    write()
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
            if self._erased:
                empty(connection, self.authority, self._erased, self._forgotten, at=self.at)
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
    def _rows(self) -> Rows:
        return Rows(self.connection, self.authority)

    @property
    def _known_at(self) -> datetime:
        """When it comes to be known: never before what came before it."""
        assert self._head is not None
        return max(self.at, self._head.known_at)

    def _whose(self, kind: Kind, record: Record) -> tuple[str, ...]:
        """Return whose record it is: as it says, else as what it names says."""
        own = kind.child_ids(record)
        if own:
            return own
        lifted = kind.lift(record)
        found: set[str] = set()
        for column, parent in parents_of(kind).items():
            named = lifted[column]
            if named is None:
                continue
            key = (parent.name, named)
            if key not in self._owners:
                held = self._present.maybe(parent.type, named)
                self._owners[key] = () if held is None else self._whose(parent, held.record)
            found.update(self._owners[key])
        return tuple(sorted(found))

    def _last_version(self, kind: Kind, record_id: str) -> tuple[int, bool]:
        """Return the last version of a record, this work's own included, and whether it is so."""
        if (key := (kind.name, record_id)) in self._latest:
            return self._latest[key], self._seen[key] != 0
        return self._rows.last_version(kind, record_id)

    def _row(self, kind: Kind, record: Record, version: int) -> dict[str, Any]:
        """Return the row of a record whose entry will be the next."""
        assert self._head is not None
        return {
            "authority": self.authority,
            "record_id": kind.record_id(record),
            "version": version,
            "sequence": self._head.sequence + len(self._notes) + 1,
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
        whose = self._owners[kind.name, record_id] = self._whose(kind, record)
        self._notes.append(
            Note(
                action=action,
                kind=kind.name,
                record_id=record_id,
                child_ids=whose,
                reason=reason or self.why,
                details=details or {},
                version=version,
            )
        )

    def _put_kind(self, records: list[Record], reason: str, action: str | None) -> int:
        kind = kind_of(type(records[0]))
        stored = self._rows.stored(kind, [kind.record_id(record) for record in records])
        new: list[dict[str, Any]] = []
        different: list[dict[str, Any]] = []
        records.sort(key=lambda each: stored.get(kind.record_id(each), NOTHING).body is None)
        for record in records:
            record_id = kind.record_id(record)
            before, body = stored.get(record_id, NOTHING)
            version = max(before, self._latest.get((kind.name, record_id), 0)) + 1
            row = self._row(kind, record, version)
            if row["body"] == body:
                continue
            (new if body is None else different).append(row)
            self._note_version(
                kind,
                record_id,
                record,
                Version(kind.name, record_id, version, retired=False, body=row["body"]),
                action or (CREATED if body is None else CHANGED),
                reason,
                None,
            )
        self._rows.write(kind, new, different)
        return len(new) + len(different)
