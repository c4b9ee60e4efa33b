"""The storage against a plain model in memory: whatever is done in whatever order, no difference.

Each example has an authority of its own in a database that all of them share, so that what one
authority does is also seen not to touch another's records.
"""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from api.audit.verifying import verify
from api.errors import ConflictError, ServiceError, StaleError
from api.records.actor import Actor, Role
from api.records.capacity import Booking
from api.storage.kinds import depth_of
from benchmarks.load.plain_model import Key, Model, key_of
from matcher.domain.agreement import Provider
from matcher.domain.child import Child
from matcher.domain.codes import PlaceProvider
from matcher.domain.home import Home, Setting
from matcher.domain.sibling_group import SiblingGroup
from matcher.errors import NotFoundError

if TYPE_CHECKING:
    from api.storage.database import Database
    from api.storage.work import Work
    from matcher.domain.record import Record

NOON = datetime(2025, 3, 31, 12, tzinfo=UTC)
DAY = date(2025, 4, 1)
KINDS: tuple[type[Record], ...] = (SiblingGroup, Child, Provider, Home, Booking)

_AUTHORITIES = count(1)
_few = st.integers(1, 3)


def _group(number: int) -> Record:
    return SiblingGroup(sibling_group_id=f"S-{number}")


def _provider(number: int) -> Record:
    return Provider(provider_id=f"P-{number}", sector=PlaceProvider.PR4)


_records: st.SearchStrategy[Record] = st.one_of(
    st.builds(
        lambda number, group, solo: Child(
            child_id=f"C-{number}",
            responsible_authority="E06000060",
            sibling_group_id=f"S-{group}" if group else None,
            solo=solo,
        ),
        _few,
        st.integers(0, 2),
        st.booleans(),
    ),
    st.builds(_group, _few),
    st.builds(_provider, _few),
    st.builds(
        lambda number, provider, beds: Home(
            home_id=f"H-{number}",
            provider_id=f"P-{provider}",
            setting=Setting.CHILDRENS_HOME,
            beds_approved=beds,
            beds_usable=beds,
        ),
        st.integers(1, 2),
        st.integers(1, 2),
        st.integers(0, 4),
    ),
    st.builds(
        lambda number, home, bed, start, nights: Booking(
            booking_id=f"B-{number}",
            home_id=f"H-{home}",
            bed=bed,
            starts=DAY + timedelta(days=start),
            ends=DAY + timedelta(days=start + nights) if nights else None,
        ),
        st.integers(1, 5),
        st.integers(1, 2),
        st.integers(1, 2),
        st.integers(0, 9),
        st.integers(0, 5),
    ),
)


