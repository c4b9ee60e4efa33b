"""Slows down whoever asks too often, whichever process they ask.

A bucket of tokens for each asker is one number in the database, the moment at which it will be
full again; taking tokens moves that moment on.

References
----------
ITU-T Recommendation I.371: the generic cell rate algorithm, as virtual scheduling.
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from api.storage.ephemeral import Ephemeral

if TYPE_CHECKING:
    from datetime import datetime

    from api.storage.database import Database
    from api.storage.work import Work


class Throttle:
    """A bucket of tokens for each asker, refilled evenly.

    Parameters
    ----------
    database
        Where the buckets are.
    space
        What is asked for: each has buckets of its own.
    per_minute
        How many tokens come back in a minute.
    burst
        How many there are when nothing was asked for long; None means a minute's.
    """

    def __init__(
        self, database: Database, space: str, per_minute: float, *, burst: int | None = None
    ) -> None:
        self._database = database
        self._space = space
        self._each = timedelta(minutes=1) / per_minute
        self._burst = max(per_minute if burst is None else burst, 1)

    def wait_seconds(
        self, asker: str, now: datetime, *, cost: float = 1, work: Work | None = None
    ) -> int:
        """Take tokens, and return 0; or take none, and return the seconds until there are enough.

        Parameters
        ----------
        asker
            Whoever asks, by something that says nothing about them.
        now
            The present instant.
        cost
            How many tokens the request takes; more than there ever are takes all of them.
        work
            The request's transaction: tokens are taken as it is committed, which costs no
            commit more, and not when it fails. Some requests of one asker at the same moment
            may then take a few too many. None takes them at once.
        """
        cost = min(cost, self._burst)
        kept = Ephemeral(self._database, work)
        taken = ((kept.moment(self._space, asker) or now) - now) / self._each
        # Fuller than it can be: a clock went back, here or on another host. Nobody pays for that.
        taken = 0.0 if taken > 2 * self._burst else min(max(taken, 0.0), self._burst)
        missing = taken + cost - self._burst
        if missing > 0:
            return max(math.ceil(missing * self._each.total_seconds() - 1e-6), 1)

        def take() -> None:
            kept.move_on(
                self._space, asker, by=cost * self._each, at=now, most=self._burst * self._each
            )

        if work is None:
            take()
        else:
            work.before_commit(take)
        return 0
