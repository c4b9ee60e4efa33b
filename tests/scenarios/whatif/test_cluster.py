"""Runs on a real Dask scheduler with real worker processes, on this machine."""

from __future__ import annotations

import builtins
import signal
import socket
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.known_truth import KnownTruth
from benchmarks.local_cluster import local_scheduler, local_worker
from matcher.errors import UsageError
from scenarios import cluster
from scenarios.cluster import Cluster
from scenarios.processes import ThisProcess
from scenarios.runner import run_scenario

if TYPE_CHECKING:
    from pathlib import Path

    from scenarios.runner import Progress


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
    done: list[int] = []
    with (
        local_scheduler(tmp_path) as address,
        local_worker(tmp_path, "first", address) as first,
        local_worker(tmp_path, "second", address),
    ):

        def kill_one(progress: Progress) -> None:
            done.append(progress.done)
            if progress.done == 4:
                first.send_signal(signal.SIGKILL)

        result = run_scenario(
            work,
            work.description(),
            out=there,
            replications=12,
            crew=Cluster(address),
            on_progress=kill_one,
        )
    assert first.returncode == -signal.SIGKILL
    assert done == list(range(13))
    assert result.summary.replications == 12
    assert files(there) == files(here)


def test_a_scheduler_without_workers_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "PATIENCE_SECONDS", 1)
    with local_scheduler(tmp_path) as address, pytest.raises(UsageError, match="has no workers"):
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
