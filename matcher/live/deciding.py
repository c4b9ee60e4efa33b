"""The best plan for several families at once, proved by a search over their conflicts.

Each family's own best plan costs least; where these plans can stand side by side, together
they are the best. Where they cannot (two want the one free bed, a budget is too small), one
of those concerned must do something else: each such way is looked at, cheapest first [1]_.

References
----------
.. [1] G. Sharon, R. Stern, A. Felner and N. Sturtevant, "Conflict-based search for optimal
   multi-agent pathfinding", Artificial Intelligence 219 (2015).
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Protocol

from matcher.domain.agreement import Route
from matcher.evidence.cases import HouseholdCase
from matcher.evidence.purchases import ROUTES, purchases_on
from matcher.evidence.verdict import Verdict
from matcher.live.families import Forbidden
from matcher.rules.catalogue import HOUSEHOLD_RULES
from matcher.rules.rule import Effect
from matcher.solving.households import MORE_IS_NO_HELP

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from matcher.domain.world import World
    from matcher.live.families import FamilyPlan, Pick
    from matcher.policy import Policy

MOST_BRANCHES = 200
"""After so many plans looked at, the solver is asked instead."""
BILLION = 1_000_000_000
INSIDE = 0

HOUSEHOLD_BARS = tuple(rule for rule in HOUSEHOLD_RULES if rule.effect is Effect.BAR)

Branch = list[tuple[int, Forbidden]]
"""Ways out of a conflict: in each, one family may not do one thing."""


class Party(Protocol):
    """Somebody who has a best plan, and another when something is forbidden."""

    def best(self, forbidden: Iterable[Forbidden] = ()) -> FamilyPlan:
        """Return the best plan for them by themselves."""
        ...


class Unclear(Exception):
    """A conflict of a kind that only the solver settles."""


def decide(world: World, policy: Policy, families: Sequence[Party]) -> list[FamilyPlan] | None:
    """Return the best plan for several families at once.

    Parameters
    ----------
    world, policy
        Where they wait.
    families
        No two of one sibling group.

    Returns
    -------
    list of FamilyPlan or None
        One each; None where it takes the solver to tell.
    """
    limits = Limits(world, policy, families)
    barred: tuple[frozenset[Forbidden], ...] = (frozenset(),) * len(families)
    plans = [family.best() for family in families]
    queue = [(sum(plan.price for plan in plans), 0, barred, plans)]
    seen = {barred}
    for count in range(1, MOST_BRANCHES):
        if not queue:
            return None
        _, _, barred, plans = heapq.heappop(queue)
        try:
            ways = _conflict(world, policy, plans) or limits.conflict(plans)
        except Unclear:
            return None
        if ways is None:
            return plans
        for number, (family, forbidden) in enumerate(ways):
            more = list(barred)
            more[family] = barred[family] | {forbidden}
            key = tuple(more)
            if key in seen:
                continue
            seen.add(key)
            others = list(plans)
            others[family] = families[family].best(sorted(more[family], key=_order))
            price = sum(plan.price for plan in others)
            heapq.heappush(queue, (price, count * 1000 + number, key, others))
    return None


def _order(forbidden: Forbidden) -> tuple[int, tuple[str, ...], bool]:
    return (forbidden.home, tuple(sorted(forbidden.child_ids)), forbidden.exactly)


def _conflict(world: World, policy: Policy, plans: Sequence[FamilyPlan]) -> Branch | None:
    """Return the ways out of the first household that the rules refuse; None when none is."""
    if len(plans) == 1:
        return None
    living: dict[int, list[tuple[int, Pick]]] = {}
    for family, plan in enumerate(plans):
        for pick in plan.picks:
            living.setdefault(pick.home, []).append((family, pick))
    for home, there in living.items():
        if len(there) == 1:
            continue
        picks = [pick for _, pick in there]
        refused = refusing(world, policy, picks)
        if refused is None:
            continue
        if not refused:
            raise Unclear
        return [(family, Forbidden(home, pick.child_ids, exactly=False)) for family, pick in there]
    return None


def refusing(world: World, policy: Policy, picks: Sequence[Pick]) -> bool | None:
    """Return whether rules refuse that some parties share a home.

    Returns
    -------
    bool or None
        None when no rule does; True when they do so whoever else joins, False when perhaps
        not.
    """
    first = picks[0].offers
    home_id = first.homes.ids[picks[0].home]
    children = sorted(
        (child for pick in picks for child in pick.offers.children),
        key=lambda child: child.child_id,
    )
    days: set[date] = {pick.offers.day for pick in picks}
    found: bool | None = None
    for day in sorted(days):
        asked = HouseholdCase(
            home=world.homes[home_id],
            arrivals=tuple(children),
            world=world,
            policy=policy,
            day=day,
        )
        for rule in HOUSEHOLD_BARS:
            verdict = rule.verdict(asked).verdict
            if verdict >= Verdict.UNKNOWN:
                good = rule.code in MORE_IS_NO_HELP and (
                    verdict is Verdict.NOT_MET or not rule.exemption
                )
                if good:
                    return True
                found = False
    return found


class Limits:
    """Budgets, caps and block beds, as :func:`matcher.solving.problem.problem_of` has them.

    Parameters
    ----------
    world, policy
        What limits.
    families
        Who is placed.
    """

    def __init__(self, world: World, policy: Policy, families: Sequence[Party]) -> None:
        self.world = world
        self.policy = policy
        self.families = families

    def conflict(self, plans: Sequence[FamilyPlan]) -> Branch | None:
        """Return the ways out of the first limit that plans break; None when they keep to all.

        Raises
        ------
        Unclear
            If leaving a child without a home, or not, is a way out.
        """
        picks = [(family, pick) for family, plan in enumerate(plans) for pick in plan.picks]
        for users in self.over(pick for _, pick in picks):
            if users is None:
                if any(plan.unplaced for plan in plans):
                    raise Unclear
                return [_not_this(family, pick) for family, pick in picks]
            return [_not_this(family, pick) for family, pick in picks if id(pick) in users]
        return None

    def over(self, picks: Iterable[Pick]) -> Iterable[set[int] | None]:
        """Yield, for each limit that is broken, who uses it up; None where anybody may."""
        used = list(picks)
        policy = self.policy
        limited = self.world.budgets or policy.spot_share is not None
        if not used:
            return
        for budget in self.world.budgets:
            spent = {
                id(pick): pick.offers.cost_at(pick.place)
                for pick in used
                if budget.route is None or route_of(pick) is budget.route
            }
            if sum(spent.values()) > budget.weekly_pence:
                yield {key for key, cost in spent.items() if cost}
        if limited and policy.spot_share is not None:
            size = sum(pick.offers.size for pick in used)
            spot = sum(pick.offers.size for pick in used if route_of(pick) is Route.SPOT)
            if spot * BILLION - round(policy.spot_share * BILLION) * size > 500:
                yield None
        if policy.out_of_area_share is not None:
            counted = outside = 0
            for pick in used:
                new = sum(not child.away_for_safety for child in pick.offers.children)
                counted += new
                outside += new * (int(pick.offers.homes.area[pick.home]) != INSIDE)
            if outside * BILLION - round(policy.out_of_area_share * BILLION) * counted > 500:
                yield None
        yield from self._blocks(used)

    def _blocks(self, used: Sequence[Pick]) -> Iterable[set[int]]:
        beds: dict[int, list[Pick]] = {}
        for pick in used:
            bought = purchases_on(pick.offers.homes, pick.offers.day.toordinal())
            if bought.prepaid[pick.home]:
                beds.setdefault(int(bought.agreement[pick.home]), []).append(pick)
        for agreement, there in beds.items():
            left = int(there[0].offers.homes.purchases.block_left[agreement])
            if sum(pick.offers.size for pick in there) > left:
                yield {id(pick) for pick in there}


def _not_this(family: int, pick: Pick) -> tuple[int, Forbidden]:
    return family, Forbidden(pick.home, pick.child_ids, exactly=True)


def route_of(pick: Pick) -> Route:
    """Return how the beds of a pick are bought."""
    bought = purchases_on(pick.offers.homes, pick.offers.day.toordinal())
    return ROUTES[int(bought.route[pick.home])]
