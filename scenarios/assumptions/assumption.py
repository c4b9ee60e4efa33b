"""One coefficient of the simulation: its value, what it means, where it comes from."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from matcher.domain.record import Record


class Drawn(StrEnum):
    """How the doubt about a value is drawn, once for each replication."""

    FIXED = "fixed"
    """No doubt: a price, a definition, a decision."""
    GAMMA = "gamma"
    """A rate known from ``events`` events: Gamma with that shape and mean ``value``."""
    BETA = "beta"
    """A share known from ``events`` observations: Beta with mean ``value``."""
    DIRICHLET = "dirichlet"
    """A share of one whole: all names with the same ``group`` add up to 1."""
    LOGNORMAL = "lognormal"
    """A ratio or a duration with the given 90 per cent ``interval``."""


class Per(StrEnum):
    """For whom or what a value stands: whom a change of it may be limited to."""

    CHILD = "child"
    FAMILY = "family"
    HOME = "home"
    WORLD = "world"


class Assumption(Record):
    """A coefficient.

    Parameters
    ----------
    name
        Dotted: the family of assumptions, then what it is.
    value
        In the unit.
    unit
        What it counts; a rate says "a year", a share is from 0 to 1, money is in pence.
    low, high
        The values that make sense; a change outside of them is refused.
    sentence
        What it means and what it does in the simulation.
    source, year
        Where it comes from; "Near Home" for what is set by hand.
    per
        For whom or what it stands.
    drawn
        How its doubt is drawn.
    events
        How many events or observations the value rests on; for gamma, beta and dirichlet.
    interval
        5 and 95 per cent of its doubt; for lognormal.
    group
        The whole of which it is a share; for dirichlet.
    neutral
        The value at which it has no effect, where there is one: 1 for a hazard ratio.
    learnt
        Whether the value comes from the council's own returns.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$", max_length=80)]
    value: float
    unit: str
    low: float = 0.0
    high: float
    sentence: str
    source: str
    year: str
    per: Per = Per.WORLD
    drawn: Drawn = Drawn.FIXED
    events: Annotated[float | None, Field(gt=0)] = None
    interval: tuple[float, float] | None = None
    group: str | None = None
    neutral: float | None = None
    learnt: bool = False

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError(
                f"{self.name}: {self.value:g} is not from {self.low:g} to {self.high:g}"
            )
        counted = self.drawn in (Drawn.GAMMA, Drawn.BETA, Drawn.DIRICHLET)
        if counted != (self.events is not None):
            raise ValueError(
                f"{self.name}: events belong to gamma, beta and dirichlet, and only to them"
            )
        if (self.drawn is Drawn.DIRICHLET) != (self.group is not None):
            raise ValueError(f"{self.name}: a group belongs to dirichlet, and only to it")
        if (self.drawn is Drawn.LOGNORMAL) != (self.interval is not None):
            raise ValueError(f"{self.name}: an interval belongs to lognormal, and only to it")
        if self.interval is not None and not 0 < self.interval[0] < self.interval[1]:
            raise ValueError(
                f"{self.name}: an interval runs from a smaller to a larger number above 0"
            )
        return self

    @property
    def range(self) -> tuple[float, float]:
        """The values that make sense, smallest and largest."""
        return (self.low, self.high)
