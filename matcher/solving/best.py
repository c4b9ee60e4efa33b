"""The best plan that a search knows, complete at every moment."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from matcher.solving.stopwatch import StopReason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matcher.policy import AimName
    from matcher.solving.configurations.found import Learnt
    from matcher.solving.stopwatch import Stopwatch


class Formulation(StrEnum):
    """What a search is made of."""

    CONFIGURATIONS = "configurations"
    """Who lives together in each home (decisions 0008 and 0018)."""
    OPTIONS = "options"
    """Who goes to which home (decision 0007): a second opinion, by other code and another
    integer solver, for small cases."""


@dataclass
class Best:
    """The best plan so far; it is complete at every moment.

    Parameters
    ----------
    chosen
        The options it takes.
    stopped
        Why the search for a better one has ended.
    bounds
        What no plan can beat, by aim, in strict order.
    bound
        What no plan can beat; None when nothing is known.
    learnt
        For another search of nearly the same.
    """

    chosen: list[int]
    stopped: StopReason
    bounds: dict[AimName, float]
    bound: int | None
    learnt: Learnt | None = None

    @contextmanager
    def kept_on_interrupt(self, watch: Stopwatch) -> Iterator[None]:
        """Let an interrupt end what is done here, and keep the plan.

        Parameters
        ----------
        watch
            Told of the interrupt.
        """
        try:
            yield
        except KeyboardInterrupt:
            watch.interrupt()
            self.stopped = StopReason.INTERRUPTED
