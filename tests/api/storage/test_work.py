"""A unit of work: read, change, lock, remember, and all or nothing."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from api.errors import ConflictError, InvalidError, StaleError
from api.records.capacity import Booking
from api.records.referral_case import ReferralCase
from api.records.search import SearchStep, Tier
from api.storage.filters import AtLeast, AtMost, Between, Present
from api.storage.trail_reading import Question, Trail
from matcher.domain.agreement import Provider
from matcher.domain.child import Child
from matcher.domain.codes import PlaceProvider
from matcher.domain.home import Home
from matcher.domain.sibling_group import SiblingGroup
from matcher.errors import NotFoundError
from tests.api.storage.actors import NOON, OFFICER, STRANGER, later
from tests.builders import AS_OF, BUCKS, a_child, a_home, a_referral

if TYPE_CHECKING:
    from api.storage.database import Database
    from api.storage.work import Work

PROVIDER = Provider(provider_id="P-1", sector=PlaceProvider.PR1, authority=BUCKS)


def work(database: Database, minutes: float = 0, **changes: Any) -> Work:
    return database.work(BUCKS, OFFICER, at=later(minutes), **changes)


def stored(database: Database, *records: Any) -> None:
    with work(database) as w:
        w.put_all(records, reason="test")


def test_what_is_put_is_read_as_it_was(database: Database) -> None:
    child = a_child(languages=("polish",), solo=True)
    with work(database) as w:
        assert w.put(child, reason="new") == (child, 1, NOON)
        assert w.get(Child, "C-1").record == child
    with work(database) as w:
        held = w.get(Child, "C-1")
        assert held == (child, 1, NOON)
        assert w.find(Child) == [held]
        assert w.sequence == 1


def test_nothing_is_kept_of_a_work_that_fails(database: Database) -> None:

    def fail() -> None:
        with work(database) as w:
            w.put(a_child(), reason="new")
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        fail()
    with work(database) as w:
        assert w.maybe(Child, "C-1") is None
        assert w.sequence == 0


def test_another_authority_sees_nothing_and_cannot_tell(database: Database) -> None:
    stored(database, a_child())
    with database.work(STRANGER.authority, STRANGER, at=NOON) as w:
        assert w.maybe(Child, "C-1") is None
        assert w.find(Child) == []
        with pytest.raises(NotFoundError) as hidden:
            w.get(Child, "C-1")
        with pytest.raises(NotFoundError) as absent:
            w.get(Child, "C-2")
        assert hidden.value.sentence == absent.value.sentence.replace("C-2", "C-1")
        w.put(a_child(), reason="their own of the same identifier")
    assert database.authorities() == sorted([BUCKS, STRANGER.authority])


def test_the_first_to_change_a_record_wins(database: Database) -> None:
    stored(database, a_child())
    mine, theirs = work(database, 1), work(database, 2)
    old = mine.get(Child, "C-1").record
    theirs.get(Child, "C-1")
    theirs.put(old.replace(solo=True), reason="assessed")
    theirs.commit()
    with pytest.raises(StaleError, match="C-1"):
        mine.put(old.replace(ehcp=True), reason="plan")
    mine.abandon()
    with work(database, 3) as w:
        assert w.get(Child, "C-1").record == old.replace(solo=True)


def test_a_version_that_is_named_must_be_the_one_stored(database: Database) -> None:
    stored(database, a_child())
    for expected in (0, 2, 7):
        with pytest.raises(StaleError), work(database) as w:
            w.put(a_child(solo=True), reason="x", expected=expected)
    with work(database) as w:
        assert w.put(a_child(solo=True), reason="x", expected=1).version == 2
    with pytest.raises(StaleError), work(database) as w:
        w.retire(Child, "C-1", reason="x", expected=1)


def test_a_record_that_was_not_read_is_not_replaced(database: Database) -> None:
    stored(database, a_child())
    with pytest.raises(StaleError, match="there already"), work(database) as w:
        w.put(a_child(solo=True), reason="x")


def test_versions_go_on_after_a_record_was_retired(database: Database) -> None:
    stored(database, a_child())
    with work(database, 1) as w:
        w.retire(Child, "C-1", reason="entered by mistake")
        assert w.maybe(Child, "C-1") is None
    with work(database, 2) as w:
        assert w.put(a_child(), reason="it was right after all").version == 3
        w.retire(Child, "C-1", reason="no")
        assert w.put(a_child(), reason="yes").version == 5
    with pytest.raises(NotFoundError), work(database) as w:
        w.retire(Child, "C-9", reason="x")


def test_the_past_is_read_as_it_was_known(database: Database) -> None:
    stored(database, a_child())
    with work(database, 10) as w:
        w.get(Child, "C-1")
        w.put(a_child(date_of_birth=None), reason="not certain")
    with work(database, 20) as w:
        w.retire(Child, "C-1", reason="gone")
    with work(database, 30) as w:
        born = a_child().date_of_birth
        assert w.as_of(later(5)).get(Child, "C-1").record.date_of_birth == born
        assert [h.version for h in w.as_of(later(5)).find(Child, date_of_birth=born)] == [1]
        assert w.as_of(later(10)).find(Child, date_of_birth=born) == []
        assert w.as_of(later(10)).get(Child, "C-1").version == 2
        assert w.as_of(later(-1)).find(Child) == []
        assert w.as_of(later(25)).maybe(Child, "C-1") is None
        with pytest.raises(NotFoundError):
            w.as_of(later(25)).get(Child, "C-1")


def test_a_clock_that_runs_behind_does_not_turn_history_round(database: Database) -> None:
    stored(database, a_child())
    with work(database, -30) as w:
        w.get(Child, "C-1")
        assert w.put(a_child(solo=True), reason="x").changed_at == NOON
    with work(database) as w:
        assert w.as_of(NOON).get(Child, "C-1").version == 2
        assert w.as_of(later(-1)).maybe(Child, "C-1") is None


def test_records_are_found_by_lifted_columns(database: Database) -> None:
    stored(
        database,
        SiblingGroup(sibling_group_id="S-1"),
        *[a_child(f"C-{n}", n, sibling_group_id="S-1" if n % 2 else None) for n in range(1, 7)],
        a_child("C-7", date_of_birth=None),
    )
    born = {n: a_child(age=n).date_of_birth for n in range(1, 7)}

    def ids(**wanted: Any) -> list[str]:
        with work(database) as w:
            assert w.count(Child, **wanted) == len(w.find(Child, **wanted))
            return [held.record.child_id for held in w.find(Child, **wanted)]

    assert ids(sibling_group_id="S-1") == ["C-1", "C-3", "C-5"]
    assert ids(sibling_group_id=None) == ["C-2", "C-4", "C-6", "C-7"]
    assert ids(date_of_birth=(born[2], born[5])) == ["C-2", "C-5"]
    assert ids(date_of_birth=AtLeast(born[2])) == ["C-1", "C-2"]
    assert ids(date_of_birth=AtMost(born[5])) == ["C-5", "C-6"]
    assert ids(date_of_birth=Between(born[4], born[2])) == ["C-2", "C-3", "C-4"]
    assert ids(date_of_birth=Present.NO) == ["C-7"]
    assert ids(date_of_birth=Present.YES, sibling_group_id="S-1") == ["C-1", "C-3", "C-5"]
    with work(database) as w, pytest.raises(LookupError):
        w.find(Child, sex="boy")
    with work(database) as w:
        assert [h.record.child_id for h in w.find(Child, 2)] == ["C-1", "C-2"]


@pytest.mark.parametrize("order", ["record_id", "-record_id", "date_of_birth", "-date_of_birth"])
def test_pages_hold_every_record_once_and_in_order(database: Database, order: str) -> None:
    ages = [3, 5, 3, None, 9, 5, None, 1]
    stored(
        database,
        *[
            a_child(f"C-{n}", age or 0, **({} if age else {"date_of_birth": None}))
            for n, age in enumerate(ages)
        ],
    )
    found, cursor = [], None
    with work(database) as w:
        while True:
            page = w.page(Child, after=cursor, limit=3, order=order)
            found += [held.record for held in page.items]
            cursor = page.next
            if cursor is None:
                break
    assert sorted(c.child_id for c in found) == [f"C-{n}" for n in range(8)]
    if "birth" in order:
        known = [c.date_of_birth for c in found if c.date_of_birth]
        assert known == sorted(known, reverse=order.startswith("-"))
        assert [c.date_of_birth for c in found[6:]] == [None, None]
    else:
        ids = [c.child_id for c in found]
        assert ids == sorted(ids, reverse=order.startswith("-"))


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "W10", "%%%", "WyJhIiwgMSwgMl0"])
def test_a_cursor_of_something_else_is_refused(database: Database, cursor: str) -> None:
    stored(database, *[a_child(f"C-{n}") for n in range(4)])
    with work(database) as w:
        with pytest.raises(InvalidError):
            w.page(Child, after=cursor)
        other = w.page(Child, limit=2, order="date_of_birth").next
        with pytest.raises(InvalidError, match="next"):
            w.page(Child, limit=2, after=other)
        with pytest.raises(InvalidError, match="ordered"):
            w.page(Child, order="solo")


def test_many_records_are_put_at_once_and_equal_ones_left_alone(database: Database) -> None:
    children = [a_child(f"C-{n}") for n in range(1000)]
    with work(database) as w:
        assert w.put_all(children, reason="import") == 1000
    with work(database, 1) as w:
        changed = [c.replace(solo=True) if c.child_id == "C-5" else c for c in children]
        assert w.put_all([*changed, a_child("C-X")], reason="import") == 2
        assert w.sequence == 1000
    with work(database) as w:
        assert w.get(Child, "C-5").version == 2
        assert w.get(Child, "C-6").version == 1
        assert w.sequence == 1002


def test_what_names_something_that_is_not_there_is_refused(database: Database) -> None:
    with pytest.raises(ConflictError, match="sibling group that is not there") as refused:
        stored(database, a_child(sibling_group_id="S-9"))
    assert refused.value.field == "sibling_group_id"
    stored(database, PROVIDER, a_home())
    with pytest.raises(ConflictError, match="provider"), work(database) as w:
        w.retire(Provider, "P-1", reason="left")
    with work(database) as w:
        w.retire(Provider, "P-1", reason="left")
        w.retire(Home, "H-1", reason="closed")


def a_booking(number: int, starts: int, ends: int | None, **changes: Any) -> Booking:
    values = {
        "booking_id": f"B-{number}",
        "home_id": "H-1",
        "bed": 1,
        "starts": AS_OF.replace(day=starts),
        "ends": None if ends is None else AS_OF.replace(day=ends),
    }
    return Booking.model_validate({**values, **changes})


@pytest.mark.parametrize(
    ("starts", "ends", "free"),
    [
        (1, 10, True),
        (20, None, True),
        (20, 25, True),
        (1, 11, False),
        (12, 15, False),
        (19, 22, False),
        (1, None, False),
        (10, 20, False),
    ],
)
def test_a_bed_is_booked_once(
    database: Database, starts: int, ends: int | None, free: bool
) -> None:
    stored(database, PROVIDER, a_home(beds=2), a_booking(1, 10, 20))
    booking = a_booking(2, starts, ends)
    if free:
        stored(database, booking)
    else:
        with pytest.raises(ConflictError, match="already booked") as refused, work(database) as w:
            w.put(booking, reason="x")
        assert refused.value.rule == "BED_BOOKED_ONCE"
    stored(database, booking.replace(booking_id="B-3", bed=2))


def test_a_booking_that_is_moved_onto_another_is_refused(database: Database) -> None:
    stored(database, PROVIDER, a_home(), a_booking(1, 1, 5), a_booking(2, 5, None))
    with work(database) as w:
        w.get(Booking, "B-1")
        with pytest.raises(ConflictError, match="already booked"):
            w.put(a_booking(1, 1, 6), reason="longer")
        w.abandon()
    with work(database) as w:
        w.get(Booking, "B-1")
        w.put(a_booking(1, 2, 4), reason="shorter")


def test_writers_of_an_authority_come_one_after_another(database: Database) -> None:
    """Twenty threads count up one record: each sees what the one before has committed."""
    stored(database, a_home(), PROVIDER)

    def more() -> None:
        for _ in range(5):
            with work(database) as w:
                w.lock()
                home = w.get(Home, "H-1").record
                w.put(home.replace(beds_approved=home.beds_approved + 1), reason="one more")

    threads = [threading.Thread(target=more) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with work(database) as w:
        assert w.get(Home, "H-1").record.beds_approved == 41
        assert w.sequence == 42


def test_changes_are_told_in_order_and_complete(database: Database) -> None:
    stored(database, a_child("C-1"), a_child("C-2"), PROVIDER)
    upto, changes = database.changes(BUCKS, after=0)
    assert upto == 3
    assert [(c.sequence, c.record_id, c.version) for c in changes] == [
        (1, "P-1", 1),
        (2, "C-1", 1),
        (3, "C-2", 1),
    ]
    with work(database, 1) as w:
        w.read("C-1", "C-2", why="panel")
        w.retire(Child, "C-2", reason="x")
        w.get(Child, "C-1")
        w.put(a_child("C-1", solo=True), reason="x")
    upto, changes = database.changes(BUCKS, after=upto, kinds=(Child,))
    assert upto == 6
    assert [(c.record_id, c.record) for c in changes] == [
        ("C-2", None),
        ("C-1", a_child("C-1", solo=True)),
    ]
    assert database.changes(BUCKS, after=upto) == (6, [])
    assert database.sequence(BUCKS) == 6


def test_callbacks_come_after_the_commit_and_only_then(database: Database) -> None:
    told: list[int] = []
    with work(database) as w:
        w.put(a_child(), reason="x")
        w.after_commit(lambda: told.append(database.sequence(BUCKS)))
        assert told == []
    assert told == [1]
    with work(database) as w:
        w.after_commit(lambda: told.append(0))
        w.put(a_child("C-2"), reason="x")
        w.abandon()
    assert told == [1]


def test_an_entry_says_whose_record_it_is_also_where_the_record_does_not(
    database: Database,
) -> None:
    referral = ReferralCase.model_validate(
        {**a_referral("R-1", "C-1", "C-2").model_dump(), "referral_id": "R-1"}
    )
    step = SearchStep(
        step_id="S-1", referral_id="R-1", tier=Tier.IN_HOUSE, opened_at=NOON, opened_by="U-1"
    )
    stored(database, step, referral, a_child("C-1"), a_child("C-2"), PROVIDER, a_home())
    with work(database) as w:
        w.get(SearchStep, "S-1")
        w.put(step.replace(remarks="nobody"), reason="x")
    with work(database) as w:
        trail = Trail(w.connection, BUCKS)
        about = trail.page(Question(child_id="C-2")).items
        assert [(e.kind, e.child_ids) for e in about] == [
            ("search_steps", ("C-1", "C-2")),
            ("search_steps", ("C-1", "C-2")),
            ("children", ("C-2",)),
            ("referrals", ("C-1", "C-2")),
        ]
        assert trail.page(Question(kind="homes")).items[0].child_ids == ()


def test_many_at_once_free_beds_before_they_take_them(database: Database) -> None:
    stored(database, PROVIDER, a_home(beds=2), a_booking(1, 1, None))
    with work(database, 1) as w:
        assert w.put_all([a_booking(2, 1, None), a_booking(1, 1, None, bed=2)], reason="x") == 2
    with work(database, 2) as w:
        assert [held.record.bed for held in w.find(Booking)] == [2, 1]
