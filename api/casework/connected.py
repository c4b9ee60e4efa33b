"""Connected persons: sixteen weeks of temporary approval, eight more, then a decision."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from api.casework.calendar import end_of
from api.casework.tasks import drop_open, open_task
from api.errors import ConflictError
from api.records.assurance import TemporaryApproval
from api.records.identity import new_id
from api.records.task import Task, TaskState
from matcher.domain.home import Home, Setting

if TYPE_CHECKING:
    from api.storage.reading import Held
    from api.storage.work import Work

FIRST = timedelta(weeks=16)
"""Regulation 24."""
FURTHER = timedelta(weeks=8)
"""Regulation 25(2), once."""
_CODE = "TEMPORARY_APPROVAL_CLOCK"


def grant(work: Work, home_id: str, day: date) -> Held[TemporaryApproval]:
    """Approve a connected person's household for sixteen weeks.

    Raises
    ------
    ConflictError
        If it is no connected person's, or has a temporary approval already.
    """
    work.lock()
    home = work.get(Home, home_id)
    if home.record.setting is not Setting.CONNECTED:
        raise ConflictError(
            f"Home {home_id} is not a connected person's household: only those are approved "
            "for a time (Care Planning Regulations 2010, regulation 24).",
            rule="CONNECTED_TEMPORARY",
        )
    if any(held.record.finished_on is None for held in _approvals(work, home_id)):
        raise ConflictError(
            f"Home {home_id} has a temporary approval already. Extend it, or record what was "
            "decided.",
            rule="CONNECTED_TEMPORARY",
        )
    approval = TemporaryApproval(
        approval_id=new_id("E", work.at), home_id=home_id, granted_on=day, until=day + FIRST
    )
    _set_home(work, home, approval.until)
    open_task(
        work,
        _CODE,
        due_at=end_of(approval.until),
        home_id=home_id,
        child_ids=tuple(sorted(home.record.connected_to)),
    )
    return work.put(
        approval, reason="temporary approval", expected=0, action="approval.grant_temporary"
    )


def extend(work: Work, approval_id: str, *, expected: int | None = None) -> Held[TemporaryApproval]:
    """Extend a temporary approval by eight weeks, once, before it runs out.

    Raises
    ------
    ConflictError
        If it was extended already, has run out, or is decided.
    """
    work.lock()
    held = work.get(TemporaryApproval, approval_id)
    approval = held.record
    if approval.extended_on or approval.finished_on or approval.until < work.today:
        raise ConflictError(
            f"Temporary approval {approval_id} was extended already, has run out, or is decided. "
            "It is extended once, before it runs out (Care Planning Regulations 2010, "
            "regulation 25).",
            rule="CONNECTED_TEMPORARY",
        )
    until = approval.until + FURTHER
    _set_home(work, work.get(Home, approval.home_id), until)
    for task in work.find(Task, home_id=approval.home_id, code=_CODE, state=TaskState.OPEN):
        work.put(task.record.replace(due_at=end_of(until)), reason="approval extended")
    return work.put(
        approval.replace(until=until, extended_on=work.today),
        reason="temporary approval extended",
        expected=expected or held.version,
        action="approval.extend_temporary",
    )


def decide(
    work: Work, approval_id: str, *, approved: bool, expected: int | None = None
) -> Held[TemporaryApproval]:
    """Record the outcome of the full assessment.

    After a refusal the temporary approval stands until its last day, or until a review of the
    refusal ends; then the placement must end (regulation 25(3) and (4)).

    Raises
    ------
    ConflictError
        If it is decided already.
    """
    work.lock()
    held = work.get(TemporaryApproval, approval_id)
    if held.record.finished_on is not None:
        raise ConflictError(f"Temporary approval {approval_id} is decided already.")
    if approved:
        _set_home(work, work.get(Home, held.record.home_id), None)
        drop_open(
            work,
            work.find(Task, home_id=held.record.home_id, code=_CODE, state=TaskState.OPEN),
            remarks="Fully approved.",
        )
    return work.put(
        held.record.replace(finished_on=work.today, approved=approved),
        reason="full assessment decided",
        expected=expected or held.version,
        action="approval.decide_temporary",
        details={"approved": approved},
    )


def _approvals(work: Work, home_id: str) -> list[Held[TemporaryApproval]]:
    return work.find(TemporaryApproval, home_id=home_id)


def _set_home(work: Work, home: Held[Home], until: date | None) -> None:
    work.put(
        home.record.replace(temporary_approval_until=until),
        reason="temporary approval",
        action="home.approval",
    )
