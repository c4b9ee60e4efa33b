"""Relatives, friends and other connected persons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.domain.home import Setting
from matcher.evidence.arrays import NO_DAY
from matcher.evidence.verdict import MET, NOT_APPLICABLE, Judgement, Verdict, not_met
from matcher.rules.masks import (
    kept_verdicts,
    new_placements,
    new_placements_mask,
    of_setting,
    verdict_where,
)
from matcher.rules.rule import Effect, PairRule, Source

if TYPE_CHECKING:
    from matcher.evidence.arrays import ChildFacts, HomeArrays, Verdicts
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy

REGULATION_24 = Source(
    "Care Planning, Placement and Case Review (England) Regulations 2010, reg 24",
    "https://www.legislation.gov.uk/uksi/2010/959/regulation/24",
)
REGULATION_25 = Source(
    "Care Planning, Placement and Case Review (England) Regulations 2010, reg 25",
    "https://www.legislation.gov.uk/uksi/2010/959/regulation/25",
)


def _judge_only(case: PairCase) -> Judgement:
    if case.home.setting is not Setting.CONNECTED:
        return NOT_APPLICABLE
    return MET if case.child.child_id in case.home.connected_to else not_met()


def _mask_only(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    connected = of_setting(homes, Setting.CONNECTED)

    def make() -> Verdicts:
        return verdict_where(connected, Verdict.NOT_MET, Verdict.NOT_APPLICABLE)

    verdicts = kept_verdicts(homes, "CONNECTED_ONLY", make)
    theirs = homes.connected_to.get(child.child.child_id)
    if theirs is not None:
        verdicts = verdicts.copy()
        for at in theirs:
            if connected[at]:
                verdicts[at] = Verdict.MET
    return verdicts


CONNECTED_ONLY = PairRule(
    code="CONNECTED_ONLY",
    title="A connected person's household is only for the children it is assessed for",
    family="connected",
    sources=(REGULATION_24,),
    needs=("home.setting", "home.connected_to"),
    judge=new_placements(_judge_only),
    mask=new_placements_mask(_mask_only),
    sentence="{home} is a connected person's household and not assessed for {child}.",
    change="The household would have to be assessed for {child} too.",
    changeable=False,
)


def _judge_temporary(case: PairCase) -> Judgement:
    until = case.home.temporary_approval_until
    if until is None:
        return NOT_APPLICABLE
    return MET if case.day <= until else not_met(until=until)


def _mask_temporary(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    day = child.day_ordinal

    def make() -> Verdicts:
        verdicts = verdict_where(homes.temporary_until < day, Verdict.NOT_MET)
        verdicts[homes.temporary_until == NO_DAY] = Verdict.NOT_APPLICABLE
        return verdicts

    return kept_verdicts(homes, ("CONNECTED_TEMPORARY", day), make)


CONNECTED_TEMPORARY = PairRule(
    code="CONNECTED_TEMPORARY",
    title="A temporary approval has not run out",
    family="connected",
    sources=(REGULATION_24, REGULATION_25),
    needs=("home.temporary_approval_until",),
    judge=_judge_temporary,
    mask=_mask_temporary,
    of_home=True,
    sentence="The temporary approval of {home} ran out on {until}.",
    change="The approval would have to be extended, or the full assessment be approved.",
    exemption=(
        "An extension of up to eight weeks, or until a review of a refusal ends (Care Planning "
        "Regulations 2010, reg 25); granted by the nominated officer."
    ),
)


def _judge_clock(case: PairCase) -> Judgement:
    until = case.home.temporary_approval_until
    if until is None or until < case.day:
        return NOT_APPLICABLE
    return not_met(until=until, days=(until - case.day).days)


def _mask_clock(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    day = child.day_ordinal

    def make() -> Verdicts:
        running = homes.temporary_until >= day
        return verdict_where(running, Verdict.NOT_MET, Verdict.NOT_APPLICABLE)

    return kept_verdicts(homes, ("TEMPORARY_APPROVAL_CLOCK", day), make)


TEMPORARY_APPROVAL_CLOCK = PairRule(
    code="TEMPORARY_APPROVAL_CLOCK",
    title="The full assessment is finished before a temporary approval runs out",
    family="connected",
    effect=Effect.GATE,
    sources=(REGULATION_24, REGULATION_25),
    needs=("home.temporary_approval_until",),
    judge=_judge_clock,
    mask=_mask_clock,
    sentence="{home} is approved temporarily, until {until}.",
    change="Finish the assessment and approval of {home} by {until}, or extend in time.",
)

RULES = (CONNECTED_ONLY, CONNECTED_TEMPORARY, TEMPORARY_APPROVAL_CLOCK)
