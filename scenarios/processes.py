"""Replications on the cores of this machine, one process each.

A worker that dies, killed by hand or for want of memory, is replaced, and what it was at is
given to another; workers end when the process that started them is gone.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import pickle
import signal
import traceback
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Protocol

from matcher.errors import CheckFailedError, NearHomeError, UsageError
from scenarios.replication import to_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.context import SpawnProcess

    from scenarios.replication import Work

MOST_DEATHS = 3
"""A replication whose worker has died so often is not tried again."""


class Crew(Protocol):
    """Whoever simulates replications: this process, others, or a cluster."""

    def results(
        self, work: Work, *, identity: str, numbers: Iterable[int]
    ) -> Iterator[tuple[int, bytes]]:
        """Yield replications with what they counted, in the order in which they end.

        Numbers are taken as there is room for them. Closing the iterator ends all work.
        """
        ...


@dataclass(frozen=True)
class Failure:
    """Why a replication could not be simulated, as it travels between processes.

    Parameters
    ----------
    kind
        ``sentence``, ``check`` or ``fault``.
    lines
        The sentence, the checker's findings, or where in the program it happened.
    exit_code
        Of the error.
    """

    kind: str
    lines: tuple[str, ...]
    exit_code: int = 1

    @classmethod
    def of(cls, error: Exception) -> Failure:
        """Describe an error so that any process can raise it again."""
        if isinstance(error, CheckFailedError):
            return cls("check", error.findings, error.exit_code)
        if isinstance(error, NearHomeError):
            return cls("sentence", (error.sentence,), error.exit_code)
        return cls("fault", tuple(traceback.format_exception(error)))

    def raised(self) -> Exception:
        """Return the error to raise."""
        if self.kind == "check":
            return CheckFailedError(self.lines)
        if self.kind == "sentence":
            again = NearHomeError(self.lines[0])
            again.exit_code = self.exit_code
            return again
        return RuntimeError("A replication failed in its worker:\n" + "".join(self.lines))


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # pragma: no cover - not on Linux


class ThisProcess:
    """Simulates one replication after the other, here."""

    def results(
        self, work: Work, *, identity: str, numbers: Iterable[int]
    ) -> Iterator[tuple[int, bytes]]:
        """Yield replications as :class:`Crew` has it."""
        future = None
        for number in numbers:
            future = future or work.ready()
            yield number, to_bytes(future(number), replication=number, identity=identity)


@dataclass
class _Worker:
    process: SpawnProcess
    connection: Connection
    at: int | None = None
    knows_work: bool = False


class Processes:
    """Simulates in several processes of this machine.

    Parameters
    ----------
    count
        How many, at least 1.
    """

    def __init__(self, count: int) -> None:
        self.count = count

    def results(
        self, work: Work, *, identity: str, numbers: Iterable[int]
    ) -> Iterator[tuple[int, bytes]]:
        """Yield replications as :class:`Crew` has it."""
        packed = pickle.dumps(work, protocol=pickle.HIGHEST_PROTOCOL)
        remaining = iter(numbers)
        again: list[int] = []
        deaths: dict[int, int] = {}
        workers: list[_Worker] = []

        def give(worker: _Worker) -> bool:
            """Give a worker something to do; False when there is nothing."""
            number = again.pop() if again else next(remaining, None)
            worker.at = number
            if number is None:
                return False
            with contextlib.suppress(OSError):  # a worker that is gone is found below
                if not worker.knows_work:
                    worker.connection.send_bytes(packed)
                    worker.knows_work = True
                worker.connection.send(number)
            return True

        try:
            # All begin before the first is waited for, which takes the work when it is ready.
            again += reversed(list(islice(remaining, self.count)))
            workers += [_start(identity) for _ in again]
            for worker in list(workers):
                give(worker)
            while busy := {each.connection: each for each in workers if each.at is not None}:
                for connection in wait(list(busy)):
                    worker = busy[connection]  # type: ignore[index] # wait returns what it got
                    number = worker.at
                    if number is None:
                        continue
                    try:
                        content = worker.connection.recv()
                    except (EOFError, OSError):
                        _end(worker)
                        workers.remove(worker)
                        deaths[number] = deaths.get(number, 0) + 1
                        if deaths[number] >= MOST_DEATHS:
                            raise UsageError(_dying(number)) from None
                        again.append(number)
                        workers.append(_start(identity))
                        give(workers[-1])
                        continue
                    if isinstance(content, Failure):
                        raise content.raised()
                    give(worker)
                    yield number, content
        finally:
            for worker in workers:
                _end(worker)


def _dying(number: int) -> str:
    return (
        f"The process that simulated replication {number} was ended {MOST_DEATHS} times, most "
        "likely because the memory of this machine is too small. Every finished replication is "
        "kept: run the same command again with fewer --processes."
    )


def _start(identity: str) -> _Worker:
    # The work is sent later: what a process is started with is written to a pipe that stays
    # open when the process ends at once, and more than it holds would be waited for for ever.
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_work, args=(there, identity), daemon=True)
    process.start()
    there.close()
    return _Worker(process, here)


def _end(worker: _Worker) -> None:
    worker.connection.close()
    worker.process.kill()  # it holds nothing that is not stored or made again
    worker.process.join()
    worker.process.close()


def _work(connection: Connection, identity: str) -> None:
    """Simulate what the other end asks for, until it closes or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other end hears it, and ends us
    future = None
    with contextlib.suppress(EOFError, OSError):
        packed = connection.recv_bytes()
        while True:
            number = connection.recv()
            content: bytes | Failure
            try:
                if future is None:
                    future = pickle.loads(packed).ready()
                    # The World stays to the end: looking through it for garbage, again and
                    # again, would take a tenth of the time.
                    gc.freeze()
                content = to_bytes(future(number), replication=number, identity=identity)
            except Exception as error:
                content = Failure.of(error)
            connection.send(content)
