"""How long records are kept, over HTTP: the schedule, legal holds, what is due, erasing it."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.audit.retention import Basis, Due, RetentionPlan, carry_out, plan
from api.audit.retention import schedule_of as kept_by
from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.retention import LegalHold, RetentionSchedule
from api.routes.answers import HeldOut, PageOut
from api.routes.dependencies import CurrentWork, IfMatchOrNew, Paging, allowed
from api.routes.reading import listed
from api.routes.units import ServiceRoute
from api.routes.writing import Reason, check_same_id, stored
from matcher.domain.record import Identifier

router = APIRouter(
    prefix="/v1/retention",
    tags=["retention"],
    route_class=ServiceRoute,
    responses=documented(401, 403),
)

Manages = Annotated[Actor, Depends(allowed(Permission.MANAGE_RETENTION))]
HoldId = Annotated[Identifier, Path(examples=["LH-001"])]

SCHEDULE: dict[str, Any] = {"schedule_id": "retention", "referred_years": 25}
HOLD: dict[str, Any] = {
    "hold_id": "LH-001",
    "child_id": "C-0001",
    "reason": "The inquiry has asked for everything.",
    "starts_on": "2026-03-02",
}


class DueOut(BaseModel):
    """A record whose time is over."""

    kind: str
    record_id: str
    child_ids: tuple[str, ...]
    basis: Basis
    kept_until: date
    versions: int


class PlanOut(BaseModel):
    """What would be erased on a day, and what is held back."""

    day: date
    mark: str = Field(description="Given back to erase exactly this.")
    due: tuple[DueOut, ...]
    held: tuple[DueOut, ...] = Field(description="Due, and stopped by a legal hold.")
    forgotten: tuple[str, ...] = Field(description="Children of whom nothing would be left.")


class ErasureIn(BaseModel):
    """Leave to erase what somebody has looked at."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"mark": "3f2a9c0d1e4b5a67", "reason": "schedule of retention"}]
        },
    )

    mark: str = Field(min_length=16, max_length=16, description="Of the plan.")
    reason: str = Field(min_length=3, max_length=400, description="It stays: nothing personal.")


@router.get("/schedule", operation_id="getRetentionSchedule", summary="How long what is kept")
def schedule(_: Manages, work: CurrentWork) -> RetentionSchedule:
    """Return the authority's schedule; the law's minimum where it has set none."""
    return kept_by(work)


@router.put(
    "/schedule",
    operation_id="putRetentionSchedule",
    summary="Set how long what is kept",
    responses={
        201: {"model": HeldOut[RetentionSchedule], "description": "It is new."},
        **documented(404, 409, 412, 422, 428),
    },
)
def put_schedule(
    _: Manages,
    sent: Annotated[RetentionSchedule, Body(openapi_examples={"one": {"value": SCHEDULE}})],
    version: IfMatchOrNew,
    work: CurrentWork,
    response: Response,
    reason: Reason = "",
) -> HeldOut[RetentionSchedule]:
    """Store it; nothing may be shorter than the law asks."""
    check_same_id("retention", sent)
    return stored(
        work.put(sent, expected=version, reason=reason), RetentionSchedule, version, response
    )


@router.get(
    "/plan",
    operation_id="getRetentionPlan",
    summary="What has been kept for its time",
    responses=documented(422),
)
def due(
    _: Manages,
    work: CurrentWork,
    on: Annotated[date | None, Query(description="As of this day; today unless given.")] = None,
) -> PlanOut:
    """Return what would be erased; nothing is changed."""
    return _answered(plan(work, on or work.today))


@router.post(
    "/erasures",
    operation_id="eraseDue",
    summary="Erase what is due today, as it was looked at",
    responses=documented(409, 412, 422),
)
def erase(_: Manages, sent: ErasureIn, work: CurrentWork) -> PlanOut:
    """Empty every version of what is due; the audit trail stays whole."""
    return _answered(carry_out(work, work.today, mark=sent.mark, reason=sent.reason))


@router.get(
    "/holds",
    operation_id="listLegalHolds",
    summary="List legal holds",
    responses=documented(422),
)
def holds(_: Manages, work: CurrentWork, paging: Paging) -> PageOut[HeldOut[LegalHold]]:
    """Return legal holds, lifted ones too, a page at a time."""
    return listed(work, LegalHold, paging)


@router.put(
    "/holds/{hold_id}",
    operation_id="putLegalHold",
    summary="Place or lift a legal hold",
    responses={
        201: {"model": HeldOut[LegalHold], "description": "It is new."},
        **documented(404, 409, 412, 422, 428),
    },
)
def put_hold(
    _: Manages,
    hold_id: HoldId,
    sent: Annotated[LegalHold, Body(openapi_examples={"one": {"value": HOLD}})],
    version: IfMatchOrNew,
    work: CurrentWork,
    response: Response,
    reason: Reason = "",
) -> HeldOut[LegalHold]:
    """Nothing of the child, or nothing at all, is erased while it is in force."""
    check_same_id(hold_id, sent)
    return stored(work.put(sent, expected=version, reason=reason), LegalHold, version, response)


def _answered(found: RetentionPlan) -> PlanOut:
    def shown(many: tuple[Due, ...]) -> tuple[DueOut, ...]:
        return tuple(DueOut(**each._asdict()) for each in many)

    return PlanOut(
        day=found.day,
        mark=found.mark,
        due=shown(found.due),
        held=shown(found.held),
        forgotten=found.forgotten,
    )
