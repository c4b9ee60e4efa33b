"""What every request of one process shares: settings, clock, database, the homes in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import anyio

from api.access.throttling import Throttle

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from api.access.gate import Gate
    from api.settings import Settings
    from api.storage.database import Database
    from api.storage.jobs import JobStore
    from api.worlds.worlds import Worlds


@dataclass
class Service:
    """One process of the service.

    Parameters
    ----------
    settings
        What the installation sets.
    clock
        The present moment, in UTC.
    database
        Where records are stored.
    gate
        Signs people in, and knows who sends a request.
    jobs
        Plans and scenarios that were asked for.
    worlds
        The homes and children of each authority in memory, kept current.
    """

    settings: Settings
    clock: Callable[[], datetime]
    database: Database
    gate: Gate
    jobs: JobStore
    worlds: Worlds
    solving: Throttle = field(init=False)
    """Slows down whoever asks for rankings and plans too often."""
    _admission: anyio.CapacityLimiter | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.solving = Throttle(self.database, "solving", self.settings.solving_per_minute)

    def admission(self) -> anyio.CapacityLimiter:
        """Return what lets so many requests in as can be worked on at once."""
        if self._admission is None:
            self._admission = anyio.CapacityLimiter(self.settings.request_threads)
        return self._admission
