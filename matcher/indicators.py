"""Measures at one point in time, each defined once: near home, in area, together, cost.

Every rate is kept with its numerator and denominator (:class:`Rate`), and what is not known
stays visible: a distance that is unknown is never near and never far. A rate whose
denominator is 0 is None, never 0 or 1. ``docs/reference/indicators.md`` says the same in
words.

References
----------
.. [1] Department for Education, "Children looked after in England including adoptions":
   distance between home and placement, placed inside or outside the authority.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matcher.domain.agreement import Route
from matcher.domain.plan import first_days, least_households, parties, stays
from matcher.domain.purchase import (
    full_fee_pence,
    household_fee_pence,
    purchase_of,
    transport_pence,
)
from matcher.geography.areas import Area, area_of
from matcher.geography.distance import NEAR_HOME_MILES, distance_miles

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from matcher.domain.child import Child
    from matcher.domain.plan import Plan
    from matcher.domain.world import World


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of children or groups, with what it is a share of.

    Parameters
    ----------
    count
        The numerator.
    of
        The denominator.
    """

    count: int
    of: int

    @property
    def share(self) -> float | None:
        """The rate from 0 to 1; None when there is nothing to take a share of."""
        return self.count / self.of if self.of else None

    @property
    def per_cent(self) -> float | None:
        """The rate in per cent; None when there is nothing to take a share of."""
        return 100 * self.count / self.of if self.of else None


@dataclass(frozen=True, kw_only=True)
class Indicators:
    """Measures of who lives where.

    Parameters
    ----------
    placed, unplaced
        Children with and without a home.
    near_home_of_all
        At most 20.0 miles from home, of all placed children.
    near_home_of_known
        The same, of those whose distance is known and applies.
    near_home_of_applicable
        The same, of all to whom distance applies, the unknown among them: everybody but
        unaccompanied children.
    unknown_distance
        Distance unknown, of those to whom it applies.
    not_applicable
        Unaccompanied children, to whom distance does not apply.
    far_and_outside
        More than 20.0 miles from home and known to be outside the authority, of all placed.
    away_for_safety
        Children whose care plan asks for a home away, of all placed: they stand in the
        measures above as everybody does, and are shown apart here.
    away_for_safety_far
        Those of them to whom distance applies and who are more than 20.0 miles from home, of
        all placed away for safety.
    inside, adjoining, distant, area_unknown
        Where the homes lie, seen from the authority responsible for each child, of all
        placed.
    in_area
        Inside, of those whose home's area is known.
    siblings_together
        Sibling groups in as few homes as their assessments allow, of groups with at least
        two placed children who may live together.
    by_route
        Placed children by the route by which the bed is obtained; those at home, in hospital
        and the like (:attr:`~matcher.domain.home.Setting.bought`) are obtained by none.
    spot
        Obtained by spot purchase, of all placed.
    weekly_fee_pence
        Fees together, where known: what is paid now for a child who stays (where that is not
        recorded, what the agreement or quote says), what the agreement or quote says for
        others, less sibling discount.
    weekly_transport_pence
        Taking children to the schools they keep.
    unknown_fee
        Children whose fee is not known, of all placed.
    """

    placed: int
    unplaced: int
    near_home_of_all: Rate
    near_home_of_known: Rate
    near_home_of_applicable: Rate
    unknown_distance: Rate
    not_applicable: int
    far_and_outside: Rate
    away_for_safety: Rate
    away_for_safety_far: Rate
    inside: int
    adjoining: int
    distant: int
    area_unknown: int
    in_area: Rate
    siblings_together: Rate
    by_route: Mapping[Route, int]
    spot: Rate
    weekly_fee_pence: int
    weekly_transport_pence: int
    unknown_fee: Rate

    @property
    def weekly_cost_pence(self) -> int:
        """Fees and school transport together."""
        return self.weekly_fee_pence + self.weekly_transport_pence


def indicators(
    world: World,
    home_of: Mapping[str, str | None],
    *,
    transport_pence_a_mile: int = 0,
    school_days_a_week: int = 5,
) -> Indicators:
    """Return the measures of some children in their homes.

    Parameters
    ----------
    world
        Where children and homes stand.
    home_of
        The home of each child to be measured; None when they have none. :func:`now` gives
        everybody as they live now, :func:`after` everybody after a plan, and a plan's own
        ``home_of`` only those whom it decides about.
    transport_pence_a_mile, school_days_a_week
        What school transport costs, from the policy; 0 leaves it out.

    Returns
    -------
    Indicators
        Every measure.

    Raises
    ------
    NotFoundError
        If a child or a home is not in the World.
    """
    placed = {child_id: home for child_id, home in sorted(home_of.items()) if home is not None}
    count = len(placed)
    near = far = unknown = not_applicable = far_outside = 0
    away = away_far = 0
    areas = dict.fromkeys(Area, 0)
    for child_id, home_id in placed.items():
        child = world.child(child_id)
        miles = miles_from_home(world, child, home_id)
        area = area_of_home(world, child, home_id)
        areas[area] += 1
        is_far = miles is not None and miles > NEAR_HOME_MILES
        away += child.away_for_safety
        if child.unaccompanied:
            not_applicable += 1
            continue
        unknown += miles is None
        near += miles is not None and not is_far
        far += is_far
        far_outside += is_far and area in (Area.ADJOINING, Area.DISTANT)
        away_far += child.away_for_safety and is_far
    routes, fee, without_fee = _purchases(world, home_of)
    first = first_days(world, [each for each in home_of if not _stays(world, home_of, each)])
    transport = sum(
        _transport(
            world,
            child_id,
            home_id,
            day=first.get(child_id, world.as_of),
            pence_a_mile=transport_pence_a_mile,
            days_a_week=school_days_a_week,
        )
        for child_id, home_id in placed.items()
    )
    return Indicators(
        placed=count,
        unplaced=len(home_of) - count,
        near_home_of_all=Rate(near, count),
        near_home_of_known=Rate(near, near + far),
        near_home_of_applicable=Rate(near, count - not_applicable),
        unknown_distance=Rate(unknown, count - not_applicable),
        not_applicable=not_applicable,
        far_and_outside=Rate(far_outside, count),
        away_for_safety=Rate(away, count),
        away_for_safety_far=Rate(away_far, away),
        inside=areas[Area.INSIDE],
        adjoining=areas[Area.ADJOINING],
        distant=areas[Area.DISTANT],
        area_unknown=areas[Area.UNKNOWN],
        in_area=Rate(areas[Area.INSIDE], count - areas[Area.UNKNOWN]),
        siblings_together=_siblings_together(world, placed),
        by_route=routes,
        spot=Rate(routes[Route.SPOT], count),
        weekly_fee_pence=fee,
        weekly_transport_pence=transport,
        unknown_fee=Rate(without_fee, count),
    )


