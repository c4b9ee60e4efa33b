"""Whether a place can be had on the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.domain.referral import Timescale
from matcher.evidence.arrays import NO_DAY
from matcher.evidence.verdict import MET, NOT_APPLICABLE, Judgement, Verdict, not_met, unknown
from matcher.rules.masks import (
    BOUGHT_SETTINGS,
    bought,
    kept_verdicts,
    new_placements,
    new_placements_mask,
    own_homes,
    own_provision,
    verdict_where,
)
from matcher.rules.rule import PairRule, Source

if TYPE_CHECKING:
    from matcher.domain.referral import Referral
    from matcher.evidence.arrays import ChildFacts, HomeArrays, Verdicts
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy


def _judge_available(case: PairCase) -> Judgement:
    free = case.home.available_from
    if free is None or free <= case.day:
        return MET
    return not_met(available=free, needed=case.day)


def _mask_available(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    day = child.day_ordinal

    def make() -> Verdicts:
        return verdict_where(homes.available_from > day, Verdict.NOT_MET)

    return kept_verdicts(homes, ("AVAILABLE_BY", day), make)


AVAILABLE_BY = PairRule(
    code="AVAILABLE_BY",
    title="A place is free by the day it is needed",
    family="availability",
    sources=(Source("Practice: the placement request states the day by which a home is needed"),),
    needs=("home.available_from", "referral.needed_by"),
    judge=new_placements(_judge_available),
    mask=new_placements_mask(_mask_available),
    of_home=True,
    sentence="{home} is free from {available}; {child} needs it by {needed}.",
    change="It would be an option from {available}, or if the home could be ready sooner.",
)


def _is_emergency(referral: Referral | None) -> bool:
    return referral is not None and referral.timescale is not Timescale.PLANNED


def _judge_emergency(case: PairCase) -> Judgement:
    if not case.home.emergency_only:
        return NOT_APPLICABLE
    if _is_emergency(case.referral):
        return MET
    return not_met()


def _mask_emergency(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    here = Verdict.MET if _is_emergency(child.referral) else Verdict.NOT_MET

    def make() -> Verdicts:
        return verdict_where(homes.emergency_only, here, Verdict.NOT_APPLICABLE)

    return kept_verdicts(homes, ("EMERGENCY_ONLY", here), make)


EMERGENCY_ONLY = PairRule(
    code="EMERGENCY_ONLY",
    title="Beds kept for emergencies are used for emergencies",
    family="availability",
    sources=(Source("Council procedure: beds kept free for emergency and same-day placements"),),
    needs=("home.emergency_only", "referral.timescale"),
    judge=new_placements(_judge_emergency),
    mask=new_placements_mask(_mask_emergency),
    sentence="{home} is kept for emergency and same-day placements; this one is planned.",
    change="The council would have to release the bed for a planned placement.",
    exemption="A manager's decision to release an emergency bed.",
)


def _judge_vacancy(case: PairCase) -> Judgement:
    if case.home.setting not in BOUGHT_SETTINGS or own_provision(case):
        return NOT_APPLICABLE
    confirmed = case.home.vacancy_confirmed_on
    if confirmed is None:
        return unknown(confirmed="has never been confirmed")
    days = (case.world.as_of - confirmed).days
    if days > case.policy.vacancy_fresh_days:
        return unknown(confirmed=f"was last confirmed {days} days ago")
    return MET


def _mask_vacancy(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    def make() -> Verdicts:
        asked = bought(homes) & ~own_homes(homes)
        oldest = homes.world.as_of.toordinal() - policy.vacancy_fresh_days
        # No date at all has ordinal 0, which is older than any policy allows.
        stale = (homes.vacancy_confirmed_on < oldest) | (homes.vacancy_confirmed_on == NO_DAY)
        verdicts = verdict_where(stale, Verdict.UNKNOWN)
        verdicts[~asked] = Verdict.NOT_APPLICABLE
        return verdicts

    key = ("VACANCY_CONFIRMED", homes.world.as_of, policy.vacancy_fresh_days)
    return homes.kept_today(key, make)


VACANCY_CONFIRMED = PairRule(
    code="VACANCY_CONFIRMED",
    title="The provider has lately confirmed the vacancy",
    family="availability",
    sources=(
        Source(
            "Practice: a register of vacancies is never complete or current, so an old vacancy is "
            "checked before it is relied on; the policy says how old"
        ),
    ),
    needs=("home.vacancy_confirmed_on", "policy.vacancy_fresh_days"),
    judge=new_placements(_judge_vacancy),
    mask=new_placements_mask(_mask_vacancy),
    of_home=True,
    sentence="The vacancy at {home} is not confirmed.",
    unknown="The vacancy at {home} {confirmed}; ask the provider.",
    change="The provider would have to confirm the vacancy.",
)

RULES = (AVAILABLE_BY, EMERGENCY_ONLY, VACANCY_CONFIRMED)
