"""Keep the work on a large plan in files, so that an interrupted run goes on from there."""

from __future__ import annotations

import gc
import hashlib
import multiprocessing
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from matcher.errors import UsageError
from matcher.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from matcher.domain.world import World
    from matcher.policy import Policy
    from matcher.solving.shortlists import Lister


class WorkFolder:
    """A store of arrays, one file each, that outlives the run.

    Parameters
    ----------
    path
        A folder for one World, one policy and one version of the software; made when it is not
        there.

    Raises
    ------
    UsageError
        If it cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unusable(path, error) from error

    @classmethod
    def within(cls, folder: Path, world: World, policy: Policy) -> Self:
        """Return the folder of a World and a policy among others."""
        rules = hashlib.sha256(f"{VERSION} {policy.model_dump_json()}".encode())
        return cls(folder / f"{world.data_hash[:16]}-{rules.hexdigest()[:16]}")

    def has(self, name: str) -> bool:
        """Whether an array was kept before."""
        return self._file(name).exists()

    def get(self, name: str) -> NDArray[Any] | None:
        """Return an array kept before; None when there is none."""
        found: NDArray[Any] | None = np.load(self._file(name)) if self.has(name) else None
        return found

    def put(self, name: str, array: NDArray[Any]) -> None:
        """Keep an array; a file is there whole or not at all.

        Raises
        ------
        UsageError
            If there is no room for it, or no leave.
        """
        part = self.path / f"{name}.part"
        try:
            with part.open("wb") as stream:
                np.save(stream, array)
            part.rename(self._file(name))
        except OSError as error:
            part.unlink(missing_ok=True)
            raise _unusable(self.path, error) from error

    def _file(self, name: str) -> Path:
        return self.path / f"{name}.npy"


def list_all(
    lister: Lister,
    *,
    processes: int,
    halted: Callable[[], bool],
    each_second: Callable[[list[int]], object] | None = None,
) -> None:
    """Make the shortlists that are missing in several processes; their store must be a folder.

    Parameters
    ----------
    lister
        What is not there yet is made; it is there for every process afterwards.
    processes
        How many at once at most, from 1.
    halted
        Whether to end now; what is finished is kept.
    each_second
        Told which processes are at work.
    """
    parts = lister.missing()
    if not parts:
        return
    # What is there before is not looked at again, and so not copied, by any of them.
    gc.collect()
    gc.freeze()
    # The World is there in every child process without being sent or copied.
    context = multiprocessing.get_context("fork")
    workers = [
        context.Process(target=_make, args=(lister, parts[first::processes], halted), daemon=True)
        for first in range(min(processes, len(parts)))
    ]
    for worker in workers:
        worker.start()
    try:
        while alive := [each for each in workers if each.is_alive()]:
            alive[0].join(1.0)
            if each_second is not None:
                each_second([each.pid for each in alive if each.pid is not None])
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()
        gc.unfreeze()


def _make(lister: Lister, parts: Sequence[int], halted: Callable[[], bool]) -> None:
    try:
        for part in parts:
            if halted():
                return
            lister.part(part)
    except (KeyboardInterrupt, UsageError):
        return  # the parent hears of it itself


def _unusable(path: Path, error: OSError) -> UsageError:
    return UsageError(
        f"{path}: work on the plan cannot be kept there ({error.strerror or error}). "
        "Choose another folder, or make room; what is kept already can be gone on from."
    )
