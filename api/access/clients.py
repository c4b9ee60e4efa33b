"""Use cases about other systems that may ask: added, given new tokens, stopped."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from api.access.permissions import CLIENT_SCOPES
from api.access.tokens import ClientToken, digest_of, new_secret
from api.errors import InvalidError
from api.records.identity import new_id
from api.records.making import changed, made
from api.records.user import ApiClient

if TYPE_CHECKING:
    from api.records.actor import Permission
    from api.storage.reading import Held
    from api.storage.work import Work


class NewToken(NamedTuple):
    """Another system with its new token."""

    held: Held[ApiClient]
    token: str
    """Shown once."""


def add_client(
    work: Work, *, label: str, scopes: frozenset[Permission], days: int, reason: str = ""
) -> NewToken:
    """Let another system ask.

    Parameters
    ----------
    work
        The transaction.
    label
        What it is.
    scopes
        What it may do.
    days
        How long its token is good, 1 to 366.
    reason
        Why, for the audit trail.

    Raises
    ------
    InvalidError
        If a scope is a decision that only a person takes.
    """
    check_scopes(scopes)
    secret = new_secret()
    client = made(
        ApiClient,
        client_id=new_id("K", work.at),
        label=label,
        scopes=scopes,
        secret_digest=digest_of(secret),
        created_at=work.at,
        expires_at=_until(work.at, days),
    )
    held = work.put(client, reason=reason, expected=0)
    return NewToken(held, ClientToken(work.authority, client.client_id, secret).text)


def renew_client(
    work: Work, client_id: str, *, days: int, expected: int, reason: str = ""
) -> NewToken:
    """Give another system a new token; the old one is good for nothing from now on."""
    secret = new_secret()
    client = changed(
        work.get(ApiClient, client_id).record,
        secret_digest=digest_of(secret),
        created_at=work.at,
        expires_at=_until(work.at, days),
        revoked_at=None,
    )
    held = work.put(client, reason=reason, expected=expected, action="token renewed")
    return NewToken(held, ClientToken(work.authority, client_id, secret).text)


def revoke_client(
    work: Work, client_id: str, *, expected: int, reason: str = ""
) -> Held[ApiClient]:
    """Stop another system; its record stays, since the audit trail names it."""
    client = work.get(ApiClient, client_id).record
    return work.put(
        client.replace(revoked_at=client.revoked_at or work.at),
        reason=reason,
        expected=expected,
        action="revoked",
    )


def check_scopes(scopes: frozenset[Permission]) -> None:
    """Raise :class:`InvalidError` when a scope is a decision that only a person takes."""
    refused = sorted(scopes - CLIENT_SCOPES)
    if refused:
        raise InvalidError(
            f"Only a person may {refused[0].label}: {refused[0].value} cannot be given to another "
            "system.",
            field="scopes",
        )


def _until(now: datetime, days: int) -> datetime:
    return now + timedelta(days=days)
