"""The World in memory is always the one that is stored."""

from __future__ import annotations

import random
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.records.capacity import Booking, BookingPurpose, BudgetLine
from api.records.care_placement import CarePlacement, PlacementState, ReasonCeased
from api.records.referral_case import CaseState, ReferralCase
from api.storage.database import Database
from api.worlds.worlds import Worlds
from matcher.domain.agreement import Budget
from matcher.domain.child import Child
from matcher.domain.codes import PlaceProvider
from matcher.domain.home import Home
from matcher.domain.placement import Hold, HoldKind, HoldScope, Placement
from matcher.errors import NotFoundError
from tests.api.storage.actors import OFFICER, later
from tests.api.worlds.stored_worlds import records_of, stay_of
from tests.builders import AS_OF, BUCKS, HOME_POSTCODE, a_child, a_home, a_referral, a_world
from tests.properties.test_live_columns import peopled

if TYPE_CHECKING:
    from pathlib import Path

    from api.storage.work import Work
    from matcher.domain.world import World


class Nowhere:
    """A directory that knows no postcode: where homes are is not what is tested."""

    def find_all(self, postcodes: Any) -> dict[str, Any]:
        return {}


def worlds_of(database: Database, **changes: Any) -> Worlds:
    return Worlds(database, postcodes=Nowhere(), **changes)  # type: ignore[arg-type]


def work(database: Database, minutes: float = 0) -> Work:
    return database.work(BUCKS, OFFICER, at=later(minutes))


def store(database: Database, world: World, minutes: float = 0) -> None:
    with work(database, minutes) as w:
        w.put_all(records_of(world), reason="test")


def same(a: World, b: World) -> None:
    assert a.data_hash == b.data_hash
    for name in ("children", "homes", "referrals", "placements", "exemptions", "holds"):
        assert getattr(a, name) == getattr(b, name)
    assert a.sibling_groups == b.sibling_groups
    assert a.budgets == b.budgets
    assert a.as_of == b.as_of


def step(database: Database, rng: random.Random, source: World, minutes: float) -> None:
    """Change something that is stored, as casework might."""
    with work(database, minutes) as w:
        children = [held.record for held in w.find(Child)]
        stays = [held.record for held in w.find(CarePlacement)]
        cases = [held.record for held in w.find(ReferralCase)]
        living = {stay.child_id for stay in stays if stay.state.lived_in}
        what = rng.randrange(8)
        if what == 0 and stays:
            stay = rng.choice(stays)
            if stay.state.lived_in:
                ended = {
                    "state": PlacementState.ENDED,
                    "ended_on": max(w.today, stay.started_on),
                    "ceased": ReasonCeased.E8,
                }
                w.put(stay.replace(**ended), reason="ended")
        elif what == 1 and cases:
            case = rng.choice(cases)
            w.put(case.replace(state=rng.choice(list(CaseState))), reason="changed")
        elif what == 2:
            waiting = [each for each in children if each.child_id not in living]
            homes = w.find(Home)
            if waiting and homes:
                child, home = rng.choice(waiting), rng.choice(homes).record
                starts = w.today + timedelta(days=rng.choice([-3, 0, 0, 2]))
                begun = CarePlacement(
                    placement_id=f"N-{minutes:g}",
                    child_id=child.child_id,
                    home_id=home.home_id,
                    started_on=starts,
                    place_code=home.place_code(long_term=False),
                    place_provider=PlaceProvider.PR1,
                )
                w.put(begun, reason="began")
        elif what == 3:
            record = rng.choice(list(source.children.values()))
            w.maybe(Child, record.child_id)
            w.put(record, reason="changed")
        elif what == 4:
            record = rng.choice(list(source.homes.values()))
            w.maybe(Home, record.home_id)
            w.put(record, reason="changed")
        elif what == 5 and w.find(Home):
            home = rng.choice(w.find(Home)).record
            taken = {held.record.bed for held in w.find(Booking, home_id=home.home_id)}
            w.put(
                Booking(
                    booking_id=f"B-{minutes:g}",
                    home_id=home.home_id,
                    bed=max(taken, default=0) + 1,
                    starts=w.today + timedelta(days=rng.choice([-5, 0, 3])),
                    purpose=rng.choice(list(BookingPurpose)),
                ),
                reason="booked",
            )
        elif what == 6 and w.find(Booking):
            w.retire(Booking, rng.choice(w.find(Booking)).record.booking_id, reason="free again")
        elif what == 7:
            w.maybe(BudgetLine, "B-9")
            line = BudgetLine(budget_id="B-9", budget=Budget(weekly_pence=rng.randrange(10**6)))
            w.put(line, reason="changed")


@given(seed=st.integers(0, 100_000))
@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_what_is_kept_current_is_what_is_read_anew(
    seed: int, sqlite_template: Path, tmp_path: Path
) -> None:
    file = tmp_path / f"{seed}.sqlite"
    shutil.copyfile(sqlite_template, file)
    database = Database(f"sqlite:///{file}", durable=False)
    rng = random.Random(seed)
    store(database, peopled(seed))
    worlds = worlds_of(database)
    minutes = 0.0
    for at in range(8):
        for _ in range(rng.choice([1, 3])):
            minutes += rng.choice([1, 1, 60 * 24])
            step(database, rng, peopled(seed + 1 + at), minutes)
        with work(database, minutes) as w:
            kept, anew = worlds.world(w), worlds_of(database)
            same(kept, anew.world(w))
            same(kept, worlds.world_as_of(w, w.at, today=w.today))
            for referral_id in kept.referrals:
                ranked = worlds.rank(w, referral_id)
                again = anew.rank(w, referral_id)
                assert ranked.report == again.report
                assert ranked.failed == again.failed
                assert ranked.home_ids == again.home_ids
    database.dispose()


