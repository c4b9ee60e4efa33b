"""A policy looking ahead, or not, and otherwise as it is."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from matcher.explaining.ahead import looks_ahead
from matcher.policy import Policy

if TYPE_CHECKING:
    from matcher.lookahead.values import BedValues
    from matcher.policy import LookAhead


def looking_ahead(policy: Policy, ahead: bool | None) -> Policy:
    """Return a policy that looks ahead, or does not, so that two rankings differ by that alone.

    With the policy's own margin where it has one, else as the shipped ``look_ahead`` does.

    Parameters
    ----------
    policy
        A council's, or a shipped one.
    ahead
        Whether it is to look ahead; None for what the policy says.
    """
    if ahead is None or ahead == bool(policy.look_ahead.margin_points):
        return policy
    settings = _shipped() if ahead else policy.look_ahead.replace(margin_points=0.0)
    return policy.replace(look_ahead=settings)


def can_look_ahead(policy: Policy, values: BedValues | None) -> bool:
    """Whether there is another way to rank: something has been learnt, and the method allows it.

    Parameters
    ----------
    policy
        A council's, whether it looks ahead itself or not.
    values
        What beds are worth in it; None for none.
    """
    return looks_ahead(looking_ahead(policy, True), values)


@cache
def _shipped() -> LookAhead:
    return Policy.named("look_ahead").look_ahead
