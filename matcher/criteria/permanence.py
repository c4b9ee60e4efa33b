"""Permanence: a home to grow up in for those who need one, and a home that goes on after 18."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.criteria.criterion import Criterion, Score, does_not_apply
from matcher.criteria.parts import TRI, Part, blended, blended_shares, part_of

if TYPE_CHECKING:
    from matcher.domain.child import Child
    from matcher.evidence.arrays import Arrivals, ChildFacts, Floats, HomeArrays
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy

POST_18_FROM_AGE = 15
"""Going on after 18 is looked at from this age; the pathway plan is due at 16."""


def _wanted(child: Child, age: int | None) -> tuple[bool | None, bool | None]:
    """Return whether a child needs a long-term home, and one that goes on after 18."""
    plan = child.permanence_plan
    return (
        None if plan is None else plan.long_term,
        None if age is None else age >= POST_18_FROM_AGE,
    )


def _judge(case: PairCase, arrivals: tuple[Child, ...]) -> Score:
    long_term, post_18 = _wanted(case.child, case.age)
    parts: list[tuple[float | None, float]] = []
    said: list[str] = []
    if long_term is None:
        parts.append((None, 1.0))
        said.append("The permanence plan is not recorded.")
    elif long_term:
        offers = case.home.long_term
        parts.append((None if offers is None else float(offers), 1.0))
        said.append(
            "Whether the home is long term is not recorded."
            if offers is None
            else "A home to grow up in."
            if offers
            else "Not a long-term home, and the plan asks for one."
        )
    if post_18 is None:
        parts.append((None, 1.0))
        said.append("The child's age is not recorded.")
    elif post_18:
        offers = case.home.post_18
        parts.append((None if offers is None else float(offers), 1.0))
        said.append(
            "Whether the home goes on after 18 is not recorded."
            if offers is None
            else "Offers to go on after 18."
            if offers
            else "Does not go on after 18."
        )
    if not parts:
        return does_not_apply("The plan asks for no long-term home.")
    return Score(blended(parts, case.policy.unknown_score("permanence")), " ".join(said))


def _shares(homes: HomeArrays, child: ChildFacts, arrivals: Arrivals, policy: Policy) -> Floats:
    long_term, post_18 = _wanted(child.child, child.age)
    if long_term is False and post_18 is False:
        return np.ones(homes.n)
    unknown = policy.unknown_score("permanence")
    whole = homes.whole

    def make() -> Floats:
        parts: list[tuple[Part, float]] = []
        for wanted, offered in ((long_term, whole.long_term), (post_18, whole.post_18)):
            if wanted is None:
                parts.append((part_of(np.full(whole.n, np.nan), unknown), 1.0))
            elif wanted:
                parts.append((part_of(TRI[offered], unknown), 1.0))
        return blended_shares(parts)

    return homes.cut(whole.kept(("permanence", long_term, post_18, unknown), make))


PERMANENCE = Criterion(
    name="permanence",
    title="The home can be for as long as the child needs one",
    measure=(
        "When the plan is for the child to grow up where they are placed: whether the home is "
        "long term. From the age of 15: whether it goes on after 18. The mean when both are "
        "asked for; a part that is not recorded scores what the policy says of unknowns, and "
        "it is unknown when none is. Does not apply when neither is asked for."
    ),
    sources=(
        (
            "Care Planning, Placement and Case Review (England) Regulations 2010, regulations 5 "
            "and 22B: the plan for permanence; long-term foster placements",
            "https://www.legislation.gov.uk/uksi/2010/959/regulation/5",
        ),
        (
            "Children Act 1989, section 23CZA: staying put arrangements",
            "https://www.legislation.gov.uk/ukpga/1989/41/section/23CZA",
        ),
    ),
    needs=(
        "child.permanence_plan",
        "child.date_of_birth",
        "home.long_term",
        "home.post_18",
    ),
    judge=_judge,
    shares=_shares,
)
