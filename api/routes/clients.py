"""Other systems that may ask: for administrators."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access.clients import NewToken, add_client, renew_client, revoke_client
from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.user import ApiClient, Label
from api.routes.answers import PageOut
from api.routes.dependencies import CurrentWork, IfMatch, Paging, allowed
from api.routes.units import ServiceRoute
from api.storage.reading import Held
from matcher.domain.record import Identifier

router = APIRouter(
    prefix="/v1/clients", tags=["clients"], route_class=ServiceRoute, responses=documented(401, 403)
)

ClientId = Annotated[Identifier, Path(examples=["K-0K3V7Q2M1-7QF2M0XA"])]
ManagesClients = Annotated[Actor, Depends(allowed(Permission.MANAGE_CLIENTS))]
Days = Annotated[int, Field(ge=1, le=366, description="How long the token is good.")]


class NewClientIn(BaseModel):
    """Another system that is to ask."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"label": "Finance system", "scopes": ["read_agreements"], "days": 180}]
        },
    )

    label: Label
    scopes: frozenset[Permission] = Field(min_length=1)
    days: Days = 180


class RenewalIn(BaseModel):
    """For how long a new token is to be good."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"days": 180}]})

    days: Days = 180


class ClientOut(BaseModel):
    """Another system, without anything of its token."""

    client_id: Identifier
    label: str
    scopes: tuple[Permission, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    version: int = Field(ge=1)


class NewTokenOut(ClientOut):
    """Another system, with its token."""

    token: str = Field(description="Goes after `Authorization: Bearer`. Shown once.")


def _shown(held: Held[ApiClient]) -> dict[str, object]:
    client = held.record
    return {
        "client_id": client.client_id,
        "label": client.label,
        "scopes": tuple(sorted(client.scopes)),
        "created_at": client.created_at,
        "expires_at": client.expires_at,
        "revoked_at": client.revoked_at,
        "version": held.version,
    }


def _with_token(new: NewToken, response: Response) -> NewTokenOut:
    response.headers["ETag"] = f'"{new.held.version}"'
    return NewTokenOut.model_validate({**_shown(new.held), "token": new.token})


def _client_out(held: Held[ApiClient], response: Response | None = None) -> ClientOut:
    if response is not None:
        response.headers["ETag"] = f'"{held.version}"'
    return ClientOut.model_validate(_shown(held))


@router.get(
    "",
    operation_id="listClients",
    summary="List other systems",
    responses=documented(422),
)
def clients(_: ManagesClients, work: CurrentWork, paging: Paging) -> PageOut[ClientOut]:
    """Return the other systems that may ask or might, a page at a time."""
    page = work.page(ApiClient, after=paging.after, limit=paging.limit)
    return PageOut[ClientOut](items=tuple(_client_out(held) for held in page.items), next=page.next)


@router.post(
    "",
    status_code=201,
    operation_id="addClient",
    summary="Let another system ask",
    responses=documented(422),
)
def add(_: ManagesClients, sent: NewClientIn, work: CurrentWork, response: Response) -> NewTokenOut:
    """Add another system with its scopes; decisions stay with people and cannot be given."""
    new = add_client(work, label=sent.label, scopes=sent.scopes, days=sent.days)
    response.headers["Location"] = f"/v1/clients/{new.held.record.client_id}"
    return _with_token(new, response)


@router.get(
    "/{client_id}",
    operation_id="getClient",
    summary="Read one other system",
    responses=documented(404, 422),
)
def client(
    _: ManagesClients, client_id: ClientId, work: CurrentWork, response: Response
) -> ClientOut:
    """Return another system and what it may do."""
    return _client_out(work.get(ApiClient, client_id), response)


@router.post(
    "/{client_id}/token",
    operation_id="renewClient",
    summary="Give another system a new token",
    responses=documented(404, 412, 422, 428),
)
def renew(
    _: ManagesClients,
    client_id: ClientId,
    sent: RenewalIn,
    version: IfMatch,
    work: CurrentWork,
    response: Response,
) -> NewTokenOut:
    """Make a new token; the old one is good for nothing from now on."""
    return _with_token(renew_client(work, client_id, days=sent.days, expected=version), response)


@router.delete(
    "/{client_id}",
    operation_id="revokeClient",
    summary="Stop another system",
    responses=documented(404, 412, 422, 428),
)
def revoke(
    _: ManagesClients, client_id: ClientId, version: IfMatch, work: CurrentWork, response: Response
) -> ClientOut:
    """Revoke its token at once; its record stays, since the audit trail names it."""
    return _client_out(revoke_client(work, client_id, expected=version), response)
