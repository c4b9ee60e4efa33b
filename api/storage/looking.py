"""What a unit of work looks at, and what it writes of that in the audit trail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from api.storage.kinds import kind_of
from api.storage.reading import Held, Past, Present, not_found
from api.storage.trail import Head, Note, head_of
from matcher.domain.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    import sqlalchemy as sa

    from api.records.actor import Actor
    from api.storage.database import Database
    from api.storage.paging import Page
    from api.storage.reading import Reader

T = TypeVar("T", bound=Record)

LONDON = ZoneInfo("Europe/London")
READ = "read"


class Looking:
    """The part of a unit of work that changes nothing; see :class:`api.storage.work.Work`."""

    def __init__(
        self,
        database: Database,
        actor: Actor,
        *,
        at: datetime,
        request_id: str | None = None,
        why: str = "",
        steady: bool = True,
    ) -> None:
        self.actor = actor
        self.authority = actor.authority
        self.at = at
        self.request_id = request_id
        self.why = why
        self._database = database
        self._is_steady = steady
        self._connection: sa.Connection | None = None
        self._head: Head | None = None
        """Locked; None while only reading."""
        self._notes: list[Note] = []
        self._seen: dict[tuple[str, str], int] = {}
        self._owners: dict[tuple[str, str], tuple[str, ...]] = {}
        """Whose each record is, of those that cannot be changed by others meanwhile."""
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
        kind = kind_of(type_)
        self._seen[kind.name, record_id] = 0 if found is None else found.version
        if found is not None and self._head is not None and (own := kind.child_ids(found.record)):
            self._owners.setdefault((kind.name, record_id), own)
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

    # Within -------------------------------------------------------------------------------

    @property
    def connection(self) -> sa.Connection:
        """The transaction, for this room only."""
        if self._connection is None:
            if self._ended:
                raise RuntimeError("this work has ended")
            self._connection = self._database.begin(writing=False, steady=self._is_steady)
        return self._connection

    @property
    def _present(self) -> Present:
        return Present(self.connection, self.authority)

    def _saw(self, type_: type[T], found: list[Held[T]]) -> list[Held[T]]:
        kind = kind_of(type_)
        for held in found:
            self._seen[kind.name, kind.record_id(held.record)] = held.version
        return found
