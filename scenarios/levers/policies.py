"""What the council decides: search order, weights, preferred providers, caps and budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from matcher.domain.agreement import Budget, Route
from matcher.domain.phrases import counted, listed
from matcher.errors import UsageError
from matcher.policy import Method, Policy, Preference
from scenarios.changes import BudgetChanges, PolicyChanges
from scenarios.levers.lever import Lever, Percent, Unit

if TYPE_CHECKING:
    from scenarios.changes import AnyChange
    from scenarios.outlook import Outlook

OptionalPercent = Annotated[float, Field(ge=0, le=100), Unit("per cent")] | None
RouteBudgets = dict[Route, Annotated[int, Field(ge=0, le=10_000_000)]]


NOT_SIMULATED = frozenset({"may_move", "vacancy_fresh_days"})
"""Settings that a simulation sets for itself: vacancies are confirmed, moves have reasons."""


class ChangePolicy(Lever):
    """The council's policy is another: a whole one by name, or single settings of its own.

    Parameters
    ----------
    policy
        A policy that comes with Near Home, in place of all of today's.
    search_order
        Routes in the order in which they are searched; the policy then searches in order, as
        the shipped policy practice does.
    near_home_points
        Points of 100 for being near home; the other criteria share the rest as before.
    preferred
        For whom which kind of home is preferred, in place of today's rules.
    out_of_area_percent
        At most this share of new placements outside the council's area.
    spot_percent
        At most this share of new placements bought spot.
    minimum_match_points
        Below this match nobody is placed without a person choosing it.
    """

    title: ClassVar[str] = "Change the policy"
    source: ClassVar[str] = "The council's own decision"
    alone: ClassVar[tuple[str, ...] | None] = ()

    kind: Literal["change_policy"] = "change_policy"
    policy: Literal["balanced", "lexicographic", "practice"] | None = None
    search_order: Annotated[tuple[Route, ...], Unit("routes")] | None = None
    near_home_points: Annotated[float, Field(ge=0, le=100), Unit("points of 100")] | None = None
    preferred: Annotated[tuple[Preference, ...], Unit("preferences")] | None = None
    out_of_area_percent: OptionalPercent = None
    spot_percent: OptionalPercent = None
    minimum_match_points: Annotated[float, Field(ge=0, le=100), Unit("points of 100")] | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.set_fields:
            raise ValueError("nothing would change: give at least one setting")
        if self.policy is not None and len(self.set_fields) > 1:
            raise ValueError("'policy' replaces everything: remove it, or the other settings")
        if self.search_order is not None and (
            not self.search_order or len(set(self.search_order)) != len(self.search_order)
        ):
            raise ValueError("'search_order' names each route once")
        return self

    @property
    def set_fields(self) -> frozenset[str]:
        """The settings that it changes."""
        return frozenset(
            name
            for name in type(self).model_fields
            if name not in Lever.model_fields and getattr(self, name) is not None
        )

    def clashes(self, other: Lever) -> bool:
        """Whether another change of policy sets the same: all of it, or a setting of both."""
        if not isinstance(other, ChangePolicy):
            return False
        both = self.set_fields & other.set_fields
        return bool(both) or "policy" in self.set_fields | other.set_fields

    def _does(self) -> str:
        if self.policy is not None:
            return f"The council's policy is '{self.policy}'"
        done = []
        if self.search_order is not None:
            done.append(
                f"homes are searched in the order {listed([r.label for r in self.search_order])}"
            )
        if self.near_home_points is not None:
            done.append(f"being near home counts {self.near_home_points:g} points of 100")
        if self.preferred is not None:
            done.append(f"{counted(len(self.preferred), 'rule')} say which homes are preferred")
        if self.out_of_area_percent is not None:
            done.append(
                f"at most {self.out_of_area_percent:g} per cent of new placements are outside the "
                "area"
            )
        if self.spot_percent is not None:
            done.append(f"at most {self.spot_percent:g} per cent of new placements are bought spot")
        if self.minimum_match_points is not None:
            done.append(f"the least match is {self.minimum_match_points:g} points")
        return "Policy: " + "; ".join(done)

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the policy's new settings."""
        return (
            PolicyChanges(
                starts=self.first_day(outlook),
                ends=self.ends,
                policy_fields=self._fields(outlook.policy),
            ),
        )

    def _fields(self, policy: Policy) -> dict[str, object]:
        if self.policy is not None:
            named = Policy.named(self.policy).by_field()
            return {name: value for name, value in named.items() if name not in NOT_SIMULATED}
        fields: dict[str, object] = {}
        if self.search_order is not None:
            fields |= {"search_order": self.search_order, "method": Method.SEARCH_ORDER}
        if self.near_home_points is not None:
            fields["weights"] = _weighted(policy, "near_home", self.near_home_points)
        if self.preferred is not None:
            fields["preferred"] = self.preferred
        if self.out_of_area_percent is not None:
            fields["out_of_area_share"] = self.out_of_area_percent / 100
        if self.spot_percent is not None:
            fields["spot_share"] = self.spot_percent / 100
        if self.minimum_match_points is not None:
            fields["minimum_match_points"] = self.minimum_match_points
        return fields


