"""A task is settled, and what it held up may go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.casework import tasks
from api.casework.choosing import settled

if TYPE_CHECKING:
    from api.casework.present import Judge
    from api.records.task import Task
    from api.storage.reading import Held
    from api.storage.work import Work


def settle(
    work: Work,
    task_id: str,
    action: str,
    *,
    judge: Judge,
    remarks: str | None = None,
    expected: int | None = None,
) -> Held[Task]:
    """Record that a task is done, refused or not needed, and go on with its choice.

    Parameters
    ----------
    work
        The transaction.
    task_id, action, remarks, expected
        As for :func:`api.casework.tasks.settle`.
    judge
        Asks the rules how things stand, when this was the last that the choice waited for.
    """
    held = tasks.settle(work, task_id, action, remarks=remarks, expected=expected)
    if held.record.choice_id is not None:
        settled(work, held.record.choice_id, judge=judge)
    return held
