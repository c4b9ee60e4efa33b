"""A Dask scheduler and workers as processes of this machine, for as long as they are needed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 60


@contextmanager
def local_scheduler(folder: Path) -> Iterator[str]:
    """Start a scheduler on a free port, and end it afterwards.

    Parameters
    ----------
    folder
        For its log.

    Yields
    ------
    str
        Its address.
    """
    options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
    with _process(folder, "scheduler", "dask_scheduler", *options):
        yield logged(folder, "scheduler", r"Scheduler at:\s+(tcp://\S+)")[1]


@contextmanager
def local_worker(folder: Path, name: str, address: str) -> Iterator[subprocess.Popen[bytes]]:
    """Start a worker with one thread, wait until it is known, and end it afterwards.

    Parameters
    ----------
    folder
        For its log and what it spills.
    name
        Its name.
    address
        Of the scheduler.

    Yields
    ------
    subprocess.Popen
        The worker, for those who want to kill it.
    """
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", name)
    with _process(folder, name, "dask_worker", address, *options) as process:
        logged(folder, name, r"Registered to:")
        yield process


@contextmanager
def local_cluster(workers: int, folder: Path) -> Iterator[str]:
    """Start a scheduler and some workers, and end them afterwards.

    Parameters
    ----------
    workers
        How many.
    folder
        For logs.

    Yields
    ------
    str
        The scheduler's address.
    """
    with local_scheduler(folder) as address, ExitStack() as started:
        for number in range(workers):
            started.enter_context(local_worker(folder, f"worker-{number}", address))
        yield address


def logged(folder: Path, name: str, pattern: str) -> re.Match[str]:
    """Wait until a process has logged something, and return it.

    Parameters
    ----------
    folder, name
        Where the process writes its log.
    pattern
        What to wait for.

    Raises
    ------
    TimeoutError
        If it does not come.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if found := re.search(pattern, (folder / f"{name}.log").read_text()):
            return found
        time.sleep(0.05)
    raise TimeoutError((folder / f"{name}.log").read_text())


@contextmanager
def _process(
    folder: Path, name: str, module: str, *options: str
) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{module}", *options],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
