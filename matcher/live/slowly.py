"""Choices by the solver itself, for families that wait alone in a World made for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.candidates import Appraiser
from matcher.columns import columns_of
from matcher.domain.plan import first_days
from matcher.evidence.arrays import Arrivals
from matcher.evidence.purchases import ROUTES
from matcher.live.choice import Choice, Part
from matcher.live.offers import shared_fees

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from matcher.domain.child import Child
    from matcher.domain.world import World
    from matcher.policy import Policy


def only_waiting(world: World, families: Sequence[Sequence[str]]) -> World:
    """Return a World in which nobody waits but these families."""
    wanted = {child_id for family in families for child_id in family}
    referrals = {}
    for key, referral in world.referrals.items():
        left = tuple(each for each in referral.child_ids if each in wanted)
        if left:
            referrals[key] = referral.model_copy(update={"child_ids": left})
    return world.replace(referrals=referrals)


def choose_slowly(
    world: World,
    policy: Policy,
    families: Sequence[Sequence[str]],
    avoid: Sequence[frozenset[str]],
) -> list[Choice]:
    """Return the choices of the solver for several families at once.

    Parameters
    ----------
    world, policy
        Where they wait.
    families
        Children or sibling groups who wait.
    avoid
        For each family, homes that are no choice for them.
    """
    # The solver takes longer to import than most decisions take.
    from matcher.solving.demands import Demands
    from matcher.solving.solution import Status
    from matcher.solving.solve import solve

    alone = only_waiting(world, families)
    unlike = tuple(
        ({child_id: home_id}, 1)
        for family, homes in zip(families, avoid, strict=True)
        for child_id in family
        for home_id in sorted(homes)
        if home_id in world.homes
    )
    placed = policy.replace(may_move=False)
    solution = solve(alone, placed, demands=Demands(unlike=unlike))
    appraiser = Appraiser(columns_of(alone), placed)
    home_of = solution.plan.home_of
    days = first_days(alone, home_of)
    found = []
    for family in families:
        by_home: dict[str, list[Child]] = {}
        unplaced = []
        for child_id in sorted(family):
            home_id = home_of[child_id]
            if home_id is None:
                unplaced.append(child_id)
            else:
                by_home.setdefault(home_id, []).append(alone.children[child_id])
        parts = tuple(
            part_at(appraiser, children, appraiser.homes.index[home_id], days[children[0].child_id])
            for home_id, children in by_home.items()
        )
        found.append(Choice(parts, tuple(unplaced), proved=solution.status is Status.OPTIMAL))
    return found


def part_at(appraiser: Appraiser, children: Sequence[Child], at: int, day: date) -> Part:
    """Return what is said of some children who arrive together in the home at a position."""
    members = [appraiser.child(child, day) for child in children]
    group = appraiser.appraise(children, day).arrivals.group
    arrivals = Arrivals(tuple(each.facts for each in members), group)
    bought = appraiser.purchases(day)
    agreement = int(bought.agreement[at])
    purchases = appraiser.homes.purchases
    discount = int(purchases.discount_percent[agreement]) if agreement >= 0 else 0
    miles = [float(each.facts.miles[at]) for each in members]
    return Part(
        home_id=appraiser.homes.ids[at],
        child_ids=tuple(child.child_id for child in children),
        day=day,
        points=tuple(float(appraiser.points(each, arrivals)[at]) for each in members),
        miles=tuple(None if each != each else each for each in miles),
        fees_pence=shared_fees([int(each.fee[at]) for each in members], children, discount),
        transport_pence=tuple(int(each.transport[at]) for each in members),
        route=ROUTES[int(bought.route[at])],
        agreement_id=purchases.ids[agreement] if agreement >= 0 else None,
        prepaid=bool(bought.prepaid[at]),
    )
