"""What happens beside the straight way: moves, corrections, splits, allegations, lapses."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from api.casework import allegations, connected, daily, referrals
from api.casework.allegations import AllegationMade
from api.casework.ending import (
    End,
    NoticeGiven,
    end,
    give_notice,
    take_notice_back,
    undo_end,
    undo_start,
)
from api.casework.episodes import episodes_of
from api.casework.placements import (
    PackContents,
    ReviewHeld,
    fill_pack,
    record_review,
)
from api.casework.recoding import NewCode, change_place_code
from api.casework.settling import settle
from api.casework.starting import Start, start
from api.casework.tasks import overdue, reopen
from api.errors import ConflictError, InvalidError, StaleError
from api.records.actor import Role
from api.records.approval import Approval, ApprovalState
from api.records.capacity import Booking
from api.records.care_placement import (
    HandoverPack,
    LegalSpell,
    NoticeBy,
    Participation,
    PlacementState,
    ReasonCeased,
)
from api.records.choice import ChoiceState
from api.records.concerns import AllegationOutcome
from api.records.referral_case import CaseState, EntryRoute, ViewsMissing
from api.records.task import Task, TaskState
from matcher.domain.child import Child
from matcher.domain.codes import PlaceCode, ReasonPlaceChange
from matcher.domain.home import Home, Setting
from matcher.domain.placement import Hold, HoldScope, Resident, ResidentKind
from matcher.domain.referral import Timescale
from tests.api.casework.desk import Desk, a_draft, drafted, placed, stays, two_children
from tests.builders import AS_OF, a_child, a_home, a_referral, a_world, siblings

if TYPE_CHECKING:
    from api.storage.database import Database


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, two_children())


def test_a_child_who_moves_leaves_a_bed_and_takes_a_pack(desk: Desk) -> None:
    with desk.work() as work:
        record_review(
            work,
            "C-9",
            ReviewHeld(held_on=AS_OF, participation=Participation.PN1, move_agreed=True),
        )
    referral_id = drafted(desk, "C-9", entry=EntryRoute.MOVE)
    with desk.work() as work:
        referrals.submit(work, referral_id)
    placed(desk, "H-1", referral_id, left_because=ReasonPlaceChange.CARPL)
    old, new = sorted(stays(desk, child_id="C-9"), key=lambda stay: stay.started_on)
    assert (old.state, old.ceased, old.end_reason) == ("ended", "X1", ReasonPlaceChange.CARPL)
    assert new.home_id == "H-1"
    with desk.work() as work:
        assert work.find(Booking, home_id="H-9")[0].record.ends == AS_OF, "the bed is free"
        pack = work.find(HandoverPack, child_id="C-9")[0].record
    everything = dict.fromkeys(
        ("health_papers", "school_papers", "belongings", "memories", "contact_plan", "medication"),
        True,
    )
    with desk.work() as work:
        filled = fill_pack(work, pack.pack_id, PackContents(**everything)).record
    assert filled.ready_on == AS_OF
    assert "HANDOVER_PACK" not in desk.codes(placement_id=new.placement_id)


def test_siblings_split_so_that_one_can_be_placed(database: Database) -> None:
    desk = Desk(database, a_world(siblings(6, 9), [a_home("H-1"), a_home("H-2")]))
    desk.open_search()
    matches_id = desk.rank().record.matches_id
    with pytest.raises(ConflictError, match="Split the referral"):
        desk.choose("H-1", matches_id=matches_id, child_ids=("C-1",), why_not_first="Alone.")
    with pytest.raises(InvalidError, match="not all of them"), desk.work() as work:
        referrals.split(work, "R-1", ("C-1", "C-2"))
    with desk.work() as work:
        left, other = referrals.split(work, "R-1", ("C-2",))
    assert left.record.child_ids == ("C-1",)
    assert (other.record.child_ids, other.record.state) == (("C-2",), CaseState.SUBMITTED)
    assert other.record.before == "R-1"


def test_a_withdrawn_referral_lets_everything_go_and_can_come_back(desk: Desk) -> None:
    choice = desk.chosen("H-1").record
    with desk.work() as work:
        referrals.withdraw(work, "R-1", "Grandmother came forward.")
    with desk.work() as work:
        assert work.find(Booking, child_id="C-1") == []
        assert work.find(Task, referral_id="R-1", state=TaskState.OPEN) == []
        assert [a.record.state for a in work.find(Approval)] == [ApprovalState.STOPPED]
        referrals.reopen(work, "R-1")
        referrals.submit(work, "R-1")
    assert choice.state is ChoiceState.PROPOSED
    assert desk.case().state is CaseState.SUBMITTED


def test_a_child_waits_under_one_referral_only(desk: Desk) -> None:
    referral_id = drafted(desk, "C-1")
    with pytest.raises(ConflictError, match="waits under referral R-1"), desk.work() as work:
        referrals.submit(work, referral_id)


def test_who_has_seen_an_older_version_changes_nothing(desk: Desk) -> None:
    with pytest.raises(StaleError), desk.work() as work:
        referrals.withdraw(work, "R-1", "Too late.", expected=7)


def test_a_start_by_mistake_is_taken_back_with_its_trail(desk: Desk) -> None:
    placed(desk)
    with desk.work(Role.MANAGER) as work:
        undo_start(work, "R-1")
    assert [stay.state for stay in stays(desk, child_id="C-1")] == [PlacementState.MISTAKEN]
    assert desk.case().state is CaseState.SEARCHING
    with desk.work() as work:
        assert work.find(Booking, home_id="H-1") == []
    placed(desk)


def test_an_allegation_holds_the_home_at_once(desk: Desk) -> None:
    placed(desk)
    with desk.work() as work:
        made = AllegationMade(scope=HoldScope.HOME, target_id="H-1", received_at=desk.now)
        allegation = allegations.record(work, made).record
    assert allegation.lives_there == {"C-1"}
    assert {"TELL_LADO", "ALLEGATION_LIVES_THERE"} <= set(desk.codes())
    referral_id = drafted(desk, "C-9", entry=EntryRoute.MOVE)
    with desk.work() as work:
        referrals.submit(work, referral_id)
    desk.open_search(referral_id)
    report = desk.rank(referral_id).record.report
    assert report.excluded_by_rule["HOLD"] == 1
    with pytest.raises(ConflictError, match="designated officer"), desk.work() as work:
        allegations.close(
            work, allegation.allegation_id, AllegationOutcome.UNFOUNDED, lift_hold=True
        )
    with desk.work() as work:
        allegations.told_lado(work, allegation.allegation_id, AS_OF)
        allegations.close(
            work, allegation.allegation_id, AllegationOutcome.UNFOUNDED, lift_hold=True
        )
        assert work.find(Hold) == []
    assert not {"TELL_LADO", "ALLEGATION_LIVES_THERE"} & set(desk.codes())


def test_the_hold_stays_after_a_substantiated_allegation(desk: Desk) -> None:
    with desk.work() as work:
        made = AllegationMade(scope=HoldScope.PROVIDER, target_id="P-1", received_at=desk.now)
        allegation_id = allegations.record(work, made).record.allegation_id
        assert work.find(Hold)[0].record.scope is HoldScope.PROVIDER
        allegations.told_lado(work, allegation_id, AS_OF)
    with pytest.raises(ConflictError, match="stays after"), desk.work() as work:
        allegations.close(work, allegation_id, AllegationOutcome.SUBSTANTIATED, lift_hold=True)


def test_notice_that_is_taken_back_stops_its_clock(desk: Desk) -> None:
    placed(desk)
    stay = stays(desk, child_id="C-1")[0]
    given = NoticeGiven(given_on=AS_OF, by=NoticeBy.CARER, reason=ReasonPlaceChange.CREQO)
    with desk.work() as work:
        give_notice(work, stay.placement_id, given)
    due = desk.tasks(code="NOTICE_RUNS_OUT")[0].due_at
    assert str(due)[:10] == "2025-04-28"
    with desk.work() as work:
        take_notice_back(work, stay.placement_id)
    assert desk.tasks(code="NOTICE_RUNS_OUT") == []


def test_a_connected_person_has_sixteen_weeks_and_eight_more(database: Database) -> None:
    home = a_home("H-1", setting=Setting.CONNECTED, connected_to=frozenset({"C-1"}))
    desk = Desk(database, a_world([a_child()], [home]))
    with desk.work(Role.MANAGER) as work:
        approval = connected.grant(work, "H-1", AS_OF).record
    assert approval.until == AS_OF + timedelta(weeks=16)
    with desk.work(Role.MANAGER) as work:
        approval = connected.extend(work, approval.approval_id).record
        assert work.get(Home, "H-1").record.temporary_approval_until == approval.until
    assert approval.until == AS_OF + timedelta(weeks=24)
    assert str(desk.tasks(code="TEMPORARY_APPROVAL_CLOCK")[0].due_at)[:10] == "2025-09-15"
    with pytest.raises(ConflictError, match="once"), desk.work(Role.MANAGER) as work:
        connected.extend(work, approval.approval_id)
    with desk.work(Role.MANAGER) as work:
        connected.decide(work, approval.approval_id, approved=True)
        assert work.get(Home, "H-1").record.temporary_approval_until is None
    assert desk.tasks(code="TEMPORARY_APPROVAL_CLOCK") == []


def test_an_emergency_may_use_a_foster_home_outside_its_terms(database: Database) -> None:
    world = a_world(
        [a_child("C-1"), a_child("C-2")], [a_home("H-1")], referrals=[a_referral("R-2", "C-2")]
    )
    desk = Desk(database, world)
    placed(desk, "H-1", "R-2")
    referral_id = drafted(
        desk,
        timescale=Timescale.EMERGENCY,
        entry=EntryRoute.EMERGENCY,
        began_at=desk.now,
        needed_by=AS_OF,
    )
    with desk.work() as work:
        referrals.submit(work, referral_id)
    why = {"route": "in_house", "why_not_first": "No other bed tonight."}
    with pytest.raises(ConflictError, match="H-1"):
        desk.chosen("H-1", referral_id, **why)
    desk.chosen("H-1", referral_id, outside_terms=True, **why)
    with desk.work() as work:
        how = Start(started_on=AS_OF, emergency=True)
        start(work, referral_id, how, judge=desk.judge)
    stay = stays(desk, child_id="C-1")[0]
    assert stay.over_terms_until == AS_OF + timedelta(days=8), "six working days"
    assert "OUTSIDE_TERMS" in desk.codes(placement_id=stay.placement_id)


def test_tasks_refused_stop_the_choice_and_overdue_ones_are_shown(desk: Desk) -> None:
    missing = a_draft(family_views_on=None, family_views_missing=ViewsMissing.UNSAFE)
    with desk.work() as work:
        referrals.amend(work, "R-1", missing)
    choice = desk.chosen("H-1").record
    gate = desk.tasks(choice_id=choice.choice_id)[0]
    with pytest.raises(InvalidError, match="Say why"), desk.work() as work:
        settle(work, gate.task_id, "refuse", judge=desk.judge)
    with desk.work() as work:
        settle(work, gate.task_id, "refuse", judge=desk.judge, remarks="They will not.")
    assert desk.case().state is CaseState.SEARCHING
    with desk.work(Role.MANAGER) as work:
        assert reopen(work, gate.task_id).record.state is TaskState.OPEN
    placed(desk)
    desk.wait(days=30)
    with desk.work() as work:
        late = [held.record.code for held in overdue(work)]
    assert "PLACEMENT_MEETING" in late


def test_a_day_passes_once(desk: Desk) -> None:
    desk.chosen("H-1")
    with desk.work() as work:
        child = work.get(Child, "C-9").record
        work.put(child.replace(date_of_birth=AS_OF.replace(year=2009)), reason="test")
    desk.wait(days=22)
    with desk.work() as work:
        done = daily.pass_the_day(work)
    assert (done.choices_stopped, done.pathway_assessments) == (1, 1)
    assert desk.case().state is CaseState.SEARCHING
    with desk.work() as work:
        done = daily.pass_the_day(work)
    assert (done.choices_stopped, done.pathway_assessments) == (0, 0)


def test_referrals_by_their_route_have_clocks_of_their_own(desk: Desk) -> None:
    with desk.work() as work:
        referrals.withdraw(work, "R-1", "Drafted anew.")
    referral_id = drafted(desk, entry=EntryRoute.REMAND)
    with pytest.raises(ConflictError, match="follows a remand"), desk.work() as work:
        referrals.submit(work, referral_id)
    with desk.work() as work:
        referrals.amend(work, referral_id, a_draft(entry=EntryRoute.REMAND, began_at=desk.now))
        referrals.submit(work, referral_id)
    due = desk.tasks(code="DETENTION_PLACEMENT_PLAN")[0].due_at
    assert str(due)[:10] == "2025-04-14", "ten working days"


def test_a_change_of_status_is_an_episode_and_no_move(desk: Desk) -> None:
    placed(desk)
    stay = stays(desk, child_id="C-1")[0]
    desk.wait(days=30)
    to = NewCode(place_code=PlaceCode.U4, since=desk.now.date())
    with desk.work() as work:
        following = change_place_code(work, stay.placement_id, to).record
    assert (following.home_id, following.booking_id) == (stay.home_id, stay.booking_id)
    assert following.long_term
    assert desk.codes(placement_id=stay.placement_id) == []
    assert "NEXT_REVIEW" not in desk.codes(placement_id=following.placement_id)
    with desk.work() as work:
        spells = [held.record for held in work.find(LegalSpell, child_id="C-1")]
        assert work.find(Booking, home_id="H-1")[0].record.ends is None
    episodes = episodes_of(stays(desk, child_id="C-1"), spells)
    assert [(each.rne, each.reason) for each in episodes] == [("S", "PLACE"), ("T", None)]
    assert desk.case().state is CaseState.PLACED
    with pytest.raises(ConflictError, match="another code"), desk.work() as work:
        change_place_code(work, following.placement_id, to)


def test_who_stays_put_at_18_keeps_the_bed(desk: Desk) -> None:
    with desk.work() as work:
        end(work, "PL-C-9", End(ended_on=AS_OF, ceased=ReasonCeased.E17))
    with desk.work() as work:
        beds = [held.record for held in work.find(Booking, home_id="H-9")]
        resident = work.find(Resident, home_id="H-9")[0].record
    assert resident.kind is ResidentKind.STAYING_PUT
    later = [bed for bed in beds if bed.ends is None]
    assert [(bed.resident_id, bed.starts) for bed in later] == [(resident.resident_id, AS_OF)]


def test_an_end_by_mistake_is_taken_back_with_its_clocks(desk: Desk) -> None:
    placed(desk)
    stay = stays(desk, child_id="C-1")[0]
    before = desk.codes(placement_id=stay.placement_id)
    with desk.work() as work:
        end(work, stay.placement_id, End(ended_on=AS_OF, ceased=ReasonCeased.E4A))
    assert desk.codes(referral_id="R-1") == []
    with desk.work(Role.MANAGER) as work:
        undo_end(work, stay.placement_id)
    assert desk.codes(placement_id=stay.placement_id) == before
    assert desk.case().state is CaseState.PLACED
    with desk.work() as work:
        assert [held.record.ended_on for held in work.find(LegalSpell, child_id="C-1")] == [None]


def test_the_clock_of_a_temporary_approval_runs_to_its_last_day(database: Database) -> None:
    until = AS_OF + timedelta(days=30)
    home = a_home(
        "H-1",
        setting=Setting.CONNECTED,
        connected_to=frozenset({"C-1"}),
        temporary_approval_until=until,
        agreement_ids=(),
    )
    desk = Desk(database, a_world([a_child()], [home]))
    desk.chosen("H-1")
    due = [task.due_at for task in desk.tasks(code="TEMPORARY_APPROVAL_CLOCK")]
    assert [str(each)[:10] for each in due] == [until.isoformat()]
