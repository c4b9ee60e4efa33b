"""Worlds as records of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.records.capacity import BudgetLine
from api.records.care_placement import CarePlacement
from api.records.referral_case import CaseState, ReferralCase
from matcher.domain.codes import PlaceProvider

if TYPE_CHECKING:
    from matcher.domain.placement import Placement
    from matcher.domain.referral import Referral
    from matcher.domain.world import World


def case_of(referral: Referral, state: CaseState = CaseState.SEARCHING) -> ReferralCase:
    """Return a referral as casework keeps it."""
    return ReferralCase.model_validate({**referral.model_dump(), "state": state})


def stay_of(placement: Placement, world: World, **changes: Any) -> CarePlacement:
    """Return a placement as casework keeps it."""
    home = world.homes[placement.home_id]
    values: dict[str, Any] = {
        "placement_id": f"PL-{placement.child_id}",
        "child_id": placement.child_id,
        "home_id": placement.home_id,
        "started_on": placement.started_on,
        "place_code": placement.place_code or home.place_code(long_term=False),
        "place_provider": PlaceProvider.PR1,
        "agreement_id": placement.agreement_id,
        "weekly_fee_pence": placement.weekly_fee_pence,
        "expected_end": placement.expected_end,
        "may_move": placement.may_move,
    }
    return CarePlacement.model_validate({**values, **changes})


def records_of(world: World) -> list[Any]:
    """Return everything in a World as records of the service."""
    return [
        *world.providers.values(),
        *world.agreements.values(),
        *world.sibling_groups.values(),
        *world.homes.values(),
        *world.children.values(),
        *map(case_of, world.referrals.values()),
        *(stay_of(each, world) for each in world.placements.values()),
        *world.residents.values(),
        *world.exemptions.values(),
        *world.holds.values(),
        *(BudgetLine(budget_id=f"B-{at}", budget=each) for at, each in enumerate(world.budgets, 1)),
    ]
