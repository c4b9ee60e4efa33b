"""Starting and stopping the real processes, and what is said when they cannot start."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
from typing import TYPE_CHECKING

import httpx2 as httpx
import pytest

from benchmarks.load.served import COMMAND, SECRET, Served, descendants, free_port

if TYPE_CHECKING:
    from pathlib import Path


def serve(**settings: str) -> subprocess.CompletedProcess[str]:
    """Start a service that cannot start, and return what it said."""
    environment = {
        **os.environ,
        "NEARHOME_SECRET": SECRET,
        "NEARHOME_PORT": str(free_port()),
        **{f"NEARHOME_{name.upper()}": value for name, value in settings.items()},
    }
    return subprocess.run(
        COMMAND, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = serve(port=str(port), database_url=f"sqlite:///{tmp_path}/new.sqlite")
    assert said.returncode == 2
    assert said.stderr.startswith(f"Port {port} is taken by another process.")
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize(
    ("database", "says"),
    [
        ("postgresql://nobody:hunter2@127.0.0.1:1/nearhome", "cannot be reached"),
        ("mysql://nobody:hunter2@127.0.0.1/nearhome", "must be sqlite:////path/to/file or"),
        ("sqlite:///{folder}/old.sqlite", "nearhome db upgrade"),
    ],
)
def test_a_database_that_cannot_be_used_is_a_sentence(
    tmp_path: Path, database: str, says: str
) -> None:
    with sqlite3.connect(tmp_path / "old.sqlite") as old:
        old.execute("CREATE TABLE something (else_ TEXT)")
    old.close()
    said = serve(database_url=database.format(folder=tmp_path))
    assert said.returncode == 1
    assert says in said.stderr
    assert "Traceback" not in said.stderr
    assert "hunter2" not in said.stderr + said.stdout


def test_it_serves_by_several_processes_and_ends_with_all_of_them(
    sqlite_url: str, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    served = Served(sqlite_url, workers=2, job_workers=1, log=log)
    try:
        assert httpx.get(f"{served.origin}/v1/jobs").status_code == 401
        assert httpx.get(f"{served.origin}/readyz").json()["status"] == "ready"
        # Whichever process is asked counts for all.
        assert "nearhome_http_requests_total" in httpx.get(f"{served.origin}/metrics").text
        running = [served.pid, *descendants(served.pid)]
        assert len(running) >= 4
    finally:
        status = served.stop()
    assert status == 0
    served.await_end(running)
    lines = [line for line in log.read_text(encoding="utf-8").splitlines() if line[:1] == "{"]
    events = [json.loads(line) for line in lines]
    assert {"route": "/v1/jobs", "status": 401}.items() <= next(
        each for each in events if each.get("route") == "/v1/jobs"
    ).items()


def test_workers_end_when_whoever_started_them_is_killed(sqlite_url: str) -> None:
    served = Served(sqlite_url, workers=1, job_workers=1)
    children = descendants(served.pid)
    assert children
    served.kill_first()
    served.await_end(children)
