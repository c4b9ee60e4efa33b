"""A scenario: what a council would change, against today, as a file a person writes.

A scenario is read from TOML by :func:`read_scenario`; every fault is named with its line and
what to do. :func:`outlooks_of` turns it into outlooks to simulate: the base, which is called
*today*, and one for each variant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from matcher.domain.phrases import day_words
from matcher.errors import NearHomeError, ScenarioError
from matcher.intake import read_world
from matcher.policy import Policy
from scenarios.assumptions import Assumptions, shipped_assumptions
from scenarios.county import make_county
from scenarios.levers import in_order
from scenarios.outlook import Outlook
from scenarios.scenario_file import read_text
from scenarios.scenario_text import new_scenario_text
from scenarios.toml_lines import line_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matcher.domain.world import World
    from scenarios.levers import Lever
    from scenarios.scenario_file import Written, WrittenLever

__all__ = [
    "TODAY",
    "Scenario",
    "Variant",
    "new_scenario_text",
    "outlooks_of",
    "parse_scenario",
    "read_scenario",
]

TODAY = "today"
"""The name of the base, which every variant is compared with."""


@dataclass(frozen=True)
class Variant:
    """One thing that might be done, as a set of levers.

    Parameters
    ----------
    name
        What it is called in results.
    levers
        What is different, beside what is different in the base.
    """

    name: str
    levers: tuple[Lever, ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """What it does, a sentence a lever."""
        return tuple(lever.sentence for lever in self.levers)


@dataclass(frozen=True)
class Scenario:
    """What a council would change, against today.

    Parameters
    ----------
    name
        A title.
    authority, size, county_seed
        Of the synthetic county; not used with ``world``.
    world
        Folder or workbook of the council's own data; None for the synthetic county.
    returns
        Folder of the council's SSDA903 returns, from which rates are learnt; None for none.
    policy
        A policy that comes with Near Home, or the path of a file.
    start
        First day; None for the day after the data's date.
    years
        How many years.
    seed
        Chooses postcodes and homes, and is the seed of the simulation.
    levers
        What is different in the base and in every variant: what is decided already.
    variants
        What is compared with the base.
    assumptions
        Values in place of those that come with Near Home, by name.
    until
        By measure, the half-width of the interval of the mean difference at which a run may stop
        early, as the measure is shown: points for shares, pounds for money.
    text, origin
        The file as it was written, and its name.
    """

    name: str
    authority: str
    size: float
    county_seed: int
    world: Path | None
    returns: Path | None
    policy: str
    start: date | None
    years: int
    seed: int
    levers: tuple[Lever, ...]
    variants: tuple[Variant, ...]
    assumptions: Mapping[str, float]
    until: Mapping[str, float]
    text: str = field(repr=False)
    origin: str
    written: Written = field(repr=False, compare=False)

    @cached_property
    def data(self) -> World:
        """The council as it is: its own data, or the synthetic county."""
        if self.world is None:
            return make_county(authority=self.authority, size=self.size, seed=self.county_seed)
        return read_world(self.world)

    @cached_property
    def first_day(self) -> date:
        """The first day of the simulation."""
        return self.start or self.data.as_of + timedelta(days=1)

    def line(self, *path: str | int) -> str:
        """Return where a key of the file stands, for a sentence."""
        return f"{self.origin}, line {line_of(self.written.lines, path)}"


def read_scenario(path: Path) -> Scenario:
    """Read a scenario from a TOML file.

    Parameters
    ----------
    path
        The file. Folders that it names are looked for beside it.

    Raises
    ------
    ScenarioError
        If it cannot be read or does not hold together: every fault with its line and what to
        do.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ScenarioError(
            [f"There is no file {path}. 'nearhome scenario new {path}' writes one to start from."]
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(
            [f"{path}: cannot be read as a UTF-8 text file ({error}). Save it as one."]
        ) from error
    return parse_scenario(text, origin=str(path), folder=path.parent)


def parse_scenario(
    text: str,
    *,
    origin: str = "scenario",
    folder: Path = Path(),
    world: str | None = None,
) -> Scenario:
    """Read a scenario from TOML text.

    Parameters
    ----------
    text
        The text.
    origin
        Where it came from, for errors.
    folder
        Where the folders that it names are looked for.
    world
        The council's own data, where the text names neither those nor a synthetic county.

    Raises
    ------
    ScenarioError
        If it does not hold together.
    """
    written = read_text(text, origin=origin, folder=folder, base=TODAY, world=world)
    head = written.head
    return Scenario(
        name=head.name,
        authority=head.authority,
        size=head.size,
        county_seed=head.county_seed,
        world=None if head.world is None else folder / head.world,
        returns=None if head.returns is None else folder / head.returns,
        policy=written.policy,
        start=written.start,
        years=head.years,
        seed=head.seed,
        levers=tuple(each.lever for each in written.levers),
        variants=tuple(
            Variant(name, tuple(each.lever for each in levers)) for name, levers in written.variants
        ),
        assumptions=written.assumptions,
        until=written.until,
        text=text,
        origin=origin,
        written=written,
    )


def outlooks_of(scenario: Scenario) -> dict[str, Outlook]:
    """Return what is to be simulated, by name: *today* first, then the variants in their order.

    Parameters
    ----------
    scenario
        The scenario.

    Raises
    ------
    ScenarioError
        If a lever names what the data does not hold, or the start does not suit its date.
    """
    world = scenario.data
    _check_start(scenario, world)
    today = Outlook(
        world=world,
        policy=Policy.named(scenario.policy),
        assumptions=_assumptions(scenario),
    )
    written = scenario.written
    found = {TODAY: _with(today, written.levers, scenario)}
    for name, levers in written.variants:
        found[name] = _with(today, (*written.levers, *levers), scenario)
    return found


def _with(today: Outlook, written: Sequence[WrittenLever], scenario: Scenario) -> Outlook:
    """Return today's outlook with levers; a lever that does not suit the data has its line."""
    # Without a date a lever holds from the first day, which may lie after the data's.
    dated = [
        each.lever if each.lever.starts else each.lever.replace(starts=scenario.first_day)
        for each in written
    ]
    places = {id(lever): each.path for lever, each in zip(dated, written, strict=True)}
    outlook = today
    for lever in in_order(dated, today):
        try:
            outlook = lever.on(outlook, seed=scenario.seed)
        except NearHomeError as error:
            where = scenario.line(*places[id(lever)])
            raise ScenarioError([f"{where}: {lever.kind}: {error.sentence}"]) from error
    return outlook


def _check_start(scenario: Scenario, world: World) -> None:
    first = world.as_of + timedelta(days=1)
    if scenario.start is not None and scenario.start < first:
        raise ScenarioError(
            [
                f"{scenario.line('start')}: the data is of {day_words(world.as_of)}, so nothing "
                f"can start on {day_words(scenario.start)}. Write start = {first}, or leave it out."
            ]
        )


def _assumptions(scenario: Scenario) -> Assumptions:
    values = shipped_assumptions()
    if scenario.returns is not None:
        from scenarios.assumptions.from_returns import with_returns

        values = with_returns(values, scenario.returns)
    return values.replace(scenario.assumptions)
