"""One aim over few options, solved with a variable an option.

::

    prices    of the linear programme over options, then by subgradient steps
    first     the best plan of the most promising options
    last      the best plan of all options that the bound cannot rule out: the proof
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from matcher.solving.bound import bound_of
from matcher.solving.integers import solve_integers
from matcher.solving.multipliers import find_multipliers
from matcher.solving.relaxation import relax
from matcher.solving.stopwatch import StopReason

if TYPE_CHECKING:
    from matcher.policy import AimName
    from matcher.solving.configurations.found import Learnt
    from matcher.solving.model import Model
    from matcher.solving.options import Ints
    from matcher.solving.refusals import Refusals
    from matcher.solving.stopwatch import Stopwatch

STEPS = 200
"""Subgradient steps at most."""
FIRST_OPTIONS = 300
"""How many of the most promising options the first integer programme may take at least."""
FIRST_OPTIONS_A_CHILD = 8
PROOF_OPTIONS = 60_000
"""With more options than this left, no proof is tried."""
TIE_OPTIONS, TIE_WORK = 3_000, 2.0
"""With more options, or more work, equally good plans are not told apart."""
FIRST_WORK, PROOF_WORK = 6.0, 60.0
"""Deterministic work of each integer programme; a unit takes about a second."""


@dataclass
class Best:
    """The best plan so far; it is complete at every moment.

    Parameters
    ----------
    chosen
        The options it takes.
    stopped
        Why the search for a better one has ended.
    bounds
        What no plan can beat, by aim, in strict order.
    bound
        What no plan can beat; None when nothing is known.
    learnt
        For another search of nearly the same.
    """

    chosen: list[int]
    stopped: StopReason
    bounds: dict[AimName, float]
    bound: int | None
    learnt: Learnt | None = None


class OptionSearch:
    """The best plan for one aim, given the best found so far."""

    def __init__(
        self, model: Model, found: Best, watch: Stopwatch, seed: int, refusals: Refusals
    ) -> None:
        self.model = model
        self.found = found
        self.watch = watch
        self.seed = seed
        self.refusals = refusals
        self.bound: int | None = None
        self.upper = model.value(found.chosen)
        self.left: Ints | None = None

    def run(self) -> None:
        """Improve the plan until it is proved, or time or work is up."""
        model, watch = self.model, self.watch
        if watch.halted():
            self._stop(watch.reason)
            return
        start = relax(model, chosen=self.found.chosen, watch=watch)
        if start is None:
            self._stop(watch.reason)
            return
        prices = find_multipliers(
            model, start=start, upper=self.upper, steps=STEPS, halted=watch.halted
        )
        bound = bound_of(model, prices)
        self.bound = bound.value
        if self.bound >= self.upper:
            self.left = np.flatnonzero(bound.worth_keeping(self.upper))
            self._stop(StopReason.PROVED)
            return
        first = self._promising(bound.through)
        stopped = self._integers(first, FIRST_WORK)
        left = np.flatnonzero(bound.worth_keeping(self.upper))
        if stopped is None and np.isin(left, first).all():
            self.bound = self.upper
        elif len(left) <= PROOF_OPTIONS and not watch.halted():
            stopped = self._integers(left, PROOF_WORK, proof=True)
        else:
            stopped = StopReason.WORK_LIMIT
        self.left = np.flatnonzero(bound.worth_keeping(self.upper))
        self._stop(StopReason.PROVED if self.bound >= self.upper else watch.reason or stopped)

    def settle_ties(self) -> None:
        """Of plans that are equally good, take the one with the first homes by identifier.

        Only for a plan that is proved, so that the same input gives the same plan whatever
        the seed; where the proof of this takes too much work, the plan stays as it is.
        """
        if self.found.stopped is not StopReason.PROVED or self.left is None:
            return
        if len(self.left) > TIE_OPTIONS or self.watch.halted():
            return
        model, options = self.model, self.model.problem.options
        ties = replace(
            model.reached("the best there is", self.upper),
            cost=(options.home + 1) * options.size,
            unplaced_cost=0,
            household_cost=0,
        )
        outcome = solve_integers(
            ties,
            self.left,
            refusals=self.refusals,
            hint=self.found.chosen,
            watch=self.watch,
            work=TIE_WORK,
            seed=self.seed,
        )
        if outcome.proved and outcome.chosen is not None:
            self.found.chosen = list(outcome.chosen)

    def _promising(self, through: Ints) -> Ints:
        """Return the options by which a plan can still be best, and those of the plan known."""
        count = max(FIRST_OPTIONS, FIRST_OPTIONS_A_CHILD * self.model.children)
        order = np.lexsort((np.arange(len(through)), through))
        return np.union1d(order[:count], np.array(self.found.chosen, dtype=np.int64))

    def _integers(self, kept: Ints, work: float, *, proof: bool = False) -> StopReason | None:
        """Solve over some of the options; return why it ended when not by proof."""
        outcome = solve_integers(
            self.model,
            kept,
            refusals=self.refusals,
            hint=self.found.chosen,
            watch=self.watch,
            work=work,
            seed=self.seed,
        )
        if outcome.chosen is not None:
            value = self.model.value(outcome.chosen)
            if value < self.upper:
                self.upper = value
                self.found.chosen = list(outcome.chosen)
        if proof and outcome.bound is not None and self.bound is not None:
            # Every option left out leads to plans above the best one.
            self.bound = max(self.bound, min(outcome.bound, self.upper))
        return None if outcome.proved else outcome.stopped

    def _stop(self, reason: StopReason | None) -> None:
        self.found.stopped = reason or StopReason.WORK_LIMIT
