"""Who asked for a home in the past, and for how long they stayed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import cos, pi
from typing import TYPE_CHECKING

from matcher.domain.home import Setting
from matcher.domain.referral import Referral
from matcher.domain.sibling_group import SiblingGroup
from matcher.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from matcher.domain.child import Child
    from matcher.domain.world import World
    from matcher.geography.location import Location

WEEKS_A_YEAR = 365.25 / 7
LEAST_STAY_WEEKS = 1.0


@dataclass(frozen=True, slots=True)
class Arrival:
    """A child, or siblings, for whom a home was asked.

    Parameters
    ----------
    children
        As recorded then; siblings of one group.
    group
        Their sibling group; None for a child alone.
    referral
        What was asked for.
    stay_weeks
        How long they stayed in the home that was found, more than 0; None when not known.
    per_week
        How many such families a week this one stands for, more than 0.
    moving
        Whether they lived in another home until that day: they were without none.
    """

    children: tuple[Child, ...]
    group: SiblingGroup | None
    referral: Referral
    stay_weeks: float | None
    per_week: float
    moving: bool = False


@dataclass(frozen=True)
class ArrivalHistory:
    """Arrivals of a period.

    Parameters
    ----------
    starts, ends
        The first day of the period, and the first day after it.
    arrivals
        In the order in which they asked.
    source
        Where they were taken from, in words.
    locations
        Where postcodes of children lie that today's World does not know.
    """

    starts: date
    ends: date
    arrivals: tuple[Arrival, ...]
    source: str
    locations: Mapping[str, Location] = field(default_factory=dict)

    @property
    def weeks(self) -> float:
        """How long the period is."""
        return (self.ends - self.starts).days / 7


def looked_for(setting: Setting) -> bool:
    """Whether homes of a kind are looked for among vacancies; a relative's home is not."""
    return setting.offered and setting is not Setting.CONNECTED


def history_of_world(world: World) -> ArrivalHistory:
    """Return what a register of who lives where today says of who asks for homes.

    Each placed child stands for as many a week as keep one child such as this in the homes:
    one for each stay, which is taken to be as long as the children of that age who are placed
    now have been there, on average. Those who wait are not counted: they are to be decided
    about. Siblings placed on one day count as one family.

    Parameters
    ----------
    world
        With who is placed now.

    Raises
    ------
    DataError
        If nobody is placed.
    """
    families: dict[tuple[str, date], list[Child]] = {}
    elapsed: dict[int, list[float]] = {}
    for placement in world.placements.values():
        child = world.children[placement.child_id]
        if not looked_for(world.homes[placement.home_id].setting):
            continue
        key = (child.sibling_group_id or child.child_id, placement.started_on)
        families.setdefault(key, []).append(child)
        weeks = max((world.as_of - placement.started_on).days / 7, LEAST_STAY_WEEKS)
        elapsed.setdefault(age_band(child.age_on(world.as_of)), []).append(weeks)
    if not families:
        raise DataError(
            "Nobody is placed in this data, so nothing can be learnt about who comes. Give past "
            "placements with the days on which they began."
        )
    mean = {band: sum(each) / len(each) for band, each in elapsed.items()}
    found = []
    for (_, started), children in sorted(families.items(), key=lambda each: each[0]):
        stay = mean[age_band(children[0].age_on(world.as_of))]
        ids = tuple(sorted(child.child_id for child in children))
        group = children[0].sibling_group_id
        found.append(
            Arrival(
                children=tuple(sorted(children, key=lambda child: child.child_id)),
                group=None if group is None else world.sibling_groups[group],
                referral=_request(ids, started),
                stay_weeks=stay,
                per_week=1.0 / stay,
            )
        )
    found.sort(key=lambda each: (each.referral.received_on, each.referral.child_ids))
    return ArrivalHistory(
        starts=found[0].referral.received_on,
        ends=world.as_of,
        arrivals=tuple(found),
        source="children who are placed now",
    )


@dataclass(frozen=True, slots=True)
class PastStay:
    """One child in one home, from a day in the past.

    Parameters
    ----------
    child
        As recorded.
    began, ended
        The first day, and the day on which it ended; None while it goes on.
    family
        The same for brothers and sisters.
    group
        Their assessment; None where there is none, and they live together where they can.
    referral
        What was asked for; None when that is not known.
    """

    child: Child
    began: date
    ended: date | None
    family: str
    group: SiblingGroup | None = None
    referral: Referral | None = None


_SEASON = 0.5
_AHEAD_DAYS = 45
_YEAR_DAYS = 365.25


