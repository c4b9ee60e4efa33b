"""First come, first served: each family in turn gets the best home there is now.

What a duty officer with a good ranking and no view of tomorrow would do. Nothing is ever
taken back; children who are placed stay.
"""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.peers.found import PeerPlan
from matcher.solving.search_order import staying

if TYPE_CHECKING:
    from matcher.solving.items import Item
    from matcher.solving.model import Model


def greedy(model: Model) -> PeerPlan:
    """Return the plan of taking families in the order in which they came.

    Requests come by the day they were received, then the day a home is needed, then their
    identifiers. Siblings who wait go together if any home takes them all, else the largest
    part for which there is a home, then the rest. Of several options the cheapest is taken.
    """
    began = time.perf_counter()
    first_come = _FirstCome(model)
    first_come.run()
    took = time.perf_counter() - began
    return PeerPlan(tuple(sorted(first_come.taken)), None, "done", 0.0, took)


class _FirstCome:
    def __init__(self, model: Model) -> None:
        self.model = model
        problem = self.problem = model.problem
        self.taken: list[int] = []
        self.used = np.zeros(len(model.limits), dtype=np.int64)
        self.living: dict[int, list[int]] = defaultdict(list)
        self.groups: set[tuple[int, str]] = set()
        for option in staying(problem):
            self._take(option)
        self.items_with: dict[int, list[int]] = defaultdict(list)
        for at, item in enumerate(problem.items.items):
            for child in item.children:
                self.items_with[child].append(at)

    def run(self) -> None:
        """Take every family in its turn."""
        problem = self.problem
        ids, referral_of = problem.items.child_ids, problem.world.referral_by_child

        def came(child: int) -> tuple[object, ...]:
            referral = referral_of[ids[child]]
            return (referral.received_on, referral.needed_by, referral.referral_id, ids[child])

        waiting = {child for child in range(len(ids)) if problem.lives_at[child] < 0}
        done: set[int] = set()
        for child in sorted(waiting, key=came):
            if child in done:
                continue
            family = {
                each
                for item in self.items_with[child]
                for each in problem.items.items[item].children
                if each in waiting
            } | {child}
            # Who must live apart from one sibling may have come with another.
            family -= done
            done |= family
            left = set(family)
            while left:
                option = self._best(left)
                if option is None:
                    break
                self._take(option)
                left.difference_update(self._item(option).children)

    def _best(self, left: set[int]) -> int | None:
        """Return the best option now of the largest part of these children."""
        problem = self.problem
        parts = {
            at
            for child in left
            for at in self.items_with[child]
            if left.issuperset(problem.items.items[at].children)
        }
        by_size: dict[int, list[int]] = defaultdict(list)
        for at in parts:
            by_size[len(problem.items.items[at].children)].append(at)
        for size in sorted(by_size, reverse=True):
            options = np.concatenate(
                [
                    np.arange(problem.first_option[at], problem.first_option[at + 1])
                    for at in sorted(by_size[size])
                ]
            )
            order = np.lexsort((options, self.model.cost[options]))
            for option in options[order].tolist():
                if self._fits(option):
                    return int(option)
        return None

    def _fits(self, option: int) -> bool:
        home, item = int(self.problem.options.home[option]), self._item(option)
        if item.group is not None and (home, item.group) in self.groups:
            return False
        for used, limit in zip(self.used, self.model.limits, strict=True):
            if used + int(limit.use[option]) > limit.limit:
                return False
        there = self.living.get(home)
        if not there:
            return True
        return self.problem.households.allowed(home, [*there, *item.children])

    def _take(self, option: int) -> None:
        home, item = int(self.problem.options.home[option]), self._item(option)
        self.taken.append(option)
        self.used += np.array([int(limit.use[option]) for limit in self.model.limits], np.int64)
        self.living[home].extend(item.children)
        if item.group is not None:
            self.groups.add((home, item.group))

    def _item(self, option: int) -> Item:
        return self.problem.items.items[int(self.problem.options.item[option])]
