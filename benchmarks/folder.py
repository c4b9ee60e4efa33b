"""Keep the work on a country's plan in files, and how long it has taken over all runs."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.machine import own_megabytes
from matcher.solving.work_folder import WorkFolder, list_all

if TYPE_CHECKING:
    from matcher.solving.shortlists import Lister


class TimedFolder(WorkFolder):
    """A folder that knows how long runs have worked on what is in it."""

    @property
    def seconds(self) -> float:
        """How long runs have worked on what is here."""
        found = self.get("seconds")
        return 0.0 if found is None else float(found)

    @seconds.setter
    def seconds(self, seconds: float) -> None:
        self.put("seconds", np.array(seconds))


def list_in_time(lister: Lister, store: TimedFolder, *, processes: int, began: float) -> float:
    """Make all shortlists in several processes.

    Parameters
    ----------
    lister, processes
        As for :func:`~matcher.solving.work_folder.list_all`.
    store
        The lister's own; how long the work has taken is kept there every second.
    began
        When it began, by ``time.perf_counter``.

    Returns
    -------
    float
        The most megabytes that all processes held together, looked at every second.
    """
    most = own_megabytes(os.getpid())

    def look(processes: list[int]) -> None:
        nonlocal most
        most = max(most, sum(map(own_megabytes, [os.getpid(), *processes])))
        store.seconds = time.perf_counter() - began

    list_all(lister, processes=processes, halted=lambda: False, each_second=look)
    return most