class StorageMachine(RuleBasedStateMachine):
    """Does the same to the storage and to the model. A subclass says which database."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.authority = f"E{next(_AUTHORITIES):08d}"
        self.actor = Actor(
            authority=self.authority, actor_id="U-1", roles=frozenset({Role.OFFICER})
        )
        self.model = Model()
        self.minutes = 0

    @initialize()
    def begin_with_something(self) -> None:
        """Store what others name, so that most of what follows is not refused."""
        self._both([("put_all", [_group(1), _provider(1)])])

    @rule(
        steps=st.lists(
            st.one_of(
                st.tuples(
                    st.just("put"),
                    _records,
                    st.sampled_from(["read", "blind", "current", 0, 1, 9]),
                ),
                st.tuples(st.just("retire"), _records),
                st.tuples(st.just("put_all"), st.lists(_records, max_size=4, unique_by=key_of)),
                st.tuples(st.just("note")),
            ),
            min_size=1,
            max_size=4,
        ),
        fail=st.sampled_from([False] * 9 + [True]),
    )
    def work(self, steps: list[tuple[Any, ...]], fail: bool) -> None:
        """Do several things in one unit of work; now and then it fails at the end."""
        self._both(steps, fail=fail)

    @rule(record=_records, other=_records)
    def two_at_once(self, record: Record, other: Record) -> None:
        """Read in one unit of work, change in another, then change in the first."""
        type_, key = type(record), key_of(record)
        began = self._now
        with self._begin() as late:
            late.maybe(type_, key[1])
            read = self.model.now[key][1] if key in self.model.now else 0
            self._both([("put", other, "read")])
            expected = self._predicted([("put", record, read)], at=began)
            try:
                late.put(record, reason="late")
                late.commit()
                happened: type[Exception] | None = None
            except ServiceError as fault:
                happened = type(fault)
            finally:
                late.abandon()
        self._agree(happened, expected)

    @rule(minutes=st.integers(-5, 60))
    def look_back(self, minutes: int) -> None:
        """Compare what was known at some moment."""
        instant = NOON + timedelta(minutes=minutes)
        expected = self.model.known(instant)
        with self._begin() as work:
            past = work.as_of(instant)
            found = {
                key_of(held.record): held.version for type_ in KINDS for held in past.find(type_)
            }
        assert found == expected

    @rule(number=_few, limit=st.integers(1, 3), order=st.sampled_from(["record_id", "-beds"]))
    def look_for(self, number: int, limit: int, order: str) -> None:
        """Compare what is found by a column, and page by page."""
        with self._begin() as work:
            members = work.find(Child, sibling_group_id=f"S-{number}")
            ids, cursor = [], None
            while True:
                page = work.page(
                    Booking, after=cursor, limit=limit, order=order.replace("beds", "bed")
                )
                ids += [held.record.booking_id for held in page.items]
                cursor = page.next
                if cursor is None:
                    break
        children = [r for r, _ in self.model.now.values() if isinstance(r, Child)]
        assert {held.record.child_id for held in members} == {
            each.child_id for each in children if each.sibling_group_id == f"S-{number}"
        }
        bookings = [r for r, _ in self.model.now.values() if isinstance(r, Booking)]
        bookings.sort(key=lambda each: each.booking_id)
        if order == "-beds":
            bookings.sort(key=lambda each: -each.bed)
        assert ids == [each.booking_id for each in bookings]

    @rule(after=st.integers(0, 60))
    def follow(self, after: int) -> None:
        """Compare the feed of changes from some sequence on."""
        upto, changes = self.database.changes(self.authority, after=after)
        assert upto == self.model.entries
        expected = [(key, version, record) for _, key, version, record in self.model.told]
        found = [((c.kind, c.record_id), c.version, c.record) for c in changes]
        assert found == (expected[-len(found) :] if found else [])

    @invariant()
    def what_is_so_now_agrees(self) -> None:
        """Compare everything that is so now."""
        with self._begin() as work:
            found = {
                key_of(held.record): (held.record, held.version)
                for type_ in KINDS
                for held in work.find(type_)
            }
            assert work.sequence == self.model.entries
        assert found == self.model.now

    def teardown(self) -> None:
        """Prove the trail."""
        found = verify(self.database, self.authority)
        assert found.sound, found.findings
        assert found.entries == self.model.entries
        assert found.versions == len(self.model.told)

    # Within -------------------------------------------------------------------------------

    def _begin(self) -> Work:
        return self.database.work(self.authority, self.actor, at=self._now)

    @property
    def _now(self) -> datetime:
        return NOON + timedelta(minutes=self.minutes)

    def _both(self, steps: list[tuple[Any, ...]], *, fail: bool = False) -> None:
        self.minutes += 1
        steps = [self._meant(step) for step in steps]
        expected = self._predicted(steps, at=self._now, fail=fail)
        work = self._begin()
        try:
            for step in steps:
                self._do(work, step)
            if fail:
                raise KeyError("on purpose")
            work.commit()
            happened: type[Exception] | None = None
        except (ServiceError, NotFoundError, KeyError) as fault:
            happened = type(fault)
        finally:
            work.abandon()
        self._agree(happened, expected)

    def _meant(self, step: tuple[Any, ...]) -> tuple[Any, ...]:
        """Settle beforehand which version a step means."""
        if step[0] != "put" or step[2] != "current":
            return step
        key = key_of(step[1])
        return ("put", step[1], self.model.now[key][1] if key in self.model.now else 0)

    def _do(self, work: Work, step: tuple[Any, ...]) -> None:
        match step:
            case ("put", record, "read"):
                work.maybe(type(record), key_of(record)[1])
                work.put(record, reason="changed")
            case ("put", record, "blind"):
                work.put(record, reason="changed")
            case ("put", record, expected):
                work.put(record, reason="changed", expected=expected)
            case ("retire", record):
                work.retire(type(record), key_of(record)[1], reason="gone")
            case ("put_all", records):
                work.put_all(records, reason="import")
            case _:
                work.note("noted", child_ids=["C-1"])

    def _predicted(
        self, steps: list[tuple[Any, ...]], *, at: datetime, fail: bool = False
    ) -> type[Exception] | None:
        """Do the steps to the model; return the refusal that storage ought to answer with."""
        before = deepcopy(self.model)
        known_at = max(at, before.known_at)
        seen: dict[Key, int] = {}
        try:
            for step in steps:
                self._to_model(step, seen, known_at)
            if fail:
                raise KeyError("on purpose")
            if self.model.dangling():
                raise ConflictError("names what is not there")
        except (ServiceError, NotFoundError, KeyError) as fault:
            self.model = before
            return type(fault)
        if self.model.entries > before.entries:
            self.model.known_at = known_at
        return None

    def _to_model(self, step: tuple[Any, ...], seen: dict[Key, int], at: datetime) -> None:
        model = self.model
        match step:
            case ("put", record, how):
                key = key_of(record)
                if how == "read":
                    seen[key] = model.now[key][1] if key in model.now else 0
                expected = seen.get(key, 0) if how in ("read", "blind") else how
                model.put(record, expected, at)
                seen[key] = model.last[key]
            case ("retire", record):
                key = key_of(record)
                if key in model.now and seen.get(key, model.now[key][1]) != model.now[key][1]:
                    raise StaleError("changed since")
                model.retire(key, at)
                seen[key] = 0
            case ("put_all", records):
                new = {key_of(each) for each in records} - model.now.keys()
                for record in sorted(records, key=lambda each: _in_order(each, new)):
                    key = key_of(record)
                    stored = model.now.get(key)
                    if stored is not None and stored[0] == record:
                        continue
                    model.put(record, stored[1] if stored else 0, at)
                    seen[key] = model.last[key]
            case _:
                model.entries += 1

    def _agree(self, happened: type[Exception] | None, expected: type[Exception] | None) -> None:
        assert happened is expected, f"storage: {happened}, model: {expected}"


def _in_order(record: Record, new: set[Key]) -> tuple[int, str, bool]:
    """Return the order of storing many: what is named first, and new ones of a kind last."""
    name, _ = key = key_of(record)
    return depth_of(name), name, key in new
