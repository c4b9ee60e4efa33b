"""Who is signed in: sessions on the server, of which a browser holds only a random token.

A session ends when nothing was asked for a while, at the latest after a working day, when its
user signs out or is stopped, and when the user begins more sessions than are allowed.

References
----------
.. [1] OWASP Application Security Verification Standard 5.0, chapter 7: session management.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from api.access.tokens import SessionToken, digest_of, new_secret
from api.records.identity import new_id
from matcher.domain.record import Identifier, Record

if TYPE_CHECKING:
    from api.storage.ephemeral import Ephemeral

SESSIONS, SEEN, SESSIONS_OF = "sessions", "sessions_seen", "sessions_of"
SEEN_EVERY = timedelta(seconds=30)
"""How exactly the last request is kept: writing it for each would cost a write a request."""


class SessionLimits(NamedTuple):
    """How long sessions last, and how many somebody may have at once."""

    idle: timedelta = timedelta(minutes=15)
    longest: timedelta = timedelta(hours=8)
    each: int = 5


class Session(Record):
    """Somebody is signed in.

    Parameters
    ----------
    session_id
        Identifier, which opens nothing.
    user_id
        Who.
    started_at
        When they signed in.
    restricted
        Opens nothing but the change of the password.
    """

    session_id: Identifier
    user_id: Identifier
    started_at: datetime
    restricted: bool = False


class Live(NamedTuple):
    """A session that has not ended."""

    session: Session
    seen_at: datetime
    """When something was last asked, to half a minute."""
    ends_at: datetime
    """When it ends unless something is asked before."""


class Sessions:
    """The sessions of one authority's people.

    Parameters
    ----------
    kept
        Where they are kept. Beginning and ending go with a Work that has been locked, so that
        two at once do not lose each other.
    authority
        Whose people.
    limits
        How long they last.
    at
        The present instant.
    """

    def __init__(
        self, kept: Ephemeral, authority: str, limits: SessionLimits, *, at: datetime
    ) -> None:
        self._kept = kept
        self._authority = authority
        self._limits = limits
        self._at = at

    def start(self, user_id: str, *, restricted: bool = False) -> tuple[Live, SessionToken]:
        """Sign somebody in; the oldest of their sessions ends if there are too many.

        Returns
        -------
        tuple
            The session, and the token for the browser, which is nowhere else.
        """
        token = SessionToken(self._authority, new_secret())
        digest = digest_of(token.secret)
        session = Session(
            session_id=new_id("SE", self._at),
            user_id=user_id,
            started_at=self._at,
            restricted=restricted,
        )
        places = self._places(user_id)
        too_many = max(len(places) - self._limits.each + 1, 0)
        for old in places[:too_many]:
            self._remove(old)
        self._write_places(user_id, [*places[too_many:], digest])
        until = self._at + self._limits.longest
        self._put(SESSIONS, digest, session.model_dump(mode="json"), until)
        self._put(SEEN, digest, self._at.isoformat(), self._at + self._limits.idle)
        return self._live(session, self._at), token

    def find(self, secret: str) -> Live | None:
        """Return the session of a token's secret; None when there is none or it has ended."""
        return self._find(digest_of(secret))

    def see(self, secret: str, live: Live) -> None:
        """Keep that something was asked just now, so that the session goes on."""
        if self._at - live.seen_at >= SEEN_EVERY:
            # Apart from the session itself: one that is ended meanwhile stays ended.
            until = self._at + self._limits.idle
            self._put(SEEN, digest_of(secret), self._at.isoformat(), until)

    def of(self, user_id: str) -> list[Live]:
        """Return somebody's sessions, the oldest first."""
        found = [self._find(digest) for digest in self._places(user_id)]
        return [live for live in found if live is not None]

    def end(self, user_id: str, *, only: str | None = None, but: str | None = None) -> int:
        """End somebody's sessions.

        Parameters
        ----------
        user_id
            Whose.
        only
            One session, by its identifier; None for all.
        but
            One that goes on.

        Returns
        -------
        int
            How many were ended.
        """
        kept, ended = [], 0
        for digest in self._places(user_id):
            live = self._find(digest)
            if live is None:
                continue
            session_id = live.session.session_id
            if session_id == but or (only is not None and session_id != only):
                kept.append(digest)
            else:
                self._remove(digest)
                ended += 1
        self._write_places(user_id, kept)
        return ended

    def _find(self, digest: str) -> Live | None:
        found = self._kept.in_each((SESSIONS, SEEN), digest, at=self._at, authority=self._authority)
        if len(found) < 2:
            return None
        seen_at = datetime.fromisoformat(found[SEEN])
        return self._live(Session.model_validate(found[SESSIONS]), seen_at)

    def _live(self, session: Session, seen_at: datetime) -> Live:
        limits = self._limits
        ends_at = min(seen_at + limits.idle, session.started_at + limits.longest)
        return Live(session, seen_at, ends_at)

    def _places(self, user_id: str) -> list[str]:
        found = self._kept.get(SESSIONS_OF, user_id, at=self._at, authority=self._authority) or []
        return [digest for digest in found if self._find(digest) is not None]

    def _write_places(self, user_id: str, digests: list[str]) -> None:
        # It outlives every session that it names.
        self._put(SESSIONS_OF, user_id, digests, self._at + 2 * self._limits.longest)

    def _put(self, space: str, key: str, value: object, until: datetime) -> None:
        self._kept.put(space, key, value, until=until, authority=self._authority)

    def _remove(self, digest: str) -> None:
        for space in (SESSIONS, SEEN):
            self._kept.remove(space, digest, authority=self._authority)
