"""Household: smoke, for children whom it harms most, and carers' own children close in age.

Neither excludes: guidance says *not normally*, and a manager may know of a household that
only smokes outside. Ages of other placed children are left out: in a children's home
children of one age are the rule, and evidenced risks are rules of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.criteria.criterion import Criterion, Score, does_not_apply
from matcher.criteria.parts import TRI, blended, blended_shares, household_shares, part_of
from matcher.domain.home import FOSTERING_SETTINGS
from matcher.evidence.arrays import setting_codes
from matcher.evidence.lookup import among

if TYPE_CHECKING:
    from matcher.domain.child import Child
    from matcher.evidence.arrays import Arrivals, ChildFacts, Floats, HomeArrays
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy

SMOKE_WEIGHT = 3.0
GAP_WEIGHT = 1.0
YOUNG_UNDER = 5
"""Under this age no child is normally placed with carers who smoke."""

GAP_SHARES = (0.0, 0.5, 1.0)
"""By years between the child and the carers' own child nearest in age."""


def _harmed_by_smoke(child: Child, age: int | None) -> bool | None:
    """Whether smoke harms the child more than others; None when the age is not known."""
    if child.asthma_or_heart_condition:
        return True
    return None if age is None else age < YOUNG_UNDER


def _smoke_share(harmed: bool | None, smokers: bool | None) -> float | None:
    """Return the share for smoke; None when unknown."""
    if smokers is None:
        return None
    if not smokers:
        return 1.0
    return 0.0 if harmed else None


def _gap_share(age: int | None, own: tuple[int, ...] | None) -> float | None:
    """Return the share for the age gap; None when unknown."""
    if own is None:
        return None
    if not own:
        return 1.0
    if age is None:
        return None
    return GAP_SHARES[min(*(abs(age - each) for each in own), 2)]


def _judge(case: PairCase, arrivals: tuple[Child, ...]) -> Score:
    home = case.home
    if not home.setting.fostering:
        return does_not_apply("Not a family household.")
    harmed = _harmed_by_smoke(case.child, case.age)
    household, age = home.household, case.age
    parts: list[tuple[float | None, float]] = []
    smoke = None
    if harmed is not False:
        smoke = _smoke_share(harmed, household.smokers)
        parts.append((smoke, SMOKE_WEIGHT))
    own = household.own_children_ages
    gap = _gap_share(age, own)
    parts.append((gap, GAP_WEIGHT))

    def why() -> str:
        said = _gap_sentence(gap, age, own)
        return said if harmed is False else f"{_smoke_sentence(smoke, household.smokers)} {said}"

    return Score(
        blended(parts, case.policy.unknown_score("household")),
        why,
        (
            "The household smokes: a smoke-free home and car, agreed in the placement plan, and "
            "the health adviser's view would be needed."
            if harmed and household.smokers
            else ""
        ),
    )


def _smoke_sentence(share: float | None, smokers: bool | None) -> str:
    if smokers is None:
        return "Whether the household smokes is not recorded."
    if share is None:
        return "The household smokes, and the child's age is not recorded."
    return (
        "A smoke-free household."
        if share
        else "The household smokes; guidance is against it for this child."
    )


def _gap_sentence(share: float | None, age: int | None, own: tuple[int, ...] | None) -> str:
    if own is None:
        return "Ages of the carers' own children are not recorded."
    if not own:
        return "No other children of the carers at home."
    if share is None or age is None:
        return "The carers have children at home; the child's age is not recorded."
    nearest = min(own, key=lambda each: (abs(age - each), each))
    if share == 1:
        return f"The carers' child nearest in age is {nearest}: {abs(age - nearest)} years apart."
    return f"The carers' own child of {nearest} is close in age."


def _shares(homes: HomeArrays, child: ChildFacts, arrivals: Arrivals, policy: Policy) -> Floats:
    harmed = _harmed_by_smoke(child.child, child.age)
    unknown = policy.unknown_score("household")

    whole = homes.whole

    def make() -> Floats:
        gap = household_shares(
            whole, ("own_children_ages",), child.age, lambda own: _gap_share(child.age, *own)
        )
        parts = [(part_of(gap, unknown), GAP_WEIGHT)]
        if harmed is not False:
            table = TRI[[1, 0, 2]] if harmed else np.array([1.0, np.nan, np.nan])
            parts.insert(0, (part_of(table[whole.smokers], unknown), SMOKE_WEIGHT))
        families = among(whole.setting, setting_codes(*FOSTERING_SETTINGS))
        return np.where(families, blended_shares(parts), 1.0)

    return homes.cut(whole.kept(("household", child.age, harmed, unknown), make))


HOUSEHOLD = Criterion(
    name="household",
    title="Nothing in the household makes daily life harder for this child",
    measure=(
        "In fostering households only. For children under five, or with a breathing or heart "
        "condition: nothing if somebody smokes, with three parts of the weight. For all: a "
        "carers' own child of the same age scores nothing, one year apart half, two years in "
        "full, with one part of the weight. A part that is not recorded scores what the "
        "policy says of unknowns; unknown when none is recorded. Homes with staff get every "
        "point."
    ),
    sources=(
        (
            "CoramBAAF practice note 68, as in a council's smoking policy: under fives and "
            "children with breathing or heart conditions are not normally placed with smokers",
            "https://doncastercs.trixonline.co.uk/chapter/family-placement-and-smoking-policy",
        ),
        (
            "Wilson and others (2004), Fostering success, SCIE knowledge review 5: carers' own "
            "children close in age to the foster child",
            "",
        ),
    ),
    needs=(
        "child.date_of_birth",
        "child.asthma_or_heart_condition",
        "home.setting",
        "home.household.smokers",
        "home.household.own_children_ages",
    ),
    judge=_judge,
    shares=_shares,
)
