"""The start of a placement: planned, or in an emergency, with everything that runs from it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from api.casework.beds import take
from api.casework.choosing import stop_choice
from api.casework.clocks_of_placement import start_clocks
from api.casework.emergencies import SIX_DAYS, stands_against
from api.casework.ending import leave
from api.casework.moving import begin, move
from api.casework.periods import Period, Unit
from api.casework.policies import check_emergency, check_start
from api.casework.procedure import procedure_of
from api.casework.referrals import close_search
from api.casework.tasks import gates_of
from api.errors import ConflictError, InvalidError
from api.records.approval import Approval, ApprovalState
from api.records.care_placement import (
    CarePlacement,
    LegalSpell,
    PlacementState,
    ReasonCeased,
)
from api.records.choice import Choice, ChoiceState
from api.records.identity import new_id
from api.records.referral_case import CaseState, ReferralCase
from matcher.domain.agreement import Provider
from matcher.domain.child import Child, PermanencePlan
from matcher.domain.codes import PlaceCode, PlaceProvider, ReasonPlaceChange
from matcher.domain.home import Home, Setting
from matcher.domain.record import Record

if TYPE_CHECKING:
    from api.casework.present import Judge
    from api.records.choice import ChosenHome
    from api.storage.reading import Held
    from api.storage.work import Work


class Start(Record):
    """How a placement starts.

    Parameters
    ----------
    started_on
        First day: today, or a day since the choice that is recorded late.
    emergency
        Approvals and gates that can wait follow afterwards, by their clocks.
    left_because
        For a child who lives somewhere: why that placement ends (REASON_PLACE_CHANGE).
    place_code
        PLACE, where it differs from what the home's setting gives, such as U5 for fostering
        to adopt (Care Planning Regulations 2010, regulation 25A).
    """

    started_on: date
    emergency: bool = False
    left_because: ReasonPlaceChange | None = None
    place_code: PlaceCode | None = None


def start(
    work: Work,
    referral_id: str,
    how: Start,
    *,
    judge: Judge,
    expected: int | None = None,
) -> Held[ReferralCase]:
    """Start the placements of a referral's choice.

    Parameters
    ----------
    work
        The transaction.
    referral_id
        Whose.
    how
        When and how.
    judge
        Asks the rules how things stand: what has failed since stops the choice.
    expected
        The version of the referral that the caller has seen.

    Returns
    -------
    Held
        The referral: placed; or searching again when something has failed since the choice.

    Raises
    ------
    ConflictError
        If gates or approvals are open, or a child who lives somewhere lacks why they left.
    """
    work.lock()
    held = work.get(ReferralCase, referral_id)
    case = held.record
    action = "start_in_emergency" if how.emergency and case.state is CaseState.CHOSEN else "start"
    if how.emergency:
        check_emergency(case)
    under_way = (ChoiceState.PROPOSED, ChoiceState.APPROVED)
    found = work.find(Choice, referral_id=referral_id, state=under_way)
    if not found:
        raise ConflictError(f"No home is chosen for referral {referral_id}.", rule="CHOICE")
    chosen = found[-1]
    choice = chosen.record
    _check_day(work, choice, how)
    check_start(
        tasks=[each.record for each in gates_of(work, choice)],
        approvals=[each.record for each in work.find(Approval, choice_id=choice.choice_id)],
        emergency=how.emergency,
    )
    failing = _failing(work, choice, how, judge)
    if failing:
        changed = move(work, held, "stop", expected=expected)
        stop_choice(work, referral_id, failing)
        return changed
    changed = move(work, held, action, expected=expected)
    move(work, chosen, "carry_out", emergency=how.emergency)
    waits = how.emergency and case.state is CaseState.CHOSEN
    unapproved = waits and _approvals_follow(work, choice)
    for home in choice.homes:
        for child_id in home.child_ids:
            _place(work, case, choice, home, child_id, how, unapproved=unapproved)
    close_search(work, referral_id)
    return changed


def _check_day(work: Work, choice: Choice, how: Start) -> None:
    if not choice.chosen_at.date() <= how.started_on <= work.today:
        raise InvalidError(
            f"The home was chosen on {choice.chosen_at:%-d %B %Y}: the placement starts on a day "
            "from then until today.",
            field="started_on",
        )


def _failing(work: Work, choice: Choice, how: Start, judge: Judge) -> tuple[str, ...]:
    """Return why the placement cannot start any more; empty when it can."""
    home_of = {child: home.home_id for home in choice.homes for child in home.child_ids}
    against = stands_against(work, judge(work, home_of), outside_terms=how.emergency)
    return tuple(dict.fromkeys(each.sentence for each in against))


def _approvals_follow(work: Work, choice: Choice) -> bool:
    """Make approvals that are still asked for retrospective; return whether there are any."""
    due = Period(procedure_of(work).retrospective_days, Unit.WORKING_DAYS).from_moment(work.at)
    asked = [
        held
        for held in work.find(Approval, choice_id=choice.choice_id)
        if held.record.state is ApprovalState.ASKED
    ]
    for held in asked:
        work.put(
            held.record.replace(retrospective=True, due_at=due),
            reason="started in an emergency",
            action="approval.retrospective",
        )
    return bool(asked)


def _place(
    work: Work,
    case: ReferralCase,
    choice: Choice,
    chosen: ChosenHome,
    child_id: str,
    how: Start,
    *,
    unapproved: bool,
) -> None:
    child = work.get(Child, child_id).record
    home = work.get(Home, chosen.home_id).record
    before = work.find(CarePlacement, living=child_id)
    if before:
        if how.left_because is None:
            raise ConflictError(
                f"Child {child_id} lives in {before[0].record.home_id}. Say why that placement "
                "ends.",
                field="left_because",
                rule="REASON_PLACE_CHANGE",
            )
        leave(work, before[0], how.started_on, ceased=ReasonCeased.X1, reason=how.left_because)
    over_terms = how.emergency and home.setting is Setting.FOSTER
    booking = take(work, child_id, home, how.started_on, over_terms=over_terms)
    long_term = child.permanence_plan is not None and child.permanence_plan.long_term
    stay = CarePlacement(
        placement_id=new_id("P", work.at),
        child_id=child_id,
        home_id=home.home_id,
        referral_id=case.referral_id,
        choice_id=choice.choice_id,
        booking_id=booking.booking_id,
        state=PlacementState.UNAPPROVED if unapproved else PlacementState.CURRENT,
        started_on=how.started_on,
        place_code=how.place_code or place_code_of(home, child, long_term=long_term),
        place_provider=place_provider_of(work, home),
        route=chosen.route,
        agreement_id=chosen.agreement_id,
        weekly_fee_pence=_fee_of(chosen),
        funding=case.funding,
        expected_end=_expected_end(case, how.started_on),
        long_term=long_term,
        over_terms_until=(SIX_DAYS.from_day(how.started_on) if booking.over_terms else None),
    )
    held = begin(work, stay, "start_in_emergency" if unapproved else "start")
    first = not before and not _looked_after(work, child_id)
    if first and case.legal_basis is not None:
        begin_spell(work, child_id, case, how.started_on)
    start_clocks(
        work,
        held.record,
        home,
        case=case,
        child=child,
        emergency=how.emergency,
        first=first,
        moved=bool(before),
    )


def place_code_of(home: Home, child: Child, *, long_term: bool) -> PlaceCode:
    """Return the PLACE code of a child in a home; fostering to adopt has its own."""
    if child.permanence_plan is PermanencePlan.ADOPTION:
        if home.setting is Setting.CONNECTED:
            return PlaceCode.U2
        if home.setting is Setting.ADOPTIVE:
            return PlaceCode.A6
    return home.place_code(long_term=long_term)


def place_provider_of(work: Work, home: Home) -> PlaceProvider:
    """Return PLACE_PROVIDER of a home: its provider's sector, PR0 with parents."""
    if home.setting is Setting.WITH_PARENTS:
        return PlaceProvider.PR0
    return work.get(Provider, home.provider_id).record.sector


def begin_spell(work: Work, child_id: str, case: ReferralCase, day: date) -> None:
    """Begin the child's first legal status, with the first placement."""
    if case.legal_basis is None:
        raise AssertionError("a submitted referral has a legal basis")
    spell = LegalSpell(
        spell_id=new_id("L", work.at),
        child_id=child_id,
        legal_status=case.legal_basis.legal_status,
        starts=day,
    )
    work.put(spell, reason="began to be looked after", expected=0, action="legal_status.begin")


def _looked_after(work: Work, child_id: str) -> bool:
    return any(held.record.ended_on is None for held in work.find(LegalSpell, child_id=child_id))


def _fee_of(chosen: ChosenHome) -> int | None:
    if chosen.weekly_fee_pence is None:
        return None
    return round(chosen.weekly_fee_pence / len(chosen.child_ids))


def _expected_end(case: ReferralCase, day: date) -> date | None:
    if case.expected_weeks is None:
        return None
    return Period(case.expected_weeks, Unit.WEEKS).from_day(day)
