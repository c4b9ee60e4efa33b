"""Terms of approval and statements of purpose: age, sex and number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.evidence.verdict import MET, Judgement, Verdict, not_met, unknown
from matcher.rules.rule import PairRule, Source

if TYPE_CHECKING:
    from matcher.evidence.arrays import ChildFacts, HomeArrays, Verdicts
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy


def _judge_age(case: PairCase) -> Judgement:
    terms = case.home.terms
    if terms is None:
        return unknown(missing=f"the ages that {case.home.home_id} is approved for")
    if terms.age_from is None and terms.age_to is None:
        return MET
    if case.age is None:
        return unknown(missing=f"the date of birth of {case.child.child_id}")
    low = terms.age_from if terms.age_from is not None else 0
    high = terms.age_to if terms.age_to is not None else 25
    if low <= case.age <= high:
        return MET
    return not_met(age=case.age, approved=f"{low}-{high}")


def _mask_age(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    unlimited = (homes.terms_age_from == 0) & (homes.terms_age_to == 99)
    if child.age is None:
        fits = np.where(unlimited, Verdict.MET, Verdict.UNKNOWN)
    else:
        within = (homes.terms_age_from <= child.age) & (child.age <= homes.terms_age_to)
        fits = np.where(within, Verdict.MET, Verdict.NOT_MET)
    return np.where(homes.terms_known, fits, Verdict.UNKNOWN).astype(np.int8)


APPROVAL_AGE = PairRule(
    code="APPROVAL_AGE",
    title="The child's age is within the home's approval",
    family="approval",
    sources=(
        Source(
            "Fostering Services (England) Regulations 2011, reg 27(5)",
            "https://www.legislation.gov.uk/uksi/2011/581/regulation/27",
        ),
        Source(
            "Children's Homes (England) Regulations 2015, reg 16 (statement of purpose)",
            "https://www.legislation.gov.uk/uksi/2015/541/regulation/16",
        ),
    ),
    needs=("child.date_of_birth", "home.terms"),
    judge=_judge_age,
    mask=_mask_age,
    sentence="{home} is approved for ages {approved}; {child} is {age}.",
    unknown="Not recorded: {missing}.",
    change="A variation of the approval of {home} to include age {age} would be needed.",
    exemption=(
        "Placement outside the terms of approval for at most six working days in an emergency "
        "(Care Planning Regulations 2010, reg 23), or a variation of the terms."
    ),
)

RULES = (APPROVAL_AGE,)
