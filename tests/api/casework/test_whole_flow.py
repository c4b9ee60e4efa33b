"""A referral from its draft to the end of the placement, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from api.casework import approvals, offering, referrals, searching
from api.casework.ending import End, NoticeGiven, end, give_notice
from api.casework.placements import (
    ReviewHeld,
    agree,
    meeting_held,
    plan_made,
    record_review,
    record_visit,
)
from api.casework.settling import settle
from api.casework.starting import Start, start
from api.errors import ConflictError, InvalidError, NotAllowedError, WrongStateError
from api.records.actor import Role
from api.records.approval import Approval, ApprovalState
from api.records.capacity import Booking, BookingPurpose
from api.records.care_placement import (
    Agreed,
    CarePlacement,
    LegalSpell,
    NoticeBy,
    Participation,
    PlacementState,
    ReasonCeased,
)
from api.records.choice import Choice, ChoiceState
from api.records.offer import Declined, Offer, OfferState
from api.records.referral_case import CaseState, EntryRoute, ViewsMissing
from api.records.search import Exhausted, SearchStep, StepState, Tier
from matcher.domain.agreement import Route
from matcher.domain.codes import PlaceCode, ReasonPlaceChange
from matcher.domain.home import Home, Setting
from matcher.domain.placement import Hold, HoldKind, HoldScope
from matcher.domain.referral import Timescale
from tests.api.casework.desk import Desk, a_draft, drafted
from tests.builders import AS_OF, a_child, a_home, a_referral, a_world

if TYPE_CHECKING:
    from api.storage.database import Database


@pytest.fixture
def desk(database: Database) -> Desk:
    homes = [a_home("H-1"), a_home("H-2", postcode="HP2 0AA")]
    return Desk(database, a_world([a_child()], homes))


def test_from_a_draft_to_the_end_of_the_placement(desk: Desk) -> None:
    with desk.work() as work:
        referrals.withdraw(work, "R-1", "Drafted anew.")
    referral_id = drafted(desk, legal_basis=None)
    with pytest.raises(ConflictError, match="under which law"), desk.work() as work:
        referrals.submit(work, referral_id)
    with desk.work() as work:
        referrals.amend(work, referral_id, a_draft(child_views_on=None))
    with pytest.raises(ConflictError, match="views"), desk.work() as work:
        referrals.submit(work, referral_id)
    with desk.work() as work:
        referrals.amend(
            work,
            referral_id,
            a_draft(child_views_on=None, child_views_missing=ViewsMissing.NOT_REACHED),
        )
        referrals.submit(work, referral_id)
    assert desk.codes() == ["ADVOCACY_OFFER"]

    desk.open_search(referral_id)
    matches = desk.rank(referral_id).record
    assert [option.parts[0].home_id for option in matches.report.options] == ["H-1", "H-2"]
    assert matches.report.excluded == ()
    with desk.work() as work:
        entry = searching.add_to_shortlist(
            work, referral_id, "H-2", matches_id=matches.matches_id
        ).record
    assert entry.rank == 2

    with pytest.raises(InvalidError, match="ranked first"):
        desk.choose("H-2", referral_id, matches_id=matches.matches_id)
    choice = desk.choose(
        "H-2", referral_id, matches_id=matches.matches_id, why_not_first="The child knows H-2."
    ).record
    assert (choice.rank, choice.state) == (2, ChoiceState.PROPOSED)
    with desk.work() as work:
        bed = work.find(Booking, home_id="H-2")[0].record
    assert (bed.purpose, bed.child_id) == (BookingPurpose.RESERVATION, "C-1")
    assert desk.codes(choice_id=choice.choice_id) == ["VIEWS_OBTAINED"]

    asked = desk.approvals()
    assert [approval.standing for approval in asked] == ["team_manager"]
    with pytest.raises(NotAllowedError, match="approve its funding"):
        _decide(desk, asked[0].approval_id, role=Role.OFFICER)
    _decide(desk, asked[0].approval_id)
    assert desk.case(referral_id).state is CaseState.CHOSEN, "the gate is open still"
    with pytest.raises(ConflictError, match="VIEWS_OBTAINED"):
        _start(desk, referral_id)
    _settle_gates(desk, choice.choice_id)
    assert desk.case(referral_id).state is CaseState.APPROVED

    _start(desk, referral_id)
    assert desk.case(referral_id).state is CaseState.PLACED
    stay = _stay(desk)
    assert (stay.home_id, stay.state, stay.place_code) == (
        "H-2",
        PlacementState.CURRENT,
        PlaceCode.U6,
    )
    assert stay.weekly_fee_pence == 50_000
    due = {task.code: task for task in desk.tasks(placement_id=stay.placement_id)}
    assert {"PLACEMENT_PLAN", "PLACEMENT_MEETING", "FIRST_REVIEW", "NOTIFY_GP"} <= set(due)
    assert str(due["PLACEMENT_PLAN"].due_at)[:10] == "2025-04-07", "five working days"
    assert str(due["FIRST_REVIEW"].due_at)[:10] == "2025-04-30", "over Easter and its holidays"

    placement_id = stay.placement_id
    with desk.work() as work:
        plan_made(work, placement_id, AS_OF)
        meeting_held(work, placement_id, AS_OF)
        agree(work, placement_id, Agreed(agreed_on=AS_OF, weekly_fee_pence=51_000))
        record_visit(work, placement_id, AS_OF)
        record_review(
            work,
            "C-1",
            ReviewHeld(held_on=AS_OF, participation=Participation.PN1, move_agreed=True),
        )
    left = desk.codes(placement_id=placement_id)
    assert {"SECOND_REVIEW", "NEXT_VISIT"} <= set(left)
    assert not {"PLACEMENT_PLAN", "PLACEMENT_AGREEMENT", "FIRST_VISIT"} & set(left)
    assert _stay(desk).may_move

    desk.wait(days=10)
    with desk.work() as work:
        give_notice(
            work,
            placement_id,
            NoticeGiven(
                given_on=AS_OF + timedelta(days=9),
                by=NoticeBy.CARER,
                reason=ReasonPlaceChange.CREQO,
            ),
        )
    assert _stay(desk).placement.expected_end == AS_OF + timedelta(days=9 + 28)
    with desk.work() as work:
        end(
            work,
            placement_id,
            End(ended_on=AS_OF + timedelta(days=10), ceased=ReasonCeased.E4A),
        )
    assert desk.case(referral_id).state is CaseState.ENDED
    assert desk.codes(placement_id=placement_id) == []
    with desk.work() as work:
        assert work.find(Booking, home_id="H-2")[0].record.ends == AS_OF + timedelta(days=10)
        assert work.find(LegalSpell, child_id="C-1")[0].record.ended_on is not None


def test_tiers_are_opened_in_turn_and_dearer_ones_by_a_manager(desk: Desk) -> None:
    desk.open_search()
    with desk.work() as work:
        first = work.find(SearchStep, referral_id="R-1")[0].record
    assert (first.tier, first.state) == (Tier.CONNECTED, StepState.OPEN)
    with pytest.raises(ConflictError, match="connected persons come before"), desk.work() as work:
        searching.open_tier(work, "R-1", Tier.IN_HOUSE)
    with desk.work() as work:
        searching.exhaust(work, first.step_id, Exhausted.NOBODY_THERE)
        searching.open_tier(work, "R-1", Tier.IN_HOUSE)
    with pytest.raises(NotAllowedError, match="Only a manager"), desk.work() as work:
        searching.open_tier(work, "R-1", Tier.SPOT, why_now="Tonight.")
    with desk.work(Role.MANAGER) as work:
        step = searching.open_tier(work, "R-1", Tier.SPOT, why_now="Tonight.").record
    assert step.opened_by == "U-manager"


def test_an_offer_of_a_home_not_known_is_ranked_again(desk: Desk) -> None:
    desk.open_search()
    with desk.work(Role.MANAGER) as work:
        step = searching.open_tier(
            work, "R-1", Tier.FRAMEWORK, framework_tier=1, why_now="No carer is free."
        ).record
    with desk.work() as work:
        request = offering.send_request(
            work,
            "R-1",
            offering.RequestToSend(step_id=step.step_id, provider_ids=frozenset({"P-2"})),
        ).record
    told = request.children[0]
    assert (told.age, told.sex, told.outcode) == (9, "boy", "HP20")
    assert "C-1" not in request.model_dump_json()
    with desk.work() as work:
        offer = offering.receive(
            work,
            "R-1",
            offering.OfferMade(
                request_id=request.request_id,
                provider_id="P-2",
                new_home=offering.NewHome(setting=Setting.FOSTER, postcode="HP3 0AA"),
                route=Route.FRAMEWORK,
                agreement_id="A-2",
                weekly_fee_pence=88_000,
            ),
        ).record
    assert offer.provisional
    report = desk.rank().record.report
    assert offer.home_id in {part.home_id for option in report.to_check for part in option.parts}, (
        "what is not known of it is to be checked"
    )
    with desk.work() as work:
        assert work.get(Home, offer.home_id).record.vacancy_confirmed_on == AS_OF
        offering.decline(work, offer.offer_id, Declined.TOO_FAR)
    with pytest.raises(WrongStateError, match="declined"), desk.work() as work:
        offering.accept(work, offer.offer_id)


def test_offers_lapse_after_their_last_day(desk: Desk) -> None:
    desk.open_search()
    with desk.work() as work:
        made = offering.OfferMade(provider_id="P-1", home_id="H-1", route=Route.IN_HOUSE)
        offer = offering.receive(work, "R-1", made).record
    desk.wait(days=14)
    with desk.work() as work:
        assert offering.expire_offers(work) == 0
    desk.wait(days=1)
    with desk.work() as work:
        assert offering.expire_offers(work) == 1
        assert work.get(Offer, offer.offer_id).record.state is OfferState.EXPIRED


def test_a_rule_that_fails_since_the_choice_stops_it_on_approval(desk: Desk) -> None:
    choice = desk.chosen("H-1").record
    with desk.work() as work:
        hold = Hold(
            hold_id="HO-1",
            scope=HoldScope.HOME,
            target_id="H-1",
            kind=HoldKind.SAFEGUARDING,
            starts=AS_OF,
        )
        work.put(hold, reason="test")
    decided = _decide(desk, desk.approvals()[0].approval_id)
    assert decided.state is ApprovalState.STOPPED
    with desk.work() as work:
        stopped = work.get(Choice, choice.choice_id).record
        assert work.find(Booking, home_id="H-1") == [], "the bed is free again"
    assert stopped.state is ChoiceState.STOPPED
    assert "hold" in stopped.stopped_why[0].lower()
    assert desk.case().state is CaseState.SEARCHING


def test_a_home_with_no_bed_left_cannot_be_chosen(database: Database) -> None:
    world = a_world(
        [a_child("C-1"), a_child("C-2")],
        [a_home("H-1")],
        referrals=[a_referral("R-1", "C-1"), a_referral("R-2", "C-2")],
    )
    desk = Desk(database, world)
    desk.chosen("H-1", "R-1")
    with pytest.raises(ConflictError, match="H-1"):
        desk.chosen("H-1", "R-2", route=Route.IN_HOUSE, why_not_first="None is.")


def test_an_emergency_start_is_approved_afterwards(desk: Desk) -> None:
    with desk.work() as work:
        referrals.amend(
            work,
            "R-1",
            a_draft(
                timescale=Timescale.EMERGENCY,
                entry=EntryRoute.POLICE_PROTECTION,
                began_at=desk.now,
                needed_by=AS_OF,
            ),
        )
    desk.chosen("H-1")
    _start(desk, "R-1", emergency=True)
    assert _stay(desk).state is PlacementState.UNAPPROVED
    with desk.work() as work:
        approval = work.find(Approval)[0].record
    assert approval.retrospective
    assert str(approval.due_at)[:10] == "2025-04-07"
    assert "RETROSPECTIVE_APPROVAL" in desk.codes()
    _decide(desk, approval.approval_id)
    assert _stay(desk).state is PlacementState.CURRENT
    assert "RETROSPECTIVE_APPROVAL" not in desk.codes()


def test_a_planned_placement_does_not_start_as_an_emergency(desk: Desk) -> None:
    desk.chosen("H-1")
    with pytest.raises(ConflictError, match="planned"):
        _start(desk, "R-1", emergency=True)


def test_refused_funding_opens_the_search_again(desk: Desk) -> None:
    desk.chosen("H-1")
    decided = _decide(desk, desk.approvals()[0].approval_id, approve=False)
    assert decided.state is ApprovalState.REFUSED
    assert desk.case().state is CaseState.SEARCHING


def _decide(
    desk: Desk, approval_id: str, *, role: Role = Role.MANAGER, approve: bool = True
) -> Approval:
    with desk.work(role) as work:
        return approvals.decide(
            work, approval_id, approve=approve, reasons="Looked at.", judge=desk.judge
        ).record


def _settle_gates(desk: Desk, choice_id: str) -> None:
    for task in desk.tasks(choice_id=choice_id):
        with desk.work(Role.MANAGER) as work:
            settle(work, task.task_id, "do", remarks="Done.", judge=desk.judge)


def _start(desk: Desk, referral_id: str, **how: bool) -> None:
    with desk.work() as work:
        start(work, referral_id, Start(started_on=desk.now.date(), **how), judge=desk.judge)


def _stay(desk: Desk) -> CarePlacement:
    with desk.work() as work:
        return work.find(CarePlacement, child_id="C-1")[-1].record
