"""What happens beside the straight way: moves, corrections, splits, allegations, lapses."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from api.casework import allegations, approvals, connected, daily, referrals
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
from api.casework.keeping import keep
from api.casework.placements import (
    PackContents,
    ReviewHeld,
    WatchBegun,
    fill_pack,
    look_again,
    record_review,
    steady,
    watch,
)
from api.casework.providers import shares
from api.casework.queues import leavers, permanence, rematch, sector_mix, unmet, waiting_list
from api.casework.recoding import NewCode, change_place_code
from api.casework.searching import exhaust
from api.casework.settling import settle
from api.casework.starting import Start, start
from api.casework.targets import expiring, measured
from api.casework.tasks import overdue, reopen
from api.errors import ConflictError, InvalidError, NotAllowedError, StaleError
from api.records.actor import Role
from api.records.approval import Approval, ApprovalState
from api.records.assurance import CarerTraining, Course, QualityVisit, Target, Waiver
from api.records.capacity import Booking
from api.records.care_placement import (
    CarePlacement,
    HandoverPack,
    LegalSpell,
    NoticeBy,
    Participation,
    PlacementState,
    ReasonCeased,
)
from api.records.choice import ChoiceState
from api.records.concerns import AllegationOutcome, Sign, WatchState
from api.records.permanence import (
    AdulthoodPlan,
    NextHome,
    OutcomeArea,
    OutcomeNote,
    PermanenceStage,
    PermanenceStep,
)
from api.records.referral_case import CaseState, EntryRoute, ViewsMissing
from api.records.search import Exhausted, SearchStep
from api.records.task import Standing, Task, TaskState
from matcher.domain.child import Child, PermanencePlan
from matcher.domain.codes import PlaceCode, ReasonPlaceChange
from matcher.domain.home import Home, Setting
from matcher.domain.placement import Hold, HoldScope, Placement, Resident, ResidentKind
from matcher.domain.referral import Timescale
from tests.api.casework.desk import Desk, a_draft, drafted
from tests.builders import AS_OF, a_child, a_home, a_referral, a_world, siblings

if TYPE_CHECKING:
    from api.storage.database import Database


def placed(desk: Desk, home_id: str = "H-1", referral_id: str = "R-1", **how: Any) -> None:
    """Take a referral to its placement."""
    choice = desk.chosen(home_id, referral_id).record
    for task in desk.tasks(choice_id=choice.choice_id):
        with desk.work(Role.MANAGER) as work:
            settle(work, task.task_id, "do", judge=desk.judge)
    for approval in desk.approvals():
        with desk.work(Role.MANAGER) as work:
            approvals.decide(
                work, approval.approval_id, approve=True, reasons="Yes.", judge=desk.judge
            )
    with desk.work() as work:
        start(work, referral_id, Start(started_on=desk.now.date(), **how), judge=desk.judge)
    assert desk.case(referral_id).state is CaseState.PLACED


def stays(desk: Desk, **wanted: Any) -> list[CarePlacement]:
    with desk.work() as work:
        return [held.record for held in work.find(CarePlacement, **wanted)]


@pytest.fixture
def desk(database: Database) -> Desk:
    """Return a desk with a child who waits and one who lives in H-9 far away."""
    world = a_world(
        [a_child("C-1"), a_child("C-9", 17)],
        [
            a_home("H-1"),
            a_home("H-2", postcode="HP2 0AA"),
            a_home("H-9", postcode="HP7 5AA", setting=Setting.CHILDRENS_HOME, grade=None),
        ],
        referrals=[a_referral("R-1", "C-1")],
        placements=[
            Placement(
                child_id="C-9",
                home_id="H-9",
                started_on=AS_OF - timedelta(days=400),
                place_code=PlaceCode.K2,
                weekly_fee_pence=520_000,
            )
        ],
    )
    return Desk(database, world)


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


def test_the_watch_list(desk: Desk) -> None:
    begun = WatchBegun(signs=frozenset({Sign.MISSING}), next_look_on=AS_OF + timedelta(days=7))
    with desk.work() as work:
        watch_id = watch(work, "PL-C-9", begun).record.watch_id
    with pytest.raises(ConflictError, match="watched already"), desk.work() as work:
        watch(work, "PL-C-9", begun)
    with desk.work() as work:
        look_again(work, watch_id, begun)
        assert steady(work, watch_id).record.state is WatchState.STEADY


def test_queues_say_who_is_next(desk: Desk) -> None:
    desk.open_search()
    with desk.work() as work:
        step = work.find(SearchStep)[0].record
        exhaust(work, step.step_id, Exhausted.NOBODY_THERE)
        first = waiting_list(work)[0]
        assert (first.referral_id, first.children, first.late) == ("R-1", 1, False)
        assert first.tiers_exhausted == (
            "relatives, friends and other connected persons: nobody there",
        )
        assert [(each.tier, each.searches) for each in unmet(work)] == [("connected", 1)]
        again = rematch(work, desk.worlds.world(work))
        assert [each.child_id for each in again] == ["C-9"]
        assert {"step_down", "costly"} <= set(again[0].reasons)
        assert again[0].review_needed
        assert [(m.bought, m.placements) for m in sector_mix(work)] == [(False, 1), (True, 0)]
        assert shares(work) == []
    with desk.work() as work:
        child = work.get(Child, "C-9").record
        work.put(child.replace(date_of_birth=AS_OF - timedelta(days=6500)), reason="test")
        plan = AdulthoodPlan(
            plan_id="AP-1", child_id="C-9", next_home=NextHome.STAYING_CLOSE, housing_told_on=AS_OF
        )
        keep(work, plan, expected=0)
    with desk.work() as work:
        leaver = leavers(work)[0]
    assert (leaver.child_id, leaver.bed_stays_taken) == ("C-9", True)


def test_permanence_is_tracked_and_long_term_homes_are_marked(desk: Desk) -> None:
    step = PermanenceStep(
        step_id="PS-1",
        child_id="C-9",
        plan=PermanencePlan.RESIDENTIAL,
        stage=PermanenceStage.FAMILY_FINDING,
        since=AS_OF - timedelta(days=90),
        due_on=AS_OF - timedelta(days=1),
    )
    with desk.work() as work:
        keep(work, step, expected=0)
        assert permanence(work)[0].late
        keep(work, step.replace(stage=PermanenceStage.ACHIEVED), expected=1)
        assert permanence(work) == []
    assert stays(desk, child_id="C-9")[0].long_term


def test_what_lapses_is_remembered(desk: Desk) -> None:
    visit = QualityVisit(
        visit_id="V-1",
        home_id="H-1",
        visited_on=AS_OF,
        expires_on=AS_OF + timedelta(days=20),
        passed=True,
    )
    training = CarerTraining(
        training_id="TR-1",
        home_id="H-1",
        course=Course.CHILD_PROTECTION,
        completed_on=AS_OF,
        expires_on=AS_OF + timedelta(days=400),
    )
    with desk.work() as work:
        keep(work, visit, expected=0)
        keep(work, training, expected=0)
        assert work.get(Home, "H-1").record.quality_visit_due == visit.expires_on
        assert [each.kind for each in expiring(work, days=28)] == ["quality visit"]
    later = visit.replace(visit_id="V-2", expires_on=AS_OF + timedelta(days=300))
    with desk.work() as work:
        keep(work, later, expected=0)
        assert expiring(work, days=28) == []
        assert work.count(Task, code="QUALITY_VISIT_EXPIRES", state=TaskState.OPEN) == 1


def test_targets_are_measured_and_their_review_is_due(desk: Desk) -> None:
    target = Target(target_id="T-1", indicator="spot", year=2025, aim=10.0, higher_is_better=False)
    with desk.work() as work:
        keep(work, target, expected=0)
        found = measured(work, desk.worlds.world(work))
    assert [(each.now, each.met, each.review_due) for each in found] == [(0.0, True, True)]


def test_a_waiver_is_granted_by_who_may(desk: Desk) -> None:
    waiver = Waiver(
        waiver_id="WV-1",
        provider_id="P-2",
        granted_on=AS_OF,
        granted_by=Standing.HEAD_OF_SERVICE,
        until=AS_OF + timedelta(days=60),
        limit_pence=400_000,
        reasons="Nobody else can.",
    )
    with pytest.raises(NotAllowedError, match="waiver of standing orders"), desk.work() as work:
        keep(work, waiver, expected=0)
    with desk.work(Role.MANAGER) as work:
        keep(work, waiver, expected=0)


def test_outcomes_belong_to_the_placement_and_its_provider(desk: Desk) -> None:
    note = OutcomeNote(
        outcome_id="OC-1",
        child_id="C-9",
        placement_id="PL-C-9",
        provider_id="P-2",
        area=OutcomeArea.EDUCATION,
        change=1,
        recorded_on=AS_OF,
    )
    with pytest.raises(ConflictError, match="this child with this provider"), desk.work() as work:
        keep(work, note, expected=0)
    with desk.work() as work:
        keep(work, note.replace(provider_id="P-1"), expected=0)


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
