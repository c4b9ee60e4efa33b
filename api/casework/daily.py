"""What follows from a day's passing: offers lapse, beds are let go, birthdays bring tasks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from api.casework.calendar import add_months, end_of
from api.casework.choosing import stop_old_choices
from api.casework.offering import expire_offers
from api.casework.tasks import open_task
from api.records.care_placement import LIVED_IN, CarePlacement
from api.records.task import Task
from matcher.domain.child import Child
from matcher.domain.record import Record

if TYPE_CHECKING:
    from api.storage.work import Work

PATHWAY_AGE = 16
LATELY_DAYS = 92
"""Who turned sixteen longer ago is known to whoever came before Near Home."""


class DayDone(Record):
    """What a day's passing has done.

    Parameters
    ----------
    day
        Which day.
    offers_expired, choices_stopped, pathway_assessments
        How many.
    """

    day: date
    offers_expired: int
    choices_stopped: int
    pathway_assessments: int


def pass_the_day(work: Work, *, since: date | None = None) -> DayDone:
    """Do what follows from a day's passing; doing it twice does nothing more.

    Parameters
    ----------
    work
        The transaction.
    since
        The last day that passed, where that is known: birthdays since then are caught up with.
    """
    work.lock()
    return DayDone(
        day=work.today,
        offers_expired=expire_offers(work),
        choices_stopped=stop_old_choices(work),
        pathway_assessments=_pathway_assessments(work, since),
    )


def _pathway_assessments(work: Work, since: date | None) -> int:
    """Open an assessment for everybody who has turned sixteen lately, and has none."""
    lately = work.today - timedelta(days=LATELY_DAYS)
    since = lately if since is None else min(since, lately)
    children = {held.record.child_id: held.record for held in work.find(Child)}
    has_one = {
        child_id
        for held in work.find(Task, code="PATHWAY_ASSESSMENT")
        for child_id in held.record.child_ids
    }
    opened = 0
    for held in work.find(CarePlacement, state=LIVED_IN):
        child = children[held.record.child_id]
        birthday = _birthday(child, PATHWAY_AGE)
        if (
            birthday is not None
            and since <= birthday <= work.today
            and child.child_id not in has_one
        ):
            open_task(
                work,
                "PATHWAY_ASSESSMENT",
                due_at=end_of(add_months(birthday, 3)),
                placement_id=held.record.placement_id,
                child_ids=(child.child_id,),
            )
            opened += 1
    return opened


def _birthday(child: Child, age: int) -> date | None:
    return None if child.date_of_birth is None else add_months(child.date_of_birth, 12 * age)
