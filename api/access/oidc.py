"""Sign-in by the council's own identity provider: OpenID Connect, authorisation code with PKCE.

A browser is sent to the provider with a state, a nonce and a challenge; what it must bring back
travels with it in an encrypted cookie, so that any process can finish what another began. The
identity token is believed only when its signature, issuer, audience, tenant, nonce and times
are right. Roles come from the provider's app roles, anew at every sign-in.

References
----------
.. [1] OpenID Connect Core 1.0, section 3.1.3.7: validation of the identity token.
.. [2] RFC 7636, proof key for code exchange. RFC 9700, best current practice of OAuth 2.0.
.. [3] RFC 9207, issuer identification in the authorisation response.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from httpx2 import HTTPError
from joserfc import jwe, jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import Field, SecretStr, StringConstraints, ValidationError

from api.access.oidc_keys import ALGORITHMS, ProviderData
from api.access.tokens import derived_key, same
from api.errors import NotSignedInError, UnavailableError
from api.records.actor import Role
from matcher.domain.record import Record
from matcher.errors import UsageError

if TYPE_CHECKING:
    from httpx2 import BaseTransport

LEEWAY_SECONDS = 60
"""By how much the provider's clock may differ from ours."""

ATTEMPT_LASTS = timedelta(minutes=10)
_TIMEOUT_SECONDS = 10
_DEFAULT_ROLES = {f"NearHome.{role.value.title()}": role for role in Role}


class OidcProvider(Record):
    """The identity provider of one authority.

    Parameters
    ----------
    issuer
        As the provider writes it in its tokens; its metadata is read from there.
    client_id, client_secret
        As registered with the provider.
    tenant
        The only tenant whose people may sign in (``tid``); None for a provider without tenants.
    roles
        Role by app role; the default takes ``NearHome.Officer``, ``NearHome.Manager`` and so on.
    roles_claim
        The claim that holds the app roles.
    """

    issuer: Annotated[str, StringConstraints(pattern=r"^https://[^\s?#]+$")]
    client_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    client_secret: SecretStr
    tenant: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = None
    roles: Annotated[dict[str, Role], Field(min_length=1)] = _DEFAULT_ROLES
    roles_claim: str = "roles"


class Attempt(Record):
    """What a browser carries while somebody is at the provider.

    Parameters
    ----------
    authority
        For which authority they sign in.
    state, nonce, code_verifier
        What must come back, and what proves that it came back to us.
    started_at
        When it began.
    """

    authority: str
    state: str
    nonce: str
    code_verifier: str
    started_at: datetime


class Identity(Record):
    """Whom the provider vouches for.

    Parameters
    ----------
    subject
        The tenant and the person's identifier in it, which never changes.
    sign_in_name
        As the provider shows it; None when it does not.
    roles
        Of their app roles, those that are known here.
    """

    subject: str
    sign_in_name: str | None = None
    roles: frozenset[Role]


def read_providers(text: str) -> dict[str, OidcProvider]:
    """Return the identity provider of each authority, from the setting's JSON.

    Raises
    ------
    UsageError
        If the setting does not hold together. Never shows a value.
    """
    try:
        given = json.loads(text)
        return {code: OidcProvider.model_validate(each) for code, each in given.items()}
    except (ValueError, AttributeError, TypeError) as fault:
        where = (
            "; ".join(
                ".".join(str(part) for part in error["loc"]) + ": " + error["msg"]
                for error in fault.errors(include_input=False, include_url=False)
            )
            if isinstance(fault, ValidationError)
            else "it is not a JSON object of objects"
        )
        raise UsageError(
            f"NEARHOME_OIDC does not hold together ({where}). It is a JSON object: for each "
            "authority's ONS code the issuer, client_id, client_secret and tenant."
        ) from None


