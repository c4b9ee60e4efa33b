"""What a county must look like: published totals and stated assumptions, each with a source."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from matcher.domain.codes import PlaceProvider
from matcher.domain.home import Grade, Setting
from matcher.errors import UsageError
from scenarios.county.fitting import apportion

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from importlib.resources.abc import Traversable

BUCKINGHAMSHIRE = "E06000060"

QUEUE_BASE = 522
"""Children in care for whom the assumptions say how many others wait: Buckinghamshire's."""


@dataclass(frozen=True, slots=True)
class Target:
    """One published figure.

    Parameters
    ----------
    marginal, category
        In the publication's own words.
    number
        Children; None when the figure is suppressed, which is not zero.
    source, year
        Publication, and the year that the figure is for.
    """

    marginal: str
    category: str
    number: int | None
    source: str
    year: int


@dataclass(frozen=True, slots=True)
class RegisteredHomes:
    """Children's homes of one description, as registered.

    Parameters
    ----------
    authority, name
        ONS code and name of the authority in which they lie.
    setting
        Children's home, short-break home, residential school or secure home.
    sector
        Who runs them, as PLACE_PROVIDER would return it for the profile's authority.
    places
        Registered places of each.
    grade
        Ofsted's judgement.
    homes
        How many.
    """

    authority: str
    name: str
    setting: Setting
    sector: PlaceProvider
    places: int
    grade: Grade
    homes: int


@dataclass(frozen=True, slots=True)
class Assumption:
    """A figure that no table gives for the authority.

    Parameters
    ----------
    value
        The figure, in the unit.
    unit
        What it counts.
    source, year
        Where it comes from; "Near Home" for what is set by hand.
    tolerance
        How far a county may stray from it; None when it is not reported.
    """

    value: float
    unit: str
    source: str
    year: str
    tolerance: float | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """An authority of England and what is known of its size.

    Parameters
    ----------
    code, name
        ONS code and name.
    children
        Looked after on 31 March 2025.
    homes, places
        Registered children's homes and their places on 31 March 2023.
    """

    code: str
    name: str
    children: int
    homes: int
    places: int


@dataclass(frozen=True)
class Profile:
    """The targets of one authority.

    Parameters
    ----------
    authority, name
        ONS code and name.
    year
        The figures are as on 31 March of this year.
    targets
        Published totals.
    registered
        Children's homes there and in adjoining authorities.
    registered_source, registered_year
        Where those come from.
    adjoining
        Codes of the adjoining authorities; empty means to be derived from the postcodes.
    assumptions
        By name.
    """

    authority: str
    name: str
    year: int
    targets: tuple[Target, ...]
    registered: tuple[RegisteredHomes, ...]
    registered_source: str
    registered_year: int
    adjoining: tuple[str, ...]
    assumptions: Mapping[str, Assumption] = field(default_factory=dict)

    @property
    def children(self) -> int:
        """Children looked after."""
        return sum(t.number or 0 for t in self.targets if t.marginal == "Children looked after")

    def value(self, name: str) -> float:
        """Return an assumption's figure."""
        return self.assumptions[name].value

    def marginal(self, name: str) -> tuple[Target, ...]:
        """Return the published figures of one marginal, in the order of the publication."""
        return tuple(target for target in self.targets if target.marginal == name)

    def counts(self, marginal: str, total: int) -> dict[str, int]:
        """Return whole numbers for each category, scaled to a number of children.

        What is published is scaled; suppressed categories share what is left over, the
        earlier first.

        Parameters
        ----------
        marginal
            Its name.
        total
            Children to be spread over the categories.
        """
        targets = self.marginal(marginal)
        known = sum(t.number for t in targets if t.number is not None)
        hidden = [t.category for t in targets if t.number is None]
        left = max(self.children - known, 0) if hidden else 0
        share = dict(zip(hidden, apportion([1.0] * len(hidden), left), strict=True))
        full = [float(t.number if t.number is not None else share[t.category]) for t in targets]
        whole = apportion(full, total)
        return {t.category: int(n) for t, n in zip(targets, whole, strict=True)}


def read_assumptions(source: Traversable) -> dict[str, Assumption]:
    """Return the assumptions in a TOML file, by name."""
    tables: dict[str, Any] = tomllib.loads(source.read_text(encoding="utf-8"))
    return {name: Assumption(**table) for name, table in tables.items()}


def shipped_assumptions() -> dict[str, Assumption]:
    """Return the assumptions that come with Near Home, by name."""
    return read_assumptions(_shipped("assumptions.toml"))


def england() -> tuple[Area, ...]:
    """Return the authorities of England with children looked after, in the order of codes."""
    with _shipped("england.csv").open(encoding="utf-8") as lines:
        return tuple(
            Area(
                row["authority"],
                row["name"],
                int(row["children_2025"]),
                int(row["homes_2023"]),
                int(row["places_2023"]),
            )
            for row in csv.DictReader(lines)
        )


def shipped_profile(authority: str = BUCKINGHAMSHIRE) -> Profile:
    """Return a profile that comes with Near Home.

    Parameters
    ----------
    authority
        ONS code.

    Raises
    ------
    UsageError
        If none is shipped for the authority.
    """
    folder = _shipped(authority)
    if not folder.is_dir():
        raise UsageError(
            f"Near Home comes with no figures for the authority {authority!r}, only for "
            f"{BUCKINGHAMSHIRE} (Buckinghamshire). Download the statistics of the Department for "
            "Education and Ofsted and give their folder: see docs/explanation/synthetic-county.md."
        )
    with folder.joinpath("targets.csv").open(encoding="utf-8") as lines:
        targets = tuple(read_targets(csv.DictReader(lines)))
    with folder.joinpath("registered_homes.csv").open(encoding="utf-8") as lines:
        registered = tuple(read_registered(csv.DictReader(lines)))
    name = next(area.name for area in england() if area.code == authority)
    return Profile(
        authority=authority,
        name=name,
        year=targets[0].year,
        targets=targets,
        registered=registered,
        registered_source="Ofsted, Children's social care data in England",
        registered_year=2023,
        adjoining=tuple(sorted({r.authority for r in registered} - {authority})),
        assumptions=shipped_assumptions(),
    )


def read_targets(rows: Iterable[Mapping[str, str]]) -> Iterable[Target]:
    """Read targets; a number that is not a number is suppressed."""
    for row in rows:
        number = row["number"].strip()
        yield Target(
            row["marginal"],
            row["category"],
            int(number) if number.isdigit() else None,
            row["source"],
            int(row["year"]),
        )


def read_registered(rows: Iterable[Mapping[str, str]]) -> Iterable[RegisteredHomes]:
    """Read descriptions of registered homes."""
    for row in rows:
        yield RegisteredHomes(
            row["authority"],
            row["name"],
            Setting(row["setting"]),
            PlaceProvider[row["sector"]],
            int(row["places"]),
            Grade(row["grade"]),
            int(row["homes"]),
        )


def _shipped(name: str) -> Traversable:
    return files("scenarios.county").joinpath("profiles", name)
