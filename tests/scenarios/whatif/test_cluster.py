"""Runs on a real Dask scheduler with real worker processes, on this machine."""

from __future__ import annotations

import builtins
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.known_truth import KnownTruth
from matcher.errors import UsageError
from scenarios import cluster
from scenarios.cluster import Cluster
from scenarios.processes import ThisProcess
from scenarios.runner import run_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scenarios.runner import Progress

ROOT = Path(__file__).parents[3]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def started(folder: Path, name: str, *command: str) -> subprocess.Popen[bytes]:
    with (folder / f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "distributed.cli." + command[0], *command[1:]],
            env=ENVIRONMENT,
            cwd=folder,
            stdout=log,
            stderr=log,
        )


def logged(folder: Path, name: str, pattern: str) -> re.Match[str]:
    """Wait until a process has logged something."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if found := re.search(pattern, (folder / f"{name}.log").read_text()):
            return found
        time.sleep(0.05)
    raise AssertionError((folder / f"{name}.log").read_text())


def worker(folder: Path, name: str, address: str) -> subprocess.Popen[bytes]:
    return started(
        folder,
        name,
        "dask_worker",
        address,
        *("--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", name),
        *("--death-timeout", "20"),
    )


@contextmanager
def scheduler(folder: Path) -> Iterator[str]:
    process = started(
        folder,
        "scheduler",
        "dask_scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--no-dashboard",
    )
    try:
        yield logged(folder, "scheduler", r"Scheduler at:\s+(tcp://\S+)")[1]
    finally:
        process.kill()
        process.wait()


def files(out: Path) -> dict[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != "run.json"
    }


def test_a_cluster_gives_the_same_bytes_although_a_worker_is_killed_midway(tmp_path: Path) -> None:
    work = KnownTruth(slow_seconds=0.25)
    here, there = tmp_path / "here", tmp_path / "there"
    run_scenario(KnownTruth(), work.description(), out=here, replications=12, crew=ThisProcess())
    with scheduler(tmp_path) as address:
        workers = [worker(tmp_path, name, address) for name in ("first", "second")]
        done = []

        def kill_one(progress: Progress) -> None:
            done.append(progress.done)
            if progress.done == 4:
                workers[0].send_signal(signal.SIGKILL)

        try:
            for name in ("first", "second"):
                logged(tmp_path, name, r"Registered to:")
            result = run_scenario(
                work,
                work.description(),
                out=there,
                replications=12,
                crew=Cluster(address),
                on_progress=kill_one,
            )
        finally:
            for each in workers:
                each.kill()
                each.wait()
    assert workers[0].returncode == -signal.SIGKILL
    assert done == list(range(13))
    assert result.summary.replications == 12
    assert files(there) == files(here)


def test_a_scheduler_without_workers_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "PATIENCE_SECONDS", 1)
    with scheduler(tmp_path) as address, pytest.raises(UsageError, match="has no workers"):
        run_on(address, tmp_path / "out")


def run_on(address: str, out: Path) -> None:
    work = KnownTruth()
    run_scenario(work, work.description(), out=out, replications=2, crew=Cluster(address))


def test_nobody_who_answers_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE_SECONDS", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(UsageError, match=f"No Dask scheduler answers at {address}"):
        run_on(address, tmp_path / "out")


def test_an_address_is_an_address() -> None:
    with pytest.raises(UsageError, match="it is the address of a Dask scheduler"):
        Cluster("localhost")


def test_a_missing_extra_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_dask(name: str, *arguments: Any, **more: Any) -> Any:
        if name.startswith("distributed"):
            raise ImportError(name)
        return real(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", without_dask)
    with pytest.raises(UsageError, match=r"nearhome\[cluster\]"):
        Cluster("tcp://127.0.0.1:1")
