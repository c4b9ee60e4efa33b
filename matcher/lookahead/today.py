"""What the beds of a home are worth to others, as the home is today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.lookahead.states import LONG

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from matcher.domain.child import Child
    from matcher.domain.world import World
    from matcher.lookahead.values import BedValues


def stay_weeks(values: BedValues, world: World, children: Sequence[Child], day: date) -> float:
    """Return for how long children are expected to take their beds: the longest of them.

    Parameters
    ----------
    values
        Know what is usual for an age.
    world
        Holds the referral, which may say how long.
    children
        Who would arrive together.
    day
        The first day.
    """
    found = []
    for child in children:
        referral = world.referral_by_child.get(child.child_id)
        told = None if referral is None else referral.expected_weeks
        found.append(values.stays.expected(child, day, told))
    return max(found)


def price_today(
    values: BedValues, world: World, home_id: str, *, beds: int, weeks: float, day: date
) -> float:
    """Return what it costs those who come next that beds of a home are taken, in points.

    Parameters
    ----------
    values
        What was learnt.
    world
        Who lives there.
    home_id
        The home.
    beds
        How many are taken.
    weeks
        For how long.
    day
        From when.
    """
    free = world.beds_free(home_id, day)
    return _price(values, world, home_id, free=free, beds=beds, weeks=weeks, day=day)


def points_a_week(values: BedValues, world: World, home_id: str, day: date) -> float:
    """Return what a bed of a home is worth to those who come next, in points a week.

    The next bed that would be taken, for stays of the usual lengths; of a full home the last one.
    Only differences between homes mean anything.

    Parameters
    ----------
    values
        What was learnt.
    world
        Who lives there.
    home_id
        The home.
    day
        From when.
    """
    free = max(world.beds_free(home_id, day), 1)
    usual = values.stays.mean_weeks
    total = sum(
        _price(values, world, home_id, free=free, beds=1, weeks=weeks, day=day) for weeks in usual
    )
    return total / max(sum(usual), 1e-9)


def _price(
    values: BedValues, world: World, home_id: str, *, free: int, beds: int, weeks: float, day: date
) -> float:
    home = world.homes[home_id]
    there = world.occupants_of(home_id)
    stays = values.stays
    ours = [each.child for each in there if each.child is not None]
    room = home.beds_usable - world.beds_reserved(home_id, day)
    long = sum(stays.kind(stays.expected(child, day, None)) == LONG for child in ours)
    if values.others_stay:
        room -= len(there) - len(ours)
    elif stays.usual_kind == LONG:
        long += len(there) - len(ours)
    return values.price(home, room=room, free=free, long=long, beds=beds, weeks=weeks)
