"""What a run of a scenario has found: the values that reports, workbooks and commands read.

A run simulates every variant of a scenario, *today* (the base) first, several times over. One
*replication* is one possible future; in the same replication every variant meets the same
children, carers and chances, so that a difference between two variants is the difference that
the levers make in that one future. Everything here is derived from what the replications
counted, and can be derived again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pydantic import Field

from matcher.domain.record import Record
from scenarios.result_figures import Difference, Fan, Good, Level, MeasureShown, Unit, Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "SCHEMA",
    "WHOLE_RUN",
    "AssumptionShown",
    "Difference",
    "Fan",
    "Good",
    "HomesShown",
    "Level",
    "LeverShown",
    "MeasureShown",
    "RunResult",
    "RunStamp",
    "RunSummary",
    "Unit",
    "Values",
    "VariantResult",
    "Verdict",
]

SCHEMA = "1.0"
"""Of the files of a run; see ``docs/reference/measures.md``."""

WHOLE_RUN = 0
"""Stands for all years together where years are numbered from 1."""


class LeverShown(Record):
    """A lever of a variant, as it describes itself.

    Parameters
    ----------
    kind
        Its name in the scenario file.
    title
        What people call it.
    sentence
        What it does here, with its figures.
    source
        Where the idea comes from.
    starts, ends
        From which day until which; null where the whole run.
    settings
        Every setting as written in the scenario file.
    """

    kind: str
    title: str
    sentence: str
    source: str
    starts: date | None = None
    ends: date | None = None
    settings: dict[str, str] = Field(default_factory=dict)


class AssumptionShown(Record):
    """A coefficient that the run stood on.

    Parameters
    ----------
    name
        Its key.
    value
        As used.
    unit
        Of the value.
    sentence
        What it means.
    source
        Where it comes from.
    p05, p95
        90 per cent interval, where one is known.
    origin
        ``shipped``, ``returns`` (learnt from the council's own) or ``scenario`` (set there).
    """

    name: str
    value: float
    unit: str
    sentence: str
    source: str
    p05: float | None = None
    p95: float | None = None
    origin: str = "shipped"


class HomesShown(Record):
    """Homes of one kind in one postcode district, for maps; no home is told apart.

    Parameters
    ----------
    district
        Outward half of the postcode.
    setting
        Kind of home.
    homes, beds
        How many.
    """

    district: str
    setting: str
    homes: int
    beds: int


class VariantResult(Record):
    """One variant: today, or what would change.

    Parameters
    ----------
    name
        As in the scenario file; the base is ``today``.
    title
        For people.
    is_base
        Whether the others are compared with this one.
    levers
        What is changed.
    levels
        By measure, over the whole run.
    fans
        By measure, year by year.
    differences
        By measure, against the base; empty for the base itself.
    difference_fans
        The same, year by year.
    areas
        By kind of count and by area: mean over replications of what was counted.
    homes_added, homes_removed
        Where the levers open and close homes.
    """

    name: str
    title: str
    is_base: bool
    levers: tuple[LeverShown, ...] = ()
    levels: dict[str, Level]
    fans: dict[str, Fan]
    differences: dict[str, Difference] = Field(default_factory=dict)
    difference_fans: dict[str, Fan] = Field(default_factory=dict)
    areas: dict[str, dict[str, float]] = Field(default_factory=dict)
    homes_added: tuple[HomesShown, ...] = ()
    homes_removed: tuple[HomesShown, ...] = ()


class RunStamp(Record):
    """What a run was made from, so that it can be made again to the bit.

    Parameters
    ----------
    version
        Of the software.
    program
        SHA-256 over the program files that numbers can depend on.
    schema_version
        Of the files.
    scenario
        SHA-256 over the scenario as read, its name aside.
    data_hash
        SHA-256 over every record of the World.
    assumptions
        SHA-256 over every coefficient of every variant.
    returns
        SHA-256 over the council's own returns; null where none were given.
    policy, policy_version
        Name and version of the base's.
    rule_set
        Named by the date on which it came into force.
    as_of
        The date of the World.
    start, years
        What was simulated.
    seed
        Of every chance.
    synthetic
        Whether the people are invented.
    """

    version: str
    program: str
    schema_version: str = SCHEMA
    scenario: str
    data_hash: str
    assumptions: str
    returns: str | None = None
    policy: str
    policy_version: str
    rule_set: str
    as_of: date
    start: date
    years: int
    seed: int
    synthetic: bool


class RunSummary(Record):
    """Everything that a run has found but the single replications.

    Parameters
    ----------
    name
        Of the scenario.
    authority, authority_name
        Whose children.
    start, years
        What was simulated.
    replications
        How many futures.
    asked
        How many were asked for.
    stopped_early
        Whether the intervals were as narrow as asked before that; the reason in a sentence.
    variants
        Base first.
    measures
        In the order in which they are shown; only those with a value.
    assumptions
        What the run stood on.
    homes
        Where homes stand at the start.
    checked
        Children and homes that went through the independent checker, all replications
        together.
    stamp
        What it was made from.
    """

    name: str
    authority: str
    authority_name: str
    start: date
    years: int
    replications: int
    asked: int
    stopped_early: str | None = None
    variants: tuple[VariantResult, ...]
    measures: tuple[MeasureShown, ...]
    assumptions: tuple[AssumptionShown, ...] = ()
    homes: tuple[HomesShown, ...] = ()
    checked: int = 0
    stamp: RunStamp

    @property
    def base(self) -> VariantResult:
        """The variant with which the others are compared."""
        return self.variants[0]

    def variant(self, name: str) -> VariantResult:
        """Return a variant by its name."""
        return next(each for each in self.variants if each.name == name)

    def measure(self, name: str) -> MeasureShown:
        """Return a measure by its name."""
        return next(each for each in self.measures if each.name == name)


@dataclass(frozen=True, eq=False, kw_only=True)
class Values:
    """Every measure of every replication.

    Parameters
    ----------
    variants, replications, measures
        What the first, second and last axis stand for: names and numbers.
    array
        Variant x replication x year x measure; year 0 is the whole run, nan where a measure
        has no value.
    """

    variants: tuple[str, ...]
    replications: tuple[int, ...]
    measures: tuple[str, ...]
    array: NDArray[np.float64]

    @property
    def years(self) -> int:
        """How many years were simulated."""
        return int(self.array.shape[2]) - 1

    def of(self, variant: str, measure: str, year: int = WHOLE_RUN) -> NDArray[np.float64]:
        """Return one value for each replication.

        Parameters
        ----------
        variant
            Its name.
        measure
            Its name.
        year
            From 1; ``WHOLE_RUN`` for all years together.
        """
        found: NDArray[np.float64] = self.array[
            self.variants.index(variant), :, year, self.measures.index(measure)
        ]
        return found


@dataclass(frozen=True, eq=False, kw_only=True)
class RunResult:
    """A finished run, as it is read from its folder.

    Parameters
    ----------
    summary
        Variants with levels, differences and fans; measures, assumptions, stamp.
    values
        Every measure of every replication.
    """

    summary: RunSummary
    values: Values
