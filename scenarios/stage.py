"""What every part of a running simulation shares: the World, the children, the clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

from matcher.domain.codes import PlaceProvider
from matcher.domain.home import Setting
from matcher.geography.areas import Area, area_of
from matcher.geography.distance import distance_miles
from matcher.geography.spelling import outcode_of
from scenarios.randomness import key_of

if TYPE_CHECKING:
    from matcher.domain.agreement import Route
    from matcher.domain.child import Child
    from matcher.domain.home import Home
    from matcher.live import LiveWorld
    from scenarios.ledger import Ledger
    from scenarios.numbers import Numbers
    from scenarios.outlook import Outlook
    from scenarios.randomness import Randomness
    from scenarios.roll import Roll
    from scenarios.shared import Shared

EPOCH = date(2000, 1, 3)
"""A Monday: weeks are numbered from here, whatever the start."""

_LONGEST_IDENTIFIER = 40
RESIDENTIAL = frozenset({Setting.CHILDRENS_HOME, Setting.RESIDENTIAL_SCHOOL, Setting.SECURE})


@dataclass
class Money:
    """What a placement costs.

    Parameters
    ----------
    fee_pence
        A week, at the prices of the day on which it began; None when unknown.
    transport_pence
        School transport a week.
    route
        How the bed is obtained.
    price
        The level of prices on that day: fees grow from there.
    """

    fee_pence: int | None
    transport_pence: int
    route: Route
    price: float = 1.0


@dataclass
class Stage:
    """What the parts of a simulation share.

    Parameters
    ----------
    outlook
        What the future is taken to be.
    live
        The World as it is now.
    roll
        The children looked after, as columns.
    ledger
        The tallies.
    numbers
        The assumptions in force.
    randomness
        Of the replication.
    day
        Today: the first day of the week.
    start
        The first day of all.
    shared
        What the variants of the replication have in common.
    """

    outlook: Outlook
    live: LiveWorld
    roll: Roll
    ledger: Ledger
    numbers: Numbers
    randomness: Randomness
    day: date
    start: date
    shared: Shared
    money: dict[str, Money] = field(default_factory=dict)
    """What each placed child's placement costs."""
    placements_this_year: dict[str, int] = field(default_factory=dict)
    """Placements of each child in this year, the one at its beginning included."""
    homes_version: int = 0
    """Goes up whenever a home opens, shuts, or passes to another provider."""
    _areas: dict[tuple[str, str], Area] = field(default_factory=dict)

    @property
    def today(self) -> int:
        """Ordinal of today."""
        return self.day.toordinal()

    @property
    def week(self) -> int:
        """Number of the week, counted from a fixed day."""
        return (self.day - EPOCH).days // 7

    @property
    def weeks_in(self) -> int:
        """Weeks since the start."""
        return (self.day - self.start).days // 7

    def in_weeks(self, weeks: float) -> date:
        """Return the first day of the week so many weeks on."""
        return self.day + timedelta(days=7 * max(round(weeks), 0))

    def put_home(self, home: Home) -> None:
        """Let a home be as recorded from now on."""
        self.live.put(self.shared.home(home))

    def home(self, home_id: str) -> Home:
        """Return a home as it is now."""
        return self.live.view.homes[home_id]

    def child(self, child_id: str) -> Child:
        """Return a child as recorded now."""
        return self.live.view.children[child_id]

    def home_of(self, child_id: str) -> str | None:
        """Return the home that a child is placed in, or will be; None without one."""
        placement = self.live.view.placements.get(child_id)
        return None if placement is None else placement.home_id

    def miles(self, child: Child, home: Home) -> float | None:
        """Return the miles from a child's own home; None when unknown or not applicable."""
        if child.unaccompanied:
            return None
        world = self.live.view
        return distance_miles(world.location(child.home_postcode), world.location(home.postcode))

    def area(self, child: Child, home: Home) -> Area:
        """Return where a home lies, seen from the authority responsible for the child."""
        key = (home.postcode or "", child.responsible_authority)
        found = self._areas.get(key)
        if found is None:
            place = self.live.view.location(home.postcode)
            found = self._areas[key] = area_of(
                None if place is None else place.authority, child.responsible_authority
            )
        return found

    def in_house(self, home: Home) -> bool:
        """Whether the council itself provides the home."""
        provider = self.live.view.providers[home.provider_id]
        return provider.sector is PlaceProvider.PR1 and provider.authority in (
            None,
            self.live.view.authority,
        )


def identifier(text: str) -> str:
    """Return a text as an identifier: as it is, or its beginning with a mark of the whole.

    Parameters
    ----------
    text
        Of characters that identifiers may have.
    """
    if len(text) <= _LONGEST_IDENTIFIER:
        return text
    mark = f"{key_of(text):016x}"[:10]
    return f"{text[: _LONGEST_IDENTIFIER - len(mark) - 1]}.{mark}"


def outcode(postcode: str | None) -> str:
    """Return the first half of a postcode; "unknown" without one."""
    return outcode_of(postcode) or "unknown"


def shortfall(child: Child, home: Home) -> int:
    """Return by how many levels a home falls short of a child's needs, over all domains.

    Needs that are not assessed and capabilities that are not recorded count for nothing.
    """
    able = home.level_of
    short = [level - able[domain] for domain, level in child.level_of.items() if domain in able]
    return sum(each for each in short if each > 0)
