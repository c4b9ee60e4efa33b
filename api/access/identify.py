"""Says who sends a request: by the cookie of a session, or by another system's token."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from api.access.forgery import (
    SAFE_METHODS,
    TOKEN_HEADER,
    check_forgery_token,
    check_origin,
    forgery_token,
)
from api.access.permissions import EVERYONE, permissions_of
from api.access.sessions import SessionLimits, Sessions
from api.access.tokens import digest_of, read_client_token, read_session_token, same
from api.errors import NotSignedInError
from api.records.actor import Actor, ActorKind, Permission
from api.records.user import ApiClient, NamePermission, User
from api.storage.ephemeral import Ephemeral
from api.storage.filters import AtLeast

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from api.access.tokens import SessionToken
    from api.storage.database import Database
    from api.storage.work import Work

_NAMES = frozenset({Permission.READ_NAMES, Permission.LOOK_UP_NAME})

DOORKEEPER = "nearhome-doorkeeper"
"""Acts while nobody is signed in yet: looks up accounts, and writes down refusals."""

_STRANGER = "Sign in first, or send another system's token as Authorization: Bearer."


class Asking(NamedTuple):
    """What a request shows of who sends it."""

    method: str
    headers: Mapping[str, str]
    """By lower-case name."""
    cookie: str | None
    own_origin: str


def doorkeeper(authority: str) -> Actor:
    """Return who acts while nobody is signed in."""
    return Actor(authority=authority, actor_id=DOORKEEPER, kind=ActorKind.JOB)


class Doorkeeper:
    """Knows people by their sessions and other systems by their tokens.

    Parameters
    ----------
    database
        Where accounts and sessions are.
    secret
        The installation's secret.
    limits
        How long sessions last.
    """

    def __init__(self, database: Database, *, secret: str, limits: SessionLimits) -> None:
        self._database = database
        self._secret = secret
        self._limits = limits

    def identify(self, asking: Asking, now: datetime) -> Actor:
        """Return who sends a request, with what they may do now.

        Raises
        ------
        NotSignedInError
            If nobody is known by what it shows.
        NotAllowedError
            If another site sends a change in somebody's name.
        """
        header = asking.headers.get("authorization")
        if header is not None:
            return self._by_token(header, now)
        if asking.cookie is None:
            raise NotSignedInError(_STRANGER)
        return self._by_session(asking, asking.cookie, now)

    def _by_token(self, header: str, now: datetime) -> Actor:
        scheme, _, given = header.partition(" ")
        token = read_client_token(given.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            raise NotSignedInError(_STRANGER)
        with self._work(token.authority, now) as work:
            held = work.maybe(ApiClient, token.client_id)
        if (
            held is None
            or not same(held.record.secret_digest, digest_of(token.secret))
            or not held.record.good(now)
        ):
            raise NotSignedInError(
                "This token is not known, has expired or was revoked. Ask an administrator for "
                "a new one."
            )
        scopes = held.record.scopes
        return Actor(
            authority=token.authority,
            actor_id=token.client_id,
            kind=ActorKind.CLIENT,
            permissions=scopes,
            see_names=bool(scopes & _NAMES),
        )

    def _by_session(self, asking: Asking, cookie: str, now: datetime) -> Actor:
        token = read_session_token(cookie)
        if token is None:
            raise NotSignedInError(_STRANGER)
        if asking.method not in SAFE_METHODS:
            check_origin(asking.headers, asking.own_origin)
            expected = forgery_token(self._secret, token.secret)
            check_forgery_token(asking.headers.get(TOKEN_HEADER.lower()), expected)
        with self._work(token.authority, now) as work:
            live = self._sessions(Ephemeral(self._database, work), token, now).find(token.secret)
            if live is None:
                raise NotSignedInError("You are signed out. Sign in again.")
            session = live.session
            held = work.maybe(User, session.user_id)
            if held is None or not held.record.active:
                raise NotSignedInError("This account is no longer in use.")
            actor = actor_of(work, held.record, session_id=session.session_id)
        self._sessions(self._database.ephemeral(), token, now).see(token.secret, live)
        if session.restricted:
            return actor.replace(permissions=EVERYONE, see_names=False, names_of=frozenset())
        return actor

    def _sessions(self, kept: Ephemeral, token: SessionToken, now: datetime) -> Sessions:
        return Sessions(kept, token.authority, self._limits, at=now)

    def _work(self, authority: str, now: datetime) -> Work:
        return self._database.work(authority, doorkeeper(authority), at=now, steady=False)


def actor_of(work: Work, user: User, *, session_id: str | None = None) -> Actor:
    """Return somebody with what they may do today.

    Parameters
    ----------
    work
        A transaction on their authority.
    user
        Who.
    session_id
        The session by which they are signed in.
    """
    permissions = permissions_of(user.roles)
    sees_all = Permission.READ_NAMES in permissions
    names: frozenset[str] = frozenset()
    if not sees_all:
        leave = [
            held.record
            for held in work.find(NamePermission, user_id=user.user_id, until=AtLeast(work.today))
            if held.record.in_force(work.today)
        ]
        sees_all = any(not each.child_ids for each in leave)
        names = frozenset().union(*(each.child_ids for each in leave))
        if leave:
            # Leave for some children opens their names, not what is written about all.
            permissions |= _NAMES if sees_all else {Permission.LOOK_UP_NAME}
    return Actor(
        authority=work.authority,
        actor_id=user.user_id,
        kind=ActorKind.USER,
        roles=user.roles,
        permissions=permissions,
        see_names=sees_all,
        names_of=names,
        session_id=session_id,
    )
