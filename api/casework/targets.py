"""Targets for each indicator, against what is so now, with their yearly review."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from typing import TYPE_CHECKING

from api.records.assurance import CarerTraining, QualityVisit, Target, TemporaryApproval
from api.records.care_placement import CarePlacement, PlacementState, ReasonCeased
from api.records.referral_case import ReferralCase
from api.storage.filters import AtMost
from matcher.domain.agreement import Route
from matcher.domain.codes import collection_year
from matcher.domain.record import Identifier, Record
from matcher.domain.referral import Timescale
from matcher.indicators import Indicators, Rate, indicators, now

if TYPE_CHECKING:
    from api.storage.work import Work
    from matcher.domain.world import World

REVIEW_AFTER = timedelta(days=365)


class Measured(Record):
    """A target and what is so now.

    Parameters
    ----------
    target_id, indicator, year, aim, higher_is_better
        Which.
    now
        What is so now; None when this is not measured here, or there is nothing to measure.
    met
        Whether it is met now; None when that cannot be told.
    reviewed_on, review_due
        When it was last reviewed, and whether that is a year ago or more.
    """

    target_id: Identifier
    indicator: str
    year: int
    aim: float
    higher_is_better: bool
    now: float | None
    met: bool | None
    reviewed_on: date | None
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
                higher_is_better=target.higher_is_better,
                now=figure,
                met=None if figure is None else _met(target, figure),
                reviewed_on=target.reviewed_on,
                review_due=target.reviewed_on is None
                or target.reviewed_on + REVIEW_AFTER < work.today,
            )
        )
    return [each for each in found if each.year >= collection_year(work.today)]


def _met(target: Target, figure: float) -> bool:
    return figure >= target.aim if target.higher_is_better else figure <= target.aim


class YearCourse(Record):
    """How the indicators have gone since the year began.

    Parameters
    ----------
    days
        The last day before the year, the ends of its quarters so far, and today.
    figures
        By indicator, one a day; None where there was nothing to measure.
    """

    days: tuple[date, ...]
    figures: dict[str, tuple[float | None, ...]]


def in_care_this_year(work: Work) -> set[str]:
    """Return who has lived somewhere since the year began, those who have left among them."""
    return {stay.child_id for stay in _stays(work) if _went_on(stay, year_began(work.today))}


def year_began(today: date) -> date:
    """Return the last day before the year in which a day lies: 31 March."""
    return date(collection_year(today) - 1, 3, 31)


def course(work: Work, world: World) -> YearCourse:
    """Return this year's course of every indicator, made from who lived where on which day.

    Parameters
    ----------
    work
        The transaction.
    world
        The World of today, with everybody of :func:`in_care_this_year` in it. Children and homes
        are taken as they are recorded now.
    """
    began = year_began(work.today)
    quarters = (date(began.year, 6, 30), date(began.year, 9, 30), date(began.year, 12, 31))
    days = (began, *(day for day in quarters if day < work.today))
    stays, cases = _stays(work), _cases(work)
    past = [_on_day(stays, world, day) | _happened(stays, cases, day) for day in days]
    figures = [*past, _present(work, world)]
    return YearCourse(
        days=(*days, work.today),
        figures={name: tuple(each[name] for each in figures) for name in figures[-1]},
    )


def _stays(work: Work) -> list[CarePlacement]:
    """Return every stay that was not recorded by mistake."""
    stays = (held.record for held in work.find(CarePlacement))
    return [stay for stay in stays if stay.state is not PlacementState.MISTAKEN]


def _cases(work: Work) -> list[ReferralCase]:
    return [held.record for held in work.find(ReferralCase)]


def _went_on(stay: CarePlacement, day: date) -> bool:
    """Whether a stay went on after a day."""
    return stay.ended_on is None or stay.ended_on > day


def _on_day(stays: list[CarePlacement], world: World, day: date) -> dict[str, float | None]:
    """Return the indicators as they were at the end of a day."""
    there = [
        stay
        for stay in stays
        if stay.started_on <= day
        and _went_on(stay, day)
        and stay.child_id in world.children
        and stay.home_id in world.homes
    ]
    found = _rates(indicators(world, {stay.child_id: stay.home_id for stay in there}))
    found["spot"] = _share(sum(stay.route is Route.SPOT for stay in there), len(there))
    return found


def _present(work: Work, world: World) -> dict[str, float | None]:
    """Return the indicators that can be told from what is stored, by name."""
    return _rates(indicators(world, now(world))) | _happened(_stays(work), _cases(work), work.today)


def _rates(found: Indicators) -> dict[str, float | None]:
    return {
        field.name: value.per_cent
        for field in fields(found)
        if isinstance(value := getattr(found, field.name), Rate)
    }


def _happened(
    stays: list[CarePlacement], cases: list[ReferralCase], day: date
) -> dict[str, float | None]:
    """Return what is measured over time, up to a day."""
    year_before = day - timedelta(days=365)
    ended = [stay for stay in stays if stay.ended_on and year_before <= stay.ended_on <= day]
    received = [case for case in cases if case.received_on <= day]
    urgent = [case for case in received if case.timescale is not Timescale.PLANNED]
    moved = sum(stay.ceased is ReasonCeased.X1 for stay in ended)
    return {
        "ended_by_a_move": _share(moved, len(ended)),
        "emergency_referrals": _share(len(urgent), len(received)),
    }


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
