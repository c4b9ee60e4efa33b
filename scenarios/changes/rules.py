"""Changes of what the council decides: policy, budgets, caps."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from matcher.domain.agreement import Budget
from matcher.domain.record import Identifier
from scenarios.changes.change import Change


class PolicyChanges(Change):
    """The council's policy is another while the change holds.

    Parameters
    ----------
    policy_fields
        Fields of :class:`matcher.policy.Policy` with their new values.
    """

    policy_fields: dict[str, Any]


class BudgetChanges(Change):
    """Other limits on new placements; an empty tuple lifts them all.

    Parameters
    ----------
    budgets
        In place of the World's.
    """

    budgets: tuple[Budget, ...]


class ProviderCapped(Change):
    """No new placement with a provider while it has more than this share of the children.

    Parameters
    ----------
    share
        Of the children who live with providers other than the council and parents.
    provider_ids
        Only these; empty for every provider but the council itself.
    """

    share: Annotated[float, Field(gt=0, le=1)]
    provider_ids: tuple[Identifier, ...] = ()
