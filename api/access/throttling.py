"""Slows down whoever asks too often, in the memory of one process.

The lock-out of an account stands in the database and holds for all processes; this stops one
address from trying many accounts, and costs nothing to ask.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime


class _Bucket(NamedTuple):
    tokens: float
    at: datetime


class Throttle:
    """A bucket of tokens for each asker, refilled evenly.

    Parameters
    ----------
    per_minute
        How many requests a minute in the long run.
    burst
        How many at once; None means as many as a minute's.
    askers
        How many askers are remembered; whoever asked longest ago is forgotten first.
    """

    def __init__(
        self, per_minute: float, *, burst: int | None = None, askers: int = 10_000
    ) -> None:
        self._per_second = per_minute / 60
        self._burst = float(burst if burst is not None else max(per_minute, 1))
        self._askers = askers
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def wait_seconds(self, asker: str, now: datetime, *, cost: float = 1, take: bool = True) -> int:
        """Take tokens, and return 0; or take none, and return the seconds until there are enough.

        Parameters
        ----------
        asker
            Whoever asks: an address, an account.
        now
            The present instant.
        cost
            How many tokens the request takes.
        take
            False only asks.
        """
        with self._lock:
            bucket = self._buckets.pop(asker, None) or _Bucket(self._burst, now)
            gone = max((now - bucket.at).total_seconds(), 0.0)
            tokens = min(bucket.tokens + gone * self._per_second, self._burst)
            enough = tokens >= cost
            self._buckets[asker] = _Bucket(tokens - cost if enough and take else tokens, now)
            while len(self._buckets) > self._askers:
                self._buckets.popitem(last=False)
        return 0 if enough else max(math.ceil((cost - tokens) / self._per_second), 1)
