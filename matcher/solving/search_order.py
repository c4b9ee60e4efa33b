"""How places are found today: request by request, route by route, the nearest lawful home.

The baseline that every plan is compared with, and the plan that the solver starts from. It
obeys every hard rule, every budget and cap, so it is a plan like any other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.home import Setting
from matcher.evidence.arrays import SETTINGS
from matcher.evidence.purchases import ROUTES
from matcher.geography.distance import distances_miles
from matcher.solving.limits import LimitsInUse

if TYPE_CHECKING:
    from matcher.evidence.arrays import Floats
    from matcher.solving.options import Ints, SmallInts
    from matcher.solving.problem import Problem


def staying(problem: Problem) -> list[int]:
    """Return the options by which every child who lives somewhere stays there."""
    together: dict[tuple[int, str], list[int]] = {}
    for child, home in enumerate(problem.lives_at.tolist()):
        if home >= 0:
            child_id = problem.items.child_ids[child]
            group = problem.world.children[child_id].sibling_group_id
            # A slash cannot begin an identifier.
            together.setdefault((home, group or f"/{child_id}"), []).append(child)
    found = []
    for (home, _), children in together.items():
        option = problem.option_at(problem.item_of[tuple(children)], home)
        if option is None:
            raise AssertionError("children may always stay where they live")
        found.append(option)
    return sorted(found)


def search_in_order(problem: Problem) -> list[int]:
    """Place the waiting children one request after the other, and return the options taken.

    Requests come in the order of the day they were received, then the day the home is
    needed, then their identifiers. Routes are tried in the policy's ``search_order``, a
    framework tier by tier; within a route the nearest home comes first, unknown distances
    last, ties by identifier. Siblings who wait are looked after with the first request of
    theirs: all of them together through every route, then the largest part for which a home
    is found, then the rest. Nothing is ever taken back. Placed children stay.
    """
    search = _Search(problem, staying(problem))
    waiting = [child for child, home in enumerate(problem.lives_at.tolist()) if home < 0]
    ids = problem.items.child_ids
    referral_of = problem.world.referral_by_child

    def order(child: int) -> tuple[object, ...]:
        referral = referral_of[ids[child]]
        return (referral.received_on, referral.needed_by, referral.referral_id, ids[child])

    for child in sorted(waiting, key=order):
        if child not in search.placed:
            search.place(search.family(child))
    return sorted(search.taken)


@dataclass
class _Search:
    """What has been committed so far."""

    problem: Problem
    taken: list[int]
    placed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        problem = self.problem
        self.limits = LimitsInUse(problem.limits, self.taken)
        self.weight = np.zeros(problem.homes.n, dtype=np.int64)
        self.living: dict[int, list[int]] = {}
        self.groups_at: dict[int, set[str]] = {}
        for option in self.taken:
            self._move_in(option)
        self.ranks = _Ranks(problem)
        self.items_of_group: dict[str, list[int]] = {}
        for at, item in enumerate(problem.items.items):
            if item.group is not None:
                self.items_of_group.setdefault(item.group, []).append(at)

    def family(self, child: int) -> frozenset[int]:
        """Return the child with all siblings who wait and are not placed yet."""
        problem = self.problem
        group = problem.world.children[problem.items.child_ids[child]].sibling_group_id
        if group is None:
            return frozenset({child})
        members = {
            each
            for item in self.items_of_group.get(group, ())
            for each in problem.items.items[item].children
        }
        return frozenset(
            each for each in members | {child} if problem.lives_at[each] < 0
        ) - frozenset(self.placed)

    def place(self, children: frozenset[int]) -> None:
        """Place as many of these children as homes are found for, the largest part first."""
        left = set(children)
        while left:
            option = self._first_option(frozenset(left))
            if option is None:
                break
            self.taken.append(option)
            self.limits.take(option)
            self._move_in(option)
            left.difference_update(
                self.problem.items.items[int(self.problem.options.item[option])].children
            )
        self.placed.update(children)

    def _first_option(self, left: frozenset[int]) -> int | None:
        """Return the first lawful option of the largest part of these children."""
        problem = self.problem
        items = problem.items.items
        if len(left) == 1 and tuple(left) in problem.item_of:
            candidates = [problem.item_of[tuple(left)]]
        else:
            group = problem.world.children[
                problem.items.child_ids[next(iter(left))]
            ].sibling_group_id
            candidates = [
                at
                for at in self.items_of_group.get(group or "", ())
                if left.issuperset(items[at].children)
            ]
            candidates.sort(key=lambda at: (-len(items[at].children), items[at].children))
        for item in candidates:
            for option in self.ranks.in_order(item, self._perhaps(item)).tolist():
                if self._fits(option):
                    return int(option)
        return None

    def _perhaps(self, item: int) -> Ints:
        """Return the options of an item that have room and keep to every limit."""
        problem = self.problem
        low, high = problem.first_option[item : item + 2].tolist()
        home = problem.options.home[low:high]
        fits = self.weight[home] + problem.weight[low:high] <= problem.room[home]
        for _, over in self.limits.exceeding(low, high):
            fits[over - low] = False
        found: Ints = low + np.flatnonzero(fits)
        return found

    def _fits(self, option: int) -> bool:
        problem = self.problem
        home = int(problem.options.home[option])
        item = problem.items.items[int(problem.options.item[option])]
        if item.group is not None and item.group in self.groups_at.get(home, ()):
            return False
        there = self.living.get(home, [])
        return not there or problem.households.allowed(home, [*there, *item.children])

    def _move_in(self, option: int) -> None:
        problem = self.problem
        home = int(problem.options.home[option])
        item = problem.items.items[int(problem.options.item[option])]
        self.weight[home] += problem.weight[option]
        self.living.setdefault(home, []).extend(item.children)
        if item.group is not None:
            self.groups_at.setdefault(home, set()).add(item.group)


class _Ranks:
    """In which order the homes are asked."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        order = {ROUTES.index(route): at for at, route in enumerate(problem.policy.search_order)}
        self._of_route = np.array([order.get(at, len(ROUTES)) * 100 for at in range(len(ROUTES))])
        tiers = [each.tier or 0 for each in problem.world.agreements.values()]
        self._of_agreement = np.array([*tiers, 0], dtype=np.int64)
        self._connected = problem.homes.setting == SETTINGS.index(Setting.CONNECTED)

    def in_order(self, item: int, here: Ints) -> Ints:
        """Return some options of an item in the order in which the homes are asked."""
        problem = self.problem
        options = problem.options
        home = options.home[here]
        rank = self._of_route[options.route[here]] + self._of_agreement[options.agreement[here]]
        # Relatives and friends are asked before any search begins (section 22C(7)(a)).
        rank[self._connected[home]] = -1
        miles = np.nan_to_num(miles_from_home(problem, item, home), nan=np.inf)
        searched = rank < len(ROUTES) * 100
        order = np.lexsort((here, miles, rank))
        found: Ints = here[order[searched[order]]]
        return found


def miles_from_home(problem: Problem, item: int, homes: SmallInts) -> Floats:
    """Return the miles from home of the child of an item to whom each of some homes is farthest.

    Parameters
    ----------
    problem
        Children, homes, options.
    item
        Position of the item.
    homes
        Positions of the homes.

    Returns
    -------
    ndarray of float64
        Children to whom distance does not apply are left out; nan when unknown for one of
        the others, and when it applies to none.
    """
    miles = []
    for each in problem.items.items[item].children:
        child = problem.world.children[problem.items.child_ids[each]]
        if child.unaccompanied:
            continue
        place = problem.world.location(child.home_postcode)
        if place is None or place.easting is None or place.northing is None:
            return np.full(len(homes), np.nan)
        miles.append(
            distances_miles(
                float(place.easting),
                float(place.northing),
                problem.homes.easting[homes],
                problem.homes.northing[homes],
            )
        )
    if not miles:
        return np.full(len(homes), np.nan)
    # nan wins: one unknown distance makes the farthest unknown.
    found: Floats = np.maximum.reduce(miles)
    return found
