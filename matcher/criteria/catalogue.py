"""Every criterion there is, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.criteria.near_home import NEAR_HOME
from matcher.errors import PolicyError

if TYPE_CHECKING:
    from matcher.criteria.criterion import Criterion
    from matcher.policy import Policy

CRITERIA: tuple[Criterion, ...] = (NEAR_HOME,)
"""In the order in which reasons are given when points are equal."""

BY_NAME = {criterion.name: criterion for criterion in CRITERIA}


def criteria_of(policy: Policy) -> tuple[Criterion, ...]:
    """Return the criteria that a policy gives points to, in the catalogue's order.

    Raises
    ------
    PolicyError
        If the policy names a criterion that does not exist.
    """
    for name in policy.weights:
        if name not in BY_NAME:
            raise PolicyError(
                f"policy {policy.name}: weights.{name}: there is no such criterion. "
                f"There are {', '.join(BY_NAME)}."
            )
    return tuple(each for each in CRITERIA if policy.weights.get(each.name, 0) > 0)
