"""What an identity provider publishes: where its doors are, and the keys it signs with."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from httpx2 import Client, HTTPError
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, StringConstraints, ValidationError

from api.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpx2 import BaseTransport
    from joserfc.jwk import GuestProtocol, Key

ALGORITHMS = ("RS256", "PS256", "ES256")
"""Signatures that are believed: by key pairs. Never none, never a secret that we share."""

METADATA_LASTS = timedelta(hours=1)
REFETCH_AFTER = timedelta(seconds=10)
"""An unknown key is asked for again only so often, whatever tokens are sent."""

HttpsAddress = Annotated[str, StringConstraints(pattern=r"^https://[^\s#]+$")]


class Metadata(BaseModel):
    """What is used of a provider's metadata."""

    issuer: str
    authorization_endpoint: HttpsAddress
    token_endpoint: HttpsAddress
    jwks_uri: HttpsAddress
    end_session_endpoint: HttpsAddress | None = None


class ProviderData:
    """A provider's metadata and keys, fetched when they are needed and kept a while.

    Parameters
    ----------
    issuer
        Whose; the metadata must name the same issuer.
    transport
        How it is reached; None takes the network.
    timeout_seconds
        How long is waited for an answer.
    """

    def __init__(
        self, issuer: str, *, transport: BaseTransport | None, timeout_seconds: float
    ) -> None:
        self._issuer = issuer
        self._transport = transport
        self._timeout = timeout_seconds
        self._lock = threading.Lock()
        self._metadata: tuple[Metadata, datetime] | None = None
        self._keys: tuple[KeySet, datetime] | None = None

    def metadata(self, now: datetime) -> Metadata:
        """Return the metadata, at most an hour old.

        Raises
        ------
        UnavailableError
            If it cannot be fetched, or is not that of the issuer.
        """
        with self._lock:
            return self._metadata_held(now)

    def key_finder(self, now: datetime) -> Callable[[GuestProtocol], Key]:
        """Return a function that finds the key by which a token says it was signed."""

        def find(token: GuestProtocol) -> Key:
            kid = token.headers().get("kid")
            if not isinstance(kid, str):
                raise ValueError("the token names no key")
            with self._lock:
                key = self._key_held(kid, now)
            if key is None:
                raise ValueError("the token names a key that the provider does not publish")
            return key

        return find

    def _metadata_held(self, now: datetime) -> Metadata:
        if self._metadata is not None and now - self._metadata[1] < METADATA_LASTS:
            return self._metadata[0]
        address = self._issuer.rstrip("/") + "/.well-known/openid-configuration"
        try:
            metadata = Metadata.model_validate_json(self._fetch(address))
        except ValidationError:
            raise _not_usable() from None
        if metadata.issuer != self._issuer:
            raise _not_usable()
        self._metadata = (metadata, now)
        return metadata

    def _key_held(self, kid: str, now: datetime) -> Key | None:
        if self._keys is None or now - self._keys[1] >= METADATA_LASTS:
            self._fetch_keys(now)
        key = self._find(kid)
        if key is None and self._keys is not None and now - self._keys[1] >= REFETCH_AFTER:
            self._fetch_keys(now)  # providers change their keys, now and then without notice
            key = self._find(kid)
        return key

    def _find(self, kid: str) -> Key | None:
        if self._keys is None:
            return None
        return next(
            (key for key in self._keys[0].keys if key.kid == kid and key.key_type in _PAIRS), None
        )

    def _fetch_keys(self, now: datetime) -> None:
        body = self._fetch(self._metadata_held(now).jwks_uri)
        try:
            published = json.loads(body)["keys"]
            usable = [each for each in published if each.get("kty") in _PAIRS]
            self._keys = (KeySet.import_key_set({"keys": usable}), now)
        except (JoseError, ValueError, KeyError, TypeError, AttributeError):
            raise _not_usable() from None

    def _fetch(self, address: str) -> bytes:
        try:
            with Client(transport=self._transport, timeout=self._timeout) as client:
                answer = client.get(address)
                answer.raise_for_status()
                return answer.content
        except HTTPError:
            raise UnavailableError(
                "The identity provider cannot be reached. Try again in a minute."
            ) from None


_PAIRS = ("RSA", "EC")


def _not_usable() -> UnavailableError:
    return UnavailableError(
        "The identity provider publishes something that cannot be used. Check the issuer in "
        "NEARHOME_OIDC."
    )
