"""Keep the options of a country in files, found by several processes, a run apart if need be."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from matcher.solving.spool import Spool


class Folder:
    """A store of arrays, one file each, that outlives the run.

    Parameters
    ----------
    path
        An existing folder, for one World and policy alone.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def get(self, name: str) -> NDArray[Any] | None:
        """Return an array kept before, read as it is used; None when there is none."""
        file = self.path / f"{name}.npy"
        if not file.exists():
            return None
        # Nothing can be mapped of an empty file.
        found: NDArray[Any] = np.load(
            file, mmap_mode="r" if file.stat().st_size > _HEADER else None
        )
        return found

    def put(self, name: str, array: NDArray[Any]) -> NDArray[Any]:
        """Keep an array; a file is there whole or not at all."""
        part = self.path / f"{name}.part"
        with part.open("wb") as stream:
            np.save(stream, array)
        part.rename(self.path / f"{name}.npy")
        found = self.get(name)
        assert found is not None
        return found


_HEADER = 128
"""Bytes of a file before the array."""


def find_all(spool: Spool, *, processes: int) -> None:
    """Find all options of a spool in several processes; its store must be a folder.

    Parameters
    ----------
    spool
        What is not found yet is found; it is there for every process afterwards.
    processes
        How many at once, from 1.
    """
    parts = range(len(spool.parts))
    if processes > 1:
        # The World is there in every child process without being sent or copied.
        context = multiprocessing.get_context("fork")
        workers = [
            context.Process(target=_find, args=(spool, parts[first::processes]))
            for first in range(processes)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    # Those of a process that was ended are found here.
    _find(spool, parts)


def _find(spool: Spool, parts: range) -> None:
    for part in parts:
        spool.make(part)
