"""Stability: a child who has a home keeps it unless another is clearly better."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.criteria.criterion import Criterion, Score, does_not_apply

if TYPE_CHECKING:
    from matcher.domain.child import Child
    from matcher.evidence.arrays import Arrivals, ChildFacts, Floats, HomeArrays
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy


def _judge(case: PairCase, arrivals: tuple[Child, ...]) -> Score:
    placement = case.world.placements.get(case.child.child_id)
    if placement is None:
        return does_not_apply("The child has no placement to keep.")
    if placement.home_id == case.home.home_id:
        since = placement.started_on
        return Score(1.0, lambda: f"The child has lived here since {since:%d/%m/%Y}.")
    return Score(0.0, "The child would have to move.")


def _shares(homes: HomeArrays, child: ChildFacts, arrivals: Arrivals, policy: Policy) -> Floats:
    placement = homes.world.placements.get(child.child.child_id)
    if placement is None:
        return np.ones(homes.n)
    return homes.at((homes.index[placement.home_id],)).astype(np.float64)


STABILITY = Criterion(
    name="stability",
    title="A child who has a home stays in it",
    measure=(
        "For a child who is placed: in full where they live, nothing elsewhere. Does not "
        "apply to a child who is not placed. What a move must be worth in a plan is a setting "
        "of its own, `move_price_points`."
    ),
    sources=(
        (
            "Care Planning, Placement and Case Review (England) Regulations 2010, regulation 14: "
            "ending a placement takes a review of the case",
            "https://www.legislation.gov.uk/uksi/2010/959/regulation/14",
        ),
    ),
    needs=("placement.home_id",),
    judge=_judge,
    shares=_shares,
)