class SignInByProvider:
    """The two steps of signing in by one authority's provider.

    Parameters
    ----------
    authority, provider
        Whose provider it is.
    redirect_uri
        Where the provider sends the browser back to.
    secret
        The installation's secret, from which the cookie's key is derived.
    transport
        How the provider is reached; None takes the network.
    """

    def __init__(
        self,
        authority: str,
        provider: OidcProvider,
        *,
        redirect_uri: str,
        secret: str,
        transport: BaseTransport | None = None,
    ) -> None:
        self._authority = authority
        self._provider = provider
        self._redirect_uri = redirect_uri
        self._key = OctKey.import_key(derived_key(secret, "attempt to sign in"))
        self._transport = transport
        self._data = ProviderData(
            provider.issuer, transport=transport, timeout_seconds=_TIMEOUT_SECONDS
        )

    def begin(self, now: datetime) -> tuple[str, str]:
        """Return the address to send the browser to, and the cookie that it takes along."""
        metadata = self._data.metadata(now)
        attempt = Attempt(
            authority=self._authority,
            state=generate_token(43),
            nonce=generate_token(43),
            code_verifier=generate_token(64),
            started_at=now,
        )
        with self._client() as client:
            address, _ = client.create_authorization_url(
                metadata.authorization_endpoint,
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.code_verifier,
                response_mode="query",
            )
        sealed = jwe.encrypt_compact(
            {"alg": "dir", "enc": "A256GCM"}, attempt.model_dump_json(), self._key
        )
        return str(address), sealed

    def leaving_address(self, now: datetime) -> str | None:
        """Return the provider's page to sign out at; None when it publishes none."""
        return self._data.metadata(now).end_session_endpoint

    def finish(
        self,
        *,
        cookie: str | None,
        state: str | None,
        code: str | None,
        issuer: str | None = None,
        now: datetime,
    ) -> Identity:
        """Return whom the provider vouches for.

        Parameters
        ----------
        cookie
            As :meth:`begin` made it.
        state, code, issuer
            As the provider sent them back; ``issuer`` (``iss``) is checked where it is sent.
        now
            The present instant.

        Raises
        ------
        NotSignedInError
            If anything about the answer is not as it must be.
        UnavailableError
            If the provider cannot be reached.
        """
        attempt = self._attempt(cookie, now)
        if state is None or not same(state, attempt.state):
            raise _refused("it does not belong to a sign-in that began in this browser")
        if issuer is not None and issuer != self._provider.issuer:
            raise _refused("it comes from another provider")
        if not code:
            raise _refused("the provider did not let the person in")
        token = self._exchange(code, attempt.code_verifier, now)
        claims = self._claims(token, attempt.nonce, now)
        return self._identity(claims)

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            client_id=self._provider.client_id,
            client_secret=self._provider.client_secret.get_secret_value(),
            scope="openid profile",
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            transport=self._transport,
            timeout=_TIMEOUT_SECONDS,
        )

    def _attempt(self, cookie: str | None, now: datetime) -> Attempt:
        if cookie is None:
            raise _refused("it does not belong to a sign-in that began in this browser")
        try:
            opened = jwe.decrypt_compact(cookie, self._key, algorithms=["dir", "A256GCM"])
            attempt = Attempt.model_validate_json(opened.plaintext or b"")
        except (JoseError, ValueError):
            raise _refused("what the browser carried was altered") from None
        if attempt.authority != self._authority:
            raise _refused("it began for another authority")
        if not timedelta(0) <= now - attempt.started_at <= ATTEMPT_LASTS:
            raise _refused("it took longer than ten minutes")
        return attempt

    def _exchange(self, code: str, code_verifier: str, now: datetime) -> str:
        metadata = self._data.metadata(now)
        try:
            with self._client() as client:
                answer = client.fetch_token(
                    metadata.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=code_verifier,
                )
        except OAuthError:
            raise _refused("the provider did not exchange its code") from None
        except (HTTPError, ValueError):
            raise UnavailableError(
                "The identity provider cannot be reached. Try again in a minute."
            ) from None
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise _refused("it holds no identity token")
        return token

    def _claims(self, token: str, nonce: str, now: datetime) -> dict[str, Any]:
        try:
            decoded = jwt.decode(token, self._data.key_finder(now), algorithms=list(ALGORITHMS))
            claims = decoded.claims
            expected: dict[str, Any] = {
                "iss": {"essential": True, "value": self._provider.issuer},
                "aud": {"essential": True, "value": self._provider.client_id},
                "sub": {"essential": True},
                "exp": {"essential": True},
                "iat": {"essential": True},
                "nonce": {"essential": True, "value": nonce},
            }
            if self._provider.tenant is not None:
                expected["tid"] = {"essential": True, "value": self._provider.tenant}
            jwt.JWTClaimsRegistry(
                now=int(now.timestamp()), leeway=LEEWAY_SECONDS, **expected
            ).validate(claims)
        except (JoseError, ValueError) as fault:
            named = getattr(fault, "claim", None) or getattr(fault, "error", "it cannot be read")
            raise _refused(f"its identity token is not valid ({named})") from None
        for name in ("iss", "nonce", "tid"):
            if name in expected and not isinstance(claims[name], str):
                raise _refused(f"its identity token is not valid ({name})")
        if isinstance(claims["aud"], list) and claims["aud"] != [self._provider.client_id]:
            raise _refused("its identity token is not valid (aud)")
        if claims.get("azp", self._provider.client_id) != self._provider.client_id:
            raise _refused("its identity token is not valid (azp)")
        return claims

    def _identity(self, claims: dict[str, Any]) -> Identity:
        given = claims.get(self._provider.roles_claim, [])
        held = [each for each in given if isinstance(each, str)] if isinstance(given, list) else []
        person = claims.get("oid") if self._provider.tenant is not None else None
        shown = claims.get("preferred_username")
        return Identity(
            subject=f"{self._provider.tenant or self._provider.issuer}|{person or claims['sub']}",
            sign_in_name=shown if isinstance(shown, str) and 0 < len(shown) <= 200 else None,
            roles=frozenset(
                self._provider.roles[each] for each in held if each in self._provider.roles
            ),
        )


def _refused(why: str) -> NotSignedInError:
    return NotSignedInError(f"The identity provider's answer was refused: {why}. Sign in again.")
