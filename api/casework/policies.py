"""Which state of affairs allows what, beyond the table of transitions.

Every ``check_x`` raises with a sentence; :func:`passes` makes a yes or no of it, for pages that
show or grey out a button. *Who may* is asked elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.casework.catalogue import CATALOGUE
from api.errors import ConflictError, NotAllowedError
from api.records.offer import OfferState
from api.records.referral_case import CaseState, EntryRoute
from api.records.search import StepState, Tier
from api.records.task import Task, TaskState
from matcher.domain.referral import Timescale

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from api.records.approval import Approval, Procedure
    from api.records.care_placement import CarePlacement
    from api.records.choice import Choice
    from api.records.finding import Finding
    from api.records.offer import Offer
    from api.records.referral_case import ReferralCase
    from api.records.search import SearchStep

URGENT = frozenset({EntryRoute.EMERGENCY, EntryRoute.OUT_OF_HOURS, EntryRoute.POLICE_PROTECTION})
"""Routes on which a child may need a bed tonight."""


def passes(check: Callable[[], object]) -> bool:
    """Whether a check raises nothing."""
    try:
        check()
    except (ConflictError, NotAllowedError):
        return False
    return True


def check_submit(case: ReferralCase) -> None:
    """Refuse to submit a referral without its legal basis, or with views neither had nor missed.

    Raises
    ------
    ConflictError
        With what is missing.
    """
    if case.legal_basis is None:
        raise ConflictError(
            f"Referral {case.referral_id} does not say under which law the child is looked after, "
            "who decided that and why. Add the legal basis, then submit it.",
            field="legal_basis",
            rule="LEGAL_BASIS",
        )
    if not case.views_settled:
        raise ConflictError(
            f"Referral {case.referral_id} does not say when the child's and the family's views "
            "were obtained. Add the dates, or the reasons why they were not (Children Act 1989, "
            "section 22(4)).",
            field="child_views_on",
            rule="VIEWS_OBTAINED",
        )
    if case.entry in URGENT and case.began_at is None:
        raise ConflictError(
            f"Referral {case.referral_id} came by {case.entry.label}: say when that began, since "
            "clocks run from it.",
            field="began_at",
            rule="ENTRY_CLOCK",
        )
    if case.entry is EntryRoute.REMAND and case.began_at is None:
        raise ConflictError(
            f"Referral {case.referral_id} follows a remand: say when it was made, since the "
            "detention placement plan is due from then.",
            field="began_at",
            rule="ENTRY_CLOCK",
        )


def is_urgent(case: ReferralCase) -> bool:
    """Whether a start in an emergency is lawful for a referral."""
    return case.entry in URGENT or case.timescale is not Timescale.PLANNED


def check_emergency(case: ReferralCase) -> None:
    """Refuse an emergency start where there is no emergency.

    Raises
    ------
    ConflictError
        If the referral is planned.
    """
    if not is_urgent(case):
        raise ConflictError(
            f"Referral {case.referral_id} is planned: its placement starts when gates and "
            "approvals are settled. If it has become an emergency, say so in its timescale first.",
            field="emergency",
            rule="EMERGENCY_ONLY",
        )


def check_open_tier(
    tier: Tier,
    *,
    procedure: Procedure,
    steps: Sequence[SearchStep],
    may_open_dearer: bool,
    why_now: str | None,
) -> None:
    """Refuse to open a tier out of turn without a reason, or a dearer one without a manager.

    Parameters
    ----------
    tier
        The tier to be opened.
    procedure
        The council's order.
    steps
        The steps of this search so far.
    may_open_dearer
        Whether who opens it is a manager.
    why_now
        Why the tiers before need not be exhausted first; None without a reason.

    Raises
    ------
    NotAllowedError
        If only a manager opens it.
    ConflictError
        If a tier before it is neither exhausted nor passed over with a reason.
    """
    if tier in procedure.tiers_for_managers and not may_open_dearer:
        raise NotAllowedError(
            f"Only a manager opens the search to {tier.label}.",
            field="tier",
            rule="TIER_PERMISSION",
        )
    if tier not in procedure.tiers:
        raise ConflictError(
            f"The council's procedure does not search {tier.label}.",
            field="tier",
            rule="TIER_ORDER",
        )
    done = {step.tier for step in steps if step.state is StepState.EXHAUSTED}
    before = [
        Tier(each) for each in procedure.tiers[: procedure.tiers.index(tier)] if each not in done
    ]
    if before and why_now is None:
        raise ConflictError(
            f"{before[0].label.capitalize()} come before {tier.label} and are not exhausted. "
            "Record why they led to nothing, or say why this tier is opened now.",
            field="why_now",
            rule="TIER_ORDER",
        )


def check_framework_turn(
    framework_tier: int, *, steps: Sequence[SearchStep], why_now: str | None
) -> None:
    """Refuse to open a tier of the framework while a lower one is not exhausted.

    Parameters
    ----------
    framework_tier
        The tier to be opened, from 1.
    steps
        The steps of this search so far.
    why_now
        Why the lower ones need not be exhausted first; None without a reason.

    Raises
    ------
    ConflictError
        If a lower one was not opened, or is open still.
    """
    done = {step.framework_tier for step in steps if step.state is StepState.EXHAUSTED}
    before = [lower for lower in range(1, framework_tier) if lower not in done]
    if before and why_now is None:
        raise ConflictError(
            f"Tier {before[0]} of the framework comes before tier {framework_tier} and is not "
            "exhausted. Record why it led to nothing, or say why this tier is opened now.",
            field="why_now",
            rule="TIER_ORDER",
        )


def check_children_chosen(case: ReferralCase, choice: Choice) -> None:
    """Refuse a choice that does not place exactly the children of its referral.

    Raises
    ------
    ConflictError
        With what to do.
    """
    if set(choice.child_ids) != set(case.child_ids):
        raise ConflictError(
            f"A choice for referral {case.referral_id} places each of its "
            f"{len(case.child_ids)} children. Split the referral first if some of them wait on.",
            field="homes",
            rule="ALL_CHILDREN",
        )


def check_offer_stands(offer: Offer, home_id: str, day: date) -> None:
    """Refuse to rely on an offer that does not stand.

    Raises
    ------
    ConflictError
        If it is for another home, was not accepted, or has expired.
    """
    if offer.home_id != home_id:
        raise ConflictError(
            f"Offer {offer.offer_id} is for home {offer.home_id}, not {home_id}.",
            field="offer_id",
            rule="OFFER_STANDS",
        )
    if offer.state is not OfferState.ACCEPTED and offer.state is not OfferState.RECEIVED:
        raise ConflictError(
            f"Offer {offer.offer_id} is {offer.state}: it no longer stands.",
            field="offer_id",
            rule="OFFER_STANDS",
        )
    if offer.expires_on < day and offer.state is OfferState.RECEIVED:
        raise ConflictError(
            f"Offer {offer.offer_id} stood until {offer.expires_on:%-d %B %Y}. Ask whether it "
            "still does, and record the answer.",
            field="offer_id",
            rule="OFFER_STANDS",
        )


def unsettled(tasks: Iterable[Task]) -> list[Task]:
    """Return the gates that still hold up a start."""
    return [task for task in tasks if task.holds_up_start and not task.state.settled]


def check_start(*, tasks: Sequence[Task], approvals: Sequence[Approval], emergency: bool) -> None:
    """Refuse to start a placement whose gates or approvals are open.

    Raises
    ------
    ConflictError
        With the first that stands in the way, and how many more.
    """
    refused = [task for task in tasks if task.state is TaskState.REFUSED]
    if refused:
        raise ConflictError(
            f"{refused[0].code} was refused for this choice. Choose another home.",
            rule=refused[0].code,
        )
    open_gates = unsettled(tasks)
    open_approvals = [each for each in approvals if each.state != "approved"]
    if emergency:
        open_gates = [task for task in open_gates if CATALOGUE[task.code].emergency is None]
        open_approvals = []
    if not open_gates and not open_approvals:
        return
    first = (
        f"gate {open_gates[0].code} is open"
        if open_gates
        else f"the approval of the {open_approvals[0].standing.label} is open"
    )
    more = len(open_gates) + len(open_approvals) - 1
    raise ConflictError(
        f"The placement cannot start: {first}"
        + (f", and {more} more." if more > 0 else ".")
        + " Settle what is open, or start in an emergency if it is one.",
        rule=open_gates[0].code if open_gates else "FUNDING_APPROVAL",
    )


def check_present(findings: Sequence[Finding]) -> None:
    """Refuse what fails a rule at present.

    Raises
    ------
    ConflictError
        With the sentences of the rules that fail.
    """
    failing = [finding for finding in findings if finding.kind == "fails"]
    if failing:
        sentences = dict.fromkeys(finding.sentence for finding in failing)
        raise ConflictError(" ".join(sentences), rule=failing[0].rule)


def check_end_day(placement: CarePlacement, day: date, today: date) -> None:
    """Refuse an end before the start, or in the future.

    Raises
    ------
    ConflictError
        With the days.
    """
    if day < placement.started_on or day > today:
        raise ConflictError(
            f"Placement {placement.placement_id} started on {placement.started_on:%-d %B %Y}: it "
            f"ends on a day from then until today. For a later day, record notice.",
            field="ended_on",
            rule="END_DAY",
        )


WAITING = frozenset(state for state in CaseState if state.waits)
"""States of referrals whose children still wait."""
