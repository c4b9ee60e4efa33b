"""Connected person: a relative, friend or other person connected with the child."""

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
    if case.child.child_id not in case.world.connected_homes:
        return does_not_apply("No connected person's home is recorded for this child.")
    if case.child.child_id in case.home.connected_to:
        return Score(1.0, "The home of a connected person assessed for this child.")
    return Score(0.0, "Not the connected person's home that is recorded for this child.")


def _shares(homes: HomeArrays, child: ChildFacts, arrivals: Arrivals, policy: Policy) -> Floats:
    positions = homes.connected_to.get(child.child.child_id)
    if positions is None:
        return np.ones(homes.n)
    return homes.at(positions).astype(np.float64)


CONNECTED_PERSON = Criterion(
    name="connected_person",
    title="The home is that of a connected person assessed for the child",
    measure=(
        "In full for the home of a connected person assessed for this child, nothing for "
        "every other home. Does not apply when no such home is recorded for the child."
    ),
    sources=(
        (
            "Children Act 1989, section 22C(7)(a): preference to a relative, friend or other "
            "person connected with the child who is also a local authority foster parent",
            "https://www.legislation.gov.uk/ukpga/1989/41/section/22C",
        ),
    ),
    needs=("home.connected_to",),
    judge=_judge,
    shares=_shares,
)
