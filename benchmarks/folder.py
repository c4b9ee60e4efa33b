"""Keep the work on a country's plan in files, so that another run goes on from there."""

from __future__ import annotations

import gc
import multiprocessing
import os
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.machine import own_megabytes

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from matcher.solving.shortlists import Lister


class Folder:
    """A store of arrays, one file each, that outlives the run.

    Parameters
    ----------
    path
        A folder, made when it is not there, for one World and policy alone.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)

    def get(self, name: str) -> NDArray[Any] | None:
        """Return an array kept before; None when there is none."""
        file = self.path / f"{name}.npy"
        found: NDArray[Any] | None = np.load(file) if file.exists() else None
        return found

    def put(self, name: str, array: NDArray[Any]) -> None:
        """Keep an array; a file is there whole or not at all."""
        part = self.path / f"{name}.part"
        with part.open("wb") as stream:
            np.save(stream, array)
        part.rename(self.path / f"{name}.npy")

    @property
    def seconds(self) -> float:
        """How long runs have worked on what is here."""
        found = self.get("seconds")
        return 0.0 if found is None else float(found)

    @seconds.setter
    def seconds(self, seconds: float) -> None:
        self.put("seconds", np.array(seconds))


def list_all(lister: Lister, *, processes: int, began: float | None = None) -> float:
    """Make all shortlists in several processes; their store must be a folder.

    Parameters
    ----------
    lister
        What is not there yet is made; it is there for every process afterwards.
    processes
        How many at once, from 1.
    began
        When this work began, by ``time.perf_counter``; now when it is not said. How long it
        has taken is kept every second.

    Returns
    -------
    float
        The most megabytes that this process and those held together, looked at every second.
    """
    parts = range(len(lister.parts))
    began = time.perf_counter() if began is None else began
    # What is there before is not looked at again, and so not copied, by any of them.
    gc.collect()
    gc.freeze()
    # The World is there in every child process without being sent or copied.
    context = multiprocessing.get_context("fork")
    workers = [
        context.Process(target=_make, args=(lister, parts[first::processes]))
        for first in range(processes)
    ]
    for worker in workers:
        worker.start()
    most = 0.0
    for worker in workers:
        while worker.is_alive():
            worker.join(1.0)
            alive = [each.pid for each in workers if each.is_alive()]
            most = max(most, sum(map(own_megabytes, [os.getpid(), *alive])))
            if isinstance(lister.store, Folder):
                lister.store.seconds = time.perf_counter() - began
    gc.unfreeze()
    return most


def _make(lister: Lister, parts: range) -> None:
    for part in parts:
        lister.part(part)