def now(world: World) -> Mapping[str, str | None]:
    """Return where everybody lives now: the placed in their homes, the waiting in none."""
    homes: dict[str, str | None] = dict.fromkeys(world.waiting)
    homes.update({each.child_id: each.home_id for each in world.placements.values()})
    return dict(sorted(homes.items()))


def after(world: World, plan: Plan) -> Mapping[str, str | None]:
    """Return where everybody would live after a plan, those it does not decide about too."""
    return dict(sorted({**now(world), **plan.home_of}.items()))


def miles_from_home(world: World, child: Child, home_id: str) -> float | None:
    """Return the miles from a child's own home to a placement; None when unknown."""
    return distance_miles(
        world.location(child.home_postcode), world.location(world.home(home_id).postcode)
    )


def area_of_home(world: World, child: Child, home_id: str) -> Area:
    """Return where a home lies, seen from the authority responsible for the child."""
    place = world.location(world.home(home_id).postcode)
    return area_of(None if place is None else place.authority, child.responsible_authority)


def route_now(world: World, child_id: str) -> Route | None:
    """Return the route by which a child's present place was obtained; None when by none.

    Parameters
    ----------
    world
        Where they live.
    child_id
        Somebody who lives somewhere.
    """
    placement = world.placements[child_id]
    agreement = world.agreements.get(placement.agreement_id or "")
    if agreement is not None:
        return agreement.route
    home = world.home(placement.home_id)
    return purchase_of(home, world, world.as_of).route if home.setting.bought else None


def _siblings_together(world: World, placed: Mapping[str, str]) -> Rate:
    groups: dict[str, list[str]] = {}
    for child_id in placed:
        group_id = world.child(child_id).sibling_group_id
        if group_id is not None:
            groups.setdefault(group_id, []).append(child_id)
    together = counted = 0
    for group_id, ids in groups.items():
        fewest = least_households(world, group_id, ids)
        # A group in which everybody must live apart has nobody to be together with.
        if fewest < len(ids):
            counted += 1
            together += len({placed[child_id] for child_id in ids}) == fewest
    return Rate(together, counted)


def _stays(world: World, home_of: Mapping[str, str | None], child_id: str) -> bool:
    home_id = home_of[child_id]
    return home_id is not None and stays(world, child_id, home_id)


def _transport(
    world: World, child_id: str, home_id: str, *, day: date, pence_a_mile: int, days_a_week: int
) -> int:
    child = world.child(child_id)
    if child.school is None or not child.school.keep:
        return 0
    miles = distance_miles(
        world.location(child.school.postcode), world.location(world.home(home_id).postcode)
    )
    return transport_pence(
        child.age_on(day), miles, pence_a_mile=pence_a_mile, days_a_week=days_a_week
    )


def _purchases(
    world: World, home_of: Mapping[str, str | None]
) -> tuple[dict[Route, int], int, int]:
    """Return children by route, fees together, and how many have no known fee."""
    routes = dict.fromkeys(Route, 0)
    total = unknown = 0
    others: dict[str, str | None] = {}
    for child_id, home_id in home_of.items():
        if home_id is None or not _stays(world, home_of, child_id):
            others[child_id] = home_id
            continue
        placement = world.placements[child_id]
        home = world.home(home_id)
        bought = purchase_of(home, world, world.as_of)
        route = route_now(world, child_id)
        if route is not None:
            routes[route] += 1
        fee = placement.weekly_fee_pence
        if fee is None:
            fee = full_fee_pence(world.child(child_id), home, bought, world.as_of)
        total += fee or 0
        unknown += fee is None
    for party in parties(world, others):
        home = world.home(party.home_id)
        bought = purchase_of(home, world, party.day)
        routes[bought.route] += len(party.child_ids)
        children = [world.child(each) for each in party.child_ids]
        fees = household_fee_pence(children, home, bought, party.day)
        total += fees or 0
        unknown += len(children) if fees is None else 0
    return routes, total, unknown
