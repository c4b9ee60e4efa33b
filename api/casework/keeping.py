"""Records that are simply kept, and what follows from some of them."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, TypeVar

from api.casework.calendar import end_of
from api.casework.delegation import check_standing, standings
from api.casework.moving import move
from api.casework.tasks import open_task
from api.errors import ConflictError
from api.records.approval import Delegation, Procedure
from api.records.assurance import CarerTraining, DutyShift, QualityVisit, Target, Waiver
from api.records.care_placement import CarePlacement, PlacementState
from api.records.permanence import AdulthoodPlan, OutcomeNote, PermanenceStep
from api.records.search import Tier
from api.records.task import Task, TaskState
from matcher.domain.home import Home

if TYPE_CHECKING:
    from datetime import date

    from api.storage.reading import Held
    from api.storage.work import Work
    from matcher.domain.record import Record

Kept = TypeVar(
    "Kept",
    QualityVisit,
    CarerTraining,
    PermanenceStep,
    AdulthoodPlan,
    OutcomeNote,
    Target,
    Waiver,
    DutyShift,
    Delegation,
    Procedure,
)
"""What is kept as it is sent."""


def keep(work: Work, record: Kept, *, expected: int, reason: str = "") -> Held[Kept]:
    """Store a record, new or changed, with what follows from it.

    Parameters
    ----------
    work
        The transaction.
    record
        As it is to be.
    expected
        The version that it replaces; 0 for a new one.
    reason
        Why, for the audit trail.

    Raises
    ------
    ConflictError
        If it does not fit what is stored.
    NotAllowedError
        If it is granted on an authority that who stores it has not.
    """
    work.lock()
    _follow(record, work)
    return work.put(record, expected=expected, reason=reason)


@singledispatch
def _follow(record: Record, work: Work) -> None:
    """Do what follows from a record; nothing follows from most."""


@_follow.register(QualityVisit)
def _after_visit(visit: QualityVisit, work: Work) -> None:
    home = work.get(Home, visit.home_id)
    if home.record.quality_visit_due != visit.expires_on:
        work.put(
            home.record.replace(quality_visit_due=visit.expires_on if visit.passed else None),
            reason="quality visit",
            action="home.visited",
        )
    _remind(work, "QUALITY_VISIT_EXPIRES", visit.home_id, visit.expires_on, visit.visit_id)


@_follow.register(CarerTraining)
def _after_training(training: CarerTraining, work: Work) -> None:
    work.get(Home, training.home_id)
    if training.expires_on is not None:
        detail = training.course.value
        _remind(work, "TRAINING_EXPIRES", training.home_id, training.expires_on, detail)


def _remind(work: Work, code: str, home_id: str, day: date, detail: str) -> None:
    """Open a reminder in the place of an earlier one of the same kind."""
    for held in work.find(Task, code=code, home_id=home_id, state=TaskState.OPEN):
        if code == "QUALITY_VISIT_EXPIRES" or held.record.detail == detail:
            move(work, held, "do", settled_at=work.at, settled_by=work.actor.actor_id)
    open_task(work, code, due_at=end_of(day), home_id=home_id, detail=detail)


@_follow.register(PermanenceStep)
def _after_step(step: PermanenceStep, work: Work) -> None:
    stays = work.find(CarePlacement, living=step.child_id)
    for stay in stays:
        long_term = step.plan.long_term and step.stage in ("matched", "achieved")
        if long_term and not stay.record.long_term:
            work.put(
                stay.record.replace(long_term=True),
                reason="permanence plan",
                action="placement.long_term",
            )


@_follow.register(AdulthoodPlan)
def _after_plan(plan: AdulthoodPlan, work: Work) -> None:
    stays_on = plan.next_home in ("staying_put", "staying_close")
    for stay in work.find(CarePlacement, living=plan.child_id):
        if stay.record.post_18 is not stays_on:
            work.put(
                stay.record.replace(post_18=stays_on),
                reason="plan for adulthood",
                action="placement.post_18",
            )


@_follow.register(OutcomeNote)
def _after_outcome(note: OutcomeNote, work: Work) -> None:
    stay = work.get(CarePlacement, note.placement_id).record
    provider = work.get(Home, stay.home_id).record.provider_id
    if stay.child_id != note.child_id or provider != note.provider_id:
        raise ConflictError(
            f"Placement {note.placement_id} is not of this child with this provider.",
            field="placement_id",
        )
    if stay.state is PlacementState.MISTAKEN:
        raise ConflictError(f"Placement {note.placement_id} was recorded by mistake.")


@_follow.register(Waiver)
def _after_waiver(waiver: Waiver, work: Work) -> None:
    check_standing(waiver.granted_by, standings(work), what="A waiver of standing orders")


@_follow.register(Procedure)
def _after_procedure(procedure: Procedure, work: Work) -> None:
    known = {tier.value for tier in Tier}
    unknown = (set(procedure.tiers) | procedure.tiers_for_managers) - known
    if unknown or len(set(procedure.tiers)) != len(procedure.tiers) or not procedure.tiers:
        raise ConflictError(
            f"A search goes through tiers once each, of: {', '.join(sorted(known))}.",
            field="tiers",
        )
