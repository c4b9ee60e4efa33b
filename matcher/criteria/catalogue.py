"""Every criterion there is, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.criteria.connected_person import CONNECTED_PERSON
from matcher.criteria.disruption import DISRUPTION
from matcher.criteria.household import HOUSEHOLD
from matcher.criteria.identity import IDENTITY
from matcher.criteria.journeys import CONTACT_TRAVEL, SCHOOL
from matcher.criteria.near_home import NEAR_HOME
from matcher.criteria.needs_fit import NEEDS_FIT
from matcher.criteria.permanence import PERMANENCE
from matcher.criteria.provider import PREFERRED_PROVIDER, PROVIDER_QUALITY
from matcher.criteria.siblings import SIBLINGS
from matcher.criteria.stability import STABILITY
from matcher.criteria.value_for_money import VALUE_FOR_MONEY
from matcher.criteria.wishes import CHILD_WISHES, FAMILY_VIEWS
from matcher.errors import PolicyError

if TYPE_CHECKING:
    from matcher.criteria.criterion import Criterion
    from matcher.policy import Policy

CRITERIA: tuple[Criterion, ...] = (
    CONNECTED_PERSON,
    NEEDS_FIT,
    NEAR_HOME,
    SCHOOL,
    CONTACT_TRAVEL,
    SIBLINGS,
    IDENTITY,
    CHILD_WISHES,
    FAMILY_VIEWS,
    STABILITY,
    DISRUPTION,
    PROVIDER_QUALITY,
    PREFERRED_PROVIDER,
    PERMANENCE,
    HOUSEHOLD,
    VALUE_FOR_MONEY,
)
"""In the order in which reasons are given when points are equal."""

BY_NAME = {criterion.name: criterion for criterion in CRITERIA}


def criteria_of(policy: Policy) -> tuple[Criterion, ...]:
    """Return the criteria that a policy gives points to, in the catalogue's order.

    Raises
    ------
    PolicyError
        If the policy names a criterion that does not exist.
    """
    for setting, names in (
        ("weights", policy.weights),
        ("unknown_scores_by_criterion", policy.unknown_scores_by_criterion),
    ):
        for name in names:
            if name not in BY_NAME:
                raise PolicyError(
                    f"policy {policy.name}: {setting}.{name}: there is no such criterion. "
                    f"There are {', '.join(BY_NAME)}."
                )
    return tuple(each for each in CRITERIA if policy.weights.get(each.name, 0) > 0)
