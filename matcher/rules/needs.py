"""Needs that a home must be able to meet from the first night."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.need import LEVEL_LABELS, Adaptation
from matcher.evidence.arrays import ADAPTATIONS
from matcher.evidence.verdict import MET, NOT_APPLICABLE, Judgement, Verdict, not_met, unknown
from matcher.rules.masks import kept_verdicts, verdict_where
from matcher.rules.rule import PairRule, Source

if TYPE_CHECKING:
    from matcher.evidence.arrays import ChildFacts, HomeArrays, Verdicts
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy


def _judge_needs(case: PairCase) -> Judgement:
    hard = case.child.must_be_met
    if not hard:
        return NOT_APPLICABLE
    gaps: list[str] = []
    missing: list[str] = []
    able = case.home.level_of
    for need in hard:
        can = able.get(need.domain)
        if can is None:
            missing.append(need.domain.label)
        elif can < need.level:
            levels = f"needs {LEVEL_LABELS[need.level]}, can meet {LEVEL_LABELS[can]}"
            gaps.append(f"{need.domain.label} ({levels})")
    if gaps:
        return not_met(gaps=tuple(gaps))
    return unknown(missing=tuple(missing)) if missing else MET


def _mask_needs(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    hard = np.flatnonzero(child.non_negotiable & (child.levels > 0))
    if not len(hard):
        return homes.all(Verdict.NOT_APPLICABLE)
    found = [_need_met(homes, domain, int(child.levels[domain])) for domain in hard.tolist()]
    # What is not met is graver than what is unknown.
    return found[0] if len(found) == 1 else np.maximum.reduce(found)


def _need_met(homes: HomeArrays, domain: int, level: int) -> Verdicts:
    """Return the verdicts on one need that must be met."""

    def make() -> Verdicts:
        can = homes.capability[domain]
        found = verdict_where(can < level, Verdict.NOT_MET)
        found[can < 0] = Verdict.UNKNOWN
        return found

    return kept_verdicts(homes, ("NEEDS_NON_NEGOTIABLE", domain, level), make)


NEEDS_NON_NEGOTIABLE = PairRule(
    code="NEEDS_NON_NEGOTIABLE",
    title="The home can meet every need that the assessment calls non-negotiable",
    family="needs",
    sources=(
        Source(
            "Children Act 1989, section 22C(5) (the most appropriate placement available)",
            "https://www.legislation.gov.uk/ukpga/1989/41/section/22C",
        ),
        Source("Practice: only needs marked non-negotiable exclude; others are gaps to be closed"),
    ),
    needs=("child.needs", "home.capabilities"),
    judge=_judge_needs,
    mask=_mask_needs,
    sentence="{home} cannot yet meet what {child} must have: {gaps}.",
    unknown="Not recorded for {home}: what it can do for {missing}; ask the provider.",
    change="{home} would need support or training that closes the gap in {gaps}.",
)


def _judge_disability(case: PairCase) -> Judgement:
    wanted = case.child.adaptations
    if not wanted:
        return NOT_APPLICABLE
    if case.home.adaptations is None:
        return unknown(lacking=_in_order(wanted))
    lacking = wanted - case.home.adaptations
    return not_met(lacking=_in_order(lacking)) if lacking else MET


def _in_order(adaptations: frozenset[Adaptation]) -> tuple[Adaptation, ...]:
    return tuple(each for each in ADAPTATIONS if each in adaptations)


def _mask_disability(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    wanted = child.child.adaptations
    if not wanted:
        return homes.all(Verdict.NOT_APPLICABLE)
    bits = np.int16(sum(1 << at for at, each in enumerate(ADAPTATIONS) if each in wanted))

    def make() -> Verdicts:
        suits = (homes.adaptations & bits) == bits
        verdicts = verdict_where(suits, Verdict.MET, Verdict.NOT_MET)
        verdicts[homes.adaptations < 0] = Verdict.UNKNOWN
        return verdicts

    return kept_verdicts(homes, ("DISABILITY_SUITABLE", int(bits)), make)


DISABILITY_SUITABLE = PairRule(
    code="DISABILITY_SUITABLE",
    title="A disabled child's home is suitable for the child's particular needs",
    family="needs",
    sources=(
        Source(
            "Children Act 1989, section 22C(8)(d)",
            "https://www.legislation.gov.uk/ukpga/1989/41/section/22C",
        ),
    ),
    needs=("child.adaptations", "home.adaptations"),
    judge=_judge_disability,
    mask=_mask_disability,
    sentence="{home} lacks what {child} needs: {lacking}.",
    unknown="Not recorded for {home}: whether it has {lacking}; ask the provider.",
    change="{home} would have to be adapted: {lacking}.",
)

RULES = (NEEDS_NON_NEGOTIABLE, DISABILITY_SUITABLE)
