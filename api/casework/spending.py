"""What places cost beside what was agreed and budgeted: by route, by agreement, since when."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from api.records.capacity import BudgetLine
from api.records.care_placement import LIVED_IN, CarePlacement
from api.records.choice import Choice, ChoiceState
from matcher.domain.agreement import Agreement, Route
from matcher.domain.codes import collection_year
from matcher.domain.home import Home
from matcher.domain.record import Identifier, Record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from api.storage.work import Work

Fee = tuple[int, int | None]
"""For how many children, and what they cost a week; None when not known."""


class Period(StrEnum):
    """Since when new placements are counted."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def label(self) -> str:
        """The period as people write it."""
        return {"year": "this financial year"}.get(self.value, f"this {self.value}")

    def began(self, today: date) -> date:
        """Return the first day of the period in which a day lies.

        Parameters
        ----------
        today
            The day.
        """
        first = today.replace(day=1)
        match self:
            case Period.WEEK:
                return today - timedelta(days=today.weekday())
            case Period.MONTH:
                return first
            case Period.QUARTER:
                return first.replace(month=today.month - (today.month - 1) % 3)
            case Period.YEAR:
                return date(collection_year(today) - 1, 4, 1)  # it is the financial year


class Cost(Record):
    """What some placements cost.

    Parameters
    ----------
    placements, weekly_pence, fees_unknown
        How many, their fees a week where known, and of how many the fee is not known.
    """

    placements: int = 0
    weekly_pence: int = 0
    fees_unknown: int = 0


class Spending(Record):
    """What is spent by one route, or in all, beside its budget.

    Parameters
    ----------
    budget_id, budget_pence
        The budget for new placements a week; None where there is none.
    route
        By which homes are bought; None for all together.
    chosen
        Homes that are chosen, and whose placement has not begun.
    started
        Placements that began in the period, and go on.
    living
        Everybody who lives somewhere now.
    left_pence
        Of the budget, after what was chosen and what began; None without a budget.
    """

    budget_id: Identifier | None
    budget_pence: int | None
    route: Route | None
    chosen: Cost
    started: Cost
    living: Cost
    left_pence: int | None


def spending(work: Work, *, since: date) -> list[Spending]:
    """Return what is spent by each route and in all, beside the budgets, the total first.

    Parameters
    ----------
    work
        The transaction.
    since
        New is what began on this day or later.
    """
    living, started, chosen = (defaultdict[Route | None, list[Fee]](list) for _ in range(3))
    for stay in (held.record for held in work.find(CarePlacement, state=LIVED_IN)):
        living[stay.route].append((1, stay.weekly_fee_pence))
        if stay.started_on >= since:
            started[stay.route].append((1, stay.weekly_fee_pence))
    for held in work.find(Choice, state=(ChoiceState.PROPOSED, ChoiceState.APPROVED)):
        for home in held.record.homes:
            chosen[home.route].append((len(home.child_ids), home.weekly_fee_pence))
    lines = [(held.record.budget_id, held.record.budget) for held in work.find(BudgetLine)]
    budgeted = {budget.route for _, budget in lines}
    wanted: list[tuple[str | None, int | None, Route | None]] = [
        (budget_id, budget.weekly_pence, budget.route) for budget_id, budget in lines
    ]
    wanted += [(None, None, route) for route in (None, *Route) if route not in budgeted]
    order: list[Route | None] = [None, *Route]
    found = []
    for budget_id, limit, route in wanted:
        routes = (None, *Route) if route is None else (route,)
        of_chosen, of_started, of_living = (
            _cost(fee for each in routes for fee in some[each])
            for some in (chosen, started, living)
        )
        promised = of_chosen.weekly_pence + of_started.weekly_pence
        found.append(
            Spending(
                budget_id=budget_id,
                budget_pence=limit,
                route=route,
                chosen=of_chosen,
                started=of_started,
                living=of_living,
                left_pence=None if limit is None else limit - promised,
            )
        )
    return sorted(found, key=lambda each: (order.index(each.route), each.budget_id or ""))


class Used(Record):
    """An agreement, and what is bought under it now.

    Parameters
    ----------
    homes
        How many homes stand under it.
    living
        Who lives in them under it.
    empty_block_beds
        Beds that are paid for and not lived in; None where it is no block.
    """

    homes: int
    living: Cost
    empty_block_beds: int | None


def used(work: Work, agreements: Iterable[Agreement]) -> dict[str, Used]:
    """Return what is bought under agreements now, by their identifiers.

    Parameters
    ----------
    work
        The transaction.
    agreements
        Which.
    """
    fees: dict[str, list[Fee]] = defaultdict(list)
    for held in work.find(CarePlacement, state=LIVED_IN):
        if held.record.agreement_id is not None:
            fees[held.record.agreement_id].append((1, held.record.weekly_fee_pence))
    homes: dict[str, int] = defaultdict(int)
    for home in work.find(Home):
        for agreement_id in home.record.agreement_ids:
            homes[agreement_id] += 1
    return {
        each.agreement_id: Used(
            homes=homes[each.agreement_id],
            living=(cost := _cost(fees[each.agreement_id])),
            empty_block_beds=max(0, each.block_beds - cost.placements)
            if each.route is Route.BLOCK
            else None,
        )
        for each in agreements
    }


def _cost(fees: Iterable[Fee]) -> Cost:
    all_of_them = list(fees)
    return Cost(
        placements=sum(children for children, _ in all_of_them),
        weekly_pence=sum(fee or 0 for _, fee in all_of_them),
        fees_unknown=sum(children for children, fee in all_of_them if fee is None),
    )
