"""Requests that another site makes in somebody's name: recognised and refused.

A cookie goes along with requests that another site's page sends, so a change needs more: the
browser's own word where the request comes from, and a token that only our answers hold. Requests
with a bearer token are exempt, since no browser adds one by itself.

References
----------
.. [1] OWASP Cross-Site Request Forgery Prevention Cheat Sheet: signed tokens bound to the
   session, with Fetch Metadata and Origin.
.. [2] W3C Fetch Metadata Request Headers.
"""

from __future__ import annotations

import base64
import hmac
from typing import TYPE_CHECKING

from api.access.tokens import derived_key, digest_of, same
from api.errors import NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Mapping

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_HEADER = "Near-Home-CSRF"


def forgery_token(secret: str, session_secret: str) -> str:
    """Return the token that a change must bring along.

    Parameters
    ----------
    secret
        The installation's secret.
    session_secret
        The secret part of the session's token: each session has its own.
    """
    key = derived_key(secret, "forgery")
    signed = hmac.digest(key, digest_of(session_secret).encode(), "sha256")
    return base64.urlsafe_b64encode(signed).rstrip(b"=").decode()


def check_origin(headers: Mapping[str, str], own_origin: str) -> None:
    """Raise :class:`NotAllowedError` when a browser says that another site sends a change.

    Parameters
    ----------
    headers
        Of the request, by lower-case name.
    own_origin
        Scheme and host by which browsers reach us, such as ``https://nearhome.example``.
    """
    site = headers.get("sec-fetch-site")
    origin = headers.get("origin")
    foreign = site is not None and site not in ("same-origin", "none")
    if foreign or (origin is not None and origin.lower() != own_origin.lower()):
        raise NotAllowedError(
            "This change was sent by a page of another site, so nothing was done. Open Near Home "
            "itself and try again.",
            rule="FORGERY",
        )


def check_forgery_token(given: str | None, expected: str) -> None:
    """Raise :class:`NotAllowedError` when a change brings no token, or another session's."""
    if given is None or not same(given, expected):
        raise NotAllowedError(
            f"This change lacks the token of its session, so nothing was done. Send the token "
            f"that signing in answered in the header {TOKEN_HEADER}, or sign in again.",
            field=TOKEN_HEADER,
            rule="FORGERY",
        )
