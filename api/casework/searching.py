"""The search, tier by tier: opened in order, each exhausted one with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.casework.moving import begin, move
from api.casework.policies import check_framework_turn, check_open_tier
from api.casework.procedure import procedure_of
from api.errors import ConflictError, InvalidError
from api.records.actor import Permission
from api.records.identity import new_id
from api.records.referral_case import CaseState, ReferralCase
from api.records.search import (
    AnonymousChild,
    Exhausted,
    Matches,
    SearchStep,
    ShortlistEntry,
    StepState,
    Tier,
)
from matcher.domain.codes import Sex
from matcher.domain.home import Home
from matcher.domain.need import LEVEL_LABELS
from matcher.geography.spelling import outcode_of

if TYPE_CHECKING:
    from datetime import date

    from api.storage.reading import Held
    from api.storage.work import Work
    from matcher.domain.child import Child
    from matcher.explaining.report import RankReport, RulesFailed

TOLD_FROM_LEVEL = 2
"""Needs below this level are not told to providers before they offer."""


def open_search(work: Work, referral_id: str, *, expected: int | None = None) -> Held[ReferralCase]:
    """Open the search of a submitted referral with the first tier of the council's order."""
    work.lock()
    changed = move(work, work.get(ReferralCase, referral_id), "open_search", expected=expected)
    if not work.find(SearchStep, referral_id=referral_id):
        first = Tier(procedure_of(work).tiers[0])
        _begin_step(work, referral_id, first, framework_tier=None, why_now=None)
    return changed


def open_tier(
    work: Work,
    referral_id: str,
    tier: Tier,
    *,
    framework_tier: int | None = None,
    why_now: str | None = None,
) -> Held[SearchStep]:
    """Open a further tier.

    Parameters
    ----------
    work
        The transaction; dearer tiers are for whoever may open them.
    referral_id, tier
        Which tier of whose search.
    framework_tier
        For the framework: which of its own tiers.
    why_now
        Why, when a tier before it is not exhausted.

    Raises
    ------
    NotAllowedError
        If only a manager opens it.
    ConflictError
        If it is not its turn, or it is open already.
    InvalidError
        If a framework's tier is lacking, or given where there is none.
    """
    work.lock()
    _searched(work, referral_id)
    if (tier is Tier.FRAMEWORK) != (framework_tier is not None):
        raise InvalidError(
            "Say which tier of the framework, and only for the framework.", field="framework_tier"
        )
    steps = [held.record for held in work.find(SearchStep, referral_id=referral_id)]
    if any((step.tier, step.framework_tier) == (tier, framework_tier) for step in steps):
        raise ConflictError(
            f"The search for referral {referral_id} has been opened to {tier.label} already. "
            "Re-open that step if it was exhausted.",
            field="tier",
            rule="TIER_ONCE",
        )
    check_open_tier(
        tier,
        procedure=procedure_of(work),
        steps=steps,
        may_open_dearer=work.actor.may(Permission.OPEN_ROUTES),
        why_now=why_now,
    )
    if framework_tier is not None:
        check_framework_turn(framework_tier, steps=steps, why_now=why_now)
    return _begin_step(work, referral_id, tier, framework_tier=framework_tier, why_now=why_now)


def exhaust(
    work: Work,
    step_id: str,
    why: Exhausted,
    *,
    remarks: str | None = None,
    expected: int | None = None,
) -> Held[SearchStep]:
    """Record that a tier led to nothing, and why."""
    work.lock()
    held = work.get(SearchStep, step_id)
    _searched(work, held.record.referral_id)
    return move(
        work,
        held,
        "exhaust",
        expected=expected,
        details={"why": str(why)},
        exhausted_at=work.at,
        exhausted_why=why,
        remarks=remarks,
    )


def reopen_step(work: Work, step_id: str, *, expected: int | None = None) -> Held[SearchStep]:
    """Open an exhausted tier again: something has changed."""
    work.lock()
    held = work.get(SearchStep, step_id)
    _searched(work, held.record.referral_id)
    return move(work, held, "reopen", expected=expected, exhausted_at=None, exhausted_why=None)


def keep_matches(
    work: Work, referral_id: str, report: RankReport, *, failed: RulesFailed, sequence: int
) -> Held[Matches]:
    """Keep a ranking whole, as it was shown, with its stamp.

    Parameters
    ----------
    work
        The transaction.
    referral_id
        Whose ranking.
    report
        The ranking; what it words of excluded homes is left out, since ``failed`` has it all.
    failed
        Which rules each home fails.
    sequence
        The last change that it knew of.
    """
    work.lock()
    waiting(work, referral_id)
    matches = Matches(
        matches_id=new_id("M", work.at),
        referral_id=referral_id,
        made_at=work.at,
        made_by=work.actor.actor_id,
        sequence=sequence,
        policy=report.stamp.policy,
        report=report.model_copy(update={"excluded": ()}),
        exclusions=failed,
    )
    return work.put(matches, reason="homes ranked", expected=0, action="referral.rank")


