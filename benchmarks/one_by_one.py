"""The simulation's decisions as a straightforward loop would take them: pair after pair.

Same rules, same order, same answers; only that every home is looked at for every child by the
rules' plain-Python judges, the first rule that bars ends the look, and the first lawful home
in the order of today's practice is taken. No arrays, nothing remembered. Budgets, caps and
block beds that two share are left out, which makes the loop a little quicker and its answer
now and then another.
"""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from matcher.criteria.catalogue import criteria_of
from matcher.domain.home import Setting
from matcher.domain.plan import first_days
from matcher.domain.purchase import purchase_of
from matcher.evidence.cases import HouseholdCase, PairCase, PlanCase
from matcher.evidence.verdict import Verdict
from matcher.geography.distance import distance_miles
from matcher.live import LiveWorld
from matcher.rules.catalogue import HOUSEHOLD_RULES, PAIR_RULES, PLAN_RULES
from matcher.rules.plan import ROUNDING
from matcher.rules.rule import Effect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from matcher.domain.child import Child
    from matcher.domain.home import Home
    from matcher.live import Choice
    from matcher.live.world import Avoided

PAIR_BARS = tuple(rule for rule in PAIR_RULES if rule.effect is Effect.BAR)
HOUSEHOLD_BARS = tuple(rule for rule in HOUSEHOLD_RULES if rule.effect is Effect.BAR)
(TOGETHER,) = (rule for rule in PLAN_RULES if rule.code == "STAY_TOGETHER")
BARRED = (Verdict.NOT_MET, Verdict.UNKNOWN)


class OneByOne(LiveWorld):
    """A live World whose decisions are also taken pair after pair, and timed.

    What is decided is what the live World decides, so that the course stays the same; the
    loop's own answer is compared with it.
    """

    decisions = agreed = 0
    loop_seconds = quick_seconds = 0.0

    @classmethod
    def start_anew(cls) -> None:
        """Set everything that is counted to 0."""
        cls.decisions = cls.agreed = 0
        cls.loop_seconds = cls.quick_seconds = 0.0

    def batch(
        self,
        families: Sequence[Sequence[str]],
        *,
        avoid: Sequence[Avoided] | None = None,
    ) -> list[Choice]:
        """Decide twice, and return what the live World says."""
        cls = type(self)
        began = time.process_time()
        quick = super().batch(families, avoid=avoid)
        between = time.process_time()
        barred = [self._named(homes) for homes in avoid or [frozenset()] * len(families)]
        days = first_days(self.view, [child for family in families for child in family])
        slow = [
            self._search(sorted(family), days[family[0]], homes)
            for family, homes in zip(families, barred, strict=True)
        ]
        cls.quick_seconds += between - began
        cls.loop_seconds += time.process_time() - between
        cls.decisions += len(families)
        cls.agreed += sum(a.home_of == b for a, b in zip(quick, slow, strict=True))
        return quick

    def _search(self, family: list[str], day: date, avoid: frozenset[str]) -> dict[str, str | None]:
        """Place the largest part of a family in the first lawful home, then the rest."""
        children = [self.view.children[each] for each in family]
        found: dict[str, str | None] = dict.fromkeys(family)
        left = children
        while left:
            for part in _parts(left):
                home = self._first(part, day, avoid, found)
                if home is not None:
                    found.update({child.child_id: home for child in part})
                    left = [child for child in left if child not in part]
                    break
            else:
                break
        return found

    def _first(
        self,
        part: list[Child],
        day: date,
        avoid: frozenset[str],
        found: Mapping[str, str | None],
    ) -> str | None:
        world = self.view
        ordered = []
        for home_id in sorted(world.homes):
            if home_id in avoid or home_id in found.values():
                continue
            home = world.homes[home_id]
            rank = self._rank(home, day)
            if rank is not None:
                ordered.append((rank, self._miles(part, home), home_id))
        for _, _, home_id in sorted(ordered):
            if self._lawful(part, world.homes[home_id], day):
                plan = {**found, **dict.fromkeys((each.child_id for each in part), home_id)}
                case = PlanCase(world, self.policy, plan)
                if TOGETHER.judge(case).verdict not in BARRED:
                    return home_id
        return None

    def _rank(self, home: Home, day: date) -> int | None:
        if home.setting is Setting.CONNECTED:
            return -1
        bought = purchase_of(home, self.view, day)
        if bought.route not in self.policy.search_order:
            return None
        tier = 0 if bought.agreement is None else bought.agreement.tier or 0
        return self.policy.search_order.index(bought.route) * 100 + tier

    def _miles(self, part: list[Child], home: Home) -> float:
        """Return how far the home is for the child who is farthest."""
        place = self.view.location(home.postcode)
        known = [
            distance_miles(self.view.location(child.home_postcode), place)
            for child in part
            if not child.unaccompanied
        ]
        return max((math.inf if each is None else each for each in known), default=math.inf)

    def _lawful(self, part: list[Child], home: Home, day: date) -> bool:
        world, policy = self.view, self.policy
        for child in part:
            pair = PairCase(child, home, world, policy, day)
            if any(rule.verdict(pair).verdict in BARRED for rule in PAIR_BARS):
                return False
        household = HouseholdCase(home, tuple(part), world, policy, day)
        if any(rule.verdict(household).verdict in BARRED for rule in HOUSEHOLD_BARS):
            return False
        least = policy.minimum_match_points - ROUNDING
        return all(self._points(child, part, home, day) >= least for child in part)

    def _points(self, child: Child, part: list[Child], home: Home, day: date) -> float:
        case = PairCase(child, home, self.view, self.policy, day)
        total = 0.0
        for criterion in criteria_of(self.policy):
            share = criterion.judge(case, tuple(part)).share
            if share is None:
                share = self.policy.unknown_score(criterion.name)
            total += self.policy.weights[criterion.name] * share
        return total


def _parts(left: list[Child]) -> list[list[Child]]:
    """List the parts of those left, largest first, then by who is in them."""
    parts = [[at for at in range(len(left)) if who >> at & 1] for who in range(1, 1 << len(left))]
    return [[left[at] for at in part] for part in sorted(parts, key=lambda p: (-len(p), p))]
