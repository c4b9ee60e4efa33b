"""What it costs: prices that change, blocks that stand empty, and what is not a fee."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from matcher.domain.agreement import Agreement, Route
from scenarios.changes import FeesChange, HomeCloses, HomeOpens, HomesChange, MoneySpent

if TYPE_CHECKING:
    from datetime import date

    from matcher.domain.home import Home
    from scenarios.stage import Stage

WEEKS_A_YEAR = 52


class Costs:
    """Prices and standing costs.

    Parameters
    ----------
    stage
        What the parts share.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._fees = [each for each in stage.outlook.changes if isinstance(each, FeesChange)]
        self._in_force: tuple[FeesChange, ...] = ()
        self._level: dict[str, float] = {}
        self._agreements: dict[str, tuple[Agreement, Agreement]] = {}
        self._homes: dict[str, tuple[int, int]] = {}
        self._year = -1

    def price(self, home_id: str, day: date) -> float:
        """Return the level of running fees in a home: 1 at the start, before any change."""
        del day  # the level is that of today
        found = self._level.get(home_id)
        if found is None:
            home = self._stage.home(home_id)
            found = self._growth()
            for change in self._in_force:
                if not change.new_only and self._is_for(change, home):
                    found *= change.multiply
            self._level[home_id] = found
        return found

    def begin_week(self) -> bool:
        """Let prices change; return whether any fee may differ from last week's."""
        stage = self._stage
        now = tuple(each for each in self._fees if each.in_force(stage.day))
        year = stage.weeks_in // WEEKS_A_YEAR
        growing = stage.numbers.value("cost.fee_growth") != 0
        if now == self._in_force and not (growing and year != self._year):
            self._year = year
            return False
        self._in_force, self._year = now, year
        self._level.clear()
        self._reprice()
        return True

    def reprice_home(self, home_id: str) -> None:
        """Give a home that has just opened the prices of today."""
        if self._in_force or self._growth() != 1.0:
            self._reprice(only=home_id)

    def end_week(self) -> None:
        """Count what blocks cost, used and not, and what homes cost beside their fees."""
        stage = self._stage
        view = stage.live.view
        for agreement in view.agreements.values():
            if agreement.route is not Route.BLOCK or not agreement.in_force(stage.day):
                continue
            used = view.placements_by_agreement.get(agreement.agreement_id, 0)
            beds = max(agreement.block_beds, 1)
            empty = max(beds - used, 0)
            price = agreement.block_weekly_pence * self._block_level(agreement)
            stage.ledger.count("cost.void_pence", price * empty / beds)
            stage.ledger.count("cost.fees_pence", price * (beds - empty) / beds)
            stage.ledger.count(f"cost.route.{Route.BLOCK.value}_pence", price)
            stage.ledger.count("beds_void_block", empty)
        for change in stage.outlook.changes:
            if isinstance(change, HomeOpens):
                self._standing(change, change.running_weekly_pence, change.capital_pence, 1)
            elif isinstance(change, HomesChange):
                self._standing(change, change.yearly_pence / WEEKS_A_YEAR, change.capital_pence,
                               len(change.home_ids))  # fmt: skip
            elif isinstance(change, MoneySpent):
                self._standing(change, change.weekly_pence, change.once_pence, 1)
            elif isinstance(change, HomeCloses):
                shut = change.starts + timedelta(weeks=change.notice_weeks)
                stage.ledger.count(
                    "cost.running_pence", -change.saved_weekly_pence * (stage.day >= shut)
                )

    def _standing(
        self,
        change: HomeOpens | HomesChange | MoneySpent,
        weekly: float,
        capital: float,
        times: int,
    ) -> None:
        stage = self._stage
        if change.in_force(stage.day):
            if weekly:
                stage.ledger.count("cost.running_pence", weekly * times)
            if capital and (stage.day - change.starts).days < 7:
                stage.ledger.count("cost.capital_pence", capital * times)

    def _growth(self) -> float:
        growth: float = (1 + self._stage.numbers.value("cost.fee_growth")) ** max(self._year, 0)
        return growth

    def _is_for(self, change: FeesChange, home: Home) -> bool:
        if change.provider_ids and home.provider_id not in change.provider_ids:
            return False
        if change.settings and home.setting not in change.settings:
            return False
        if not change.routes:
            return True
        agreements = self._stage.live.view.agreements
        routes = {agreements[each].route for each in home.agreement_ids} or {Route.SPOT}
        return bool(routes & set(change.routes))

    def _reprice(self, only: str | None = None) -> None:
        """Set the fees of agreements and the quotes of homes to today's prices."""
        stage = self._stage
        view = stage.live.view
        homes_of: dict[str, list[Home]] = {}
        for home in view.homes.values():
            for agreement_id in home.agreement_ids:
                homes_of.setdefault(agreement_id, []).append(home)
        if only is None:
            for agreement_id in sorted(view.agreements):
                now = view.agreements[agreement_id]
                first, last = self._agreements.get(agreement_id, (now, now))
                first = first if now == last else now
                level = self._agreement_level(first, homes_of.get(agreement_id, []))
                fees = tuple(
                    row.model_copy(update={"weekly_fee_pence": round(row.weekly_fee_pence * level)})
                    for row in first.fees
                )
                changed = first.model_copy(update={"fees": fees})
                if changed != now:
                    stage.live.put(changed)
                self._agreements[agreement_id] = (first, changed)
        for home_id in sorted(view.homes) if only is None else (only,):
            home = view.homes[home_id]
            fee = home.weekly_fee_pence
            if fee is None:
                continue
            original, last_fee = self._homes.get(home_id, (fee, fee))
            original = original if fee == last_fee else fee
            level = self._growth()
            for change in self._in_force:
                if self._is_for(change, home):
                    level *= change.multiply
            new = round(original * level)
            if new != fee:
                stage.live.put(home.model_copy(update={"weekly_fee_pence": new}))
            self._homes[home_id] = (original, new)

    def _agreement_level(self, agreement: Agreement, homes: list[Home]) -> float:
        level = self._growth()
        for change in self._in_force:
            if change.routes and agreement.route not in change.routes:
                continue
            if change.provider_ids and agreement.provider_id not in change.provider_ids:
                continue
            if change.settings and not any(each.setting in change.settings for each in homes):
                continue
            level *= change.multiply
        return level

    def _block_level(self, agreement: Agreement) -> float:
        level = self._growth()
        for change in self._in_force:
            if (not change.routes or Route.BLOCK in change.routes) and (
                not change.provider_ids or agreement.provider_id in change.provider_ids
            ):
                level *= change.multiply
        return level
