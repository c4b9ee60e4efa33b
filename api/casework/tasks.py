"""Tasks: opened from the catalogue, settled by people, never forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.casework.calendar import end_of
from api.casework.catalogue import CATALOGUE
from api.casework.delegation import check_standing, standings
from api.casework.moving import begin, move
from api.errors import InvalidError
from api.records.identity import new_id
from api.records.task import Task, TaskState
from api.storage.filters import AtMost

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from api.records.choice import Choice
    from api.storage.reading import Held
    from api.storage.work import Work


def open_task(
    work: Work,
    code: str,
    *,
    since: datetime | None = None,
    since_day: date | None = None,
    due_at: datetime | None = None,
    emergency: bool = False,
    detail: str = "",
    referral_id: str | None = None,
    choice_id: str | None = None,
    placement_id: str | None = None,
    home_id: str | None = None,
    child_ids: Sequence[str] = (),
) -> Held[Task]:
    """Open a task of the catalogue.

    Parameters
    ----------
    work
        The transaction.
    code
        Which.
    since, since_day
        The moment, or the day, from which its period runs.
    due_at
        By when, where that is known otherwise.
    emergency
        Whether the period is that after a start in an emergency.
    detail
        What exactly; never free text of a person's.
    referral_id, choice_id, placement_id, home_id, child_ids
        What it is about.
    """
    rule = CATALOGUE[code]
    period = (rule.emergency or rule.period) if emergency else rule.period
    if due_at is None and period is not None:
        if since is not None:
            due_at = period.from_moment(since)
        elif since_day is not None:
            due_at = (
                end_of(period.from_day(since_day))
                if period.unit != "hours"
                else period.from_moment(end_of(since_day))
            )
    task = Task(
        task_id=new_id("T", work.at),
        code=code,
        opened_at=work.at,
        due_at=due_at,
        holds_up_start=rule.gate,
        standing=rule.standing,
        detail=detail,
        referral_id=referral_id,
        choice_id=choice_id,
        placement_id=placement_id,
        home_id=home_id,
        child_ids=tuple(child_ids),
    )
    return begin(work, task, "open")


def settle(
    work: Work,
    task_id: str,
    action: str,
    *,
    remarks: str | None = None,
    expected: int | None = None,
) -> Held[Task]:
    """Record that a task is done, refused or not needed.

    Parameters
    ----------
    work
        The transaction.
    task_id
        Which.
    action
        ``do``, ``refuse`` or ``drop``.
    remarks
        What came of it; required to refuse or to drop it.
    expected
        The version that the caller has seen.

    Raises
    ------
    NotAllowedError
        If it is for a higher standing.
    InvalidError
        If a reason is lacking.
    """
    work.lock()
    held = work.get(Task, task_id)
    if action in ("refuse", "drop") and remarks is None:
        raise InvalidError(
            f"Say why task {task_id} is {'refused' if action == 'refuse' else 'not needed'}.",
            field="remarks",
        )
    title = CATALOGUE[held.record.code].title
    used = check_standing(held.record.standing, standings(work), what=f"“{title}”")
    return move(
        work,
        held,
        action,
        expected=expected,
        details={"as": str(used)} if used is not None else None,
        settled_at=work.at,
        settled_by=work.actor.actor_id,
        remarks=remarks,
    )


def reopen(work: Work, task_id: str, *, expected: int | None = None) -> Held[Task]:
    """Open a task again that was settled by mistake."""
    work.lock()
    held = work.get(Task, task_id)
    return move(
        work, held, "reopen", expected=expected, settled_at=None, settled_by=None, remarks=None
    )


def drop_open(work: Work, found: Iterable[Held[Task]], *, remarks: str) -> None:
    """Record open tasks as not needed any more, for a reason that Near Home gives."""
    for held in found:
        if held.record.state is TaskState.OPEN:
            move(
                work,
                held,
                "drop",
                settled_at=work.at,
                settled_by=work.actor.actor_id,
                remarks=remarks,
            )


def done_by(work: Work, code: str, *, placement_id: str, remarks: str | None = None) -> None:
    """Settle a placement's open tasks of a code: what they ask for has been recorded."""
    for held in work.find(Task, code=code, placement_id=placement_id, state=TaskState.OPEN):
        move(
            work,
            held,
            "do",
            settled_at=work.at,
            settled_by=work.actor.actor_id,
            remarks=remarks,
        )


def gates_of(work: Work, choice: Choice) -> list[Held[Task]]:
    """Return the gates of a choice, whatever their state."""
    return [
        held for held in work.find(Task, choice_id=choice.choice_id) if held.record.holds_up_start
    ]


def overdue(work: Work) -> list[Held[Task]]:
    """Return open tasks that were due before now, the longest overdue first."""
    found = work.find(Task, state=TaskState.OPEN, due_at=AtMost(work.at))
    return sorted(found, key=lambda held: (held.record.due_at or work.at, held.record.task_id))
