"""Dated changes carried out: homes that open and shut, other policies, shared beds, caps."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.domain.codes import PlaceProvider
from matcher.domain.home import Setting
from matcher.domain.placement import Hold, HoldKind, HoldScope
from scenarios.beds import SHARED
from scenarios.changes import (
    BedsShared,
    BlockStarts,
    BudgetChanges,
    CapabilityRises,
    HoldPlaced,
    HomeCloses,
    HomeOpens,
    HomesChange,
    PolicyChanges,
    ProviderCapped,
    ProviderFails,
    StepDown,
)
from scenarios.roll import SETTING_AT, State
from scenarios.stage import identifier
from scenarios.stays import WEEK_IN_YEARS

if TYPE_CHECKING:
    from datetime import date

    from matcher.domain.need import Capability
    from matcher.policy import Policy
    from scenarios.changes import AnyChange
    from scenarios.costs import Costs
    from scenarios.life import Life
    from scenarios.register import Register
    from scenarios.stage import Stage
    from scenarios.stays import Stays
    from scenarios.supply import Supply

_NOTICE_AT_THE_END_WEEKS = 12
_RESIDENTIAL = (SETTING_AT[Setting.CHILDRENS_HOME], SETTING_AT[Setting.RESIDENTIAL_SCHOOL])


class Interventions:
    """Carries out the changes of an outlook as their days come.

    Parameters
    ----------
    stage, register, supply, stays, life, costs
        The other parts.
    """

    def __init__(
        self,
        stage: Stage,
        register: Register,
        supply: Supply,
        stays: Stays,
        life: Life,
        costs: Costs,
    ) -> None:
        self._stage = stage
        self._register = register
        self._supply = supply
        self._stays = stays
        self._life = life
        self._costs = costs
        self._policy = stage.live.policy
        self._in_force: tuple[int, ...] = ()
        self._before: dict[int, dict[str, dict[str, Any]]] = {}
        self._held: set[str] = set()
        self._untrained: dict[str, tuple[Capability, ...]] = {}
        self._recalled: dict[date, list[str]] = {}
        self._steps: tuple[StepDown, ...] = ()

    def begin_week(self) -> None:
        """Let changes begin and end, and do what they ask for every week."""
        stage = self._stage
        changes = stage.outlook.changes
        now = tuple(at for at, each in enumerate(changes) if each.in_force(stage.day))
        if now != self._in_force:
            for at in self._in_force:
                if at not in now:
                    self._end(at, changes[at])
            for at in now:
                if at not in self._in_force:
                    self._begin(at, changes[at])
            self._in_force = now
            self._set_policy([changes[at] for at in now])
        there = [changes[at] for at in now]
        self._raise(tuple(each for each in there if isinstance(each, CapabilityRises)))
        self._cap([each for each in there if isinstance(each, ProviderCapped)])
        for each in there:
            if isinstance(each, BedsShared):
                self._share(each)
        self._step_down(tuple(each for each in there if isinstance(each, StepDown)))
        for day in sorted(each for each in self._recalled if each <= stage.day):
            for resident_id in self._recalled.pop(day):
                if resident_id in stage.live.view.residents:
                    self._supply.lodger_leaves(resident_id)

    def end_week(self, without_home: bool) -> None:
        """Count shared beds, and recall them when one of our children has no home.

        Parameters
        ----------
        without_home
            Whether any child waits for whom the search found nothing.
        """
        stage = self._stage
        for at in self._in_force:
            change = stage.outlook.changes[at]
            if not isinstance(change, BedsShared):
                continue
            lent = [each for home_id in change.home_ids for each in self._lent(home_id)]
            stage.ledger.count("beds_shared_out", len(lent))
            stage.ledger.count("income_pence", len(lent) * change.weekly_income_pence)
            recalled = {each for ids in self._recalled.values() for each in ids}
            back = [each for each in lent if each not in recalled]
            if without_home and back:
                day = stage.in_weeks(change.recall_weeks)
                self._recalled.setdefault(day, []).append(back[0])
                stage.ledger.count("recalled")

    def _begin(self, at: int, change: AnyChange) -> None:
        stage, live = self._stage, self._stage.live
        if isinstance(change, HomeOpens):
            if change.provider is not None and change.provider.provider_id not in (
                live.view.providers
            ):
                live.put(change.provider)
            live.put(*change.agreements)
            if change.location is not None:
                live.locate({change.location.postcode: change.location})
            self._supply.open(change.home, ramp_up_weeks=change.ramp_up_weeks)
            self._costs.reprice_home(change.home.home_id)
        elif isinstance(change, HomeCloses):
            if change.home_id in live.view.homes:
                self._supply.give_notice(change.home_id, change.notice_weeks)
        elif isinstance(change, ProviderFails):
            for home in sorted(live.view.homes.values(), key=lambda each: each.home_id):
                if home.provider_id == change.provider_id:
                    self._supply.give_notice(home.home_id, change.notice_weeks)
        elif isinstance(change, HomesChange):
            if change.provider is not None and change.provider.provider_id not in (
                live.view.providers
            ):
                live.put(change.provider)
            live.put(*change.agreements)
            self._set_fields(at, change.home_ids, change.fields)
        elif isinstance(change, BlockStarts):
            agreement = change.agreement.model_copy(
                update={"starts": change.starts, "ends": change.ends}
            )
            live.put(agreement)
            for home_id in change.home_ids:
                covered = live.view.homes.get(home_id)
                if covered is not None and agreement.agreement_id not in covered.agreement_ids:
                    ids = (*covered.agreement_ids, agreement.agreement_id)
                    self._supply.change(home_id, agreement_ids=ids)
        elif isinstance(change, BudgetChanges):
            live.set_budgets(change.budgets)
        elif isinstance(change, HoldPlaced):
            for home_id in change.home_ids:
                if home_id not in live.view.homes:
                    continue  # it has shut by itself meanwhile
                live.put(
                    Hold(
                        hold_id=identifier(f"L{at}.{home_id}"),
                        scope=HoldScope.HOME,
                        target_id=home_id,
                        kind=HoldKind.CARER_REQUEST,
                        starts=stage.day,
                    )
                )
                self._register.changed_homes.add(home_id)

    def _end(self, at: int, change: AnyChange) -> None:
        stage, live = self._stage, self._stage.live
        if isinstance(change, HomeOpens):
            if change.home.home_id in live.view.homes:
                self._supply.give_notice(change.home.home_id, _NOTICE_AT_THE_END_WEEKS)
        elif isinstance(change, HomesChange):
            for home_id, fields in self._before.pop(at, {}).items():
                if home_id in live.view.homes:
                    self._supply.change(home_id, **self._fitting(home_id, fields))
        elif isinstance(change, BlockStarts):
            for home_id in change.home_ids:
                for child_id in sorted(self._register.children_in.get(home_id, ())):
                    self._register.buy_anew(child_id)
        elif isinstance(change, BudgetChanges):
            live.set_budgets(stage.outlook.world.budgets)
        elif isinstance(change, HoldPlaced):
            for home_id in change.home_ids:
                if identifier(f"L{at}.{home_id}") in live.view.holds:
                    live.drop(Hold, identifier(f"L{at}.{home_id}"))
                self._register.changed_homes.add(home_id)
        elif isinstance(change, BedsShared):
            for home_id in change.home_ids:
                for resident_id in self._lent(home_id):
                    self._supply.lodger_leaves(resident_id)

    def _set_fields(self, at: int, home_ids: tuple[str, ...], fields: dict[str, Any]) -> None:
        before = self._before.setdefault(at, {})
        for home_id in home_ids:
            home = self._stage.live.view.homes.get(home_id)
            if home is None:
                continue  # it has shut since
            before[home_id] = {name: getattr(home, name) for name in fields}
            self._supply.change(home_id, **self._fitting(home_id, fields))

    def _fitting(self, home_id: str, fields: dict[str, Any]) -> dict[str, Any]:
        """Return fields with no fewer beds than are in use: beds go as they fall free."""
        found = dict(fields)
        if "beds_usable" in found:
            found["beds_usable"] = max(found["beds_usable"], self._supply.occupied(home_id))
            home = self._stage.home(home_id)
            approved = found.get("beds_approved", home.beds_approved)
            found["beds_approved"] = max(approved, found["beds_usable"])
        return found

    def _raise(self, rises: tuple[CapabilityRises, ...]) -> None:
        """Let homes do what training and therapy add, those that have opened since too."""
        if not rises and not self._untrained:
            return
        for home_id, home in sorted(self._stage.live.view.homes.items()):
            mine = [each for each in rises if each.is_for(home)]
            if not mine and home_id not in self._untrained:
                continue
            untrained = self._untrained.setdefault(home_id, home.capabilities)
            able = home.model_copy(update={"capabilities": untrained})
            for each in mine:
                able = each.raised(able)
            if able.capabilities != home.capabilities:
                self._supply.change(home_id, capabilities=able.capabilities)

    def _set_policy(self, changes: list[AnyChange]) -> None:
        fields: dict[str, Any] = {}
        for each in changes:
            if isinstance(each, PolicyChanges):
                fields.update(each.policy_fields)
        wanted: Policy = self._policy.replace(**fields) if fields else self._policy
        if wanted != self._stage.live.policy:
            self._stage.live.set_policy(wanted)

    def _cap(self, caps: list[ProviderCapped]) -> None:
        """Put on hold the providers that have too large a share of the children."""
        stage = self._stage
        wanted: set[str] = set()
        if caps:
            view = stage.live.view
            with_provider = Counter(
                view.homes[each.home_id].provider_id for each in view.placements.values()
            )
            bought = {
                provider_id: count
                for provider_id, count in with_provider.items()
                if view.providers[provider_id].sector not in (PlaceProvider.PR0, PlaceProvider.PR1)
            }
            total = sum(bought.values())
            for cap in caps:
                for provider_id in cap.provider_ids or tuple(bought):
                    if total and bought.get(provider_id, 0) / total > cap.share:
                        wanted.add(provider_id)
        for provider_id in sorted(self._held - wanted):
            stage.live.drop(Hold, identifier(f"Q{provider_id}"))
        for provider_id in sorted(wanted - self._held):
            stage.live.put(
                Hold(
                    hold_id=identifier(f"Q{provider_id}"),
                    scope=HoldScope.PROVIDER,
                    target_id=provider_id,
                    kind=HoldKind.QUALITY,
                    starts=stage.day,
                )
            )
        self._held = wanted

    def _lent(self, home_id: str) -> list[str]:
        return sorted(each for each in self._supply.lodgers[home_id] if each.startswith(SHARED))

    def _share(self, change: BedsShared) -> None:
        """Let other authorities take beds that are offered, and give them back."""
        stage = self._stage
        taken = 1 - np.exp(-stage.numbers.value("shared.taken_a_year") * WEEK_IN_YEARS)
        back = 1 - np.exp(-stage.numbers.value("shared.released_a_year") * WEEK_IN_YEARS)
        for home_id in change.home_ids:
            home = stage.live.view.homes.get(home_id)
            if home is None or home_id in self._supply.shuts:
                continue
            lent = self._lent(home_id)
            for resident_id in lent:
                if stage.randomness.uniform("shared.back", resident_id, stage.week) < back:
                    self._supply.lodger_leaves(resident_id)
            free = home.beds_usable - self._supply.occupied(home_id)
            if (
                len(lent) < change.beds
                and free > 0
                and stage.randomness.uniform("shared.taken", home_id, stage.week) < taken
            ):
                self._supply.lodge(home, prefix=SHARED)

    def _step_down(self, steps: tuple[StepDown, ...]) -> None:
        """Mark the children who may step down to a family home."""
        if not steps and not self._steps:
            return
        self._steps = steps
        roll = self._stage.roll
        may = np.zeros(roll.room, dtype=np.bool_)
        rate = 0.0
        for step in steps:
            there = (
                (roll.state == State.PLACED)
                & np.isin(roll.setting, _RESIDENTIAL)
                & (roll.need <= step.highest_need)
            )
            if step.ages is not None:
                there &= (roll.age >= step.ages[0]) & (roll.age <= step.ages[1])
            may |= there
            rate = max(rate, step.a_year)
        if steps:
            self._life.step_down_to = frozenset(
                setting for step in steps for setting in step.to_settings
            )
        differs = may != roll.stepping_down
        if rate != self._stays.step_down_a_year:
            differs |= may
            self._stays.step_down_a_year = rate
        roll.stepping_down[:] = may
        roll.due[differs & (roll.state == State.PLACED)] = 0