def test_a_world_tells_one_day_of_what_is_stored(database: Database) -> None:
    here, gone, left = a_child("C-1"), a_child("C-2"), a_child("C-3")
    world = a_world(
        [here, gone, left],
        [a_home("H-1", beds=2), a_home("H-2")],
        referrals=[a_referral("R-1", "C-1")],
    )
    leaving = Placement(child_id="C-3", home_id="H-2", started_on=AS_OF)
    ended = stay_of(
        leaving, world, state=PlacementState.ENDED, ended_on=AS_OF, ceased=ReasonCeased.E4A
    )
    with work(database) as w:
        w.put_all([*records_of(world), ended], reason="test")
    with work(database) as w:
        found = worlds_of(database).world(w)
    assert list(found.children) == ["C-1"]
    assert list(found.homes) == ["H-1", "H-2"]
    assert list(found.referrals) == ["R-1"]
    assert not found.placements


def test_what_another_process_commits_is_seen_by_the_next_question(database: Database) -> None:
    store(database, a_world([a_child()], [a_home("H-1"), a_home("H-2")]))
    here, there = worlds_of(database), worlds_of(database)
    for each in (here, there):
        with work(database) as w:
            assert {o.parts[0].home_id for o in each.rank(w, "R-1").report.options} == {
                "H-1",
                "H-2",
            }
    hold = Hold(
        hold_id="L-1", scope=HoldScope.HOME, target_id="H-1", kind=HoldKind.LADO, starts=AS_OF
    )
    with work(database, 1) as w:
        w.put(hold, reason="allegation")
    for each in (here, there):
        with work(database, 2) as w:
            ranked = each.rank(w, "R-1")
            assert [o.parts[0].home_id for o in ranked.report.options] == ["H-2"]
            assert ranked.report.excluded == ()
            assert len(ranked.failed.of(ranked.home_ids.index("H-1"))) == 1
            assert ranked.failed.of(ranked.home_ids.index("H-2")) == ()


def test_a_choice_is_asked_again_of_the_present(database: Database) -> None:
    store(database, a_world([a_child()], [a_home("H-1", beds=1)]))
    worlds = worlds_of(database)
    reserved = Booking(
        booking_id="B-1",
        home_id="H-1",
        bed=1,
        starts=AS_OF,
        child_id="C-1",
        purpose=BookingPurpose.RESERVATION,
    )
    with work(database) as w:
        w.lock()
        assert worlds.recheck(w, {"C-1": "H-1"}).refusals == ()
        w.put(reserved, reason="chosen")
    with work(database, 1) as w:
        w.lock()
        (refusal,) = worlds.recheck(w, {"C-1": "H-1"}).refusals
        assert refusal.rule == "BEDS_FREE"
        assert worlds.recheck(w, {"C-1": "H-1"}, without_bookings=["B-1"]).refusals == ()
        # What was supposed for a moment is not so afterwards.
        assert worlds.recheck(w, {"C-1": "H-1"}).refusals == (refusal,)
        with pytest.raises(NotFoundError, match="C-2"):
            worlds.recheck(w, {"C-2": "H-1"})


def test_excluded_homes_are_told_as_things_stood_at_the_ranking(database: Database) -> None:
    store(database, a_world([a_child()], [a_home("H-1", beds=0), a_home("H-2")]))
    worlds = worlds_of(database)
    with work(database) as w:
        sequence, at, today = worlds.rank(w, "R-1").sequence, w.at, w.today
        (now,) = worlds.exclusions(w, "R-1", sequence=sequence, as_known_at=at, today=today)
        assert now.home_id == "H-1"
    with work(database, 5) as w:
        w.get(Home, "H-1")
        w.put(a_home("H-1", beds=3), reason="more beds")
        case = w.get(ReferralCase, "R-1").record
        w.put(case.replace(state=CaseState.WITHDRAWN, withdrawn_why="not needed"), reason="no")
    with work(database, 60 * 24) as w:
        then = worlds.exclusions(w, "R-1", sequence=sequence, as_known_at=at, today=today)
        assert then == (now,)
        with pytest.raises(NotFoundError):
            worlds.rank(w, "R-1")


def test_somebody_may_ask_what_if_a_wish_were_otherwise(database: Database) -> None:
    store(database, a_world([a_child()], [a_home("H-1")]))
    worlds = worlds_of(database)
    with work(database) as w:
        before = worlds.rank(w, "R-1").report
        assert worlds.rank(w, "R-1").report is before, "nothing has changed"
        alone = worlds.rank(w, "R-1", supposing=[a_child(home_postcode="ZE1 0AA")]).report
        assert alone.stamp.data_hash != before.stamp.data_hash
        assert worlds.rank(w, "R-1").report == before
        assert len(worlds.rank(w, "R-1", top=1).report.options) == 1
        assert worlds.rank(w, "R-1", policy="practice").report.stamp.policy == "practice"


def test_a_stay_that_is_still_to_begin_begins_with_its_day(database: Database) -> None:
    child = a_child("C-1", home_postcode=HOME_POSTCODE)
    world = a_world([child], [a_home("H-1")], referrals=[a_referral("R-1", "C-1")])
    coming = Placement(child_id="C-1", home_id="H-1", started_on=AS_OF + timedelta(days=2))
    with work(database) as w:
        w.put_all([*records_of(world), stay_of(coming, world)], reason="test")
    worlds = worlds_of(database)
    with work(database) as w:
        assert not worlds.world(w).placements
    with work(database, 2 * 24 * 60) as w:
        assert worlds.world(w).placements["C-1"].home_id == "H-1"
