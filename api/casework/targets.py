"""Targets for each indicator, against what is so now, with their yearly review."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from typing import TYPE_CHECKING

from api.records.assurance import CarerTraining, QualityVisit, Target, TemporaryApproval
from api.records.care_placement import CarePlacement, PlacementState, ReasonCeased
from api.records.referral_case import ReferralCase
from api.storage.filters import AtMost
from matcher.domain.codes import collection_year
from matcher.domain.record import Identifier, Record
from matcher.domain.referral import Timescale
from matcher.indicators import Rate, indicators, now

if TYPE_CHECKING:
    from api.storage.work import Work
    from matcher.domain.world import World

REVIEW_AFTER = timedelta(days=365)


class Measured(Record):
    """A target and what is so now.

    Parameters
    ----------
    target_id, indicator, year, aim
        Which.
    now
        What is so now; None when this is not measured here, or there is nothing to measure.
    met
        Whether it is met now; None when that cannot be told.
    review_due
        Nobody has reviewed it within a year.
    """

    target_id: Identifier
    indicator: str
    year: int
    aim: float
    now: float | None
    met: bool | None
    review_due: bool


def measured(work: Work, world: World) -> list[Measured]:
    """Return every target of this year and later, with what is so now.

    Parameters
    ----------
    work
        The transaction.
    world
        The World of today.
    """
    present = _present(work, world)
    found = []
    for held in work.find(Target):
        target = held.record
        figure = present.get(target.indicator)
        found.append(
            Measured(
                target_id=target.target_id,
                indicator=target.indicator,
                year=target.year,
                aim=target.aim,
                now=figure,
                met=None if figure is None else _met(target, figure),
                review_due=target.reviewed_on is None
                or target.reviewed_on + REVIEW_AFTER < work.today,
            )
        )
    return [each for each in found if each.year >= collection_year(work.today)]


def _met(target: Target, figure: float) -> bool:
    return figure >= target.aim if target.higher_is_better else figure <= target.aim


def _present(work: Work, world: World) -> dict[str, float | None]:
    """Return the indicators that can be told from what is stored, by name."""
    of_world = indicators(world, now(world))
    present: dict[str, float | None] = {
        field.name: value.per_cent
        for field in fields(of_world)
        if isinstance(value := getattr(of_world, field.name), Rate)
    }
    stays = [held.record for held in work.find(CarePlacement)]
    year_ago = work.today - timedelta(days=365)
    ended = [
        stay
        for stay in stays
        if stay.state is PlacementState.ENDED and stay.ended_on and stay.ended_on >= year_ago
    ]
    cases = [held.record for held in work.find(ReferralCase)]
    urgent = [case for case in cases if case.timescale is not Timescale.PLANNED]
    moved = sum(stay.ceased is ReasonCeased.X1 for stay in ended)
    present["ended_by_a_move"] = _share(moved, len(ended))
    present["emergency_referrals"] = _share(len(urgent), len(cases))
    return present


def _share(count: int, of: int) -> float | None:
    return round(100 * count / of, 1) if of else None


class Expiring(Record):
    """Something of a home that lapses.

    Parameters
    ----------
    kind
        Quality visit, training, or temporary approval.
    home_id
        Of which home.
    expires_on
        Its last day.
    lapsed
        Whether that is over.
    """

    kind: str
    home_id: Identifier
    expires_on: date
    lapsed: bool


def expiring(work: Work, *, days: int) -> list[Expiring]:
    """Return what lapses within so many days, or has lapsed, the earliest first."""
    last = work.today + timedelta(days=days)
    latest: dict[tuple[str, str], date] = {}
    for visit in work.find(QualityVisit):
        key = ("quality visit", visit.record.home_id)
        latest[key] = max(latest.get(key, date.min), visit.record.expires_on)
    for training in work.find(CarerTraining):
        if training.record.expires_on is not None:
            key = (f"training: {training.record.course}", training.record.home_id)
            latest[key] = max(latest.get(key, date.min), training.record.expires_on)
    for approval in work.find(TemporaryApproval, until=AtMost(last)):
        if approval.record.finished_on is None:
            latest["temporary approval", approval.record.home_id] = approval.record.until
    return sorted(
        (
            Expiring(kind=kind, home_id=home_id, expires_on=day, lapsed=day < work.today)
            for (kind, home_id), day in latest.items()
            if day <= last
        ),
        key=lambda each: (each.expires_on, each.home_id, each.kind),
    )
