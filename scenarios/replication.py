"""One replication: every variant of a scenario in the same simulated future, as counted.

This is the unit in which a run is worked on, stored and resumed: small, and the same bytes
whichever process or machine has made it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self

import orjson

from matcher.errors import DataError
from scenarios.measures import Sums

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scenarios.tallies import Course

_FORMAT = "1.0"


@dataclass(frozen=True, slots=True)
class Counted:
    """What one variant counted in one replication.

    Parameters
    ----------
    weeks
        How many, by year.
    years
        Tallies added up, by year.
    areas
        Tallies by area, over the whole run.
    checked
        Children and homes that went through the checker.
    """

    weeks: tuple[int, ...]
    years: tuple[Mapping[str, float], ...]
    areas: Mapping[str, Mapping[str, float]]
    checked: int

    @classmethod
    def of(cls, course: Course) -> Self:
        """Add up a simulated course by years.

        Parameters
        ----------
        course
            With the same number of weeks in every year.
        """
        count = course.years
        sums: list[dict[str, float]] = [{} for _ in range(count)]
        for name in sorted(course.weekly):
            # fsum is exact, so that nothing depends on the order of adding.
            for year, block in enumerate(course.weekly[name].reshape(count, -1)):
                sums[year][name] = math.fsum(block.tolist())
        for name in sorted(course.yearly):
            for year, value in enumerate(course.yearly[name].tolist()):
                sums[year][name] = value
        weeks = len(next(iter(course.weekly.values()))) // count
        return cls(
            weeks=(weeks,) * count,
            years=tuple(sums),
            areas={
                name: {area: float(places[area]) for area in sorted(places)}
                for name, places in sorted(course.by_area.items())
            },
            checked=course.checked,
        )

    def sums(self, year: int) -> Sums:
        """Return the tallies of one year, from 1, or of all together with 0."""
        if year:
            return Sums(self.years[year - 1], self.weeks[year - 1])
        names = self.years[0]
        whole = {name: math.fsum(each[name] for each in self.years) for name in names}
        return Sums(whole, sum(self.weeks))


Replication = dict[str, Counted]
"""What each variant counted in one future, by name; the base first."""


class Future(Protocol):
    """Simulates one replication; made once for each process."""

    def __call__(self, replication: int) -> Replication:
        """Return what every variant counts in the future of this number, from 1."""
        ...


class Work(Protocol):
    """What is to be simulated, in a form that can be sent to another process."""

    def ready(self) -> Future:
        """Make everything ready that all replications share."""
        ...


def to_bytes(counted: Replication, *, replication: int, identity: str) -> bytes:
    """Return a replication as it is stored.

    Parameters
    ----------
    counted
        By variant.
    replication
        Its number.
    identity
        Of the run that it belongs to.
    """
    return orjson.dumps(
        {
            "format": _FORMAT,
            "run": identity,
            "replication": replication,
            "variants": {
                name: {
                    "weeks": each.weeks,
                    "years": each.years,
                    "areas": each.areas,
                    "checked": each.checked,
                }
                for name, each in counted.items()
            },
        }
    )


def from_bytes(content: bytes, *, replication: int, identity: str) -> Replication:
    """Return a replication from what was stored.

    Parameters
    ----------
    content
        As :func:`to_bytes` made it.
    replication, identity
        What it should be.

    Raises
    ------
    DataError
        If it is something else.
    """
    try:
        read: dict[str, Any] = orjson.loads(content)
        if (read["format"], read["run"], read["replication"]) != (_FORMAT, identity, replication):
            raise DataError(f"This is not replication {replication} of this run.")
        return {
            name: Counted(
                weeks=tuple(each["weeks"]),
                years=tuple(each["years"]),
                areas=each["areas"],
                checked=each["checked"],
            )
            for name, each in read["variants"].items()
        }
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as fault:
        raise DataError(f"Replication {replication} cannot be read.") from fault
