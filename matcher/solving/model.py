"""One aim as rows and columns: what the bound and the integer solver both work on.

minimise   cost . x  +  unplaced_cost * sum(z)  +  household_cost * sum(w)  +  constant
subject to sum of x over options with the child, plus z of the child   =  1       a child
           sum of x over options of the group,   plus w of the group  >=  least   a group
           sum of weight * x over options in the home                 <=  room    a home
           use . x + spare * sum(w)                                   <=  limit   a limit
           x in {0, 1}, z in {0, 1}, w in {0 .. least}

``x`` says that an option is taken, ``z`` that a child is left without a home (never one who
lives somewhere: they may stay), ``w`` how many households a sibling group stays below the
fewest it needs, because children of it are left without a home. ``constant`` makes the sum
equal to the aim. What household rules say beyond ``room`` is added as it comes up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from matcher.policy import AimName
from matcher.solving.limits import Limit
from matcher.solving.options import MILLI

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from matcher.policy import Policy
    from matcher.solving.options import Ints, Options
    from matcher.solving.problem import Problem

    Flags = NDArray[np.bool_]

PENCE_A_POUND = 100


@dataclass(frozen=True, eq=False)
class Model:
    """One aim over the options of a problem; see the module.

    Parameters
    ----------
    problem
        Children, homes, options.
    cost
        Of each option, shape (options,).
    unplaced_cost, household_cost
        Of a child left without a home; of a household.
    limits
        Those of the problem, and what earlier aims have reached.
    """

    problem: Problem
    cost: Ints
    unplaced_cost: int
    household_cost: int
    limits: tuple[Limit, ...]

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Sibling groups, in the order of their rows."""
        return tuple(self.problem.least_households)

    @cached_property
    def least(self) -> Ints:
        """The fewest households each group needs, shape (groups,)."""
        return np.array(list(self.problem.least_households.values()), dtype=np.int64)

    @property
    def constant(self) -> int:
        """What the aim has beside the sums over variables."""
        return -self.household_cost * int(self.least.sum())

    @property
    def children(self) -> int:
        """How many children are decided about: their rows come first."""
        return len(self.problem.items.child_ids)

    @property
    def rows(self) -> int:
        """How many rows of children and groups there are."""
        return self.children + len(self.groups)

    @cached_property
    def needed(self) -> Ints:
        """The right-hand side of every row of a child or group."""
        return np.concatenate([np.ones(self.children, dtype=np.int64), self.least])

    @cached_property
    def may_be_unplaced(self) -> Flags:
        """Which children may be left without a home, shape (children,)."""
        found: Flags = self.problem.lives_at < 0
        return found

    @cached_property
    def rows_of_item(self) -> Ints:
        """The rows of each item, filled up with ``rows``; shape (items, most)."""
        items = self.problem.items.items
        row_of = {group: self.children + at for at, group in enumerate(self.groups)}
        most = max((len(item.children) for item in items), default=0) + 1
        found = np.full((len(items), most), self.rows, dtype=np.int64)
        for at, item in enumerate(items):
            found[at, : len(item.children)] = item.children
            if item.group is not None:
                found[at, len(item.children)] = row_of[item.group]
        return found

    def value(self, chosen: Iterable[int]) -> int:
        """Return the aim's value for the options that a plan takes."""
        at = np.array(sorted(chosen), dtype=np.int64)
        placed = int(self.problem.options.size[at].sum())
        return (
            int(self.cost[at].sum())
            + self.unplaced_cost * (self.children - placed)
            + self.household_cost * self._short(at)
            + self.constant
        )

    def keeps_limits(self, chosen: Iterable[int]) -> bool:
        """Whether the options that a plan takes keep to every limit."""
        at = np.array(sorted(chosen), dtype=np.int64)
        short = self._short(at)
        return all(
            int(limit.use[at].sum()) + limit.spare * short <= limit.limit for limit in self.limits
        )

    def _short(self, at: Ints) -> int:
        """Return how many households groups stay below the fewest they need, added up."""
        households = dict.fromkeys(self.groups, 0)
        for item in self.problem.options.item[at]:
            group = self.problem.items.items[int(item)].group
            if group is not None:
                households[group] += 1
        return sum(
            max(0, least - households[group])
            for group, least in self.problem.least_households.items()
        )

    def reached(self, name: str, value: int) -> Model:
        """Return the same rows with this aim held at a value, for the aims after it."""
        limit = Limit(
            name=name,
            use=self.cost - self.unplaced_cost * self.problem.options.size.astype(np.int64),
            limit=value - self.constant - self.unplaced_cost * self.children,
            spare=self.household_cost,
        )
        return replace(self, limits=(*self.limits, limit))


