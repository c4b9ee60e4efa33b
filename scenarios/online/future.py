"""One future of a town, decided in one way, week by week, under all hard rules."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.child import Child
from matcher.domain.home import Home
from matcher.domain.placement import Placement
from matcher.domain.referral import Timescale
from matcher.geography.distance import NEAR_HOME_MILES
from matcher.live import LiveWorld
from scenarios.online.town import opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matcher.live import Choice
    from matcher.lookahead.values import BedValues
    from matcher.policy import Policy
    from scenarios.online.town import Coming, Town

GIVE_UP_WEEKS = 8
"""After so many weeks a place is bought elsewhere, and nobody looks here any more."""
POINTS_A_WEEK_WITHOUT = 40.0
POINTS_AN_EXTRA_HOUSEHOLD = 150.0
AT_ONCE = 10


@dataclass(frozen=True)
class Way:
    """A way to decide.

    Parameters
    ----------
    name
        Of its own.
    policy
        What counts.
    values
        What beds are worth; None for a way that does not look ahead.
    together
        Whether planned families are decided together each week; otherwise one by one.
    kept_open
        Whether planned families only have a bed kept for them until the last batch before the
        day on which they need it, and are decided about again in every batch until then.
        Nobody waits longer for it, and nobody gets a home worth less by more than the margin.
    """

    name: str
    policy: Policy
    values: BedValues | None = None
    together: bool = True
    kept_open: bool = False


@dataclass
class Outcome:
    """What became of the families of one future who came after the beginning.

    Parameters
    ----------
    points
        Of each child placed.
    miles
        From home of each child placed to whom distance applies and of whom it is known.
    weekly_pence
        Fees and transport of each child placed whose fee is known.
    waited_days
        From the day needed to the first day, of each child placed.
    weeks_without
        Child-weeks without a home that was needed.
    never
        Children for whom a place was bought elsewhere.
    extra_households
        Homes beyond the first, over families.
    families_together, sibling_families
        Sibling groups in one home, of all placed.
    moves
        Children who had to leave a home that closed.
    """

    points: list[float] = field(default_factory=list)
    miles: list[float] = field(default_factory=list)
    weekly_pence: list[int] = field(default_factory=list)
    waited_days: list[int] = field(default_factory=list)
    weeks_without: int = 0
    never: int = 0
    extra_households: int = 0
    families_together: int = 0
    sibling_families: int = 0
    moves: int = 0

    def figures(self) -> dict[str, float]:
        """Return what is compared, by name."""
        points = np.array([*self.points, *[0.0] * self.never])
        ordered = np.sort(points)
        tenth = ordered[: max(len(ordered) // 10, 1)]
        loss = float((100 - np.array(self.points)).sum())
        loss += POINTS_A_WEEK_WITHOUT * self.weeks_without
        loss += POINTS_AN_EXTRA_HOUSEHOLD * self.extra_households
        return {
            "total_loss": loss,
            "loss_per_child": loss / max(len(points), 1),
            "match_points": float(np.mean(self.points)) if self.points else 0.0,
            "near_home_rate": float(np.mean(np.array(self.miles) <= NEAR_HOME_MILES)),
            "mean_miles": float(np.mean(self.miles)) if self.miles else 0.0,
            "siblings_split": float(self.sibling_families - self.families_together),
            "moves": float(self.moves),
            "weekly_cost_pounds": float(np.mean(self.weekly_pence)) / 100,
            "unplaced_child_weeks": float(self.weeks_without),
            "never_placed": float(self.never),
            "waited_days": float(np.mean(self.waited_days)) if self.waited_days else 0.0,
            "worst_tenth_points": float(tenth.mean()),
            "children": float(len(points)),
        }


def worse(now: Choice, before: Choice, *, margin: float) -> bool:
    """Whether a family has lost its prospect: a home, each other, or more points than a margin.

    Parameters
    ----------
    now, before
        What is decided for it, and what was.
    margin
        Points of each child.
    """
    if now.unplaced or len(now.parts) > len(before.parts):
        return True
    points = dict(_points(now))
    return any(points[child_id] < each - margin for child_id, each in _points(before))


def _points(choice: Choice) -> Iterator[tuple[str, float]]:
    for part in choice.parts:
        yield from zip(part.child_ids, part.points, strict=True)


def _want(choices: Sequence[Choice]) -> tuple[int, int]:
    """Return how many are left without a home, and how many homes the others take."""
    unplaced = sum(len(choice.unplaced) for choice in choices)
    return unplaced, sum(len(choice.parts) for choice in choices)


class Future:
    """A town on its way through the weeks.

    Parameters
    ----------
    town
        Where.
    coming
        Who comes.
    way
        How it is decided.
    counted_from
        The week from which those who come are counted.
    failing
        Week in which the provider with most homes fails; None for never.
    """

    def __init__(
        self,
        town: Town,
        coming: Sequence[Coming],
        way: Way,
        *,
        counted_from: int,
        failing: int | None = None,
    ) -> None:
        self._town = town
        self._coming = coming
        self._way = way
        self._counted_from = counted_from
        self._failing = failing
        self.live = LiveWorld(opened(town), way.policy, way.values)
        self._waiting: dict[str, Coming] = {}
        self._ends: list[tuple[float, str]] = []
        self._of: dict[str, Coming] = {}
        self._gone: set[str] = set()
        self._kept: dict[str, tuple[Coming, Choice]] = {}
        """Planned families for whom a bed is kept."""
        self.outcome = Outcome()

    def run(self, weeks: int) -> Outcome:
        """Let so many weeks pass."""
        by_week: dict[int, list[Coming]] = {}
        for each in self._coming:
            by_week.setdefault(each.week, []).append(each)
        for week in range(weeks):
            self.live.set_day(self._town.start + timedelta(weeks=week))
            self._leave(week)
            if week == self._failing:
                self._provider_fails()
            for each in by_week.get(week, ()):
                if each.group is not None:
                    self.live.put(each.group)
                self.live.put(*each.children)
                self.live.put(each.referral)
                self._waiting[each.referral.referral_id] = each
                for child_id in each.ids:
                    self._of[child_id] = each
            self._decide(week)
            self._count_waiting(week)
        return self.outcome

    def _counts(self, each: Coming) -> bool:
        return each.week >= self._counted_from

    def _left(self, each: Coming) -> tuple[str, ...]:
        placed = self.live.view.placements
        return tuple(
            child_id
            for child_id in each.ids
            if child_id not in placed and child_id not in self._gone
        )

    def _decide(self, week: int) -> None:
        ordered = sorted(
            (each for key, each in self._waiting.items() if key not in self._kept),
            key=lambda each: (each.week, each.referral.referral_id),
        )
        urgent = [each for each in ordered if each.same_day or each.week < week]
        planned = [each for each in ordered if not (each.same_day or each.week < week)]
        if not self._way.together:
            for each in ordered:
                self._place([each])
            return
        for each in urgent:
            self._place([each])
        for first in range(0, len(planned), AT_ONCE):
            self._place(planned[first : first + AT_ONCE])
        self._look_again()

    def _place(self, families: list[Coming]) -> None:
        if not families:
            return
        choices = self._choices(families)
        if self._kept and not all(choice.together for choice in choices):
            choices = self._with_kept(families, choices)
        for each, choice in zip(families, choices, strict=True):
            self._take_or_keep(each, choice)

    def _with_kept(self, families: list[Coming], alone: list[Choice]) -> list[Choice]:
        """Return better choices for some who have no home, or are split, if there are any.

        Those for whom a bed is kept may then be given another that suits them nearly as well.
        """
        kept = self._let_go()
        found = self._choices([*families, *(each for each, _ in kept)])
        here, there = found[: len(families)], found[len(families) :]
        if _want(here) >= _want(alone) or self._lost(there, kept):
            here, there = alone, [choice for _, choice in kept]
        for (each, _), choice in zip(kept, there, strict=True):
            self._keep(each, choice)
        return here

    def _look_again(self) -> None:
        """Decide again about those for whom a bed is kept, among what nobody else has taken."""
        kept = self._let_go()
        if not kept:
            return
        again = self._choices([each for each, _ in kept])
        if self._lost(again, kept):
            again = [choice for _, choice in kept]
        for (each, _), choice in zip(kept, again, strict=True):
            self._take_or_keep(each, choice)

    def _lost(self, now: list[Choice], kept: list[tuple[Coming, Choice]]) -> bool:
        """Whether somebody would lose what is kept: a bed kept for a child is open to the child."""
        margin = self._way.policy.look_ahead.margin_points
        pairs = zip(now, kept, strict=True)
        return any(worse(choice, before, margin=margin) for choice, (_, before) in pairs)

    def _take_or_keep(self, each: Coming, choice: Choice) -> None:
        """Place a family; keep the bed of a planned one that can wait for another batch."""
        next_batch = self.live.day + timedelta(weeks=1)
        waits = self._way.kept_open and not each.same_day and each.referral.needed_by >= next_batch
        if waits and not choice.unplaced:
            self._keep(each, choice)
        else:
            self._take(each, choice)

    def _choices(self, families: list[Coming]) -> list[Choice]:
        return self.live.batch([self._left(each) for each in families])

    def _keep(self, each: Coming, choice: Choice) -> None:
        self._kept[each.referral.referral_id] = (each, choice)
        for part in choice.parts:
            self.live.put(*part.placements())

    def _let_go(self) -> list[tuple[Coming, Choice]]:
        """Free every bed that is kept, and return for whom it was."""
        found = list(self._kept.values())
        self._kept.clear()
        for _, choice in found:
            self.live.drop(Placement, *(id_ for part in choice.parts for id_ in part.child_ids))
        return found

    def _take(self, each: Coming, choice: Choice) -> None:
        found = self.outcome
        first = len(self._left(each)) == len(each.ids)
        for part in choice.parts:
            for at, child_id in enumerate(part.child_ids):
                start = (part.day - self._town.start).days / 7
                heapq.heappush(self._ends, (start + each.stay_weeks, child_id))
                if not self._counts(each):
                    continue
                found.points.append(part.points[at])
                miles = part.miles[at]
                if miles is not None and not self.live.view.children[child_id].unaccompanied:
                    found.miles.append(miles)
                fee = part.fees_pence[at]
                if fee is not None:
                    found.weekly_pence.append(fee + part.transport_pence[at])
                found.waited_days.append(max((part.day - each.referral.needed_by).days, 0))
        if choice.parts and self._counts(each):
            found.extra_households += len(choice.parts) - first
            if len(each.ids) > 1 and first:
                found.sibling_families += 1
                found.families_together += choice.together
        self.live.take(choice)
        if not choice.unplaced:
            self._waiting.pop(each.referral.referral_id, None)

    def _count_waiting(self, week: int) -> None:
        today = self.live.day
        for key, each in list(self._waiting.items()):
            left = self._left(each)
            if each.referral.needed_by > today:
                continue
            if self._counts(each):
                self.outcome.weeks_without += len(left)
            if (today - each.referral.needed_by).days >= 7 * (GIVE_UP_WEEKS - 1):
                del self._waiting[key]
                self.outcome.never += len(left) * self._counts(each)
                for child_id in left:
                    self._gone.add(child_id)
                    self.live.drop(Child, child_id)

    def _leave(self, week: int) -> None:
        while self._ends and self._ends[0][0] <= week:
            _, child_id = heapq.heappop(self._ends)
            if child_id in self.live.view.placements:
                self._gone.add(child_id)
                self.live.drop(Child, child_id)

    def _provider_fails(self) -> None:
        """Close the homes of the outside provider with most; who lives there must move today."""
        self._let_go()
        view = self.live.view
        homes: dict[str, list[str]] = {}
        for home in view.homes.values():
            if home.agreement_ids:
                homes.setdefault(home.provider_id, []).append(home.home_id)
        most = max(sorted(homes), key=lambda each: len(homes[each]))
        for home_id in sorted(homes[most]):
            there = view.occupants.get(home_id, ())
            if any(each.child is None for each in there):
                continue
            ids = [each.occupant_id for each in there]
            self.live.drop(Placement, *ids)
            for child_id in ids:
                self._displaced(child_id)
            self.live.drop(Home, home_id)

    def _displaced(self, child_id: str) -> None:
        before = self._of[child_id]
        end = next((end for end, who in self._ends if who == child_id), 0.0)
        self._ends = [each for each in self._ends if each[1] != child_id]
        heapq.heapify(self._ends)
        day = self.live.day
        week = (day - self._town.start).days // 7
        referral = before.referral.model_copy(
            update={
                "referral_id": f"D.{child_id}"[:40],
                "child_ids": (child_id,),
                "received_on": day,
                "needed_by": day,
                "timescale": Timescale.SAME_DAY,
                "settings_sought": frozenset(),
            }
        )
        self.live.put(referral)
        again = type(before)(
            week=week,
            children=(self.live.view.children[child_id],),
            group=None,
            referral=referral,
            same_day=True,
            stay_weeks=max(end - week, 1.0),
        )
        self._of[child_id] = self._waiting[referral.referral_id] = again
        self.outcome.moves += 1
