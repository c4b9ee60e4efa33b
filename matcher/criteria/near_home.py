"""Near home: straight-line miles between the child's home and the placement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.criteria.criterion import Criterion, Score, does_not_apply
from matcher.criteria.parts import share_at, shares_at

if TYPE_CHECKING:
    from matcher.domain.child import Child
    from matcher.evidence.arrays import Arrivals, ChildFacts, Floats, HomeArrays
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy


def _applies(child: Child) -> str:
    """Return why distance does not apply to a child; empty when it does."""
    if child.unaccompanied:
        return "Distance does not apply to an unaccompanied child."
    if child.away_for_safety:
        return "The care plan asks for a home away from the family's area: distance is no loss."
    return ""


def _judge(case: PairCase, arrivals: tuple[Child, ...]) -> Score:
    reason = _applies(case.child)
    if reason:
        return does_not_apply(reason)
    miles = case.miles
    if miles is None:
        return Score(None, "The distance from home is not known.")
    share = share_at(miles, case.policy.near_home)
    return Score(share, lambda: f"{miles:.1f} miles from home.")


def _shares(homes: HomeArrays, child: ChildFacts, arrivals: Arrivals, policy: Policy) -> Floats:
    if _applies(child.child):
        return np.ones(homes.n)
    found: Floats = shares_at(child.miles, policy.near_home)
    return found


NEAR_HOME = Criterion(
    name="near_home",
    title="The home is near the child's own home",
    measure=(
        "The DfE's straight-line miles between the postcode where the child lived when they "
        "came into care and the home, on the policy's scale `near_home`. Does not apply to "
        "unaccompanied children, nor when the care plan asks for a home away from the area. "
        "Unknown when either place is."
    ),
    sources=(
        (
            "Children Act 1989, section 22C(8)(a)",
            "https://www.legislation.gov.uk/ukpga/1989/41/section/22C",
        ),
        ("Published definition: 20.0 straight-line miles or less is near (DfE, SSDA903)", ""),
    ),
    needs=("child.home_postcode", "home.postcode"),
    judge=_judge,
    shares=_shares,
)
