"""One child and one home, one household, or one plan, in plain Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from matcher.domain.plan import first_days, stays
from matcher.domain.purchase import (
    Purchase,
    full_fee_pence,
    purchase_of,
    transport_pence,
)
from matcher.domain.world import Occupant, occupant_of
from matcher.evidence.once import once
from matcher.geography.distance import distance_miles

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from matcher.domain.child import Child
    from matcher.domain.home import Home
    from matcher.domain.referral import Referral
    from matcher.domain.world import World
    from matcher.policy import Policy


@dataclass(eq=False)
class PairCase:
    """One child and one home; nobody changes it.

    Not frozen, because making a frozen one takes longer than many a rule takes to answer.

    Parameters
    ----------
    child, home
        The two.
    world, policy
        Where they stand, and what the council prefers.
    day
        The first day of the placement.
    leaving
        Children of ours who are not counted as occupants of the homes they live in now,
        because the plan decides anew where they live.
    """

    child: Child
    home: Home
    world: World
    policy: Policy
    day: date
    leaving: frozenset[str] = frozenset()

    @once
    def referral(self) -> Referral | None:
        """The referral that asks for a home for this child, if any."""
        return self.world.referral_by_child.get(self.child.child_id)

    @once
    def age(self) -> int | None:
        """The child's completed years on the day."""
        return self.child.age_on(self.day)

    @once
    def lives_there(self) -> bool:
        """Whether the child lives in the home already."""
        placement = self.world.placements.get(self.child.child_id)
        return placement is not None and placement.home_id == self.home.home_id

    @once
    def miles(self) -> float | None:
        """Miles from the child's home to this home; None when unknown."""
        return self.miles_to(self.child.home_postcode)

    @once
    def school_miles(self) -> float | None:
        """Miles from this home to the child's school; None when unknown or no school."""
        school = self.child.school
        return None if school is None else self.miles_to(school.postcode)

    def miles_to(self, postcode: str | None) -> float | None:
        """Return the miles from this home to a postcode; None when unknown."""
        return distance_miles(
            self.world.location(self.home.postcode), self.world.location(postcode)
        )

    @once
    def purchase(self) -> Purchase:
        """How the bed would be obtained."""
        return purchase_of(self.home, self.world, self.day)

    @once
    def fee_pence(self) -> int | None:
        """Pence a week for the child, before sibling discount; None when not known."""
        return full_fee_pence(self.child, self.home, self.purchase, self.day)

    @once
    def highest_need(self) -> int | None:
        """The child's highest assessed level, 0 to 4; None when nothing is assessed."""
        return self.child.highest_need

    @once
    def transport_pence(self) -> int:
        """Pence a week for taking the child to the school they keep, as the policy counts.

        0 when there is none to keep, and when it is not known how far it is.
        """
        school = self.child.school
        return transport_pence(
            self.age,
            self.school_miles if school is not None and school.keep else None,
            pence_a_mile=self.policy.value.transport_pence_a_mile,
            days_a_week=self.policy.value.school_days_a_week,
        )

    @once
    def occupants(self) -> tuple[Occupant, ...]:
        """Who lives in the home now, the child apart."""
        return tuple(
            each
            for each in self.world.occupants_of(self.home.home_id)
            if each.occupant_id != self.child.child_id and each.occupant_id not in self.leaving
        )


@dataclass(eq=False)
class HouseholdCase:
    """One home, those who live there and those who would arrive together; nobody changes it.

    Parameters
    ----------
    home
        The home.
    arrivals
        The children who would come, or of whom the plan says that they stay.
    world, policy
        Where they stand, and what the council prefers.
    day
        The first day of the placement.
    leaving
        Children of ours who live there now and are not counted as occupants, because the
        plan decides anew where they live.
    """

    home: Home
    arrivals: tuple[Child, ...]
    world: World
    policy: Policy
    day: date
    leaving: frozenset[str] = frozenset()

    @once
    def occupants(self) -> tuple[Occupant, ...]:
        """Who lives there and goes on living there."""
        arriving = {child.child_id for child in self.arrivals}
        return tuple(
            each
            for each in self.world.occupants_of(self.home.home_id)
            if each.occupant_id not in self.leaving and each.occupant_id not in arriving
        )

    @once
    def incoming(self) -> tuple[Occupant, ...]:
        """Those arriving, as household rules see them."""
        return tuple(occupant_of(child, self.day, fostered=True) for child in self.arrivals)

    @once
    def together(self) -> tuple[Occupant, ...]:
        """Everybody who would live there."""
        return self.occupants + self.incoming


@dataclass(frozen=True)
class PlanCase:
    """A whole plan.

    Parameters
    ----------
    world, policy
        Where it stands, and what the council prefers.
    home_of
        The home of every child the plan decides about; None when left without one.
    weekly_cost_pence, weekly_cost_by_route_pence
        Fees and transport of the placements that the plan starts, recomputed from the World;
        children who stay where they live are left out.
    unknown_cost
        Children whose placement would start at a fee that is not known.
    points
        Each placed child's points in their home, 0 to 100; empty when not scored.
    """

    world: World
    policy: Policy
    home_of: Mapping[str, str | None]
    weekly_cost_pence: int = 0
    weekly_cost_by_route_pence: Mapping[str, int] = field(default_factory=dict)
    unknown_cost: tuple[str, ...] = ()
    points: Mapping[str, float] = field(default_factory=dict)

    @once
    def first_days(self) -> Mapping[str, date]:
        """The first day of each child whose home the plan decides."""
        return first_days(self.world, self.home_of)

    @once
    def started(self) -> tuple[tuple[str, str], ...]:
        """Each child, and home, whose placement the plan starts, in the order of children."""
        return tuple(
            (child_id, home_id)
            for child_id, home_id in sorted(self.home_of.items())
            if home_id is not None and not stays(self.world, child_id, home_id)
        )

    @once
    def bought(self) -> tuple[tuple[str, Purchase], ...]:
        """Each child whose placement the plan starts, and how the bed is obtained."""
        days, world = self.first_days, self.world
        return tuple(
            (child_id, purchase_of(world.home(home_id), world, days[child_id]))
            for child_id, home_id in self.started
        )

    def home_now(self, child_id: str) -> str | None:
        """Return where a child would live: by the plan, else where they live now."""
        if child_id in self.home_of:
            return self.home_of[child_id]
        placement = self.world.placements.get(child_id)
        return placement.home_id if placement is not None else None
