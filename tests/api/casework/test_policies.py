"""Who may decide, and what may happen when: in tables."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.casework.delegation import can_decide, check_standing, standings_of
from api.casework.policies import (
    check_emergency,
    check_end_day,
    check_framework_turn,
    check_offer_stands,
    check_open_tier,
    check_start,
    check_submit,
    passes,
)
from api.casework.procedure import SHIPPED, hours_to_answer, standing_asked
from api.casework.states import TRANSITIONS, Noun, actions_in, allowed, transition
from api.errors import ConflictError, NotAllowedError, WrongStateError
from api.records.approval import Approval, ApprovalState, Delegation
from api.records.care_placement import CarePlacement
from api.records.choice import Choice, ChosenHome
from api.records.identity import new_id
from api.records.offer import Offer, OfferState
from api.records.referral_case import CaseState, EntryRoute, LegalBasis, ReferralCase, ViewsMissing
from api.records.search import Exhausted, SearchStep, StepState, Tier
from api.records.task import Standing, Task, TaskState
from api.records.text import WITHHELD, without_free_text
from matcher.domain.agreement import Route
from matcher.domain.codes import LegalStatus, PlaceCode, PlaceProvider
from matcher.domain.home import Setting
from matcher.domain.referral import Timescale
from matcher.domain.sibling_group import AssessorRole

DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BASIS = LegalBasis(
    legal_status=LegalStatus.C2,
    decided_on=DAY,
    decided_by=AssessorRole.DIRECTOR,
    rationale="Reasons.",
)


def a_case(**changes: object) -> ReferralCase:
    values: dict[str, object] = {
        "referral_id": "R-1",
        "child_ids": ("C-1",),
        "received_on": DAY,
        "needed_by": DAY,
        "legal_basis": BASIS,
        "child_views_on": DAY,
        "family_views_on": DAY,
    }
    return ReferralCase.model_validate({**values, **changes})


def a_choice(**changes: object) -> Choice:
    values: dict[str, object] = {
        "choice_id": "CH-1",
        "referral_id": "R-1",
        "matches_id": "M-1",
        "rank": 1,
        "homes": (ChosenHome(home_id="H-1", child_ids=("C-1",), route=Route.IN_HOUSE),),
        "starts_on": DAY,
        "reasons": "Suits.",
        "chosen_at": NOON,
        "chosen_by": "U-1",
    }
    return Choice.model_validate({**values, **changes})


def a_step(tier: Tier, **changes: object) -> SearchStep:
    """Return a tier that led to nothing."""
    values: dict[str, object] = {
        "step_id": f"W-{tier}",
        "referral_id": "R-1",
        "tier": tier,
        "state": StepState.EXHAUSTED,
        "opened_at": NOON,
        "opened_by": "U-1",
        "exhausted_at": NOON,
        "exhausted_why": Exhausted.NO_VACANCY,
    }
    return SearchStep.model_validate({**values, **changes})


# Money -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "route", "fee", "standing"),
    [
        (Setting.FOSTER, Route.IN_HOUSE, 50_000, Standing.TEAM_MANAGER),
        (Setting.FOSTER, Route.IN_HOUSE, 149_999, Standing.TEAM_MANAGER),
        (Setting.FOSTER, Route.IN_HOUSE, 150_000, Standing.HEAD_OF_SERVICE),
        (Setting.FOSTER, Route.FRAMEWORK, 50_000, Standing.HEAD_OF_SERVICE),
        (Setting.SUPPORTED, Route.SPOT, 499_999, Standing.HEAD_OF_SERVICE),
        (Setting.SUPPORTED, Route.SPOT, 500_000, Standing.DIRECTOR),
        (Setting.CHILDRENS_HOME, Route.SPOT, 1, Standing.DIRECTOR),
        (Setting.CHILDRENS_HOME, Route.IN_HOUSE, 300_000, Standing.HEAD_OF_SERVICE),
        (Setting.FOSTER, Route.IN_HOUSE, None, Standing.DIRECTOR),
    ],
)
def test_the_matrix_asks_by_kind_route_and_amount(
    setting: Setting, route: Route, fee: int | None, standing: Standing
) -> None:
    found = standing_asked(SHIPPED, setting=setting, route=route, weekly_fee_pence=fee)
    assert found is standing


def test_a_dearer_purchase_never_asks_for_a_lower_standing() -> None:
    for setting, route in product(Setting, Route):
        heights = [
            standing_asked(SHIPPED, setting=setting, route=route, weekly_fee_pence=fee).height
            for fee in (0, 100_000, 200_000, 600_000, 10_000_000)
        ]
        assert heights == sorted(heights)


@pytest.mark.parametrize(("asked", "held"), list(product(Standing, Standing)))
def test_a_higher_standing_decides_what_a_lower_one_may(asked: Standing, held: Standing) -> None:
    assert can_decide(asked, frozenset({held})) is (held.height >= asked.height)


def test_the_lowest_standing_that_is_enough_is_the_one_used() -> None:
    held = frozenset({Standing.DIRECTOR, Standing.HEAD_OF_SERVICE})
    assert check_standing(Standing.TEAM_MANAGER, held, what="This") is Standing.HEAD_OF_SERVICE
    assert check_standing(None, frozenset(), what="This") is None
    with pytest.raises(NotAllowedError, match="director of children's services"):
        check_standing(Standing.DIRECTOR, frozenset({Standing.OFFICER}), what="This")


def test_delegations_hold_between_their_days() -> None:
    deputy = Delegation(
        delegation_id="D-1",
        actor_id="U-1",
        standing=Standing.DIRECTOR,
        starts=DAY,
        until=DAY + timedelta(days=7),
    )
    for days, holds in ((-1, False), (0, True), (7, True), (8, False)):
        found = standings_of([deputy], DAY + timedelta(days=days))
        assert (Standing.DIRECTOR in found) is holds


def test_providers_have_less_time_the_sooner_a_home_is_needed() -> None:
    hours = [hours_to_answer(SHIPPED, timescale) for timescale in Timescale]
    assert hours == sorted(hours)


# States ----------------------------------------------------------------------------------


def test_the_table_has_each_step_once() -> None:
    keys = [(step.noun, step.action, step.before) for step in TRANSITIONS]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("state", CaseState)
def test_what_a_state_does_not_allow_is_refused_with_what_it_does(state: CaseState) -> None:
    possible = {step.action for step in actions_in(Noun.REFERRAL, state)}
    for action in {step.action for step in TRANSITIONS if step.noun is Noun.REFERRAL}:
        assert allowed(Noun.REFERRAL, action, state) is (action in possible)
        if action in possible:
            assert transition(Noun.REFERRAL, action, state).before is state
        else:
            with pytest.raises(WrongStateError, match="possible"):
                transition(Noun.REFERRAL, action, state)


def test_children_wait_from_submission_until_they_are_placed() -> None:
    waiting = {state.value for state in CaseState if state.waits}
    assert waiting == {"submitted", "searching", "chosen", "approved"}


# Policies --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "can"),
    [
        ({}, True),
        ({"legal_basis": None}, False),
        ({"child_views_on": None}, False),
        ({"child_views_on": None, "child_views_missing": ViewsMissing.TOO_YOUNG}, True),
        ({"family_views_on": None}, False),
        ({"entry": EntryRoute.POLICE_PROTECTION}, False),
        ({"entry": EntryRoute.POLICE_PROTECTION, "began_at": NOON}, True),
        ({"entry": EntryRoute.REMAND}, False),
        ({"entry": EntryRoute.STEP_DOWN}, True),
    ],
)
def test_what_a_submitted_referral_must_have(changes: dict[str, object], can: bool) -> None:
    assert passes(lambda: check_submit(a_case(**changes))) is can


@pytest.mark.parametrize(
    ("timescale", "entry", "can"),
    [
        (Timescale.PLANNED, EntryRoute.PLANNED, False),
        (Timescale.PLANNED, EntryRoute.MOVE, False),
        (Timescale.SAME_DAY, EntryRoute.MOVE, True),
        (Timescale.PLANNED, EntryRoute.OUT_OF_HOURS, True),
    ],
)
def test_what_is_an_emergency(timescale: Timescale, entry: EntryRoute, can: bool) -> None:
    case = a_case(timescale=timescale, entry=entry)
    assert passes(lambda: check_emergency(case)) is can


@pytest.mark.parametrize(
    ("tier", "exhausted", "manager", "why", "can"),
    [
        (Tier.CONNECTED, (), False, None, True),
        (Tier.IN_HOUSE, (), False, None, False),
        (Tier.IN_HOUSE, (Tier.CONNECTED,), False, None, True),
        (Tier.IN_HOUSE, (), False, "None are known.", True),
        (Tier.SPOT, tuple(Tier)[:-1], False, None, False),
        (Tier.SPOT, tuple(Tier)[:-1], True, None, True),
        (Tier.SPOT, (), True, "Tonight.", True),
        (Tier.SPOT, (), True, None, False),
    ],
)
def test_when_a_tier_may_be_opened(
    tier: Tier, exhausted: tuple[Tier, ...], manager: bool, why: str | None, can: bool
) -> None:
    steps = [
        a_step(each, framework_tier=1 if each is Tier.FRAMEWORK else None) for each in exhausted
    ]
    given = {"procedure": SHIPPED, "steps": steps, "may_open_dearer": manager, "why_now": why}
    assert passes(lambda: check_open_tier(tier, **given)) is can


@pytest.mark.parametrize(
    ("tier", "exhausted", "why", "can"),
    [(1, (), None, True), (2, (), None, False), (2, (1,), None, True), (3, (), "Late.", True)],
)
def test_the_frameworks_own_tiers_come_in_turn(
    tier: int, exhausted: tuple[int, ...], why: str | None, can: bool
) -> None:
    steps = [a_step(Tier.FRAMEWORK, framework_tier=each) for each in exhausted]
    assert passes(lambda: check_framework_turn(tier, steps=steps, why_now=why)) is can


def test_a_tier_that_the_council_does_not_search_stays_shut() -> None:
    procedure = SHIPPED.replace(tiers=("in_house",), tiers_for_managers=frozenset())
    with pytest.raises(ConflictError, match="does not search"):
        check_open_tier(
            Tier.SPOT, procedure=procedure, steps=[], may_open_dearer=True, why_now=None
        )


@pytest.mark.parametrize(
    ("state", "days", "can"),
    [
        (OfferState.RECEIVED, 0, True),
        (OfferState.RECEIVED, -1, False),
        (OfferState.ACCEPTED, -1, True),
        (OfferState.DECLINED, 5, False),
        (OfferState.EXPIRED, 5, False),
    ],
)
def test_when_an_offer_can_be_relied_on(state: OfferState, days: int, can: bool) -> None:
    offer = Offer(
        offer_id="O-1",
        referral_id="R-1",
        provider_id="P-1",
        home_id="H-1",
        child_ids=("C-1",),
        state=state,
        route=Route.SPOT,
        received_at=NOON,
        expires_on=DAY + timedelta(days=days),
    )
    assert passes(lambda: check_offer_stands(offer, "H-1", DAY)) is can
    assert not passes(lambda: check_offer_stands(offer, "H-2", DAY))


@pytest.mark.parametrize(
    ("gate", "approval", "emergency", "can"),
    [
        (TaskState.DONE, ApprovalState.APPROVED, False, True),
        (TaskState.OPEN, ApprovalState.APPROVED, False, False),
        (TaskState.OPEN, ApprovalState.APPROVED, True, True),
        (TaskState.NOT_NEEDED, ApprovalState.ASKED, False, False),
        (TaskState.NOT_NEEDED, ApprovalState.ASKED, True, True),
        (TaskState.REFUSED, ApprovalState.APPROVED, True, False),
    ],
)
def test_when_a_placement_may_start(
    gate: TaskState, approval: ApprovalState, emergency: bool, can: bool
) -> None:
    task = Task(
        task_id="T-1", code="QUALITY_VISIT", state=gate, opened_at=NOON, holds_up_start=True
    )
    asked = Approval(
        approval_id="A-1",
        referral_id="R-1",
        choice_id="CH-1",
        home_id="H-1",
        weekly_fee_pence=1,
        standing=Standing.DIRECTOR,
        asked_at=NOON,
        state=approval,
    )
    given = {"tasks": [task], "approvals": [asked], "emergency": emergency}
    assert passes(lambda: check_start(**given)) is can


def test_what_the_law_does_not_let_follow_holds_up_an_emergency_too() -> None:
    task = Task(task_id="T-1", code="OUTSIDE_ENGLAND_WALES", opened_at=NOON, holds_up_start=True)
    with pytest.raises(ConflictError, match="OUTSIDE_ENGLAND_WALES"):
        check_start(tasks=[task], approvals=[], emergency=True)


def test_a_placement_ends_between_its_start_and_today() -> None:
    stay = CarePlacement(
        placement_id="P-1",
        child_id="C-1",
        home_id="H-1",
        started_on=DAY,
        place_code=PlaceCode.U6,
        place_provider=PlaceProvider.PR1,
    )
    today = DAY + timedelta(days=3)
    days = [DAY + timedelta(days=each) for each in (-1, 0, 3, 4)]
    can = [passes(lambda day=day: check_end_day(stay, day, today)) for day in days]
    assert can == [False, True, True, False]


# Records ---------------------------------------------------------------------------------


def test_free_text_is_withheld_however_deep_it_lies() -> None:
    case = a_case(risk_remarks="A name, in spite of all.")
    seen = without_free_text(case)
    assert (seen.risk_remarks, seen.legal_basis.rationale) == (WITHHELD, WITHHELD)
    assert seen.withdrawn_why is None
    assert "A name" not in seen.model_dump_json()


def test_a_choice_that_is_not_the_first_says_why() -> None:
    with pytest.raises(ValueError, match="says why"):
        a_choice(rank=2)
    assert a_choice(rank=2, why_not_first="Near her brother.").rank == 2


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_identifiers_sort_by_the_moment_they_were_made(first: int, second: int) -> None:
    ids = [new_id("R", NOON + timedelta(milliseconds=each)) for each in (first, second)]
    if first < second:
        assert ids[0] < ids[1]
    assert ids[0] != ids[1]
