"""The single figures of a run: what a measure is, its levels, differences and fans."""

from __future__ import annotations

from enum import StrEnum

from matcher.domain.record import Record


class Unit(StrEnum):
    """What a measure is counted in."""

    SHARE = "share"
    PENCE_A_YEAR = "pence a year"
    PENCE_A_CHILD_WEEK = "pence a child-week"
    CHILD_WEEKS_A_YEAR = "child-weeks a year"
    CHILDREN = "children"
    BEDS = "beds"
    DAYS = "days"
    A_YEAR = "a year"
    A_CHILD_YEAR = "a child-year"


class Good(StrEnum):
    """Which way a measure should move."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"


class Verdict(StrEnum):
    """How sure a difference is."""

    NO_DIFFERENCE = "no difference"
    """The two agree in every replication."""
    INSIDE_THE_NOISE = "inside the noise"
    """The interval of the mean difference holds 0: these runs cannot tell which way it goes."""
    ON_AVERAGE = "on average"
    """The mean difference is not 0, but one future in twenty or more goes the other way."""
    CLEAR = "clear"
    """Nine futures in ten and the mean of all agree on the way it goes."""


class MeasureShown(Record):
    """A measure as it was defined when the run was made.

    Parameters
    ----------
    name
        Its key in everything below.
    label
        What people call it.
    unit
        What it is counted in. A share is from 0 to 1 and shown in per cent, its differences
        in points; pence are shown as pounds.
    good
        Which way it should move.
    group
        The heading it stands under.
    definition
        One or two sentences.
    source
        Whose definition, or what it follows.
    headline
        Whether it belongs in a table of a few lines.
    """

    name: str
    label: str
    unit: Unit
    good: Good
    group: str
    definition: str
    source: str
    headline: bool = False


class Level(Record):
    """A measure of one variant over the whole run.

    Parameters
    ----------
    mean
        Over replications.
    mean_low, mean_high
        90 per cent interval of that mean: what more replications could still change.
    p05, p95
        What nine futures in ten lie between.
    replications
        In which the measure has a value.
    """

    mean: float
    mean_low: float
    mean_high: float
    p05: float
    p95: float
    replications: int


class Difference(Record):
    """Variant less base, paired by replication, over the whole run.

    Parameters
    ----------
    mean
        Of the paired differences.
    p05, p95
        90 per cent interval over futures: what the levers may do in the one future that
        comes. It does not shrink with more replications.
    mean_low, mean_high
        90 per cent interval of the mean difference. It shrinks with more replications, and
        decides the verdict.
    base, variant
        Means of the two.
    verdict
        How sure the difference is.
    better
        Whether it goes the good way; null when it is inside the noise, or when neither way
        is good.
    replications
        In which both have a value.
    """

    mean: float
    p05: float
    p95: float
    mean_low: float
    mean_high: float
    base: float
    variant: float
    verdict: Verdict
    better: bool | None
    replications: int


class Fan(Record):
    """A measure year by year, over futures.

    Every list has one entry a year, null where no replication has a value.

    Parameters
    ----------
    mean, p05, p25, p50, p75, p95
        Over replications.
    """

    mean: tuple[float | None, ...]
    p05: tuple[float | None, ...]
    p25: tuple[float | None, ...]
    p50: tuple[float | None, ...]
    p75: tuple[float | None, ...]
    p95: tuple[float | None, ...]
