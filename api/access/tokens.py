"""Secrets that this service makes, gives out once, and keeps only as digests.

A token is 256 random bits, so that an unsalted SHA-256 of it cannot be turned back; people's
passwords are another matter (:mod:`api.access.passwords`). It carries the authority, so that
it can be looked up among that authority's records and nobody else's.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from matcher.domain.record import AuthorityCode, Identifier

CLIENT_PREFIX = "nearhome"
"""Begins every token of another system, so that scanners of leaked secrets can know it."""

_SECRET_BYTES = 32
_LONGEST = 200
_AUTHORITY: TypeAdapter[str] = TypeAdapter(AuthorityCode)
_IDENTIFIER: TypeAdapter[str] = TypeAdapter(Identifier)


class SessionToken(NamedTuple):
    """What a browser holds while somebody is signed in."""

    authority: str
    secret: str

    @property
    def text(self) -> str:
        """The token as it stands in the cookie."""
        return f"{self.authority}.{self.secret}"


class ClientToken(NamedTuple):
    """What another system sends with each request."""

    authority: str
    client_id: str
    secret: str

    @property
    def text(self) -> str:
        """The token as it stands after ``Bearer``."""
        return f"{CLIENT_PREFIX}.{self.authority}.{self.client_id}.{self.secret}"


def new_secret() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def digest_of(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same(a: str, b: str) -> bool:
    """Whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(a.encode(), b.encode())


def read_session_token(text: str) -> SessionToken | None:
    """Return the parts of a session's token; None when it is not one."""
    if len(text) > _LONGEST:
        return None
    authority, dot, secret = text.partition(".")
    if not dot or not secret or not _valid(_AUTHORITY, authority):
        return None
    return SessionToken(authority, secret)


def read_client_token(text: str) -> ClientToken | None:
    """Return the parts of another system's token; None when it is not one."""
    if len(text) > _LONGEST:
        return None
    prefix, _, rest = text.partition(".")
    authority, _, rest = rest.partition(".")
    client_id, _, secret = rest.rpartition(".")  # an identifier may hold dots, a secret does not
    if prefix != CLIENT_PREFIX or not secret:
        return None
    if not _valid(_AUTHORITY, authority) or not _valid(_IDENTIFIER, client_id):
        return None
    return ClientToken(authority, client_id, secret)


def derived_key(secret: str, purpose: str) -> bytes:
    """Return a 256-bit key for one purpose from the installation's secret.

    References
    ----------
    .. [1] RFC 5869, HKDF; its expansion step with one block, as the secret is a random key.
    """
    return hmac.new(secret.encode(), purpose.encode() + b"\x01", hashlib.sha256).digest()


def _valid(kind: TypeAdapter[str], text: str) -> bool:
    try:
        return kind.validate_python(text) == text
    except ValidationError:
        return False
