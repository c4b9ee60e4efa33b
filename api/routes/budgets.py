"""Money for new placements, by route or in all."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Response

from api.capacity.register import keep, take_out
from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.capacity import BudgetLine
from api.routes.answers import HeldOut, PageOut
from api.routes.dependencies import CurrentWork, IfMatch, IfMatchOrNew, Paging, allowed
from api.routes.histories import HistoryOut, history
from api.routes.reading import AsOf, known, listed
from api.routes.units import ServiceRoute
from api.routes.writing import Reason, ReasonNeeded, check_same_id, stored
from matcher.domain.record import Identifier

router = APIRouter(
    prefix="/v1/budgets", tags=["money"], route_class=ServiceRoute, responses=documented(401, 403)
)

BudgetId = Annotated[Identifier, Path(examples=["B-2026"])]
Reads = Annotated[Actor, Depends(allowed(Permission.READ_BUDGETS))]
Writes = Annotated[Actor, Depends(allowed(Permission.WRITE_BUDGETS))]

EXAMPLE: dict[str, Any] = {
    "budget_id": "B-2026",
    "budget": {"route": "spot", "weekly_pence": 25000000},
}


@router.get("", operation_id="listBudgets", summary="List budgets", responses=documented(422))
def budgets(
    _: Reads,
    work: CurrentWork,
    paging: Paging,
) -> PageOut[HeldOut[BudgetLine]]:
    """Return budgets, a page at a time."""
    return listed(work, BudgetLine, paging)


@router.get(
    "/{budget_id}",
    operation_id="getBudget",
    summary="Read a budget",
    responses=documented(404, 422),
)
def budget(
    _: Reads,
    budget_id: BudgetId,
    work: CurrentWork,
    response: Response,
    as_of: AsOf = None,
) -> HeldOut[BudgetLine]:
    """Return a budget, as it is or as it was known at a moment."""
    return HeldOut[BudgetLine].of(known(work, BudgetLine, budget_id, as_of), response)


@router.put(
    "/{budget_id}",
    operation_id="putBudget",
    summary="Store a budget",
    responses={
        201: {"model": HeldOut[BudgetLine], "description": "It is new."},
        **documented(404, 409, 412, 422, 428),
    },
)
def put(
    _: Writes,
    budget_id: BudgetId,
    sent: Annotated[BudgetLine, Body(openapi_examples={"one": {"value": EXAMPLE}})],
    version: IfMatchOrNew,
    work: CurrentWork,
    response: Response,
    reason: Reason = "",
) -> HeldOut[BudgetLine]:
    """Store a new one with `If-None-Match: *`, or change the version in `If-Match`."""
    check_same_id(budget_id, sent)
    held = keep(work, sent, expected=version, reason=reason)
    return stored(held, BudgetLine, version, response)


@router.delete(
    "/{budget_id}",
    status_code=204,
    operation_id="deleteBudget",
    summary="Take out a budget",
    responses=documented(404, 409, 412, 422, 428),
)
def delete(
    _: Writes,
    budget_id: BudgetId,
    version: IfMatch,
    reason: ReasonNeeded,
    work: CurrentWork,
) -> None:
    """Take it out of what is so now; its history stays."""
    take_out(work, BudgetLine, budget_id, expected=version, reason=reason)


@router.get(
    "/{budget_id}/history",
    operation_id="getBudgetHistory",
    summary="Every version of a budget",
    responses=documented(404, 422),
)
def budget_history(_: Reads, budget_id: BudgetId, work: CurrentWork) -> HistoryOut[BudgetLine]:
    """Return who changed it when and why, the first version first."""
    return history(work, BudgetLine, budget_id)
