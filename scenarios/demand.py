"""Families that come into care: how many, when, and who.

Families of a kind come as a Poisson process, thinned from candidates that do not depend on
any lever: each candidate has a level of its own, and comes when the rate reaches it. A
higher rate only adds families, a lower one only takes some away.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from scenarios.changes import DemandShock
from scenarios.newcomers import Family, Newcomers
from scenarios.shared import Shared
from scenarios.tallies import AGE_BANDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from matcher.domain.world import World
    from scenarios.changes import AnyChange, NumberChanges
    from scenarios.numbers import Numbers
    from scenarios.randomness import Randomness

WEEKS_A_YEAR = 365.25 / 7
_LEAST_A_WEEK = 0.02
_MOST_LAYERS = 60


@dataclass(frozen=True)
class Kind:
    """Families of one kind.

    Parameters
    ----------
    name
        Its own, for the random numbers.
    band
        Position of the reference child's age band.
    siblings
        Whether several come together.
    unaccompanied
        Whether they are unaccompanied children.
    names
        Assumptions whose product is the rate; a share that is used as one less itself stands
        with a minus sign before it.
    """

    name: str
    band: int
    siblings: bool
    unaccompanied: bool
    names: tuple[str, ...]


KINDS = (
    *(
        Kind(
            f"{band}{'.siblings' if siblings else ''}",
            at,
            siblings,
            False,
            (
                "entry.children_a_year",
                f"entry.age.{band}",
                "entry.siblings" if siblings else "-entry.siblings",
            ),
        )
        for at, band in enumerate(AGE_BANDS)
        for siblings in (False, True)
    ),
    Kind(
        "unaccompanied.16",
        4,
        False,
        True,
        ("entry.unaccompanied_a_year", "entry.unaccompanied_aged_16"),
    ),
    Kind(
        "unaccompanied.under_16",
        3,
        False,
        True,
        ("entry.unaccompanied_a_year", "-entry.unaccompanied_aged_16"),
    ),
)
"""Every kind of family."""


class Demand:
    """Who comes into care.

    Parameters
    ----------
    world
        Where things stand at the start: whose children those who come resemble.
    numbers
        The rates in force.
    randomness
        Of the replication.
    changes
        Everything that changes; only demand shocks matter here.
    shared
        What the variants of the replication have in common; None for nothing.
    """

    def __init__(
        self,
        world: World,
        numbers: Numbers,
        randomness: Randomness,
        changes: Sequence[AnyChange],
        *,
        shared: Shared | None = None,
    ) -> None:
        self._numbers = numbers
        self._randomness = randomness
        self._hundreds = len(world.placements) / 100
        self._newcomers = Newcomers(world, numbers, randomness, shared or Shared())
        self._shocks = [each for each in changes if isinstance(each, DemandShock)]
        self._most_of: dict[str, float] = {}
        self._most_version = -1
        self._base = {kind.name: self._drawn_rate(kind) for kind in KINDS}

    def arrivals(self, day: date, week: int) -> list[Family]:
        """Return the families whose request is made this week, in a fixed order.

        Parameters
        ----------
        day
            The week's day.
        week
            The week's number, counted from a fixed day.
        """
        found = []
        for kind in KINDS:
            base = max(self._base[kind.name], _LEAST_A_WEEK)
            most = self._most(kind)
            for layer in range(min(ceil(most / base - 1e-9), _MOST_LAYERS)):
                identity = f"{kind.name}.{layer}"
                for at in range(self._randomness.count("arrivals", identity, week, base)):
                    name = f"{week}.{identity}.{at}"
                    level = (layer + self._randomness.uniform("arrives", name)) * base
                    if level >= most:
                        continue
                    sketch = self._newcomers.sketch(kind, name, day)
                    if level < self._rate(kind, sketch.fits):
                        found.append(self._newcomers.family(sketch, day))
        for number, shock in enumerate(self._shocks):
            if not shock.in_force(day):
                continue
            identity = f"shock.{number}"
            mean = shock.children_a_year / WEEKS_A_YEAR
            for at in range(self._randomness.count("arrivals", identity, week, mean)):
                sketch = self._newcomers.shocked(shock, f"{week}.{identity}.{at}", day)
                found.append(self._newcomers.family(sketch, day))
        return found

    def _drawn_rate(self, kind: Kind) -> float:
        """Return families a week without any change."""
        drawn = self._numbers.drawn
        rate = self._hundreds / WEEKS_A_YEAR / self._mean_size(kind)
        for name in kind.names:
            rate *= 1 - drawn[name[1:]] if name.startswith("-") else drawn[name]
        return rate

    def _mean_size(self, kind: Kind) -> float:
        if not kind.siblings:
            return 1.0
        drawn = self._numbers.drawn
        shares = {size: drawn[f"entry.group_of.{size}"] for size in (2, 3, 4)}
        return sum(size * share for size, share in shares.items()) / sum(shares.values())

    def _rate(self, kind: Kind, fits: object) -> float:
        """Return families a week of a kind, as they are for one family."""
        rate = self._hundreds / WEEKS_A_YEAR / self._mean_size(kind)
        for name in kind.names:
            minus = name.startswith("-")
            value = self._numbers.value_where(name.removeprefix("-"), fits)  # type: ignore[arg-type] # a method of the sketch
            rate *= 1 - value if minus else value
        return rate

    def _most(self, kind: Kind) -> float:
        """Return the highest rate that any family of a kind can have now."""
        if self._most_version != self._numbers.version:
            self._most_version = self._numbers.version
            self._most_of.clear()
        found = self._most_of.get(kind.name)
        if found is None:
            found = self._most_of[kind.name] = max(
                self._rate(kind, choice) for choice in (_nobody, _only_more, _only_less, _everybody)
            )
        return found


def _nobody(change: NumberChanges) -> bool:
    return False


def _everybody(change: NumberChanges) -> bool:
    return True


def _only_more(change: NumberChanges) -> bool:
    return change.multiply * 1.0 >= 1 and change.add >= 0


def _only_less(change: NumberChanges) -> bool:
    return change.multiply < 1 or change.add < 0