def _weighted(policy: Policy, criterion: str, points: float) -> dict[str, float]:
    """Return weights in which one criterion has some points and the others share the rest."""
    others = {name: weight for name, weight in policy.weights.items() if name != criterion}
    total = sum(others.values())
    if total <= 0 and points < 100:
        raise UsageError(
            f"The policy {policy.name} gives points to {criterion} alone, so the others cannot "
            f"share what is left. Give {criterion} 100 points, or choose another policy."
        )
    scale = (100 - points) / total if total else 0.0
    return {
        name: points if name == criterion else weight * scale
        for name, weight in {**policy.weights, criterion: points}.items()
    }


class SetBudgets(Lever):
    """Limits on what the new placements of one week may cost a week.

    Parameters
    ----------
    weekly_pounds
        For all of them; as today when not given.
    by_route
        For those by one route, as in ``by_route = {spot = 20_000}``; routes that are not named
        stay as today.
    lift_percent
        Raises every limit of today that is not set here by so much.
    """

    title: ClassVar[str] = "Set budget caps"
    source: ClassVar[str] = "The council's own decision"
    alone: ClassVar[tuple[str, ...] | None] = ()

    kind: Literal["set_budgets"] = "set_budgets"
    weekly_pounds: Annotated[int, Field(ge=0, le=10_000_000), Unit("pounds a week")] | None = None
    by_route: Annotated[RouteBudgets, Unit("pounds a week by route")] = Field(default_factory=dict)
    lift_percent: Percent = 0.0

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.weekly_pounds is None and not self.by_route and not self.lift_percent:
            raise ValueError("nothing would change: give 'weekly_pounds' or 'by_route'")
        return self

    def _does(self) -> str:
        done = []
        if self.weekly_pounds is not None:
            done.append(f"£{self.weekly_pounds:,} in all")
        done += [
            f"£{pounds:,} for {route.label}" for route, pounds in sorted(self.by_route.items())
        ]
        if self.lift_percent:
            done.append(f"today's other limits raised by {self.lift_percent:g} per cent")
        return f"New placements of a week may cost, a week: {listed(done)}"

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the limits."""
        limits: dict[Route | None, int] = {
            each.route: round(each.weekly_pence * (1 + self.lift_percent / 100))
            for each in outlook.world.budgets
        }
        if self.weekly_pounds is not None:
            limits[None] = 100 * self.weekly_pounds
        limits |= {route: 100 * pounds for route, pounds in self.by_route.items()}
        return (
            BudgetChanges(
                starts=self.first_day(outlook),
                ends=self.ends,
                budgets=tuple(
                    Budget(route=route, weekly_pence=pence)
                    for route, pence in sorted(limits.items(), key=lambda each: each[0] or "")
                ),
            ),
        )
