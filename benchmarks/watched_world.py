"""A live World that remembers who stayed where, for judging how it is decided."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from matcher.domain.child import Child
from matcher.domain.history import PastStay, history_of_stays, looked_for
from matcher.domain.placement import Placement
from matcher.live import Choice, LiveWorld
from matcher.live.looking_ahead import look_ahead
from matcher.lookahead.learning import learn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from matcher.domain.history import ArrivalHistory
    from matcher.domain.home import Setting
    from matcher.domain.world import World
    from matcher.live.choice import Part
    from matcher.live.families import FamilyPlan
    from matcher.lookahead.values import BedValues
    from matcher.policy import LookAhead, Policy

WEEKS_A_YEAR = 52


class Watched(LiveWorld):
    """A live World that remembers who stayed where, and how well they were placed.

    It can look ahead under a policy that does not, so that all ways of one future share what is
    found under the one policy: half of the time.

    Parameters
    ----------
    world, policy, values, **more
        As for the live World.
    """

    look_ahead: LookAhead | None = None
    """How far homes may be exchanged; None, or a margin of 0, for not at all."""

    def __init__(
        self, world: World, policy: Policy, values: BedValues | None = None, **more: Any
    ) -> None:
        super().__init__(world, policy, values, **more)
        self.placed: list[tuple[float, ...]] = []
        """Points of the children of each part of a family that was placed."""
        self.extra_households = 0
        self._stays: dict[tuple[str, str, date], PastStay] = {}
        self._settings: dict[str, Setting] = {}
        for each in world.placements.values():
            self._begins(each)

    def _quickly(
        self, families: Sequence[Sequence[str]], avoid: Sequence[Any]
    ) -> list[FamilyPlan] | None:
        plans = super()._quickly(families, avoid)
        how = self.look_ahead
        if plans is None or how is None or not how.margin_points or self.bed_values is None:
            return plans
        policy = self.policy.replace(look_ahead=how)
        return look_ahead(self.view, policy, self.bed_values, plans)

    def take(self, choice: Choice | Part) -> None:
        """Let children live where a choice has them."""
        super().take(choice)
        parts = choice.parts if isinstance(choice, Choice) else (choice,)
        self.placed += [part.points for part in parts]
        self.extra_households += max(len(parts) - 1, 0)

    def put(self, *records: Any) -> None:
        """Add records; a placement begins, or goes on where nothing came of a move."""
        super().put(*records)
        for each in records:
            if isinstance(each, Placement):
                self._begins(each)

    def drop(self, kind: Any, *record_ids: str) -> None:
        """Take records out; a stay ends with its placement, or when the child leaves care."""
        if kind in (Placement, Child):
            for child_id in record_ids:
                there = self.view.placements.get(child_id)
                if there is not None:
                    key = (child_id, there.home_id, there.started_on)
                    self._stays[key] = replace(self._stays[key], ended=self.day)
        super().drop(kind, *record_ids)

    def _begins(self, placement: Placement) -> None:
        view = self.view
        child = view.children[placement.child_id]
        group = child.sibling_group_id
        key = (placement.child_id, placement.home_id, placement.started_on)
        self._settings.setdefault(placement.home_id, view.homes[placement.home_id].setting)
        self._stays[key] = PastStay(
            child=child,
            began=placement.started_on,
            ended=None,
            family=group or child.child_id,
            group=None if group is None else view.sibling_groups.get(group),
        )

    def past(self, starts: date) -> ArrivalHistory:
        """Return who came from a day on, and for how long they stayed."""
        found = history_of_stays(
            (
                stay
                for (_, home_id, _), stay in sorted(self._stays.items())
                if looked_for(self._settings[home_id])
            ),
            starts=starts,
            ends=self.day,
            source="another future of the same council",
        )
        return replace(found, locations=self.view.locations)


class Relearning(Watched):
    """One that learns anew what beds are worth after each year, from whom it has seen itself."""

    _learnt_on: date | None = None

    def set_day(self, day: date) -> None:
        """Let days pass."""
        super().set_day(day)
        if self._learnt_on is None:
            self._learnt_on = self._began = day
        elif (day - self._learnt_on).days >= 7 * WEEKS_A_YEAR:
            self._learnt_on = day
            policy = self.policy.replace(look_ahead=self.look_ahead)
            self.bed_values = learn(self.world(), policy, self.past(self._began))
