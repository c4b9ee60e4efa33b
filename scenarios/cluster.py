"""Replications on a Dask cluster: the same tasks, the same bytes.

The scenario travels to every worker as one small parcel that Dask can always send again, so a
worker that is killed loses only what it was at, and that is given to another.
"""

from __future__ import annotations

import pickle
import threading
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

from matcher.errors import UsageError
from matcher.version import VERSION
from scenarios.processes import Failure
from scenarios.program import program_digest
from scenarios.replication import to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scenarios.replication import Future, Work

PATIENCE_SECONDS = 15
"""How long to wait for a scheduler and its first worker to answer."""

AHEAD = 2
"""Replications given to each worker at a time, so that none waits for the next."""

_READY: dict[str, Future] = {}
_ONE_AT_A_TIME = threading.Lock()


def simulate_here(packed: bytes, identity: str, number: int) -> bytes | Failure:
    """Simulate a replication on a worker; what all share is made ready once in each.

    Parameters
    ----------
    packed
        The work, pickled.
    identity
        Of the run.
    number
        Of the replication.
    """
    with _ONE_AT_A_TIME:
        try:
            if identity not in _READY:
                _READY.clear()
                _READY[identity] = pickle.loads(packed).ready()
            return to_bytes(_READY[identity](number), replication=number, identity=identity)
        except Exception as error:
            return Failure.of(error)


def program_here() -> tuple[str, str]:
    """Return the version of Near Home on a worker, and what tells its program apart."""
    return VERSION, program_digest()


def _as_it_is(packed: bytes) -> bytes:
    return packed


class Cluster:
    """Simulates on the workers of a Dask scheduler.

    Parameters
    ----------
    address
        Of the scheduler, such as ``tcp://10.0.0.5:8786``.

    Raises
    ------
    UsageError
        If the extra ``cluster`` is not installed.
    """

    def __init__(self, address: str) -> None:
        try:
            import distributed
        except ImportError:
            raise UsageError(
                "Running on a cluster needs Dask, which is not installed here: "
                "pip install 'nearhome[cluster]'."
            ) from None
        if "://" not in address:
            raise UsageError(
                f"--cluster is {address!r}; it is the address of a Dask scheduler, such as "
                "tcp://10.0.0.5:8786."
            )
        self.address = address
        self._dask: Any = distributed

    def results(
        self, work: Work, *, identity: str, numbers: Iterable[int]
    ) -> Iterator[tuple[int, bytes]]:
        """Yield replications as :class:`scenarios.processes.Crew` has it."""
        client = self._client()
        try:
            yield from self._simulate(client, work, identity, iter(numbers))
        finally:
            client.close()

    def _client(self) -> Any:
        try:
            client = self._dask.Client(self.address, timeout=PATIENCE_SECONDS, set_as_default=False)
        except (OSError, ValueError) as problem:
            raise UsageError(
                f"No Dask scheduler answers at {self.address}. Start one with 'dask scheduler' "
                "and workers with 'dask worker ADDRESS --nthreads 1', or correct the address."
            ) from problem
        try:
            client.wait_for_workers(1, timeout=PATIENCE_SECONDS)
            programs = set(client.run(program_here).values())
        except TimeoutError as problem:
            client.close()
            raise UsageError(
                f"The Dask scheduler at {self.address} has no workers. Start some with "
                f"'dask worker {self.address} --nthreads 1'."
            ) from problem
        except Exception as problem:
            client.close()
            raise UsageError(
                f"The workers at {self.address} cannot run Near Home ({type(problem).__name__}). "
                f"Install nearhome {VERSION} where they run."
            ) from problem
        if programs != {program_here()}:
            client.close()
            there = " and ".join(sorted({version for version, _ in programs}))
            raise UsageError(
                f"The workers at {self.address} run another program (Near Home {there}) than this "
                f"one ({VERSION}). Results must be the same to the bit: install the same there."
            )
        return client

    def _simulate(
        self, client: Any, work: Work, identity: str, remaining: Iterator[int]
    ) -> Iterator[tuple[int, bytes]]:
        packed = pickle.dumps(work, protocol=pickle.HIGHEST_PROTOCOL)
        # A task and not a scatter: what a dead worker held alone is made again.
        parcel = client.submit(_as_it_is, packed, key=f"scenario-{identity}")
        pending = self._dask.as_completed(loop=client.loop)
        number_of: dict[Any, int] = {}

        def give() -> None:
            number = next(remaining, None)
            if number is not None:
                task = client.submit(
                    simulate_here, parcel, identity, number, key=f"replication-{identity}-{number}"
                )
                number_of[task] = number
                pending.add(task)

        for _ in range(AHEAD * max(1, sum(client.nthreads().values()))):
            give()
        for task in pending:
            number = number_of.pop(task)
            try:
                content = task.result()
            except CancelledError as problem:
                raise UsageError(
                    f"The connection to the Dask scheduler at {self.address} was lost. Every "
                    "finished replication is kept: run the same command again when it answers."
                ) from problem
            except self._dask.KilledWorker as problem:
                raise UsageError(
                    f"The workers that simulated replication {number} ended again and again, most "
                    "likely because their memory is too small. Every finished replication is "
                    "kept: run the same command again when they are mended."
                ) from problem
            task.release()
            if isinstance(content, Failure):
                raise content.raised()
            give()
            yield number, content
