"""Nothing goes before its time, nothing that is held, and what goes leaves the chain whole."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from api.audit.retention import Basis, carry_out, plan, years_after
from api.audit.verifying import verify
from api.errors import StaleError
from api.records.capacity import Booking
from api.records.care_placement import CarePlacement, PlacementState, ReasonCeased
from api.records.child_details import ChildDetails
from api.records.referral_case import ReferralCase
from api.records.retention import LegalHold, RetentionSchedule
from api.records.search import SearchStep, Tier
from api.storage.history import history_of
from api.storage.trail_reading import Question, Trail
from matcher.domain.agreement import Provider
from matcher.domain.child import Child
from matcher.domain.codes import LegalStatus, PlaceCode, PlaceProvider
from matcher.domain.home import Home
from tests.api.storage.actors import NOON, OFFICER, later
from tests.builders import BUCKS, a_child, a_home, a_referral

if TYPE_CHECKING:
    from api.audit.retention import RetentionPlan
    from api.storage.database import Database

BORN = date(2016, 1, 15)


def a_case(referral_id: str, *child_ids: str) -> ReferralCase:
    return ReferralCase.model_validate(a_referral(referral_id, *child_ids).model_dump())


def a_stay(child_id: str, **changes: Any) -> CarePlacement:
    return CarePlacement.model_validate(
        {
            "placement_id": f"PL-{child_id}",
            "child_id": child_id,
            "home_id": "H-1",
            "started_on": date(2025, 4, 1),
            "place_code": PlaceCode.U6,
            "place_provider": PlaceProvider.PR1,
            **changes,
        }
    )


@pytest.fixture
def kept(database: Database) -> Database:
    """Return a database with a looked-after child, one only referred, and both in a referral."""
    with database.work(BUCKS, OFFICER, at=NOON) as w:
        w.put_all(
            [
                Provider(provider_id="P-1", sector=PlaceProvider.PR1),
                a_home(beds=3),
                a_child("C-1", date_of_birth=BORN),
                a_child("C-2", date_of_birth=BORN),
                a_child("C-3", date_of_birth=None),
                a_case("R-4", "C-2", "C-3"),
            ],
            reason="import",
        )
        w.put_all(
            [
                ChildDetails(child_id="C-1", full_name="Canary Kestrel"),
                a_case("R-1", "C-1"),
                a_case("R-2", "C-2"),
                a_case("R-3", "C-1", "C-2"),
                SearchStep(
                    step_id="S-1",
                    referral_id="R-2",
                    tier=Tier.IN_HOUSE,
                    opened_at=NOON,
                    opened_by="U-1",
                ),
                a_stay("C-1"),
                Booking(
                    booking_id="B-1", home_id="H-1", bed=1, starts=date(2025, 4, 1), child_id="C-1"
                ),
            ],
            reason="written by hand, about Canary Kestrel",
        )
        w.read("C-1", why="asked by Canary Kestrel")
        w.read("C-1", "C-3", why="panel")
    return database


def planned(database: Database, day: date) -> RetentionPlan:
    with database.work(BUCKS, OFFICER, at=later(1)) as w:
        return plan(w, day)


def ids(found: RetentionPlan) -> set[str]:
    return {each.record_id for each in found.due}


def test_nothing_of_a_looked_after_child_goes_before_the_75th_birthday(kept: Database) -> None:
    before = planned(kept, date(2091, 1, 14))
    assert ids(before) == {"C-2", "R-2", "S-1"}
    assert {each.basis for each in before.due} == {Basis.REFERRED}
    on = planned(kept, date(2091, 1, 15))
    assert ids(on) == {"C-1", "C-2", "R-1", "R-2", "R-3", "S-1", "PL-C-1", "B-1"}
    assert {e.kept_until for e in on.due if "C-1" in e.child_ids} == {date(2091, 1, 15)}
    assert on.forgotten == ("C-1",)


def test_a_child_only_referred_goes_with_the_schedule(kept: Database) -> None:
    assert ids(planned(kept, date(2041, 1, 14))) == set()
    assert ids(planned(kept, date(2041, 1, 15))) == {"C-2", "R-2", "S-1"}
    with kept.work(BUCKS, OFFICER, at=later(1)) as w:
        w.put(RetentionSchedule(referred_years=30), reason="cabinet decision")
    assert ids(planned(kept, date(2041, 1, 15))) == set()


def test_a_child_who_has_a_legal_status_counts_as_looked_after(kept: Database) -> None:
    with kept.work(BUCKS, OFFICER, at=later(1)) as w:
        child = w.get(Child, "C-2").record
        w.put(child.replace(legal_status=LegalStatus.V2), reason="accommodated")
    assert ids(planned(kept, date(2090, 1, 1))) == set()


def test_what_is_not_known_is_kept(kept: Database) -> None:
    found = planned(kept, date(2200, 1, 1))
    assert not {"C-3", "R-4"} & ids(found)
    assert "C-2" not in found.forgotten


def test_a_child_who_died_is_kept_for_fifteen_years(kept: Database) -> None:
    with kept.work(BUCKS, OFFICER, at=later(1)) as w:
        w.get(CarePlacement, "PL-C-1")
        w.put(
            a_stay(
                "C-1",
                state=PlacementState.ENDED,
                ended_on=date(2026, 2, 3),
                ceased=ReasonCeased.E2,
            ),
            reason="died",
        )
    assert "C-1" not in ids(planned(kept, date(2041, 2, 2)))
    found = planned(kept, date(2041, 2, 3))
    assert {e.basis for e in found.due if e.record_id == "C-1"} == {Basis.DIED_BEFORE_18}


def test_a_stay_recorded_by_mistake_makes_no_looked_after_child(kept: Database) -> None:
    with kept.work(BUCKS, OFFICER, at=later(1)) as w:
        w.get(CarePlacement, "PL-C-1")
        w.put(a_stay("C-1", state=PlacementState.MISTAKEN), reason="never was")
    assert "C-1" in ids(planned(kept, date(2041, 1, 15)))


def test_homes_go_ten_years_after_they_were_taken_out(kept: Database) -> None:
    with kept.work(BUCKS, OFFICER, at=later(1)) as w:
        w.put(a_home("H-2"), reason="new")
    with kept.work(BUCKS, OFFICER, at=later(2)) as w:
        w.retire(Home, "H-2", reason="closed")
        w.put(Provider(provider_id="P-2", sector=PlaceProvider.PR4), reason="new")
        w.retire(Provider, "P-2", reason="left")
    assert ids(planned(kept, date(2032, 3, 30))) == set()
    assert ids(planned(kept, date(2032, 3, 31))) == {"P-2"}
    assert ids(planned(kept, date(2035, 3, 31))) == {"P-2", "H-2"}


@pytest.mark.parametrize("child_id", ["C-2", None])
def test_a_legal_hold_stops_the_clock(kept: Database, child_id: str | None) -> None:
    day = date(2041, 1, 15)
    hold = LegalHold(
        hold_id="LH-1", child_id=child_id, reason="inquiry", starts_on=date(2025, 1, 1)
    )
    with kept.work(BUCKS, OFFICER, at=later(1)) as w:
        w.put(hold, reason="asked for by the inquiry")
    found = planned(kept, day)
    assert ids(found) == set()
    assert {each.record_id for each in found.held} - {"LH-1"} == {"C-2", "R-2", "S-1"}
    with kept.work(BUCKS, OFFICER, at=later(2)) as w:
        w.get(LegalHold, "LH-1")
        w.put(hold.replace(lifted_on=day), reason="the inquiry has ended")
    assert "R-2" in ids(planned(kept, day))


def test_erasing_leaves_no_word_and_a_whole_chain(kept: Database) -> None:
    day = date(2091, 1, 15)
    found = planned(kept, day)
    kept.ephemeral().put("answers", "k", "Canary Kestrel", until=later(2), authority=BUCKS)
    with kept.work(BUCKS, OFFICER, at=later(3)) as w:
        carry_out(w, day, mark=found.mark, reason="schedule of retention")
    verified = verify(kept, BUCKS)
    assert verified.sound, verified.findings
    assert verified.erased == sum(each.versions for each in found.due) + len(found.due)
    with kept.engine.connect() as connection:
        for table in ("record_versions", "audit_entries", "child_details", "children", "ephemeral"):
            rows = connection.exec_driver_sql(f"SELECT * FROM {table}").all()
            assert "Canary" not in repr(rows), table
    with kept.work(BUCKS, OFFICER, at=later(4)) as w:
        assert w.maybe(Child, "C-1") is None
        assert w.maybe(ReferralCase, "R-4") is not None
        assert w.as_of(later(1)).find(ChildDetails) == []
        assert [v.record for v in history_of(w, Child, "C-1")] == [None, None]
        entries = Trail(w.connection, BUCKS).page(Question(child_id="C-1", action="read")).items
        assert [entry.reason for entry in entries] == ["panel", None]
        erased = Trail(w.connection, BUCKS).page(Question(action="erased", record_id="R-2")).items
        assert [(e.details, e.reason) for e in erased] == [
            ({"basis": "referred"}, "schedule of retention")
        ]
    again = planned(kept, day)
    assert again.due == ()
    assert kept.changes(BUCKS, after=0)[1]


def test_what_is_erased_is_what_was_looked_at(kept: Database) -> None:
    day = date(2091, 1, 15)
    found = planned(kept, day)
    with kept.work(BUCKS, OFFICER, at=later(2)) as w:
        child = w.get(Child, "C-1").record
        w.put(child.replace(solo=True), reason="x")
    with (
        pytest.raises(StaleError, match="Look at the plan again"),
        kept.work(BUCKS, OFFICER, at=later(3)) as w,
    ):
        carry_out(w, day, mark=found.mark, reason="schedule")
    assert verify(kept, BUCKS).erased == 0


def test_content_removed_without_an_entry_is_still_found(kept: Database) -> None:
    with kept.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE record_versions SET body = NULL, salt = NULL WHERE record_id = 'C-3'"
        )
    found = verify(kept, BUCKS).findings
    assert any("no entry says why" in each.sentence for each in found)


@pytest.mark.parametrize(
    "changes", [{"looked_after_years": 74}, {"after_death_years": 14}, {"home_years": 9}]
)
def test_no_schedule_keeps_less_than_the_law_asks(changes: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        RetentionSchedule.model_validate(changes)


def test_a_leap_day_has_its_anniversary_on_the_first_of_march() -> None:
    assert years_after(date(2016, 2, 29), 75) == date(2091, 3, 1)
    assert years_after(date(2016, 2, 29), 4) == date(2020, 2, 29)
