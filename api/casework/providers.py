"""What the council buys from each provider: dependence, outcomes, waivers."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from api.casework.procedure import BOUGHT
from api.records.assurance import Waiver
from api.records.care_placement import LIVED_IN, CarePlacement, PlacementState, ReasonCeased
from api.records.permanence import OutcomeNote
from api.storage.filters import AtLeast
from matcher.domain.home import Home
from matcher.domain.record import Record

if TYPE_CHECKING:
    from api.records.choice import Choice
    from api.storage.work import Work
    from matcher.domain.agreement import Route

FEWEST = 20
"""With fewer bought placements a share of one provider says nothing."""


class ProviderShare(Record):
    """How much of what is bought comes from one provider, and how children fare there.

    Parameters
    ----------
    provider_id
        Which.
    placements, percent
        Bought placements with it now, and of all bought ones.
    weekly_fee_pence, fees_unknown
        What they cost a week where known, and of how many that is not known.
    ended, ended_by_a_move
        Bought placements with it that ended within a year, and those of them after which the
        child went on to another home.
    outcomes_recorded
        Records of outcomes.
    mean_change
        Their mean, -2 much worse to 2 much better; None without any.
    """

    provider_id: str
    placements: int
    percent: float
    weekly_fee_pence: int
    fees_unknown: int
    ended: int
    ended_by_a_move: int
    outcomes_recorded: int
    mean_change: float | None


def _bought(work: Work) -> list[CarePlacement]:
    """Return bought placements that go on."""
    return [
        held.record
        for held in work.find(CarePlacement, state=LIVED_IN)
        if held.record.route in BOUGHT
    ]


def dependence(work: Work, provider_id: str, *, more: int, route: Route) -> float | None:
    """Return the share of bought placements that a provider would have, in percent.

    Parameters
    ----------
    work
        The transaction.
    provider_id
        Which provider.
    more
        Placements besides those that go on.
    route
        By which they are bought.

    Returns
    -------
    float or None
        None when nothing is bought, or too little to tell.
    """
    if route not in BOUGHT:
        return None
    bought = _bought(work)
    theirs = {held.record.home_id for held in work.find(Home, provider_id=provider_id)}
    total = len(bought) + more
    count = sum(stay.home_id in theirs for stay in bought) + more
    return 100 * count / total if total >= FEWEST else None


def shares(work: Work) -> list[ProviderShare]:
    """Return every provider from whom places are bought, the largest first."""
    provider_of = {held.record.home_id: held.record.provider_id for held in work.find(Home)}
    fees: dict[str, list[int | None]] = defaultdict(list)
    for stay in _bought(work):
        fees[provider_of[stay.home_id]].append(stay.weekly_fee_pence)
    ends: dict[str, list[bool]] = defaultdict(list)
    for ended in work.find(CarePlacement, ended_on=AtLeast(work.today - timedelta(days=365))):
        if ended.record.route in BOUGHT and ended.record.state is PlacementState.ENDED:
            moved = ended.record.ceased is ReasonCeased.X1
            ends[provider_of[ended.record.home_id]].append(moved)
    changes: dict[str, list[int]] = defaultdict(list)
    for held in work.find(OutcomeNote):
        changes[held.record.provider_id].append(held.record.change)
    total = sum(map(len, fees.values()))
    return [
        ProviderShare(
            provider_id=provider_id,
            placements=len(theirs),
            percent=round(100 * len(theirs) / total, 1),
            weekly_fee_pence=sum(fee or 0 for fee in theirs),
            fees_unknown=theirs.count(None),
            ended=len(ends[provider_id]),
            ended_by_a_move=sum(ends[provider_id]),
            outcomes_recorded=len(changes[provider_id]),
            mean_change=_mean(changes[provider_id]),
        )
        for provider_id, theirs in sorted(fees.items(), key=lambda item: (-len(item[1]), item[0]))
    ]


def _mean(values: list[int]) -> float | None:
    return round(sum(values) / len(values), 2) if values else None


def waiver_sentence(work: Work, home_id: str, choice: Choice) -> str:
    """Return which waiver of standing orders covers a purchase; nothing when none does."""
    provider_id = work.get(Home, home_id).record.provider_id
    for held in work.find(Waiver, provider_id=provider_id):
        waiver = held.record
        covers = waiver.referral_id in (None, choice.referral_id)
        if covers and waiver.granted_on <= choice.starts_on <= waiver.until:
            return f" Waiver {waiver.waiver_id} covers it until {waiver.until:%-d %B %Y}."
    return ""