def in_season(history: ArrivalHistory, day: date) -> ArrivalHistory:
    """Return a history in which those who came at the time of year that comes next count more.

    Up to three times as much as those of the opposite season, with as many a week in all. With
    less than a year of history nothing is known of seasons, and nothing changes.

    Parameters
    ----------
    history
        Who came.
    day
        The present one; what counts most is half a quarter later.
    """
    if history.weeks < WEEKS_A_YEAR:
        return history
    middle = day + timedelta(days=_AHEAD_DAYS)
    weights = [
        1 + _SEASON * cos(2 * pi * (each.referral.needed_by - middle).days / _YEAR_DAYS)
        for each in history.arrivals
    ]
    before = sum(each.per_week for each in history.arrivals)
    weighed = [
        each.per_week * weight for each, weight in zip(history.arrivals, weights, strict=True)
    ]
    level = before / sum(weighed) if weighed else 1.0
    arrivals = tuple(
        replace(each, per_week=weight * level)
        for each, weight in zip(history.arrivals, weighed, strict=True)
    )
    return replace(history, arrivals=arrivals)


_WHOLE = 10
"""So many endings at one age weigh as much as all other ages together."""


def history_of_stays(
    stays: Iterable[PastStay],
    *,
    starts: date,
    ends: date,
    source: str,
) -> ArrivalHistory:
    """Return the arrivals of a period of which every stay is known.

    Whoever began a stay within the period arrived, whether they came into care or moved. How
    long a stay that goes on will last is not known; it is taken to last as much longer as
    stays of that age do: weeks lived by endings seen, both within the period, so that neither
    long stays nor those still going on are counted for less than they are. A stay that ended on
    its first day, or before it, took nobody's bed for a night and is left out.

    Parameters
    ----------
    stays
        All that touch the period.
    starts, ends
        The first day of the period, and the first day after it.
    source
        Where they were taken from, in words.
    """
    known = [
        each
        for each in stays
        if each.began < ends and (each.ended is None or each.ended > max(starts, each.began))
    ]
    lasts = _weeks_a_stay(known, starts, ends)
    left = {(each.child.child_id, each.ended) for each in known}
    weeks = (ends - starts).days / 7
    families: dict[tuple[date, str], list[PastStay]] = {}
    for each in known:
        if each.began >= starts:
            families.setdefault((each.began, each.family), []).append(each)
    found = []
    for (began, _), theirs in sorted(families.items(), key=lambda each: each[0]):
        ordered = sorted(theirs, key=lambda each: each.child.child_id)
        children = tuple(each.child for each in ordered)
        told = [
            _weeks_of(each, ends, lasts[age_band(each.child.age_on(began))]) for each in ordered
        ]
        asked = next((each.referral for each in ordered if each.referral is not None), None)
        request = _request(tuple(child.child_id for child in children), began)
        if asked is not None:
            request = request.model_copy(
                update={
                    "settings_sought": asked.settings_sought,
                    "expected_weeks": asked.expected_weeks,
                }
            )
        found.append(
            Arrival(
                children=children,
                group=_group(ordered),
                referral=request,
                # A family's beds are free again when the last of them leaves.
                stay_weeks=None if None in told else max(each for each in told if each),
                per_week=1.0 / max(weeks, 1.0),
                moving=all((each.child.child_id, began) in left for each in ordered),
            )
        )
    return ArrivalHistory(starts=starts, ends=ends, arrivals=tuple(found), source=source)


def _weeks_a_stay(stays: list[PastStay], starts: date, ends: date) -> list[float | None]:
    """Return how long stays last by age band; None where none was seen to end."""
    lived, ended = [0.0] * (len(AGE_BANDS) + 1), [0] * (len(AGE_BANDS) + 1)
    for each in stays:
        band = age_band(each.child.age_on(max(each.began, starts)))
        until = ends if each.ended is None else min(each.ended, ends)
        lived[band] += (until - max(each.began, starts)).days / 7
        ended[band] += each.ended is not None and each.ended < ends
    if not sum(ended):
        return [None] * len(lived)
    everybody = sum(lived) / sum(ended)
    return [
        (weeks + _WHOLE * everybody) / (count + _WHOLE)
        for weeks, count in zip(lived, ended, strict=True)
    ]


def _weeks_of(stay: PastStay, ends: date, lasts: float | None) -> float | None:
    if stay.ended is not None and stay.ended < ends:
        return max((stay.ended - stay.began).days / 7, LEAST_STAY_WEEKS)
    return None if lasts is None else (ends - stay.began).days / 7 + lasts


def _group(family: list[PastStay]) -> SiblingGroup | None:
    if len(family) == 1:
        return None
    return family[0].group or SiblingGroup(sibling_group_id=family[0].child.child_id)


AGE_BANDS = (1, 5, 10, 16)
"""The ages at which a band begins, after the first: under 1, 1-4, 5-9, 10-15, 16 and over."""


def age_band(age: int | None) -> int:
    """Return the position of an age's band; 10-15 when the age is not known."""
    if age is None:
        return 3
    return sum(age >= first for first in AGE_BANDS)


def _request(child_ids: tuple[str, ...], day: date) -> Referral:
    return Referral(
        referral_id=f"past.{child_ids[0]}"[:40],
        child_ids=child_ids,
        received_on=day,
        needed_by=day,
    )