def latest_matches(work: Work, referral_id: str) -> Matches | None:
    """Return the ranking that was made last for a referral; None when there is none."""
    found = [held.record for held in work.find(Matches, referral_id=referral_id)]
    return max(found, key=lambda each: each.made_at, default=None)


def add_to_shortlist(
    work: Work,
    referral_id: str,
    home_id: str,
    *,
    matches_id: str | None = None,
    remarks: str | None = None,
) -> Held[ShortlistEntry]:
    """Put a home on the shortlist, from a ranking or by hand.

    Raises
    ------
    ConflictError
        If it is there already.
    NotFoundError
        If there is no such home or ranking.
    """
    work.lock()
    waiting(work, referral_id)
    work.get(Home, home_id)
    for held in work.find(ShortlistEntry, referral_id=referral_id, home_id=home_id):
        if held.record.removed_at is None:
            raise ConflictError(f"Home {home_id} is on the shortlist already.", field="home_id")
    entry = ShortlistEntry(
        entry_id=new_id("S", work.at),
        referral_id=referral_id,
        home_id=home_id,
        matches_id=matches_id,
        rank=_rank_of(work, matches_id, home_id),
        added_at=work.at,
        added_by=work.actor.actor_id,
        remarks=remarks,
    )
    return work.put(entry, reason="put on the shortlist", expected=0, action="shortlist.add")


def take_off_shortlist(
    work: Work, entry_id: str, *, expected: int | None = None
) -> Held[ShortlistEntry]:
    """Take a home off the shortlist."""
    work.lock()
    held = work.get(ShortlistEntry, entry_id)
    if held.record.removed_at is not None:
        raise ConflictError(f"Entry {entry_id} was taken off the shortlist already.")
    return work.put(
        held.record.replace(removed_at=work.at),
        reason="taken off the shortlist",
        expected=expected or held.version,
        action="shortlist.remove",
    )


def anonymous(child: Child, day: date) -> AnonymousChild:
    """Return what providers are told of a child: no identifier, no date of birth, no address."""
    sex = {Sex.MALE: "boy", Sex.FEMALE: "girl"}.get(child.sex) if child.sex is not None else None
    return AnonymousChild(
        age=child.age_on(day),
        sex=sex,
        needs=tuple(
            f"{need.domain.label}: {LEVEL_LABELS[need.level]}"
            for need in child.needs
            if need.level >= TOLD_FROM_LEVEL
        ),
        adaptations=tuple(sorted(each.label for each in child.adaptations)),
        must_be_only_child=child.solo,
        outcode=outcode_of(child.home_postcode),
        school_stays=child.school is not None and child.school.keep,
    )


def _rank_of(work: Work, matches_id: str | None, home_id: str) -> int | None:
    if matches_id is None:
        return None
    report = work.get(Matches, matches_id).record.report
    return next(
        (
            option.rank
            for option in report.options
            if any(part.home_id == home_id for part in option.parts)
        ),
        None,
    )


def _begin_step(
    work: Work, referral_id: str, tier: Tier, *, framework_tier: int | None, why_now: str | None
) -> Held[SearchStep]:
    step = SearchStep(
        step_id=new_id("W", work.at),
        referral_id=referral_id,
        tier=tier,
        framework_tier=framework_tier,
        state=StepState.OPEN,
        opened_at=work.at,
        opened_by=work.actor.actor_id,
        why_now=why_now,
    )
    return begin(work, step, "open")


def _searched(work: Work, referral_id: str) -> ReferralCase:
    """Return a referral, if its search is open."""
    case = work.get(ReferralCase, referral_id).record
    if case.state is not CaseState.SEARCHING:
        raise ConflictError(
            f"Referral {referral_id} is {case.state}: its search is not open.",
            rule="SEARCH_OPEN",
        )
    return case


def waiting(work: Work, referral_id: str) -> ReferralCase:
    """Return a referral, if its children wait."""
    case = work.get(ReferralCase, referral_id).record
    if not case.state.waits:
        raise ConflictError(
            f"Referral {referral_id} is {case.state}: nobody waits under it.", rule="WAITS"
        )
    return case
