"""What the solver answers: a plan, how good it is, and how good any plan could be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matcher.domain.plan import Plan
    from matcher.policy import AimName, Method
    from matcher.solving.reasons import Unplaced
    from matcher.solving.stopwatch import StopReason


class Status(StrEnum):
    """What is known of the plan."""

    OPTIMAL = "optimal"
    """Proved: no plan scores better, under strict order tier by tier."""
    FEASIBLE = "feasible"
    """A lawful plan; a better one may exist, and the bound says by how much at most."""


@dataclass(frozen=True, slots=True)
class AimResult:
    """One aim by itself.

    Parameters
    ----------
    name
        Which.
    value
        What the plan comes to, in the aim's unit: children, households, points, moves, and
        for cost pence a week. Minimised.
    bound
        What no plan can be below, given what is held for the aims before it; None when the
        aim was not minimised by itself, or an aim before it is not proved.
    """

    name: AimName
    value: float
    bound: float | None = None

    @property
    def proved(self) -> bool:
        """Whether the aim is proved to be as small as it can be after those before it."""
        return self.bound is not None and self.bound >= self.value


@dataclass(frozen=True)
class Solution:
    """A plan with what is known of it. Everything is minimised.

    Parameters
    ----------
    plan
        Where each child decided about would live.
    method
        How the aims were put in order.
    status, stop_reason
        What is known, and why the search ended.
    objective
        Points: the weighted sum of the policy's aims. Under strict order, where aims have no
        common unit: the points lost in matches.
    bound
        Points that no plan can be below; None when nothing is known.
    unplaced_points
        What of the objective is the price of children left without a home.
    tiers
        Every aim by itself, the policy's in its order and then the others.
    unplaced
        Why each child without a home has none.
    children
        How many children were decided about.
    limited_groups
        Sibling groups of which not every lawful split was looked at.
    seconds
        How long it took.
    """

    plan: Plan
    method: Method
    status: Status
    stop_reason: StopReason
    objective: float
    bound: float | None
    unplaced_points: float
    tiers: tuple[AimResult, ...]
    unplaced: tuple[Unplaced, ...]
    children: int
    limited_groups: tuple[str, ...]
    seconds: float

    @property
    def gap(self) -> float | None:
        """How far the objective can be above the best, as a share of it; None when unknown."""
        return self._gap(self.objective)

    @property
    def gap_placed(self) -> float | None:
        """The same as a share of the objective without the price of the unplaced."""
        return self._gap(self.objective - self.unplaced_points)

    @property
    def gap_points_per_child(self) -> float | None:
        """The same in points for each child decided about."""
        if self.bound is None:
            return None
        return (self.objective - self.bound) / self.children if self.children else 0.0

    def aim(self, name: AimName) -> AimResult:
        """Return one aim by itself."""
        return next(each for each in self.tiers if each.name == name)

    def _gap(self, of: float) -> float | None:
        if self.bound is None:
            return None
        difference = self.objective - self.bound
        if difference <= 0:
            return 0.0
        return difference / abs(of) if of else None
