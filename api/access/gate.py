"""The gate of one process: signs people in and out, and knows who sends a request."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from api.access.forgery import forgery_token
from api.access.identify import Doorkeeper, actor_of, doorkeeper
from api.access.oidc import SignInByProvider
from api.access.passwords import Passwords
from api.access.sessions import Live, SessionLimits, Sessions
from api.access.throttling import Throttle
from api.access.tokens import SessionToken, digest_of, read_session_token
from api.errors import NotAllowedError, NotSignedInError, TooManyError, UnavailableError
from api.records.identity import new_id
from api.records.user import Account, Credential, SignInName, User
from api.storage.ephemeral import Ephemeral
from matcher.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from httpx2 import BaseTransport

    from api.access.identify import Asking
    from api.access.oidc import Identity, OidcProvider
    from api.records.actor import Actor
    from api.storage.database import Database
    from api.storage.reading import Held
    from api.storage.work import Work

ATTEMPTS = "sign_in_attempts"
MOST_ATTEMPTS = 5
ATTEMPTS_WITHIN = timedelta(minutes=15)

_REFUSED = "The sign-in name or the password is wrong."


class SignedIn(NamedTuple):
    """Somebody has just signed in."""

    user: User
    actor: Actor
    live: Live
    token: SessionToken


class Gate:
    """What signs people in, shared by the requests of one process.

    Parameters
    ----------
    database
        Where accounts and sessions are.
    secret
        The installation's secret.
    limits
        How long sessions last.
    passwords
        What hashes passwords.
    providers
        Identity provider by authority; nobody of the others signs in by one.
    local_accounts
        Whether people may sign in by a local account.
    own_origin
        Scheme and host by which browsers reach us, to which providers send them back.
    sign_ins_per_minute
        Attempts to sign in from one address, whichever process is asked.
    transport
        How providers are reached; None takes the network.
    """

    def __init__(
        self,
        database: Database,
        *,
        secret: str,
        limits: SessionLimits | None = None,
        passwords: Passwords | None = None,
        providers: Mapping[str, OidcProvider] | None = None,
        local_accounts: bool = True,
        own_origin: str = "",
        sign_ins_per_minute: float = 60,
        transport: BaseTransport | None = None,
    ) -> None:
        self.limits = limits or SessionLimits()
        self.passwords = passwords or Passwords()
        self.local_accounts = local_accounts
        self._database = database
        self._secret = secret
        self._doorkeeper = Doorkeeper(database, secret=secret, limits=self.limits)
        self._addresses = Throttle(database, "sign_ins", sign_ins_per_minute)
        self._providers = {
            authority: SignInByProvider(
                authority,
                provider,
                redirect_uri=own_origin + callback_path(authority),
                secret=secret,
                transport=transport,
            )
            for authority, provider in (providers or {}).items()
        }

    def identify(self, asking: Asking, now: datetime) -> Actor:
        """Return who sends a request; see :meth:`Doorkeeper.identify`."""
        return self._doorkeeper.identify(asking, now)

    def sessions(self, work: Work) -> Sessions:
        """Return the sessions of a transaction's authority, as part of the transaction."""
        return Sessions(Ephemeral(self._database, work), work.authority, self.limits, at=work.at)

    def forgery_token(self, token: SessionToken) -> str:
        """Return what changes by a session must bring along."""
        return forgery_token(self._secret, token.secret)

    def token_of(self, cookie: str | None) -> SessionToken:
        """Return the token in a cookie; raise :class:`NotSignedInError` when it is none."""
        token = read_session_token(cookie) if cookie is not None else None
        if token is None:
            raise NotSignedInError("Sign in first.")
        return token

    def sign_in(
        self,
        *,
        sign_in_name: SignInName,
        password: str,
        authority: str | None,
        address: str,
        now: datetime,
        request_id: str | None = None,
    ) -> SignedIn:
        """Sign somebody in with a local account.

        Parameters
        ----------
        sign_in_name, password
            As typed.
        authority
            Whose account, where the same name is used by several authorities.
        address
            Where the attempt comes from.
        now, request_id
            For the audit trail.

        Raises
        ------
        NotSignedInError
            If name and password do not belong together, whichever is wrong.
        TooManyError
            If there were too many attempts, whoever made them.
        NotAllowedError
            If nobody signs in by a local account here.
        """
        if not self.local_accounts:
            raise NotAllowedError(
                "Nobody signs in by a password here. Use the council's own sign-in."
            )
        name = sign_in_name.strip().lower()
        self._slow_down(address, now)
        self._attempt(name, now)
        found = [
            (whose, held.record)
            for whose, held in self._database.across(User, sign_in_name=name)
            if authority in (None, whose)
        ]
        whose, user = found[0] if len(found) == 1 else (None, None)
        credential = self._credential(whose, user, now) if whose and user else None
        fits = self.passwords.fits(
            password, credential.record.password_hash if credential else None
        )
        if whose is None or user is None or credential is None:
            raise NotSignedInError(_REFUSED)
        if not fits or not user.active:
            with self._database.work(
                whose, doorkeeper(whose), at=now, request_id=request_id
            ) as work:
                work.note("sign-in refused", about=(User, user.user_id))
            raise NotSignedInError(_REFUSED)
        self.allow_attempts(user)
        return self._begin(
            whose,
            user,
            now,
            request_id=request_id,
            credential=credential,
            password=password,
        )

    def attempt_again(self, actor: Actor, now: datetime) -> User:
        """Count an attempt to show the password once more, and return who makes it.

        Raises
        ------
        TooManyError
            If there were too many: a session that was left open is no place to guess from.
        """
        with self._database.work(actor.authority, doorkeeper(actor.authority), at=now) as work:
            user = work.get(User, actor.actor_id).record
        self._attempt(user.sign_in_name, now)
        return user

    def allow_attempts(self, user: User) -> None:
        """Forget how often somebody's name was tried, so that it can be tried again at once."""
        self._database.ephemeral().remove(ATTEMPTS, digest_of(user.sign_in_name))

    @property
    def by_provider(self) -> tuple[str, ...]:
        """Authorities whose people sign in by an identity provider."""
        return tuple(sorted(self._providers))

    def leaving_address(self, authority: str, now: datetime) -> str | None:
        """Return where somebody ends their session at the identity provider as well.

        Parameters
        ----------
        authority
            Whose provider.
        now
            The present instant.

        Returns
        -------
        str or None
            None where the provider publishes no such address, or cannot be reached.
        """
        if authority not in self._providers:
            return None
        try:
            return self._providers[authority].leaving_address(now)
        except UnavailableError:
            return None

    def begin_by_provider(self, authority: str, *, address: str, now: datetime) -> tuple[str, str]:
        """Return the provider's address to send a browser to, and the cookie it takes along."""
        self._slow_down(address, now)
        return self._provider(authority).begin(now)

    def finish_by_provider(
        self,
        authority: str,
        *,
        cookie: str | None,
        state: str | None,
        code: str | None,
        issuer: str | None,
        now: datetime,
        request_id: str | None = None,
    ) -> SignedIn:
        """Sign in whom the provider vouches for, with the roles that it gives them.

        Raises
        ------
        NotSignedInError, UnavailableError
            As :meth:`SignInByProvider.finish`.
        NotAllowedError
            If the provider gives them no role here, or their account was stopped here.
        """
        identity = self._provider(authority).finish(
            cookie=cookie, state=state, code=code, issuer=issuer, now=now
        )
        with self._database.work(
            authority, doorkeeper(authority), at=now, request_id=request_id
        ) as work:
            user = self._known(work, identity)
        if user is None or not user.roles:
            raise NotAllowedError(
                "The identity provider gives this account no role in Near Home. Ask whoever "
                "manages the council's accounts for one of its app roles."
            )
        if not user.active:
            raise NotAllowedError("This account was stopped here. Ask an administrator.")
        return self._begin(authority, user, now, request_id=request_id)

    def _attempt(self, name: str, now: datetime) -> None:
        """Count an attempt before its password is looked at; the fifth failure locks the name."""
        made = self._database.ephemeral().count(
            ATTEMPTS, digest_of(name), at=now, until=now + ATTEMPTS_WITHIN
        )
        if made > MOST_ATTEMPTS:
            # The same answer whether or not there is such an account.
            raise _too_many(int(ATTEMPTS_WITHIN.total_seconds()))

    def _slow_down(self, address: str, now: datetime) -> None:
        wait = self._addresses.wait_seconds(digest_of(address), now)
        if wait:
            raise _too_many(wait)

    def _provider(self, authority: str) -> SignInByProvider:
        try:
            return self._providers[authority]
        except KeyError:
            raise NotFoundError(
                f"Nobody of {authority} signs in by an identity provider here. Use a local "
                "account, or check the code."
            ) from None

    def _credential(self, whose: str, user: User, now: datetime) -> Held[Credential] | None:
        if user.account is not Account.LOCAL:
            return None
        with self._database.work(whose, doorkeeper(whose), at=now) as work:
            return work.maybe(Credential, user.user_id)

    def _known(self, work: Work, identity: Identity) -> User | None:
        """Return the account of whom the provider vouches for, its roles brought up to date."""
        work.lock()
        found = work.find(User, limit=1, subject=identity.subject)
        if found:
            user = found[0].record
            if user.roles == identity.roles:
                return user
            return work.put(
                user.replace(roles=identity.roles), reason="", action="roles by provider"
            ).record
        if not identity.roles:
            return None
        user_id = new_id("U", work.at)
        name = identity.sign_in_name
        if name is None or work.find(User, limit=1, sign_in_name=name.lower()):
            name = user_id
        user = User(
            user_id=user_id,
            sign_in_name=name,
            account=Account.PROVIDER,
            subject=identity.subject,
            roles=identity.roles,
        )
        return work.put(user, reason="", expected=0, action="added at first sign-in").record

    def _begin(
        self,
        authority: str,
        user: User,
        now: datetime,
        *,
        request_id: str | None,
        credential: Held[Credential] | None = None,
        password: str = "",
    ) -> SignedIn:
        with self._database.work(authority, doorkeeper(authority), at=now) as work:
            actor = actor_of(work, user)
        with self._database.work(authority, actor, at=now, request_id=request_id) as work:
            restricted = credential is not None and credential.record.must_change
            live, token = self._start(work, user, restricted=restricted)
            work.note("signed in", about=(User, user.user_id))
            if credential and self.passwords.outdated(credential.record.password_hash):
                work.put(
                    credential.record.replace(password_hash=self.passwords.hashed(password)),
                    reason="",
                    expected=credential.version,
                    action="password hashed anew",
                )
        return SignedIn(user, actor.replace(session_id=live.session.session_id), live, token)

    def _start(self, work: Work, user: User, *, restricted: bool) -> tuple[Live, SessionToken]:
        work.lock()  # two sessions that begin at once must not lose each other
        return self.sessions(work).start(user.user_id, restricted=restricted)


def callback_path(authority: str) -> str:
    """Return where an authority's identity provider sends browsers back to."""
    return f"/v1/oidc/{authority}/callback"


def _too_many(seconds: int) -> TooManyError:
    return TooManyError(
        f"Too many attempts to sign in. Wait {max(-(-seconds // 60), 1)} minutes, or ask an "
        "administrator to let you try again.",
        retry_after_seconds=seconds,
    )
