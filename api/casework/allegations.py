"""Allegations: the hold at once, the children who live there, and the outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import AwareDatetime

from api.casework.moving import begin, move
from api.casework.tasks import drop_open, open_task
from api.errors import ConflictError
from api.records.care_placement import LIVED_IN, CarePlacement
from api.records.concerns import Allegation, AllegationOutcome
from api.records.identity import new_id
from api.records.task import Task, TaskState
from api.records.text import Words
from matcher.domain.agreement import Provider
from matcher.domain.home import Home
from matcher.domain.placement import Hold, HoldKind, HoldScope
from matcher.domain.record import Identifier, Record

if TYPE_CHECKING:
    from datetime import date

    from api.storage.reading import Held
    from api.storage.work import Work


class AllegationMade(Record):
    """An allegation.

    Parameters
    ----------
    scope, target_id
        The home or the provider that it is about.
    received_at
        When the council heard of it.
    remarks
        Anything to add, without names.
    """

    scope: HoldScope
    target_id: Identifier
    received_at: AwareDatetime
    remarks: Words | None = None


def record(work: Work, made: AllegationMade) -> Held[Allegation]:
    """Record an allegation: nobody is placed there from now, and each child there is looked to.

    The hold works at once on every search under way, since rankings read it and every
    proposal is checked against it again.

    Raises
    ------
    NotFoundError
        If there is no such home or provider.
    """
    work.lock()
    homes = _homes(work, made.scope, made.target_id)
    children = _living_in(work, homes)
    hold = Hold(
        hold_id=new_id("HO", work.at),
        scope=made.scope,
        target_id=made.target_id,
        kind=HoldKind.LADO,
        starts=work.today,
    )
    work.put(hold, reason="allegation", expected=0, action="hold.place")
    allegation = Allegation(
        allegation_id=new_id("AL", work.at),
        scope=made.scope,
        target_id=made.target_id,
        received_at=made.received_at,
        recorded_by=work.actor.actor_id,
        hold_id=hold.hold_id,
        lives_there=frozenset(children),
        remarks=made.remarks,
    )
    held = begin(work, allegation, "record")
    open_task(work, "TELL_LADO", since=made.received_at, detail=allegation.allegation_id)
    for child_id in sorted(children):
        open_task(
            work,
            "ALLEGATION_LIVES_THERE",
            since=made.received_at,
            detail=allegation.allegation_id,
            placement_id=children[child_id],
            child_ids=(child_id,),
        )
    return held


def told_lado(
    work: Work, allegation_id: str, day: date, *, expected: int | None = None
) -> Held[Allegation]:
    """Record that the designated officer was told."""
    work.lock()
    held = work.get(Allegation, allegation_id)
    for task in work.find(Task, code="TELL_LADO", state=TaskState.OPEN):
        if task.record.detail == allegation_id:
            move(work, task, "do", settled_at=work.at, settled_by=work.actor.actor_id)
    return work.put(
        held.record.replace(told_lado_on=day),
        reason="designated officer told",
        expected=expected or held.version,
        action="allegation.told_lado",
    )


def close(
    work: Work,
    allegation_id: str,
    outcome: AllegationOutcome,
    *,
    lift_hold: bool,
    expected: int | None = None,
) -> Held[Allegation]:
    """Close an allegation with its outcome; the hold is lifted, or stays.

    Parameters
    ----------
    work
        The transaction.
    allegation_id
        Which.
    outcome
        What it was found to be.
    lift_hold
        Whether children may be placed there again; never after a substantiated one.
    expected
        The version that the caller has seen.

    Raises
    ------
    ConflictError
        If the hold would be lifted after a substantiated allegation, or the designated
        officer was never told.
    """
    work.lock()
    held = work.get(Allegation, allegation_id)
    if held.record.told_lado_on is None:
        raise ConflictError(
            f"Allegation {allegation_id} cannot be closed before the designated officer was "
            "told. Record that first.",
            field="told_lado_on",
            rule="TELL_LADO",
        )
    if lift_hold and outcome is AllegationOutcome.SUBSTANTIATED:
        raise ConflictError(
            "The hold stays after a substantiated allegation. It is lifted apart from this, with "
            "its own reason.",
            field="lift_hold",
            rule="HOLD",
        )
    if lift_hold and held.record.hold_id is not None:
        work.retire(Hold, held.record.hold_id, reason=f"{outcome}", action="hold.lift")
    found = work.find(Task, code=("TELL_LADO", "ALLEGATION_LIVES_THERE"), state=TaskState.OPEN)
    drop_open(
        work,
        [task for task in found if task.record.detail == allegation_id],
        remarks=f"The allegation was closed: {outcome}.",
    )
    return move(
        work,
        held,
        "close",
        expected=expected,
        details={"outcome": str(outcome), "hold_lifted": lift_hold},
        outcome=outcome,
        closed_on=work.today,
    )


def _homes(work: Work, scope: HoldScope, target_id: str) -> tuple[str, ...]:
    if scope is HoldScope.HOME:
        return (work.get(Home, target_id).record.home_id,)
    work.get(Provider, target_id)
    return tuple(held.record.home_id for held in work.find(Home, provider_id=target_id))


def _living_in(work: Work, homes: tuple[str, ...]) -> dict[str, str]:
    """Return the children who live in some homes, with their placements."""
    return {
        held.record.child_id: held.record.placement_id
        for home_id in homes
        for held in work.find(CarePlacement, state=LIVED_IN, home_id=home_id)
    }
