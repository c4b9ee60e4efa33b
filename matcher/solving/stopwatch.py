"""How long the solver may go on, and why it ended."""

from __future__ import annotations

import time
from enum import StrEnum

from matcher.errors import UsageError

WEEK_SECONDS = 7 * 24 * 60 * 60
"""No search may be given longer."""


class StopReason(StrEnum):
    """Why the search ended."""

    PROVED = "proved"
    """Nothing better exists, or nothing at all: the proof is complete."""
    WORK_LIMIT = "work_limit"
    """A fixed amount of work was done; the same input gives the same answer."""
    TIME_LIMIT = "time_limit"
    """Time was up; another run may end elsewhere."""
    INTERRUPTED = "interrupted"
    """Somebody stopped it."""
    SEARCH_ORDER = "search_order"
    """The search order was followed to its end; nothing better was looked for."""


def check_seconds(seconds: float | None) -> None:
    """Refuse what is no time for a search.

    Raises
    ------
    UsageError
        If it is negative, no number, or over a week.
    """
    if seconds is not None and not 0 <= seconds <= WEEK_SECONDS:
        raise UsageError(
            f"seconds is {seconds:g}; it must lie between 0 and {WEEK_SECONDS:,} (a week)."
        )


class Stopwatch:
    """The only clock of the engine.

    Parameters
    ----------
    seconds
        How long it may run; None for as long as it takes.

    Raises
    ------
    UsageError
        If :func:`check_seconds` refuses it.
    """

    def __init__(self, seconds: float | None) -> None:
        check_seconds(seconds)
        self._seconds = seconds
        self._started = time.perf_counter()
        self._interrupted = False

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._started

    def remaining(self) -> float | None:
        """Return the seconds left; None when there is no limit."""
        return None if self._seconds is None else max(self._seconds - self.elapsed, 0.0)

    def interrupt(self) -> None:
        """Note that somebody wants it to end."""
        self._interrupted = True

    @property
    def reason(self) -> StopReason | None:
        """Why it has to end now; None when it has not."""
        if self._interrupted:
            return StopReason.INTERRUPTED
        if self._seconds is not None and self.elapsed >= self._seconds:
            return StopReason.TIME_LIMIT
        return None

    def halted(self) -> bool:
        """Whether it has to end now."""
        return self.reason is not None
