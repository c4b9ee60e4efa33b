"""From an instance to a plan with its bound, and its proof where one is found.

::

    prices     Lagrangian prices, from the arrays alone
    relax      better prices, and configurations, by column generation
    bound      what the prices prove, in integers, over all options
    dive       a plan that keeps what the relaxation has decided
    combine    the best plan made of configurations made so far
    prove      every configuration that a better plan could contain, and again; where they
               are too many: every option that a better plan could contain

A plan that takes a configuration costs at least the bound plus what that configuration's
reduced cost is above its home's least. So those for which that is below the best plan known
are all that a better plan could consist of, and the best plan made of them is best of all
[1]_.

References
----------
.. [1] R. Baldacci, N. Christofides and A. Mingozzi, "An exact algorithm for the vehicle
   routing problem based on the set partitioning formulation with additional cuts",
   Mathematical Programming 115 (2008): enumeration within the gap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.solving.configurations.bound import NEVER, Bound, bound_of
from matcher.solving.configurations.branching import side_of
from matcher.solving.configurations.columns import Columns
from matcher.solving.configurations.diving import dive
from matcher.solving.configurations.found import Found, Learnt
from matcher.solving.configurations.integers import combine
from matcher.solving.configurations.loosely import option_prices
from matcher.solving.configurations.master import relax
from matcher.solving.configurations.prices import Prices, better_prices, first_prices
from matcher.solving.configurations.pricing import FORBIDDEN, Pricer
from matcher.solving.configurations.ties import first_of_equals
from matcher.solving.stopwatch import StopReason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.solving.configurations.instance import Instance, Ints
    from matcher.solving.configurations.master import Relaxed
    from matcher.solving.configurations.pricing import Priced
    from matcher.solving.stopwatch import Stopwatch

STEPS, FIRST_STEP = 20, 0.3
"""Subgradient steps at most, and the length of the first."""
FIRST_COLUMNS = 15_000
"""So many configurations are enough for a first plan."""
FIRST_GAP = 3e-4
"""Nearer to the bound than this share, more configurations are enumerated."""
MOST_COLUMNS = 150_000
"""With more configurations left than this, no proof by enumeration is tried."""
MOST_IN_A_HOME = 5_000
MOST_OPTIONS = 20_000
"""With more options left than this, no proof by options is tried."""
FIRST_NODES, NODES = 200, 20_000
"""Nodes of a branching tree at most, for a first plan and for a proof."""
WORK = 120.0
"""Deterministic work of the proof by options; a unit takes about a second."""
ATTEMPTS = 6
SHARES = (1 / 64, 1 / 8, 1.0)
"""Shares of the gap within which configurations are enumerated."""
WHOLE = 1e-5
"""Nearer than this a number is whole."""


def search(
    instance: Instance,
    *,
    watch: Stopwatch,
    known: Sequence[int] | None = None,
    seed: int = 0,
    compiled: bool | None = None,
    learnt: Learnt | None = None,
    ranks: Sequence[Ints] = (),
    proof: bool = True,
) -> Found:
    """Find the best plan.

    Parameters
    ----------
    instance
        Items, homes, options.
    watch
        Ends the search when time is up. A search that is not stopped by time repeats to the
        bit.
    known
        A lawful plan to start from.
    seed
        Of the integer solvers.
    compiled
        Whether pricing runs compiled; None decides by size.
    learnt
        By a search of an instance that differs in room, weights or splits alone.
    ranks
        Of each option, by which plans that are proved and equally good are told apart, where
        that is little work; none to take any of them.
    """
    found = Found(None, None)
    if known is not None:
        found.chosen, found.cost = tuple(sorted(known)), instance.value(known)
    run = _Search(instance, watch, found, seed, compiled)
    try:
        run.run(learnt, proof=proof)
        run.settle(ranks)
    except KeyboardInterrupt:
        watch.interrupt()
    if found.proved:
        found.stopped = StopReason.PROVED
    else:
        found.stopped = watch.reason or StopReason.WORK_LIMIT
    run.count()
    return found


class _Search:
    def __init__(
        self, instance: Instance, watch: Stopwatch, found: Found, seed: int, compiled: bool | None
    ) -> None:
        self.instance = instance
        self.watch = watch
        self.found = found
        self.seed = seed
        self.pricer = Pricer(instance, compiled=compiled)
        self.columns = Columns(instance)
        self.bound: Bound | None = None
        self.counts = found.counts

    def run(self, learnt: Learnt | None, *, proof: bool) -> None:
        """Improve plan and bound until they meet, or time or work is up."""
        instance, watch, found = self.instance, self.watch, self.found
        if watch.halted():
            return
        upper = self._at_most()
        if learnt is None:
            prices = better_prices(
                self.pricer,
                option_prices(instance, first_prices(instance), watch=watch, seed=self.seed),
                upper=upper,
                steps=STEPS,
                first_step=FIRST_STEP,
                halted=watch.halted,
            )
            self.counts["steps"] = prices.steps
            if not np.isfinite(prices.bound):
                return
            self._bound(self._bound_of(prices))
        else:
            prices = self._begin_with(learnt)
        if found.proved or watch.halted():
            return
        relaxed = relax(self.pricer, self.columns, prices, upper=upper, watch=watch, seed=self.seed)
        self.counts["rounds"] = relaxed.rounds
        self._bound(self._bound_of(relaxed.prices))
        found.learnt = Learnt(relaxed.prices, tuple(self.columns.options), self.pricer.refusals)
        relaxed = self._whole_children(relaxed)
        known = found.cost
        if not found.proved and not watch.halted():
            self._improve(dive(self.pricer, self.columns, relaxed, watch=watch, seed=self.seed))
        if found.chosen is not None:
            self.columns.add_plan(found.chosen)
        if not self._near_enough() and not watch.halted():
            self._combine(list(range(len(self.columns))), FIRST_NODES)
        if not proof:
            return
        if self.instance is instance and found.cost != known:
            # With a better plan known, more can be shown to hold nothing better.
            self._whole_children(relaxed)
            if self.instance is not instance and not found.proved and not watch.halted():
                self._combine(list(range(len(self.columns))), FIRST_NODES)
        if not found.proved and not watch.halted() and not self._enumerate():
            self._options()

    def settle(self, ranks: Sequence[Ints]) -> None:
        """Of equally good plans take the one of lowest rank, if the plan is proved."""
        found, bound = self.found, self.bound
        if not ranks or not found.proved or found.chosen is None or self.watch.halted():
            return
        assert bound is not None  # what is proved has both
        assert found.cost is not None
        gap = (found.cost * bound.scale - bound.scaled) / bound.scale
        first = first_of_equals(
            self.pricer,
            self._within(gap),
            bound,
            found.chosen,
            ranks=ranks,
            watch=self.watch,
            seed=self.seed,
        )
        if first is not None:
            found.chosen = first
            self.counts["settled"] = 1

    def _begin_with(self, learnt: Learnt) -> Prices:
        """Begin where a search of nearly the same has ended."""
        instance = self.instance
        self.pricer.refusals = learnt.refusals
        fits = instance.weight <= instance.room[instance.home]
        self.columns.add(each for each in learnt.configurations if fits[list(each)].all())
        return Prices(learnt.prices.items, learnt.prices.limits, -np.inf)

    def _near_enough(self) -> bool:
        """Whether configurations between bound and plan are worth enumerating."""
        found = self.found
        if found.cost is None or found.bound is None:
            return False
        return found.cost - found.bound <= FIRST_GAP * abs(found.bound - self.instance.constant)

    def count(self) -> None:
        """Write down how much was done."""
        self.counts["passes"] = self.pricer.passes
        self.counts["scans"] = self.pricer.scans
        self.counts["columns"] = len(self.columns)
        self.counts["asked"] = self.pricer.refusals.asked

    def _whole_children(self, relaxed: Relaxed) -> Relaxed:
        """Branch on how many children are left out, where the relaxation says a fraction.

        A plan is looked for on either side; where only one can hold a plan as good as the
        best known, the search goes on there.

        Returns
        -------
        Relaxed
            The relaxation to go on with.
        """
        found = self.found
        fewest = int(np.ceil(relaxed.short - WHOLE))
        whole = fewest - relaxed.short < WHOLE
        if whole or not relaxed.solved or found.proved or self.watch.halted():
            return relaxed
        sides = []
        for or_fewer in (True, False):
            side = side_of(
                self.pricer,
                self.columns,
                relaxed,
                unplaced=fewest - or_fewer,
                or_fewer=or_fewer,
                cost=self._at_most(),
                watch=self.watch,
                seed=self.seed,
            )
            self.counts["rounds"] += side.relaxed.rounds
            self._improve(side.chosen)
            sides.append(side)
        most, bounds = self._at_most(), [each.bound.value for each in sides]
        assert found.bound is not None  # that of the relaxation
        found.bound = max(found.bound, min(most, *bounds))
        found.infeasible = found.bound > self.instance.ceiling
        left = [each for each in sides if each.bound.value <= most]
        if len(left) != 1:
            return relaxed
        (side,) = left
        if found.chosen is not None:
            side.columns.add_plan(found.chosen)
        self.instance, self.pricer, self.columns = side.pricer.instance, side.pricer, side.columns
        self.bound = side.bound
        self._bound(side.bound)
        return side.relaxed

    def _at_most(self) -> int:
        """Return what the best plan costs at most, one more than the dearest when none is known."""
        return self.instance.ceiling + 1 if self.found.cost is None else self.found.cost

    def _bound_of(self, prices: Prices) -> Bound:
        pricer = self.pricer
        return bound_of(self.instance, prices, pricer.refusals, compiled=pricer.compiled)

    def _bound(self, bound: Bound) -> None:
        if self.bound is None or bound.scaled * self.bound.scale > self.bound.scaled * bound.scale:
            self.bound = bound
        if self.found.bound is None or bound.value > self.found.bound:
            self.found.bound = bound.value
        self.found.infeasible = bound.value > self.instance.ceiling

    def _improve(self, chosen: tuple[int, ...] | None) -> bool:
        if chosen is None:
            return False
        cost = self.instance.value(chosen)
        if self.found.cost is not None and cost >= self.found.cost:
            return False
        self.found.chosen, self.found.cost = chosen, cost
        self.columns.add_plan(chosen)
        return True

    def _combine(self, which: list[int], nodes: int = NODES) -> bool:
        """Combine configurations; return whether the best of them is proved to be."""
        known, watch = self.found.chosen, self.watch
        combined = combine(
            self.pricer, self.columns, which, known=known, watch=watch, nodes=nodes, seed=self.seed
        )
        self._improve(combined.chosen)
        return combined.proved

    def _positions(self, priced: Priced) -> list[int]:
        """Add configurations; return where they are, and those of the plan known."""
        self.columns.add_priced(priced)
        first, option = priced.first.tolist(), priced.option.tolist()
        which = {
            self.columns.position(option[first[at] : first[at + 1]]) for at in range(len(priced))
        }
        if self.found.chosen is not None:
            which |= set(self.columns.of_plan(self.found.chosen))
        return sorted(which)

    def _enumerate(self) -> bool:
        """Combine every configuration that a better plan could contain.

        Returns
        -------
        bool
            Whether that was possible: the best plan is then proved, or there is none.
        """
        found = self.found
        if len(self.columns) > FIRST_COLUMNS * 2:
            return False
        for _ in range(ATTEMPTS):
            if self.watch.halted() or found.cost is None:
                return False
            assert self.bound is not None  # run() comes here with one
            bound = self.bound
            # Costs are integers: better is at least one less.
            gap = ((found.cost - 1) * bound.scale - bound.scaled) / bound.scale
            if gap < 0:
                found.bound = found.cost
                return True
            # The widest part of the gap that is not too much to combine, the smallest first.
            whole, priced = False, None
            for share in SHARES:
                wider = self._within(gap * share)
                whole = share == 1.0 and bool(wider.exact.all()) and len(wider) <= MOST_COLUMNS
                if len(wider) > FIRST_COLUMNS and not whole:
                    break
                priced = wider
            if priced is None:
                return False
            before = found.cost
            proved = self._combine(self._positions(priced))
            if whole and proved:
                found.bound = found.cost
                return True
            if whole or found.cost == before:
                return False
        return False

    def _within(self, gap: float) -> Priced:
        bound = self.bound
        assert bound is not None  # run() comes here with one
        scale = bound.scale
        tolerance = 1e-6 * max(1.0, gap)
        # A plan with an item pays for a split with it, too.
        dearer = np.where(bound.dearer == NEVER, FORBIDDEN, bound.dearer / scale)
        priced = self.pricer.within(
            bound.items / scale - dearer,
            bound.limits / scale,
            least=-bound.least / scale - gap - tolerance,
            most=MOST_IN_A_HOME,
        )
        self.counts["enumerated"] = len(priced)
        return priced

    def _options(self) -> None:
        """Solve over every option that a better plan could contain."""
        found, bound = self.found, self.bound
        assert bound is not None  # run() comes here with one
        if found.cost is None:
            kept = np.arange(self.instance.options)
        else:
            kept = np.flatnonzero(bound.worth_keeping(found.cost - 1))
        if len(kept) > MOST_OPTIONS:
            return
        known = found.chosen
        kept = np.union1d(kept, np.array(known or (), dtype=np.int64)).astype(np.int64)
        self.counts["options_kept"] = len(kept)
        # ortools takes longer to import than most searches take without it.
        from matcher.solving.configurations.compact import choose

        outcome = choose(
            self.pricer, kept, known=known, watch=self.watch, work=WORK, seed=self.seed
        )
        self._improve(outcome.chosen)
        if outcome.proved:
            if found.cost is None:
                found.infeasible = True
            else:
                found.bound = found.cost
        elif outcome.bound is not None and found.bound is not None:
            # Every option left out leads to plans no better than the one known before.
            limit = outcome.bound if found.cost is None else min(outcome.bound, found.cost)
            found.bound = max(found.bound, limit)
