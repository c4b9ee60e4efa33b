"""Ranked matches: made, kept whole, and the excluded homes in words, page by page."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response
from pydantic import Field

from api.casework import searching
from api.casework.calendar import day_of
from api.casework.looking_ahead import looking_ahead
from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.search import Matches
from api.routes.answers import HeldOut, PageOut
from api.routes.dependencies import (
    CurrentService,
    CurrentWork,
    Paging,
    allowed,
    solving,
)
from api.routes.steps import READ, STEP, SeesNames, begun, created, read_one, read_page
from api.routes.units import ServiceRoute
from matcher.domain.record import Identifier, Record
from matcher.explaining.explanation import Explanation
from matcher.explaining.report import Exclusion

router = APIRouter(
    prefix="/v1", tags=["matches"], route_class=ServiceRoute, responses=documented(401, 403)
)

ReferralId = Annotated[Identifier, Path(examples=["R-0K3V7Q2M1-7QF2M0XA"])]
MatchesId = Annotated[Identifier, Path(examples=["M-0K3V7Q2M1-7QF2M0XA"])]
HomeId = Annotated[Identifier, Path(examples=["H-0012"])]
Reads = Annotated[Actor, Depends(allowed(Permission.READ_REFERRALS))]
Searches = Annotated[Actor, Depends(allowed(Permission.SEARCH_HOMES))]
PolicyName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


class Asked(Record):
    """How homes are to be ranked.

    Parameters
    ----------
    policy
        A policy that is shipped; null for the council's own.
    looking_ahead
        Whether the worth of a bed to others counts, once it has been learnt; null as the policy
        says.
    top
        At most so many options.
    """

    policy: PolicyName | None = None
    looking_ahead: bool | None = None
    top: Annotated[int, Field(ge=1, le=100)] = 10


class ExclusionsPage(Record):
    """Some of the excluded homes, in words.

    Parameters
    ----------
    items
        Those that fail fewest rules first.
    next
        Goes into ``after`` for the page after; null at the end.
    """

    items: tuple[Exclusion, ...]
    next: int | None


RANK: dict[str, Any] = {"policy": "balanced", "top": 10}


@router.post(
    "/referrals/{referral_id}/matches",
    status_code=201,
    operation_id="rankHomes",
    summary="Rank homes for a referral",
    responses={**created(Matches), **STEP, **documented(429)},
    dependencies=[Depends(solving())],
)
def rank(
    _: Searches,
    referral_id: ReferralId,
    sent: Annotated[Asked, Body(openapi_examples={"one": {"value": RANK}})],
    work: CurrentWork,
    service: CurrentService,
    names: SeesNames,
    response: Response,
) -> HeldOut[Matches]:
    """Rank every home for the children who wait, keep the answer whole, and return it."""
    policy = looking_ahead(service.worlds.which(sent.policy, work), sent.looking_ahead)
    ranked = service.worlds.rank(work, referral_id, policy=policy, top=sent.top)
    held = searching.keep_matches(
        work, referral_id, ranked.report, failed=ranked.failed, sequence=ranked.sequence
    )
    return begun(held, Matches, names=names, response=response, location="/v1/matches")


@router.get(
    "/referrals/{referral_id}/matches",
    operation_id="listMatches",
    summary="List the rankings of a referral",
    responses=documented(422),
)
def rankings(
    _: Reads, referral_id: ReferralId, work: CurrentWork, paging: Paging, names: SeesNames
) -> PageOut[HeldOut[Matches]]:
    """Return every ranking that was made, as it was shown."""
    return read_page(work, Matches, paging, names=names, referral_id=referral_id)


@router.get(
    "/matches/{matches_id}", operation_id="getMatches", summary="Read a ranking", responses=READ
)
def ranking(
    _: Reads, matches_id: MatchesId, work: CurrentWork, names: SeesNames, response: Response
) -> HeldOut[Matches]:
    """Return a ranking as it was shown, with its stamp."""
    return read_one(work, Matches, matches_id, names=names, response=response)


@router.get(
    "/matches/{matches_id}/exclusions",
    operation_id="listExclusions",
    summary="Why homes were excluded",
    responses=READ,
)
def exclusions(
    _: Reads,
    matches_id: MatchesId,
    work: CurrentWork,
    service: CurrentService,
    after: Annotated[int, Query(ge=0, le=1_000_000, description="How many to pass over.")] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ExclusionsPage:
    """Return excluded homes in words, as things stood when the ranking was made."""
    made = work.get(Matches, matches_id).record
    items = service.worlds.exclusions(
        work,
        made.referral_id,
        sequence=made.sequence,
        as_known_at=made.made_at,
        today=day_of(made.made_at),
        policy=made.policy,
        after=after,
        limit=limit,
    )
    more = after + len(items) < made.report.excluded_count
    return ExclusionsPage(items=items, next=after + len(items) if more and items else None)


@router.get(
    "/referrals/{referral_id}/homes/{home_id}/explanation",
    operation_id="explainHome",
    summary="Why a home is, or is not, offered",
    responses={**READ, **documented(429)},
    dependencies=[Depends(solving())],
)
def explanation(
    _: Reads,
    referral_id: ReferralId,
    home_id: HomeId,
    work: CurrentWork,
    service: CurrentService,
    policy: Annotated[PolicyName | None, Query()] = None,
) -> Explanation:
    """Return what every rule says of one home at present, and its points."""
    found = service.worlds.explain(work, referral_id, home_id, policy=policy)
    work.read(*found.children, why="explanation")
    return found
