"""Terms of approval and statements of purpose: age and sex."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.codes import Sex
from matcher.evidence.verdict import MET, Judgement, Verdict, not_met, unknown
from matcher.rules.masks import kept_verdicts, verdict_where
from matcher.rules.rule import PairRule, Source

if TYPE_CHECKING:
    from matcher.evidence.arrays import ChildFacts, Flags, HomeArrays, Verdicts
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy

TERMS_SOURCES = (
    Source(
        "Fostering Services (England) Regulations 2011, reg 27(5)",
        "https://www.legislation.gov.uk/uksi/2011/581/regulation/27",
    ),
    Source(
        "Care Planning, Placement and Case Review (England) Regulations 2010, reg 22",
        "https://www.legislation.gov.uk/uksi/2010/959/regulation/22",
    ),
    Source(
        "Children's Homes (England) Regulations 2015, reg 16 and Schedule 1, paragraph 3 "
        "(statement of purpose)",
        "https://www.legislation.gov.uk/uksi/2015/541/regulation/16",
    ),
)
OUTSIDE_TERMS = (
    "Placement outside the terms of approval for at most six working days in an emergency "
    "(Care Planning Regulations 2010, reg 23), or a variation of the terms; granted by the "
    "fostering service."
)
OLDEST = 99
"""Stands for no upper limit in the arrays."""
SEX_WORDS = {Sex.MALE: "boys", Sex.FEMALE: "girls"}


def _approved_ages(low: int | None, high: int | None) -> str:
    if low is None:
        return f"up to {high}"
    return f"{low} and over" if high is None else f"{low}–{high}"


def _judge_age(case: PairCase) -> Judgement:
    terms = case.home.terms
    if terms is None:
        return unknown(missing=f"the ages that {case.home.home_id} is approved for")
    if terms.age_from is None and terms.age_to is None:
        return MET
    if case.age is None:
        return unknown(missing=f"the date of birth of {case.child.child_id}")
    low = terms.age_from if terms.age_from is not None else 0
    high = terms.age_to if terms.age_to is not None else OLDEST
    if low <= min(case.age, OLDEST) <= high:
        return MET
    return not_met(age=case.age, approved=_approved_ages(terms.age_from, terms.age_to))


def _age_unlimited(homes: HomeArrays) -> Flags:
    # An approval from 0 without an upper limit fits any age, but asks for one to be known.
    unlimited: Flags = (homes.terms_age_from == 0) & (homes.terms_age_to == OLDEST)
    for at in np.flatnonzero(unlimited):
        terms = homes.world.homes[homes.ids[at]].terms
        unlimited[at] = terms is None or (terms.age_from is None and terms.age_to is None)
    return unlimited


def _mask_age(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    def make() -> Verdicts:
        if child.age is None:
            unlimited: Flags = homes.kept("age_unlimited", lambda: _age_unlimited(homes))
            return verdict_where(unlimited & homes.terms_known, Verdict.MET, Verdict.UNKNOWN)
        age = min(child.age, OLDEST)
        outside = (homes.terms_age_from > age) | (age > homes.terms_age_to)
        verdicts = verdict_where(outside, Verdict.NOT_MET)
        verdicts[~homes.terms_known] = Verdict.UNKNOWN
        return verdicts

    return kept_verdicts(homes, ("APPROVAL_AGE", child.age), make)


APPROVAL_AGE = PairRule(
    code="APPROVAL_AGE",
    title="The child's age is within the home's approval",
    family="approval",
    sources=TERMS_SOURCES,
    needs=("child.date_of_birth", "home.terms"),
    judge=_judge_age,
    mask=_mask_age,
    sentence="{home} is approved for ages {approved}; {child} is {age}.",
    unknown="Not recorded: {missing}.",
    change="A variation of the approval of {home} to include age {age} would be needed.",
    exemption=OUTSIDE_TERMS,
)


def _judge_sex(case: PairCase) -> Judgement:
    terms = case.home.terms
    if terms is None:
        return unknown(missing=f"whether {case.home.home_id} is approved for boys and for girls")
    if terms.sex is None:
        return MET
    if case.child.sex is None:
        return unknown(missing=f"the sex of {case.child.child_id}")
    if terms.sex is case.child.sex:
        return MET
    return not_met(approved=SEX_WORDS[terms.sex], sought=SEX_WORDS[case.child.sex])


def _mask_sex(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    sex = child.child.sex

    def make() -> Verdicts:
        limited = homes.terms_sex != 0
        if sex is None:
            verdicts = verdict_where(limited, Verdict.UNKNOWN)
        else:
            verdicts = verdict_where(limited & (homes.terms_sex != int(sex)), Verdict.NOT_MET)
        verdicts[~homes.terms_known] = Verdict.UNKNOWN
        return verdicts

    return kept_verdicts(homes, ("APPROVAL_SEX", sex), make)


APPROVAL_SEX = PairRule(
    code="APPROVAL_SEX",
    title="The child's sex is within the home's approval",
    family="approval",
    sources=TERMS_SOURCES,
    needs=("child.sex", "home.terms"),
    judge=_judge_sex,
    mask=_mask_sex,
    sentence="{home} is approved for {approved} only; the place sought is for {sought}.",
    unknown="Not recorded: {missing}.",
    change="A variation of the approval of {home} to include {sought} would be needed.",
    exemption=OUTSIDE_TERMS,
)

RULES = (APPROVAL_AGE, APPROVAL_SEX)
