"""An identity provider in this process, which can misbehave in each way that matters."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

ISSUER = "https://login.example.gov.uk/tenant-1/v2.0"
CLIENT_ID = "nearhome-client"
CLIENT_SECRET = "a secret of the registration"
TENANT = "tenant-1"
REDIRECT_URI = "https://nearhome.example.gov.uk/v1/oidc/E06000060/callback"


@dataclass
class IdentityProvider:
    """Answers as a provider does; attributes make it misbehave."""

    clock: Callable[[], datetime]
    roles: list[str] = field(default_factory=lambda: ["NearHome.Officer"])
    changes: dict[str, Any] = field(default_factory=dict)
    """Claims that replace the right ones; None leaves a claim out."""
    header: dict[str, Any] = field(default_factory=dict)
    sign_with: Any = None
    unsigned: bool = False
    secret: bytes | None = None
    """Sign with an HMAC under this secret instead of a key pair."""
    published_issuer: str = ISSUER
    down: bool = False
    refuses_code: bool = False
    without_id_token: bool = False
    fetches: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "first"})
        self.published = [self.key]

    @property
    def transport(self) -> httpx2.MockTransport:
        return httpx2.MockTransport(self._answer)

    def rotate(self, *, publish: bool = True) -> None:
        """Sign with a new key from now on."""
        self.key = ECKey.generate_key("P-256", {"kid": f"after-{self.key.kid}"})
        if publish:
            self.published = [self.key]

    def visit(self, address: str) -> dict[str, str]:
        """What a browser brings back from the provider's page."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT_ID
        assert asked["redirect_uri"] == REDIRECT_URI
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"state": asked["state"], "code": code}

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.fetches.append(request.url.path)
        if self.down:
            raise httpx2.ConnectError("down", request=request)
        path = request.url.path
        if path.endswith("/.well-known/openid-configuration"):
            return httpx2.Response(
                200,
                json={
                    "issuer": self.published_issuer,
                    "authorization_endpoint": f"{ISSUER}/authorize",
                    "token_endpoint": f"{ISSUER}/token",
                    "jwks_uri": f"{ISSUER}/keys",
                    "end_session_endpoint": f"{ISSUER}/logout",
                },
            )
        if path.endswith("/keys"):
            return httpx2.Response(200, json={"keys": [k.as_dict() for k in self.published]})
        assert path.endswith("/token")
        return self._token(request)

    def _token(self, request: httpx2.Request) -> httpx2.Response:
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        asked = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = _text(digest)
        if (
            self.refuses_code
            or asked is None
            or asked["code_challenge"] != challenge
            or request.headers["authorization"] != f"Basic {basic}"
            or form["redirect_uri"] != REDIRECT_URI
        ):
            return httpx2.Response(400, json={"error": "invalid_grant"})
        answer = {"access_token": "opaque", "token_type": "Bearer", "expires_in": 3600}
        if not self.without_id_token:
            answer["id_token"] = self._id_token(asked["nonce"])
        return httpx2.Response(200, json=answer)

    def _id_token(self, nonce: str) -> str:
        now = int(self.clock().timestamp())
        claims = {
            "iss": ISSUER,
            "aud": CLIENT_ID,
            "sub": "pairwise-subject",
            "oid": "person-7",
            "tid": TENANT,
            "nonce": nonce,
            "iat": now,
            "nbf": now,
            "exp": now + 300,
            "preferred_username": "p.officer@example.gov.uk",
            "roles": self.roles,
            **self.changes,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.unsigned:
            parts = ({"alg": "none", "kid": self.key.kid, **self.header}, claims)
            return ".".join(_encoded(part) for part in parts) + "."
        if self.secret is not None:
            signed = f"{_encoded({'alg': 'HS256', 'kid': self.key.kid})}.{_encoded(claims)}"
            return f"{signed}.{_text(hmac.digest(self.secret, signed.encode(), 'sha256'))}"
        signing = self.sign_with or self.key
        algorithm = {"RSA": "RS256", "EC": "ES256", "oct": "HS256"}[signing.key_type]
        header = {"alg": algorithm, "kid": self.key.kid, **self.header}
        header = {name: value for name, value in header.items() if value is not None}
        return jwt.encode(header, claims, signing, algorithms=[algorithm])


def _encoded(part: dict[str, Any]) -> str:
    return _text(json.dumps(part).encode())


def _text(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()