def weighted_model(problem: Problem) -> Model:
    """Return the aims of the policy as one sum, in thousandths of a point."""
    policy = problem.policy
    cost = weighted_cost(policy, problem.options)
    if problem.unwanted is not None:
        cost += problem.unwanted * round(policy.price(AimName.UNPLACED) * MILLI)
    return Model(
        problem=problem,
        cost=cost,
        unplaced_cost=round(policy.price(AimName.UNPLACED) * MILLI),
        household_cost=round(policy.price(AimName.EXTRA_HOUSEHOLDS) * MILLI),
        limits=problem.limits,
    )


def weighted_cost(policy: Policy, options: Options) -> Ints:
    """Return what each option costs in the policy's weighted sum, thousandths of a point."""
    cost: Ints = np.rint(options.match_loss * policy.price(AimName.MATCH)).astype(np.int64)
    cost += options.moves.astype(np.int64) * round(move_price(policy) * MILLI)
    household = round(policy.price(AimName.EXTRA_HOUSEHOLDS) * MILLI)
    cost += options.household.astype(np.int64) * household
    if policy.price(AimName.COST):
        a_penny = policy.price(AimName.COST) * MILLI / PENCE_A_POUND
        cost += np.rint(options.cost * a_penny).astype(np.int64)
    return cost


def aim_model(problem: Problem, aim: AimName, limits: tuple[Limit, ...]) -> Model:
    """Return one aim by itself, for strict order.

    Parameters
    ----------
    problem
        Children, homes, options.
    aim
        Which. Match is in thousandths of a point and carries the price of moves where moves
        are no aim of their own; cost is in pence; the others are counts.
    limits
        Those of the problem, and what earlier aims have reached.
    """
    options = problem.options
    none = np.zeros(len(options), dtype=np.int64)
    unplaced = household = 0
    if aim is AimName.UNPLACED:
        cost = none if problem.unwanted is None else problem.unwanted.astype(np.int64)
        unplaced = 1
    elif aim is AimName.EXTRA_HOUSEHOLDS:
        cost, household = options.household.astype(np.int64), 1
    elif aim is AimName.MATCH:
        cost = options.match_loss.astype(np.int64)
        if all(each.name is not AimName.MOVES for each in problem.policy.aims):
            cost += options.moves.astype(np.int64) * round(move_price(problem.policy) * MILLI)
    elif aim is AimName.MOVES:
        cost = options.moves.astype(np.int64)
    else:
        cost = options.cost.astype(np.int64)
    return Model(problem, cost, unplaced, household, limits)


def move_price(policy: Policy) -> float:
    """Return what a move must be worth in points: the aim's price, else the policy's setting."""
    for aim in policy.aims:
        if aim.name is AimName.MOVES:
            return aim.price_points
    return policy.move_price_points


def measures(options: Options, chosen: Iterable[int]) -> dict[AimName, int]:
    """Return match, moves and cost of the options that a plan takes, as integers."""
    at = np.array(sorted(chosen), dtype=np.int64)
    return {
        AimName.MATCH: int(options.match_loss[at].sum()),
        AimName.MOVES: int(options.moves[at].sum()),
        AimName.COST: int(options.cost[at].sum()),
    }
