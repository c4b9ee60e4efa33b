"""What happens in a child's time in care: reviews, legal statuses, watch-list, handover."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response

from api.casework import placements
from api.casework.placements import PackContents, ReviewHeld, WatchBegun
from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.care_placement import HandoverPack, LegalSpell, Review
from api.records.concerns import Watch, WatchState
from api.routes.answers import HeldOut, PageOut
from api.routes.dependencies import CurrentWork, IfMatch, Paging, allowed
from api.routes.steps import (
    STEP,
    IfMatchMaybe,
    SeesNames,
    begun,
    created,
    read_page,
    shown,
)
from api.routes.units import ServiceRoute
from matcher.domain.codes import LegalStatus
from matcher.domain.record import Identifier, Record

router = APIRouter(
    prefix="/v1", tags=["placements"], route_class=ServiceRoute, responses=documented(401, 403)
)

ChildId = Annotated[Identifier, Path(examples=["C-0001"])]
PlacementId = Annotated[Identifier, Path(examples=["P-0K3V7Q2M1-7QF2M0XA"])]
WatchId = Annotated[Identifier, Path(examples=["Y-0K3V7Q2M1-7QF2M0XA"])]
PackId = Annotated[Identifier, Path(examples=["K-0K3V7Q2M1-7QF2M0XA"])]
OfChild = Annotated[Identifier | None, Query()]
Reads = Annotated[Actor, Depends(allowed(Permission.READ_REFERRALS))]
Places = Annotated[Actor, Depends(allowed(Permission.WRITE_PLACEMENTS))]


class StatusBegun(Record):
    """A change of legal status.

    Parameters
    ----------
    legal_status
        As returned in LS.
    starts
        Its first day.
    """

    legal_status: LegalStatus
    starts: date


REVIEW: dict[str, Any] = {"held_on": "2026-12-20", "participation": "PN1"}
STATUS: dict[str, Any] = {"legal_status": "C2", "starts": "2026-12-14"}
WATCH: dict[str, Any] = {
    "signs": ["carer_asked_for_help", "missing"],
    "next_look_on": "2026-12-18",
    "support": "Two weekends of respite; the team manager telephones weekly.",
}
PACK: dict[str, Any] = {"health_papers": True, "school_papers": True, "shared_with": ["P-003"]}

WatchBody = Annotated[WatchBegun, Body(openapi_examples={"one": {"value": WATCH}})]


@router.get(
    "/reviews", operation_id="listReviews", summary="List reviews", responses=documented(422)
)
def reviews(
    _: Reads, work: CurrentWork, paging: Paging, names: SeesNames, child_id: OfChild = None
) -> PageOut[HeldOut[Review]]:
    """Return reviews of children's cases."""
    return read_page(work, Review, paging, names=names, child_id=child_id)


@router.post(
    "/children/{child_id}/reviews",
    status_code=201,
    operation_id="recordReview",
    summary="Record a review",
    responses={**created(Review), **STEP},
)
def review(
    _: Places,
    child_id: ChildId,
    sent: Annotated[ReviewHeld, Body(openapi_examples={"one": {"value": REVIEW}})],
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[Review]:
    """Record a review: the next one is due, and it may agree that a move is looked for."""
    held = placements.record_review(work, child_id, sent)
    return begun(held, Review, names=names, response=response, location="/v1/reviews")


@router.get(
    "/legal-statuses",
    operation_id="listLegalStatuses",
    summary="List legal statuses",
    responses=documented(422),
)
def statuses(
    _: Reads, work: CurrentWork, paging: Paging, names: SeesNames, child_id: OfChild = None
) -> PageOut[HeldOut[LegalSpell]]:
    """Return the legal statuses under which children were looked after."""
    return read_page(work, LegalSpell, paging, names=names, child_id=child_id)


@router.post(
    "/children/{child_id}/legal-statuses",
    status_code=201,
    operation_id="changeLegalStatus",
    summary="Record a change of legal status",
    responses={**created(LegalSpell), **STEP},
)
def status(
    _: Places,
    child_id: ChildId,
    sent: Annotated[StatusBegun, Body(openapi_examples={"one": {"value": STATUS}})],
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[LegalSpell]:
    """Record it: an episode of the SSDA903 begins."""
    held = placements.change_legal_status(work, child_id, sent.legal_status, sent.starts)
    return begun(held, LegalSpell, names=names, response=response, location="/v1/legal-statuses")


@router.get(
    "/watches", operation_id="listWatches", summary="The watch-list", responses=documented(422)
)
def watches(
    _: Reads,
    work: CurrentWork,
    paging: Paging,
    names: SeesNames,
    state: Annotated[WatchState | None, Query()] = None,
    child_id: OfChild = None,
) -> PageOut[HeldOut[Watch]]:
    """Return placements at risk."""
    return read_page(work, Watch, paging, names=names, state=state, child_id=child_id)


@router.post(
    "/placements/{placement_id}/watches",
    status_code=201,
    operation_id="watchPlacement",
    summary="Put a placement on the watch-list",
    responses={**created(Watch), **STEP},
)
def watch(
    _: Places,
    placement_id: PlacementId,
    sent: WatchBody,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[Watch]:
    """Watch a placement that may end before it should."""
    held = placements.watch(work, placement_id, sent)
    return begun(held, Watch, names=names, response=response, location="/v1/watches")


@router.post(
    "/watches/{watch_id}/look",
    operation_id="lookAgain",
    summary="Record another look at a placement at risk",
    responses=STEP,
)
def look(
    _: Places,
    watch_id: WatchId,
    sent: WatchBody,
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[Watch]:
    """Record what was seen, and when it is looked at again."""
    held = placements.look_again(work, watch_id, sent, expected=version)
    return shown(held, Watch, names=names, response=response)


@router.post(
    "/watches/{watch_id}/steady",
    operation_id="endWatch",
    summary="Take a placement off the watch-list",
    responses=STEP,
)
def steady(
    _: Places,
    watch_id: WatchId,
    version: IfMatchMaybe,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[Watch]:
    """Record that it is steady again."""
    held = placements.steady(work, watch_id, expected=version)
    return shown(held, Watch, names=names, response=response)


@router.get(
    "/handover-packs",
    operation_id="listHandoverPacks",
    summary="List handover packs",
    responses=documented(422),
)
def packs(
    _: Reads, work: CurrentWork, paging: Paging, names: SeesNames, child_id: OfChild = None
) -> PageOut[HeldOut[HandoverPack]]:
    """Return what goes with children who move."""
    return read_page(work, HandoverPack, paging, names=names, child_id=child_id)


@router.put(
    "/handover-packs/{pack_id}",
    operation_id="fillHandoverPack",
    summary="Record what is in a handover pack",
    responses={**STEP, **documented(428)},
)
def fill(
    _: Places,
    pack_id: PackId,
    sent: Annotated[PackContents, Body(openapi_examples={"one": {"value": PACK}})],
    version: IfMatch,
    work: CurrentWork,
    names: SeesNames,
    response: Response,
) -> HeldOut[HandoverPack]:
    """Record what is in it, and to whom it was given."""
    held = placements.fill_pack(work, pack_id, sent, expected=version)
    return shown(held, HandoverPack, names=names, response=response)
