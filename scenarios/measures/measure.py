"""A measure: one figure made from what a simulation counted, defined once and self-describing."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from scenarios.results import Good, MeasureShown, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WEEKS_A_YEAR = 365.25 / 7
"""Amounts a year are those of so many weeks, whether a year of the run holds 52 or 53."""


class Per(Enum):
    """What counts are divided by."""

    TALLIES = "other tallies"
    WEEK = "weeks"
    YEAR = "years"


@dataclass(frozen=True, slots=True)
class Sums:
    """Tallies added up over some weeks.

    Parameters
    ----------
    tallies
        By name.
    weeks
        Over how many weeks.
    """

    tallies: Mapping[str, float]
    weeks: int


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One figure and its definition.

    Parameters
    ----------
    name, label, unit, good, group, definition, source, headline
        As :class:`scenarios.results.MeasureShown` has them.
    top
        Tallies that are added; with ``-`` before a name, subtracted; ``*`` stands for the
        rest of a family's names.
    bottom
        Tallies that they are divided by, in the same way; none where `per` says another.
    per
        What the sum is divided by.
    times
        What the quotient is multiplied by.
    """

    name: str
    label: str
    unit: Unit
    good: Good
    group: str
    definition: str
    source: str
    top: tuple[str, ...]
    bottom: tuple[str, ...] = ()
    per: Per = Per.TALLIES
    times: float = 1.0
    headline: bool = field(default=False)

    def of(self, sums: Sums) -> float | None:
        """Return the figure; None where there is nothing to divide by.

        Parameters
        ----------
        sums
            Of one year or of several.

        Raises
        ------
        KeyError
            If a tally that it needs was not counted.
        """
        total = _added(self.top, sums.tallies)
        if self.per is Per.TALLIES:
            divisor = _added(self.bottom, sums.tallies)
        else:
            divisor = sums.weeks / (WEEKS_A_YEAR if self.per is Per.YEAR else 1.0)
        return self.times * total / divisor if divisor > 0 else None

    def counted_in(self, names: Iterable[str]) -> bool:
        """Return whether everything that it needs is among the names of tallies."""
        there = set(names)
        return all(
            any(fnmatchcase(each, part.lstrip("-")) for each in there)
            for part in (*self.top, *self.bottom)
        )

    @property
    def formula(self) -> str:
        """How it is worked out, in names of tallies."""
        top = _worded(self.top)
        if self.per is not Per.TALLIES:
            return f"{top}, {'a year' if self.per is Per.YEAR else 'mean over weeks'}"
        bracketed = f"({top})" if len(self.top) > 1 else top
        below = _worded(self.bottom)
        scale = f" × {self.times:.2f}" if self.times != 1 else ""
        return f"{bracketed} ÷ {f'({below})' if len(self.bottom) > 1 else below}{scale}"

    @property
    def shown(self) -> MeasureShown:
        """What a result keeps of it."""
        return MeasureShown(
            name=self.name,
            label=self.label,
            unit=self.unit,
            good=self.good,
            group=self.group,
            definition=self.definition,
            source=self.source,
            headline=self.headline,
        )


def _added(parts: tuple[str, ...], tallies: Mapping[str, float]) -> float:
    total = 0.0
    for part in parts:
        name = part.lstrip("-")
        value = (
            sum(tallies[each] for each in sorted(tallies) if fnmatchcase(each, name))
            if "*" in name
            else tallies[name]
        )
        total += -value if part.startswith("-") else value
    return total


def _worded(parts: tuple[str, ...]) -> str:
    text = ""
    for part in parts:
        sign = " − " if part.startswith("-") else " + "
        text += (sign if text else "") + f"`{part.lstrip('-')}`"
    return text
