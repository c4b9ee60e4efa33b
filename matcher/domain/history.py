"""Who asked for a home in the past, and for how long they stayed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matcher.errors import DataError

if TYPE_CHECKING:
    from datetime import date

    from matcher.domain.child import Child
    from matcher.domain.referral import Referral
    from matcher.domain.sibling_group import SiblingGroup
    from matcher.domain.world import World

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
    """

    children: tuple[Child, ...]
    group: SiblingGroup | None
    referral: Referral
    stay_weeks: float | None
    per_week: float


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
    """

    starts: date
    ends: date
    arrivals: tuple[Arrival, ...]
    source: str

    @property
    def weeks(self) -> float:
        """How long the period is."""
        return (self.ends - self.starts).days / 7


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
        if not world.homes[placement.home_id].setting.offered:
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


AGE_BANDS = (1, 5, 10, 16)
"""The ages at which a band begins, after the first: under 1, 1-4, 5-9, 10-15, 16 and over."""


def age_band(age: int | None) -> int:
    """Return the position of an age's band; 10-15 when the age is not known."""
    if age is None:
        return 3
    return sum(age >= first for first in AGE_BANDS)


def _request(child_ids: tuple[str, ...], day: date) -> Referral:
    from matcher.domain.referral import Referral

    return Referral(
        referral_id=f"past.{child_ids[0]}"[:40],
        child_ids=child_ids,
        received_on=day,
        needed_by=day,
    )
