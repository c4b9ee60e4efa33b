"""Among homes that suit a child equally well, the one whose bed others will need least.

The plan of the policy comes first. Looking ahead then only exchanges homes: whoever has a
home keeps one, whoever is together stays together, and nobody waits who would not have
waited. The child comes first: an exchange may cost a child no more of their own welfare than
the margin of the policy, measured against the best home that is open to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.candidates import group_of
from matcher.evidence.arrays import Arrivals, child_facts
from matcher.evidence.rows import HomeRows
from matcher.live.asking import Weighed, facts_at
from matcher.live.deciding import decide
from matcher.live.families import MILLI, TIE_BITS, FamilyPlan, Pick
from matcher.lookahead.today import price_today, stay_weeks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from matcher.domain.world import World
    from matcher.live.families import Forbidden, Price
    from matcher.live.offers import Offers
    from matcher.lookahead.values import BedValues
    from matcher.policy import Policy

    Floats = NDArray[np.float64]

_OUTSIDE = 1_000_000 * MILLI
"""What it costs to go beyond the margin, because somebody else has every home within it."""
_EACH_POINT_OUTSIDE = 100 * MILLI
_NOWHERE: Price = 1 << 62
_ROUNDING = 1e-9


def welfare(policy: Policy, offers: Offers) -> Floats:
    """Return the points of each child without those of money and route.

    Parameters
    ----------
    policy
        Says which criteria may yield.
    offers
        Homes.

    Returns
    -------
    ndarray
        Shape (children, homes).
    """
    homes = offers.homes
    rows = HomeRows(homes, offers.at)
    facts = tuple(
        facts_at(child_facts(child, offers.day, homes), rows) for child in offers.children
    )
    arrivals = Arrivals(facts, group_of(offers.children[0], homes.world))
    money = Weighed(policy, tuple(policy.look_ahead.yielding))
    found = offers.points.copy()
    for row, child in enumerate(facts):
        found[row] -= money.points(rows, child, arrivals)
    return found


def beyond_margin(policy: Policy, own: Floats) -> Floats:
    """Return by how much each home is worse for a child than the margin allows; 0 within it.

    For siblings the best home is best for all of them together, and none of them may be worse
    off than there by more than the margin.

    Parameters
    ----------
    policy
        Its margin.
    own
        Welfare, shape (children, homes).
    """
    best = int(own.mean(axis=0).argmax())
    short = (own[:, best : best + 1] - own).max(axis=0)
    found: Floats = np.maximum(short - policy.look_ahead.margin_points - _ROUNDING, 0.0)
    return found


class Exchange:
    """Children who have a home by the plan, and the homes that they could have instead.

    Parameters
    ----------
    world, policy, values
        Where, by what, and what beds are worth.
    pick
        Their home by the plan.
    allowed
        Which of the homes that offer may be had in exchange; None for all.
    """

    def __init__(
        self,
        world: World,
        policy: Policy,
        values: BedValues,
        pick: Pick,
        allowed: NDArray[np.bool_] | None = None,
    ) -> None:
        self._pick = pick
        offers = pick.offers
        weeks = stay_weeks(values, world, offers.children, offers.day)
        ids = offers.homes.ids
        price = np.array(
            [
                price_today(values, world, ids[at], beds=offers.size, weeks=weeks, day=offers.day)
                for at in offers.places
            ]
        )
        beyond = beyond_margin(policy, welfare(policy, offers))
        cost = offers.match_loss + np.rint(price * MILLI).astype(np.int64)
        outside = _OUTSIDE + np.rint(beyond * _EACH_POINT_OUTSIDE).astype(np.int64)
        cost = np.where(beyond > 0, outside + offers.match_loss, cost)
        self._cost = (cost.astype(np.int64) << TIE_BITS) + (offers.at + 1) * offers.size
        if allowed is not None:
            self._cost[~allowed] = _NOWHERE

    def best(self, forbidden: Iterable[Forbidden] = ()) -> FamilyPlan:
        """Return the best home that is not forbidden."""
        ids = self._pick.child_ids
        offers = self._pick.offers
        no = [
            each.home
            for each in forbidden
            if (ids == each.child_ids if each.exactly else ids >= each.child_ids)
        ]
        cost = self._cost
        if no:
            cost = np.where(np.isin(offers.at, no), _NOWHERE, cost)
        place = int(cost.argmin())
        if int(cost[place]) == _NOWHERE:
            return FamilyPlan(_NOWHERE, (), tuple(sorted(ids)))
        return FamilyPlan(int(cost[place]), (Pick(offers, place),), ())


def look_ahead(
    world: World, policy: Policy, values: BedValues, plans: Sequence[FamilyPlan]
) -> list[FamilyPlan]:
    """Return plans in which homes are exchanged for such as others will need less.

    Parameters
    ----------
    world, policy, values
        Where, by what, and what beds are worth.
    plans
        The policy's own, one a family, which can stand side by side.

    Returns
    -------
    list of FamilyPlan
        In the same order. A family that is split over homes keeps them.
    """
    found = list(plans)
    moving = [at for at, plan in enumerate(plans) if len(plan.picks) == 1]
    staying = [Fixed(plan) for plan in plans if len(plan.picks) > 1]
    parties = [Exchange(world, policy, values, plans[at].picks[0]) for at in moving]
    chosen = decide(world, policy, [*parties, *staying])
    if chosen is None or any(plan.unplaced for plan in chosen[: len(moving)]):
        return found
    for at, plan in zip(moving, chosen, strict=False):
        found[at] = FamilyPlan(plans[at].price, plan.picks, plans[at].unplaced)
    return found


class Fixed:
    """A family that keeps what the plan gives it.

    Parameters
    ----------
    plan
        The policy's own.
    """

    def __init__(self, plan: FamilyPlan) -> None:
        self._plan = plan

    def best(self, forbidden: Iterable[Forbidden] = ()) -> FamilyPlan:
        """Return the plan; at a forbidding price where others want its homes."""
        for each in forbidden:
            for pick in self._plan.picks:
                if pick.home == each.home and pick.child_ids >= each.child_ids:
                    return FamilyPlan(_NOWHERE, self._plan.picks, ())
        return FamilyPlan(0, self._plan.picks, ())
