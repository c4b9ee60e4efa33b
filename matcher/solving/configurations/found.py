"""What a search knows of an instance, and what a later one of nearly the same can begin with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from matcher.solving.stopwatch import StopReason

if TYPE_CHECKING:
    from matcher.solving.configurations.prices import Prices
    from matcher.solving.configurations.refusals import Refusals


@dataclass(frozen=True, eq=False)
class Learnt:
    """What a search has learnt that is as good for an instance with other room or weights.

    Parameters
    ----------
    prices
        The best known.
    configurations
        Those made, each the options taken in one home.
    refusals
        What households have refused.
    """

    prices: Prices
    configurations: tuple[tuple[int, ...], ...]
    refusals: Refusals


@dataclass(eq=False)
class Found:
    """What is known of an instance; complete at every moment.

    Parameters
    ----------
    chosen
        The options of the best lawful plan; None when none is known.
    cost
        What it costs.
    bound
        No plan costs less; None when nothing is known.
    infeasible
        Whether there is provably no plan.
    stopped
        Why the search ended.
    learnt
        For another search of nearly the same; None before prices are known.
    counts
        How much was done: steps, passes over all homes, scans of all options, linear
        programmes, configurations made and enumerated, questions to the household.
    """

    chosen: tuple[int, ...] | None
    cost: int | None
    bound: int | None = None
    infeasible: bool = False
    stopped: StopReason = StopReason.TIME_LIMIT
    learnt: Learnt | None = None
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def proved(self) -> bool:
        """Whether the plan is proved to be best, or proved that there is none."""
        if self.infeasible:
            return True
        return self.cost is not None and self.bound is not None and self.bound >= self.cost

    @property
    def gap(self) -> float | None:
        """By which share of its cost the plan can be from the best at most."""
        if self.cost is None or self.bound is None:
            return None
        return (self.cost - self.bound) / max(abs(self.cost), 1)
