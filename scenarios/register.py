"""Who lives where: placements begun and ended, with what follows from them for the tallies."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from math import isnan
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.child import Child
from matcher.domain.codes import ReasonPlaceChange
from matcher.domain.home import Setting
from matcher.domain.placement import Placement
from matcher.domain.plan import least_households
from matcher.domain.purchase import full_fee_pence, purchase_of
from matcher.domain.sibling_group import Together
from matcher.geography.distance import NEAR_HOME_MILES
from scenarios.roll import SETTING_AT, State
from scenarios.stage import RESIDENTIAL, Money, outcode, shortfall
from scenarios.tallies import AGE_BANDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from matcher.domain.home import Home
    from matcher.live import Part
    from scenarios.ledger import Share
    from scenarios.stage import Stage

BREAKDOWNS = frozenset({ReasonPlaceChange.CREQB, ReasonPlaceChange.CHILD})
LASTS_WEEKS = 26
_TEMPORARY_SETTINGS = frozenset({Setting.WITH_PARENTS, Setting.ADOPTIVE})


class Register:
    """Placements of the children looked after.

    Parameters
    ----------
    stage
        What the parts share.
    prices
        The level of prices in a home on a day; see :meth:`scenarios.costs.Costs.price`.
    """

    def __init__(self, stage: Stage, prices: Callable[[str, date], float]) -> None:
        self._stage = stage
        self._prices = prices
        self.children_in: dict[str, set[str]] = defaultdict(set)
        """Our children who live in each home, or will once their placement starts."""
        self.members: dict[str, set[str]] = defaultdict(set)
        """Our children in each sibling group."""
        self.changed_homes: set[str] = set()
        """Homes in which something has changed since it was last looked at."""
        self.changed_groups: set[str] = set()
        self.touched: set[str] = set()
        """Children and homes that something happened to this week."""
        self._starting: dict[str, date] = {}
        self._first_home: dict[str, str] = {}
        self._first_due: dict[int, list[tuple[str, str]]] = defaultdict(list)
        self._first_failed: set[tuple[str, str]] = set()

    def enter(self, child: Child, since: date) -> None:
        """Write down a child who is looked after, or will be, and is in the World already."""
        self._stage.roll.enter(child, self._stage.day, since)
        if child.sibling_group_id is not None:
            self.members[child.sibling_group_id].add(child.child_id)
            self.changed_groups.add(child.sibling_group_id)
        self.touched.add(child.child_id)
        self.stand(child.child_id)

    # Placements ---------------------------------------------------------------------------

    def begin(self, child_id: str, part: Part, at: int, *, same_day: bool, arrival: bool) -> None:
        """Write down a placement that a choice begins.

        Parameters
        ----------
        child_id
            Who.
        part
            Where, with everything that the choice says of it.
        at
            The child's position in the part.
        same_day
            Whether the home was needed the day it was asked for.
        arrival
            Whether the child comes into care with it.
        """
        stage = self._stage
        roll, ledger = stage.roll, stage.ledger
        slot = roll.slot_of[child_id]
        child, home = stage.child(child_id), stage.home(part.home_id)
        self.move_in(child, home, part.day)
        roll.emergency[slot] = same_day
        stage.money[child_id] = Money(
            part.fees_pence[at], part.transport_pence[at], part.route,
            self._prices(part.home_id, part.day),
        )  # fmt: skip
        ledger.count("new_placements")
        ledger.count("new_spot", part.route.value == "spot")
        ledger.count("new_emergency", same_day)
        miles = stage.miles(child, home)
        ledger.count("new_near", miles is not None and miles <= NEAR_HOME_MILES)
        ledger.count("new_distance_applies", not child.unaccompanied)
        if arrival:
            self._first_home[child_id] = part.home_id
            due = (part.day + timedelta(days=7 * LASTS_WEEKS) - stage.start).days // 7
            self._first_due[due].append((child_id, part.home_id))

    def move_in(self, child: Child, home: Home, first_day: date) -> None:
        """Set the columns of a child who lives in a home from a day on."""
        stage = self._stage
        roll, child_id = stage.roll, child.child_id
        slot = roll.slot_of[child_id]
        roll.home_since[slot] = roll.carer_since[slot] = first_day.toordinal()
        roll.setting[slot] = SETTING_AT[home.setting]
        miles = stage.miles(child, home)
        roll.miles[slot] = np.nan if miles is None else miles
        roll.short[slot] = shortfall(child, home)
        roll.emergency[slot] = False
        self.children_in[home.home_id].add(child_id)
        self.changed_homes.add(home.home_id)
        self.touched.update((child_id, home.home_id))
        if child.sibling_group_id is not None:
            self.changed_groups.add(child.sibling_group_id)
        stage.placements_this_year[child_id] = stage.placements_this_year.get(child_id, 0) + 1
        if first_day <= stage.day + timedelta(days=6):
            self._start(child_id, first_day)
        else:
            self._starting[child_id] = first_day

    def end(self, child_id: str, reason: ReasonPlaceChange | None, *, home_id: str) -> None:
        """Write down that a placement ends; the reason is None when the child leaves care."""
        stage = self._stage
        self.children_in[home_id].discard(child_id)
        self.changed_homes.add(home_id)
        self.touched.update((child_id, home_id))
        self._starting.pop(child_id, None)
        stage.money.pop(child_id, None)
        group = stage.child(child_id).sibling_group_id
        if group is not None:
            self.changed_groups.add(group)
        if self._first_home.get(child_id) == home_id:
            del self._first_home[child_id]
            if reason is not None:
                self._first_failed.add((child_id, home_id))
        if reason is not None:
            stage.ledger.count(f"moves.{reason.value}")
            stage.ledger.count("breakdowns", reason in BREAKDOWNS)

    def leave_home(self, child_id: str, reason: ReasonPlaceChange) -> str:
        """End a placement of a child who needs another home today; return the home left."""
        stage = self._stage
        home_id = stage.live.view.placements[child_id].home_id
        self.end(child_id, reason, home_id=home_id)
        stage.live.drop(Placement, child_id)
        slot = stage.roll.slot_of[child_id]
        stage.roll.state[slot] = State.UNPLACED
        stage.roll.due[slot] = 0
        self.stand(child_id)
        return home_id

    def needs_home(self, child_id: str, needed_by: date) -> None:
        """Write down that a child needs a home this week and has none."""
        stage = self._stage
        slot = stage.roll.slot_of[child_id]
        if stage.roll.state.item(slot) != State.UNPLACED:
            self._enter(child_id, needed_by)
            stage.roll.state[slot] = State.UNPLACED
            stage.roll.due[slot] = 0
            self.stand(child_id)

    def leave_care(self, child_id: str, why: str) -> None:
        """Write down that a child ceases to be looked after.

        Parameters
        ----------
        child_id
            Who.
        why
            The end of the name of a tally of leavers.
        """
        stage = self._stage
        home_id = stage.home_of(child_id)
        if home_id is not None:
            self.end(child_id, None, home_id=home_id)
        child = stage.child(child_id)
        if child.sibling_group_id is not None:
            self.changed_groups.add(child.sibling_group_id)
            self.members[child.sibling_group_id].discard(child_id)
        expected = stage.roll.state.item(stage.roll.slot_of[child_id]) == State.EXPECTED
        stage.live.drop(Child, child_id)
        stage.roll.due[stage.roll.leave(child_id)] = 0
        stage.placements_this_year.pop(child_id, None)
        stage.ledger.stand(child_id, ())
        stage.ledger.stand_in_areas(child_id, ())
        if not expected:
            stage.ledger.count("leavers")
            stage.ledger.count(f"leavers.{why}")

    def buy_anew(self, child_id: str) -> None:
        """Let a placement go on under the agreements that its home has now."""
        stage = self._stage
        view = stage.live.view
        money = stage.money.get(child_id)
        if money is None:
            return
        placement = view.placements[child_id]
        home, child = stage.home(placement.home_id), stage.child(child_id)
        kept = placement.agreement_id
        if kept in home.agreement_ids and view.agreements[str(kept)].in_force(stage.day):
            return
        bought = purchase_of(home, view, stage.day)
        fee = full_fee_pence(child, home, bought, stage.day)
        agreement_id = None if bought.agreement is None else bought.agreement.agreement_id
        stage.money[child_id] = Money(
            fee, money.transport_pence, bought.route, self._prices(home.home_id, stage.day)
        )
        stage.live.put(
            placement.replace(home_id=home.home_id, agreement_id=agreement_id, weekly_fee_pence=fee)
        )
        self.stand(child_id)

    # Weeks --------------------------------------------------------------------------------

    def begin_week(self) -> None:
        """Let placements start whose first day falls into this week."""
        stage = self._stage
        end = stage.day + timedelta(days=6)
        for child_id in sorted(each for each, day in self._starting.items() if day <= end):
            self._start(child_id, self._starting.pop(child_id))
            self.stand(child_id)
        for key in self._first_due.pop(stage.weeks_in, ()):
            stage.ledger.count("first_placements")
            stage.ledger.count("first_placements_lasting", key not in self._first_failed)
            self._first_failed.discard(key)

    def end_week(self) -> None:
        """Bring up to date what depends on brothers and sisters."""
        for group_id in sorted(self.changed_groups):
            self._group(group_id, tuple(sorted(self.members[group_id])))
        self.changed_groups.clear()

    def _start(self, child_id: str, first_day: date) -> None:
        stage = self._stage
        slot = stage.roll.slot_of[child_id]
        self._enter(child_id, first_day)
        stage.roll.state[slot] = State.PLACED
        stage.roll.due[slot] = 0

    def _enter(self, child_id: str, day: date) -> None:
        """Count a child into care when they were only expected before."""
        stage = self._stage
        slot = stage.roll.slot_of[child_id]
        if stage.roll.state.item(slot) == State.EXPECTED:
            stage.roll.since[slot] = day.toordinal()
            stage.ledger.count("arrivals")

    def _group(self, group_id: str, members: tuple[str, ...]) -> None:
        stage = self._stage
        group = stage.live.view.sibling_groups[group_id]
        placed = {each: home_id for each in members if (home_id := stage.home_of(each)) is not None}
        may_live_together = {
            each: [
                other
                for other in placed
                if other != each and group.between(each, other) is not Together.APART
            ]
            for each in placed
        }
        for each, others in may_live_together.items():
            slot = stage.roll.slot_of[each]
            split = any(placed[other] != placed[each] for other in others)
            if stage.roll.split[slot] != split:
                stage.roll.split[slot] = split
                stage.roll.due[slot] = 0
        shares: list[Share] = []
        if len(placed) > 1 and any(may_live_together.values()):
            fewest = 1
            if group.links:
                fewest = least_households(stage.live.view, group_id, tuple(placed))
            shares = [("groups", 1.0)]
            if len(set(placed.values())) == fewest:
                shares.append(("groups_together", 1.0))
        stage.ledger.stand(f"group {group_id}", shares)

    # Tallies ------------------------------------------------------------------------------

    def stand(self, child_id: str) -> None:
        """Bring up to date what a child adds to the tallies."""
        stage = self._stage
        slot = stage.roll.slot_of[child_id]
        state = int(stage.roll.state[slot])
        child = stage.child(child_id)
        band = AGE_BANDS[int(stage.roll.band[slot])]
        if state == State.EXPECTED:
            stage.ledger.stand(child_id, [("waiting", 1.0)])
            stage.ledger.stand_in_areas(child_id, ())
            return
        shares: list[Share] = [("children", 1.0), (f"children.aged.{band}", 1.0)]
        if state == State.UNPLACED:
            profile = self.profile(child, int(stage.roll.age[slot]))
            shares += [
                ("unplaced", 1.0),
                (f"unmet.{profile}", 1.0),
                ("cost.emergency_pence", stage.numbers.value("cost.unplaced_weekly_pence")),
            ]
            stage.ledger.stand(child_id, shares)
            stage.ledger.stand_in_areas(
                child_id, [(f"unmet.{profile}", outcode(child.home_postcode), 1.0)]
            )
            return
        home_id = stage.home_of(child_id)
        if home_id is None:
            raise AssertionError(f"{child_id} counts as placed and has no placement")
        home = stage.home(home_id)
        shares += self._placed(child, home, slot)
        stage.ledger.stand(child_id, shares)
        near = not child.unaccompanied and stage.roll.miles[slot] <= NEAR_HOME_MILES
        places = [
            ("children_from", outcode(child.home_postcode), 1.0),
            ("children_in", outcode(home.postcode), 1.0),
        ]
        if near:
            places.append(("near_from", outcode(child.home_postcode), 1.0))
        stage.ledger.stand_in_areas(child_id, places)

    def _placed(self, child: Child, home: Home, slot: int) -> list[Share]:
        stage = self._stage
        miles = float(stage.roll.miles[slot])
        area = stage.area(child, home).value
        shares: list[Share] = [
            ("placed", 1.0),
            (area if area != "unknown" else "area_unknown", 1.0),
            (f"placed.setting.{home.setting.value}", 1.0),
        ]
        far = miles > NEAR_HOME_MILES
        if child.unaccompanied:
            shares.append(("distance_not_applicable", 1.0))
        elif isnan(miles):
            shares.append(("distance_unknown", 1.0))
        else:
            shares.append(("far" if far else "near", 1.0))
        if child.away_for_safety:
            shares.append(("away_for_safety", 1.0))
            if far and not child.unaccompanied:
                shares.append(("away_for_safety_far", 1.0))
        if home.setting in RESIDENTIAL:
            shares += [
                ("residential", 1.0),
                (f"residential_{area if area != 'unknown' else 'area_unknown'}", 1.0),
            ]
            ordered = child.secure_order or child.deprivation_of_liberty or child.solo
            if (
                home.setting is Setting.CHILDRENS_HOME
                and stage.roll.need[slot] <= 2
                and not ordered
            ):
                shares.append(("residential_not_needed", 1.0))
        money = stage.money.get(child.child_id)
        if money is not None:
            route = money.route.value
            shares.append((f"placed.route.{route}", 1.0))
            if money.fee_pence is None:
                shares.append(("fee_unknown", 1.0))
            elif money.fee_pence:
                fee = money.fee_pence * self._prices(home.home_id, stage.day) / money.price
                shares += [("cost.fees_pence", fee), (f"cost.route.{route}_pence", fee)]
            if money.transport_pence:
                shares.append(("cost.transport_pence", float(money.transport_pence)))
        elif home.setting in _TEMPORARY_SETTINGS:
            name = "with_parents" if home.setting is Setting.WITH_PARENTS else "adoptive"
            cost = stage.numbers.value(f"cost.{name}_weekly_pence")
            if cost:
                shares.append(("cost.fees_pence", cost))
        return shares

    def profile(self, child: Child, age: int) -> str:
        """Return who lacks a home; see :data:`scenarios.tallies.PROFILES`."""
        if child.unaccompanied:
            return "unaccompanied"
        if child.sibling_group_id is not None:
            members = self.members[child.sibling_group_id]
            if sum(self._stage.home_of(each) is None for each in members) > 1:
                return "siblings"
        if child.highest_need == 4 or any(n.level == 3 for n in child.must_be_met):
            return "high_need"
        return "aged_0_9" if age < 10 else "aged_10_15" if age < 16 else "aged_16_17"
