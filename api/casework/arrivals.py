"""Who came and how long they stayed, as casework has recorded it: what bed values learn from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from api.records.care_placement import CarePlacement, PlacementState
from api.records.referral_case import ReferralCase
from matcher.domain.child import Child
from matcher.domain.history import (
    ArrivalHistory,
    PastStay,
    history_of_stays,
    history_of_world,
    looked_for,
)
from matcher.domain.home import Home
from matcher.domain.places import postcodes_of
from matcher.domain.sibling_group import SiblingGroup
from matcher.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from api.storage.reading import Reader
    from matcher.domain.world import World
    from matcher.geography.location import Location

LONGEST_YEARS = 3
"""What came before says little of who comes now."""
LEAST_WEEKS = 26
"""With less of casework the register of who is placed now says more."""


def arrivals_of_casework(
    reader: Reader,
    world: World,
    locate: Callable[[Iterable[str]], Mapping[str, Location]],
) -> ArrivalHistory:
    """Return everybody who came in the last years, from the placements that were recorded.

    Casework knows of every stay from the day on which the first ending was recorded: of those
    who left before it nothing need be stored. Until it has half a year of that, the children
    who are placed now stand for those who come.

    Parameters
    ----------
    reader
        Of the council's records.
    world
        Of today.
    locate
        Finds where postcodes lie.

    Raises
    ------
    DataError
        If nobody has been placed.
    """
    today = world.as_of
    homes = {held.record.home_id: held.record for held in reader.find(Home)}
    stays = [
        held.record
        for held in reader.find(CarePlacement)
        if held.record.state is not PlacementState.MISTAKEN
        and held.record.started_on <= today
        and ((home := homes.get(held.record.home_id)) is None or looked_for(home.setting))
    ]
    ended = [stay.ended_on for stay in stays if stay.ended_on is not None]
    starts = max(min(ended, default=today), today - timedelta(days=365 * LONGEST_YEARS))
    if (today - starts).days < 7 * LEAST_WEEKS:
        return history_of_world(world)
    children = {held.record.child_id: held.record for held in reader.find(Child)}
    groups = {held.record.sibling_group_id: held.record for held in reader.find(SiblingGroup)}
    cases = {held.record.referral_id: held.record for held in reader.find(ReferralCase)}
    found = []
    for stay in stays:
        child = children.get(stay.child_id)
        if child is None:
            continue
        case = None if stay.referral_id is None else cases.get(stay.referral_id)
        group = child.sibling_group_id
        found.append(
            PastStay(
                child=child,
                began=stay.started_on,
                ended=stay.ended_on,
                family=group or child.child_id,
                group=None if group is None else groups.get(group),
                referral=None if case is None else case.referral,
            )
        )
    history = history_of_stays(found, starts=starts, ends=today, source="placements recorded")
    if not history.arrivals:
        raise DataError("Nobody was placed in the time of which casework knows everything.")
    return _located(history, world, locate)


def _located(
    history: ArrivalHistory,
    world: World,
    locate: Callable[[Iterable[str]], Mapping[str, Location]],
) -> ArrivalHistory:
    """Return the same with the places of those who are not in today's World."""
    postcodes = {
        postcode
        for arrival in history.arrivals
        for child in arrival.children
        for postcode in postcodes_of(child)
    }
    return replace(history, locations=locate(sorted(postcodes - world.locations.keys())))
