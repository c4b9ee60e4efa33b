"""Homes that take nobody for a while, and homes that shut."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from matcher.domain.codes import ReasonPlaceChange
from matcher.domain.home import Home
from matcher.domain.placement import Hold, HoldKind, HoldScope, Resident
from scenarios.beds import Beds
from scenarios.stage import identifier, shortfall

if TYPE_CHECKING:
    from datetime import date

    from scenarios.placing import Placing
    from scenarios.register import Register
    from scenarios.stage import Stage


class Closures(Beds):
    """Holds, notices and closures.

    Parameters
    ----------
    stage, register, placing
        The other parts.
    """

    def __init__(self, stage: Stage, register: Register, placing: Placing) -> None:
        super().__init__(stage, register)
        self._placing = placing
        self.shuts: dict[str, date] = {}
        """Homes that will shut, and when."""
        self._lifts: dict[date, list[tuple[str, str]]] = defaultdict(list)

    def give_notice(self, home_id: str, weeks: float) -> None:
        """Let a home take nobody from now on, and shut when the notice is over."""
        stage = self._stage
        if home_id in self.shuts:
            return
        self.hold(home_id, HoldKind.CARER_REQUEST, weeks=None)
        self.shuts[home_id] = stage.in_weeks(weeks)
        for child_id in sorted(self._register.children_in[home_id]):
            self._placing.look_for_move(child_id, ReasonPlaceChange.CLOSE, weeks=weeks)
        self._register.changed_homes.add(home_id)

    def shut(self, home_id: str) -> None:
        """Shut a home now: who is left there needs another the same day."""
        stage, register = self._stage, self._register
        self.shuts.pop(home_id, None)
        left = sorted(register.children_in[home_id])
        families: dict[str, list[str]] = {}
        for child_id in left:
            self._placing.moves.pop(child_id, None)
            register.leave_home(child_id, ReasonPlaceChange.CLOSE)
            group = stage.child(child_id).sibling_group_id
            families.setdefault(group or child_id, []).append(child_id)
        for resident_id in sorted(self.lodgers.pop(home_id, ())):
            stage.live.drop(Resident, resident_id)
        for hold in list(stage.live.view.holds_by_home.get(home_id, ())):
            if hold.scope is HoldScope.HOME:
                stage.live.drop(Hold, hold.hold_id)
        for exemption in [e for e in stage.live.view.exemptions.values() if e.home_id == home_id]:
            stage.live.drop(type(exemption), exemption.exemption_id)
        stage.live.drop(Home, home_id)
        stage.homes_version += 1
        stage.ledger.count("homes_closed")
        register.changed_homes.add(home_id)
        register.touched.add(home_id)
        for family in families.values():
            self._placing.displaced(family, avoid=frozenset({home_id}))

    def hold(self, home_id: str, kind: HoldKind, *, weeks: float | None) -> None:
        """Let a home take nobody for some weeks; None until it is lifted or the home shuts."""
        stage = self._stage
        hold_id = identifier(f"K{stage.week}.{home_id}")
        if hold_id in stage.live.view.holds:
            return
        stage.live.put(
            Hold(
                hold_id=hold_id,
                scope=HoldScope.HOME,
                target_id=home_id,
                kind=kind,
                starts=stage.day,
            )
        )
        if weeks is not None:
            self._lifts[stage.in_weeks(max(weeks, 1))].append((home_id, hold_id))
        self._register.changed_homes.add(home_id)

    def empty(self, home_id: str, reason: ReasonPlaceChange) -> None:
        """Let all our children leave a home today."""
        families: dict[str, list[str]] = {}
        for child_id in sorted(self._register.children_in[home_id]):
            self._placing.moves.pop(child_id, None)
            self._register.leave_home(child_id, reason)
            group = self._stage.child(child_id).sibling_group_id
            families.setdefault(group or child_id, []).append(child_id)
        for family in families.values():
            self._placing.displaced(family, avoid=frozenset({home_id}))

    def change(self, home_id: str, **fields: object) -> None:
        """Change fields of a home, and what follows for our children who live there."""
        stage, register = self._stage, self._register
        stage.put_home(stage.home(home_id).replace(**fields))
        register.changed_homes.add(home_id)
        register.touched.add(home_id)
        if "capabilities" in fields:
            home = stage.home(home_id)
            for child_id in register.children_in[home_id]:
                slot = stage.roll.slot_of[child_id]
                stage.roll.short[slot] = shortfall(stage.child(child_id), home)
                stage.roll.due[slot] = 0
        if "provider_id" in fields or "setting" in fields:
            stage.homes_version += 1
        if "agreement_ids" in fields or "provider_id" in fields or "weekly_fee_pence" in fields:
            for child_id in sorted(register.children_in[home_id]):
                register.buy_anew(child_id)
