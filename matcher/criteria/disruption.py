"""Disruption: a documented guess at the chance that the placement breaks down.

It stands here so that the guess can be seen, disputed and replaced by one that a council has
validated on its own history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.criteria.criterion import Criterion, Score
from matcher.criteria.needs_fit import levels_short, levels_short_everywhere

if TYPE_CHECKING:
    from matcher.domain.child import Child
    from matcher.evidence.arrays import Arrivals, ChildFacts, Floats, HomeArrays
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy

BASE = 0.10
"""Share of children with three or more placements in a year, England 2023 (DfE)."""
PER_MILE_TO_SCHOOL = 0.0205
PER_YEAR_OF_AGE = 0.014
PER_LEVEL_SHORT = 0.05


def _judge(case: PairCase, arrivals: tuple[Child, ...]) -> Score:
    short = levels_short(case.child, case.home)
    miles = 0.0 if case.child.school is None else case.school_miles
    if case.age is None or short is None or miles is None:
        return Score(
            None, "Age, distance to school or needs are not known: no prediction of disruption."
        )
    chance = BASE * float(np.exp(PER_MILE_TO_SCHOOL * miles))
    chance = chance + PER_YEAR_OF_AGE * case.age + PER_LEVEL_SHORT * short
    chance = min(chance, 1.0)
    return Score(
        1.0 - chance,
        lambda: f"Predicted chance of disruption {100 * chance:.0f} in 100; not validated locally.",
    )


def _shares(homes: HomeArrays, child: ChildFacts, arrivals: Arrivals, policy: Policy) -> Floats:
    if child.age is None:
        return np.full(homes.n, np.nan)
    miles = np.zeros(homes.n) if child.child.school is None else child.school_miles
    chance = BASE * np.exp(PER_MILE_TO_SCHOOL * miles)
    short = PER_LEVEL_SHORT * levels_short_everywhere(homes, child)
    chance = chance + PER_YEAR_OF_AGE * child.age + short
    shares: Floats = 1.0 - np.minimum(chance, 1.0)
    return shares


DISRUPTION = Criterion(
    name="disruption",
    title="The placement is unlikely to break down (weight 0 until validated locally)",
    measure=(
        "One less a guessed chance that the placement breaks down: 10 in 100 times exp(0.0205 "
        "for each mile to school), and 1.4 in 100 for each year of age, and 5 in 100 for each "
        "level by which the home falls short of a need. The first coefficients are of other "
        "places and times, the last is an assumption; none has been validated here, so its "
        "weight is 0 in every policy that comes with Near Home. Whether siblings live "
        "together is left out on purpose: it is a duty, not a means to stability. Unknown "
        "when the age, the distance to school or every need or capability is."
    ),
    sources=(
        (
            "Robinson-Cortés, Who gets placed where and why? An empirical framework for foster "
            "care placement (Los Angeles County): distance to school and age",
            "",
        ),
        (
            "Disruptions in foster care, Texas, 23,765 children: kinship and sibling placements",
            "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7357603/",
        ),
        (
            "Department for Education, Children looked after in England including adoptions, "
            "2023: three or more placements in the year",
            "https://explore-education-statistics.service.gov.uk/find-statistics/"
            "children-looked-after-in-england-including-adoptions",
        ),
    ),
    needs=("child.date_of_birth", "child.school", "child.needs", "home.capabilities"),
    judge=_judge,
    shares=_shares,
)
