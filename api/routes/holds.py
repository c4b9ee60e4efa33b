"""Holds: nobody is placed while one stands, and everybody it touches is named."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.capacity.holding import Effect, Placed, change_hold, effect, lift_hold, place_hold
from api.problems import documented
from api.records.actor import Actor, Permission
from api.routes.answers import HeldOut, PageOut
from api.routes.dependencies import CurrentWork, IfMatch, Paging, allowed
from api.routes.histories import HistoryOut, history
from api.routes.reading import AsOf, known, listed
from api.routes.units import ServiceRoute
from api.routes.writing import ReasonNeeded, check_same_id
from matcher.domain.placement import Hold, HoldKind, HoldScope
from matcher.domain.record import Identifier

router = APIRouter(
    prefix="/v1/holds", tags=["homes"], route_class=ServiceRoute, responses=documented(401, 403)
)

HoldId = Annotated[Identifier, Path(examples=["HO-0K3V7Q2M1-7QF2M0XA"])]
Reads = Annotated[Actor, Depends(allowed(Permission.READ_HOMES))]
ReadsChildren = Annotated[Actor, Depends(allowed(Permission.READ_CHILDREN))]
Places = Annotated[Actor, Depends(allowed(Permission.PLACE_HOLDS))]
Lifts = Annotated[Actor, Depends(allowed(Permission.LIFT_HOLDS))]

EXAMPLE: dict[str, Any] = {
    "hold_id": "HO-0K3V7Q2M1-7QF2M0XA",
    "scope": "home",
    "target_id": "H-0001",
    "kind": "lado",
    "starts": "2026-03-02",
}


class HoldIn(BaseModel):
    """A hold on a home, or on every home of a provider."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "scope": "home",
                    "target_id": "H-0001",
                    "kind": "lado",
                    "reason": "allegation referred to the LADO",
                }
            ]
        },
    )

    scope: HoldScope
    target_id: Identifier
    kind: HoldKind
    starts: date | None = Field(None, description="Today unless given.")
    until: date | None = Field(None, description="Last day; null until lifted.")
    beds: Annotated[int, Field(ge=1, le=100)] | None = Field(
        None, description="For `reserved`: how many beds. Other kinds stop all."
    )
    reason: Annotated[str, StringConstraints(min_length=3, max_length=400)] = Field(
        description="For the audit trail. No names."
    )


class LivesThereOut(BaseModel):
    """Somebody who lives in a home under the hold."""

    home_id: Identifier
    child_id: Identifier | None
    placement_id: Identifier | None
    resident_id: Identifier | None = Field(description="Of another authority, which must be told.")


class SearchOut(BaseModel):
    """A search that has come upon a home under the hold."""

    referral_id: Identifier
    home_id: Identifier
    chosen: bool = Field(description="It was chosen: the choice does not pass its next check.")


class EffectOut(BaseModel):
    """Whom a hold touches."""

    home_ids: tuple[Identifier, ...]
    living_there: tuple[LivesThereOut, ...]
    searches: tuple[SearchOut, ...]


class PlacedOut(HeldOut[Hold]):
    """A hold, and whom it touches."""

    effect: EffectOut


def _effect_out(found: Effect) -> EffectOut:
    return EffectOut(
        home_ids=found.home_ids,
        living_there=tuple(LivesThereOut(**each._asdict()) for each in found.living_there),
        searches=tuple(SearchOut(**each._asdict()) for each in found.searches),
    )


def _placed_out(placed: Placed, response: Response) -> PlacedOut:
    response.headers["ETag"] = f'"{placed.held.version}"'
    return PlacedOut(
        record=placed.held.record,
        version=placed.held.version,
        changed_at=placed.held.changed_at,
        effect=_effect_out(placed.effect),
    )


@router.get("", operation_id="listHolds", summary="List holds", responses=documented(422))
def holds(
    _: Reads,
    work: CurrentWork,
    paging: Paging,
    target_id: Annotated[Identifier | None, Query(description="A home or a provider.")] = None,
) -> PageOut[HeldOut[Hold]]:
    """Return holds that were not lifted, a page at a time."""
    wanted: dict[str, Any] = {} if target_id is None else {"target_id": target_id}
    return listed(work, Hold, paging, **wanted)


@router.post(
    "",
    status_code=201,
    operation_id="placeHold",
    summary="Put a hold on a home or a provider",
    responses=documented(404, 409, 422),
)
def place(_: Places, sent: HoldIn, work: CurrentWork, response: Response) -> PlacedOut:
    """Stop placements at once, and learn who lives there and which searches are touched."""
    placed = place_hold(
        work,
        scope=sent.scope,
        target_id=sent.target_id,
        kind=sent.kind,
        starts=sent.starts or work.today,
        until=sent.until,
        beds=sent.beds,
        reason=sent.reason,
    )
    response.headers["Location"] = f"/v1/holds/{placed.held.record.hold_id}"
    return _placed_out(placed, response)


@router.get(
    "/{hold_id}", operation_id="getHold", summary="Read a hold", responses=documented(404, 422)
)
def hold(
    _: Reads, hold_id: HoldId, work: CurrentWork, response: Response, as_of: AsOf = None
) -> HeldOut[Hold]:
    """Return a hold, as it is or as it was known at a moment."""
    return HeldOut[Hold].of(known(work, Hold, hold_id, as_of), response)


@router.get(
    "/{hold_id}/effect",
    operation_id="getHoldEffect",
    summary="Whom a hold touches now",
    responses=documented(404, 422),
)
def hold_effect(_: ReadsChildren, hold_id: HoldId, work: CurrentWork) -> EffectOut:
    """Return who lives in the homes under a hold, and which searches have come upon them."""
    found = effect(work, work.get(Hold, hold_id).record)
    work.read(*(each.child_id for each in found.living_there if each.child_id), why="hold")
    return _effect_out(found)


@router.put(
    "/{hold_id}",
    operation_id="changeHold",
    summary="Change the days of a hold",
    responses=documented(404, 409, 412, 422, 428),
)
def change(
    _: Places,
    hold_id: HoldId,
    sent: Annotated[Hold, Body(openapi_examples={"one": {"value": EXAMPLE}})],
    version: IfMatch,
    reason: ReasonNeeded,
    work: CurrentWork,
    response: Response,
) -> PlacedOut:
    """Lengthen a hold. To end it earlier needs the permission to lift it."""
    check_same_id(hold_id, sent)
    return _placed_out(change_hold(work, sent, expected=version, reason=reason), response)


@router.delete(
    "/{hold_id}",
    status_code=204,
    operation_id="liftHold",
    summary="Lift a hold",
    responses=documented(404, 412, 422, 428),
)
def lift(
    _: Lifts, hold_id: HoldId, version: IfMatch, reason: ReasonNeeded, work: CurrentWork
) -> None:
    """End it at once; its history stays."""
    lift_hold(work, hold_id, expected=version, reason=reason)


@router.get(
    "/{hold_id}/history",
    operation_id="getHoldHistory",
    summary="Every version of a hold",
    responses=documented(404, 422),
)
def hold_history(_: Reads, hold_id: HoldId, work: CurrentWork) -> HistoryOut[Hold]:
    """Return who placed, changed and lifted it, when and why."""
    return history(work, Hold, hold_id)
