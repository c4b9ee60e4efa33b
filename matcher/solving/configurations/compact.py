"""The best plan made of given options: an integer programme with a variable an option.

Where homes take many items each (a depot with twenty customers), configurations are too many
to enumerate, and it is the options that the bound leaves few of: an option through which
every plan costs more than the best one known can be left out (reduced-cost fixing [1]_). What
is left is solved with a knapsack a home, by CP-SAT, hinted with the best plan.

Company that the household refuses becomes a constraint when it comes up, and the programme
is solved again: each round is a relaxation, so its bound is valid, and the last is exact.

References
----------
.. [1] E. Balas and C. H. Martin, "Pivot and complement: a heuristic for 0-1 programming",
   Management Science 26 (1980).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from ortools.sat.python import cp_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.solving.configurations.instance import Ints
    from matcher.solving.configurations.pricing import Pricer
    from matcher.solving.stopwatch import Stopwatch


@dataclass(frozen=True)
class Compacted:
    """What an integer programme over options came to.

    Parameters
    ----------
    chosen
        The options of the best plan found; None when none was found.
    bound
        No plan of these options costs less; None when nothing is known.
    proved
        Whether no plan of these options is better, or there is provably none.
    """

    chosen: tuple[int, ...] | None
    bound: int | None
    proved: bool


def choose(
    pricer: Pricer,
    kept: Ints,
    *,
    known: Sequence[int] | None,
    watch: Stopwatch,
    work: float,
    seed: int = 0,
) -> Compacted:
    """Find the best plan that takes only some of the options.

    Parameters
    ----------
    pricer
        Knows whom to ask about company.
    kept
        Positions of the options that may be taken, rising.
    known
        A plan to start from.
    watch
        Ends the search when time is up.
    work
        Deterministic work of every round, in the solver's units (about a second each).
    seed
        Of the solver.
    """
    instance = pricer.instance
    bound: int | None = None
    while True:
        programme = _Programme(pricer, kept)
        programme.hint(known)
        found = programme.solve(watch, work, seed)
        if found.bound is not None:
            bound = found.bound if bound is None else max(bound, found.bound)
        if found.chosen is None:
            return Compacted(None, bound, found.proved)
        by_home: dict[int, list[int]] = {}
        for option in found.chosen:
            by_home.setdefault(int(instance.home[option]), []).append(int(instance.item[option]))
        allowed = [pricer.refusals.allows(home, items) for home, items in by_home.items()]
        if all(allowed):
            return Compacted(found.chosen, bound, found.proved)
        if watch.halted():
            return Compacted(None, bound, False)


class _Programme:
    """One round, with the refusals known so far."""

    def __init__(self, pricer: Pricer, kept: Ints) -> None:
        self.instance = instance = pricer.instance
        self.kept = kept
        self.cp = cp_model.CpModel()
        self.taken = [self.cp.new_bool_var("") for _ in kept]
        splits = instance.splits
        self.split = [self.cp.new_bool_var("") for _ in range(len(splits))]
        self.open: dict[int, cp_model.IntVar] = {}
        self._families()
        self._homes(pricer)
        used, spared = instance.use.at(kept), splits.use.at(np.arange(len(splits)))
        for each in range(instance.limits):
            use = used[each].tolist()
            terms = [(var, number) for var, number in zip(self.taken, use, strict=True) if number]
            spare = spared[each].tolist()
            terms += [
                (var, number) for var, number in zip(self.split, spare, strict=True) if number
            ]
            self.cp.add(sum(var * number for var, number in terms) <= int(instance.limit[each]))
        self.cp.minimize(
            sum(
                var * cost
                for var, cost in zip(self.taken, instance.cost[kept].tolist(), strict=True)
            )
            + sum(
                var * cost
                for var, cost in zip(self.split, splits.cost.tolist(), strict=True)
                if cost
            )
            + sum(var * int(instance.opening[home]) for home, var in self.open.items())
            + instance.constant
        )

    def _families(self) -> None:
        """One split of every family, and homes for exactly its items."""
        instance, splits = self.instance, self.instance.splits
        takers: list[list[cp_model.IntVar]] = [[] for _ in range(instance.items)]
        for var, item in zip(self.taken, instance.item[self.kept].tolist(), strict=True):
            takers[item].append(var)
        asking: list[list[cp_model.IntVar]] = [[] for _ in range(instance.items)]
        for item, at in zip(splits.item.tolist(), splits.of_item.tolist(), strict=True):
            asking[item].append(self.split[at])
        for theirs, wanted in zip(takers, asking, strict=True):
            self.cp.add(sum(theirs) == sum(wanted))
        start = splits.start.tolist()
        for low, high in pairwise(start):
            self.cp.add_exactly_one(self.split[low:high])

    def _homes(self, pricer: Pricer) -> None:
        """Room, one item of a family in each home, conflicts, refusals, opening."""
        instance = self.instance
        by_home: dict[int, list[int]] = {}
        for place, home in enumerate(instance.home[self.kept].tolist()):
            by_home.setdefault(home, []).append(place)
        items = instance.item[self.kept].tolist()
        weights = instance.weight[self.kept].tolist()
        first, adjacent = instance.adjacent
        for home, places in by_home.items():
            room = int(instance.room[home])
            room_used: cp_model.LinearExprT = room
            if instance.opening[home]:
                self.open[home] = self.cp.new_bool_var("")
                for place in places:
                    self.cp.add_implication(self.taken[place], self.open[home])
                room_used = room * self.open[home]
            load = sum(self.taken[place] * weights[place] for place in places)
            self.cp.add(load <= room_used)
            place_of = {items[place]: place for place in places}
            of_family: dict[int, list[int]] = {}
            for place in places:
                of_family.setdefault(int(instance.family[items[place]]), []).append(place)
                for other in adjacent[first[items[place]] : first[items[place] + 1]].tolist():
                    if other in place_of and other > items[place]:
                        pair = (self.taken[place], self.taken[place_of[other]])
                        self.cp.add_at_most_one(pair)
            for members in of_family.values():
                if len(members) > 1:
                    self.cp.add_at_most_one([self.taken[place] for place in members])
            for part, exactly in pricer.refusals.by_home.get(home, ()):
                if part <= place_of.keys():
                    clause = [self.taken[place_of[item]].negated() for item in sorted(part)]
                    if exactly:
                        clause += [
                            self.taken[at] for item, at in place_of.items() if item not in part
                        ]
                    self.cp.add_bool_or(clause)

    def hint(self, known: Sequence[int] | None) -> None:
        """Tell the solver of a plan to start from."""
        if known is None:
            return
        taken = set(known)
        for option, var in zip(self.kept.tolist(), self.taken, strict=True):
            self.cp.add_hint(var, option in taken)
        splits = self.instance.chosen_splits(known)
        assert splits is not None  # a lawful plan has them
        chosen = set(splits.tolist())
        for at, var in enumerate(self.split):
            self.cp.add_hint(var, at in chosen)
        homes = set(self.instance.home[list(known)].tolist())
        for home, var in self.open.items():
            self.cp.add_hint(var, home in homes)

    def solve(self, watch: Stopwatch, work: float, seed: int) -> Compacted:
        """Solve with one worker, so that the same input gives the same answer."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = seed % 2**31
        solver.parameters.linearization_level = 2
        solver.parameters.max_deterministic_time = work
        remaining = watch.remaining()
        if remaining is not None:
            solver.parameters.max_time_in_seconds = remaining
        status = solver.solve(self.cp)
        if status == cp_model.INFEASIBLE:
            return Compacted(None, None, True)
        if status == cp_model.MODEL_INVALID:
            raise AssertionError(self.cp.validate())
        proved = status == cp_model.OPTIMAL
        bound = int(np.ceil(solver.best_objective_bound - 1e-6))
        in_time = remaining is None or solver.wall_time < remaining - 0.05
        if not proved and in_time and solver.deterministic_time < 0.99 * work:
            watch.interrupt()
        if status == cp_model.UNKNOWN:
            return Compacted(None, bound, False)
        at = [place for place, var in enumerate(self.taken) if solver.boolean_value(var)]
        return Compacted(tuple(self.kept[at].tolist()), bound, proved)
