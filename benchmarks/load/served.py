"""The service as it is really started, for measuring: its processes, its address, their cost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

COMMAND = (sys.executable, "-c", "from api.cli.main import main; main()", "serve")
PATIENCE_SECONDS = 180
SECRET = "for measuring only: 0123456789abcdef0123456789abcdef"
_TICKS = os.sysconf("SC_CLK_TCK")


class Cost(NamedTuple):
    """What the processes of the service have used.

    Parameters
    ----------
    processor_seconds
        Of all of them together.
    megabytes
        Resident, of all of them together.
    processes
        How many there are.
    """

    processor_seconds: float
    megabytes: float
    processes: int


class Served:
    """The service on a free port of this machine, until it is left.

    Parameters
    ----------
    url
        Of a database with the latest schema.
    workers
        Processes that answer requests.
    job_workers
        Processes that do jobs.
    log
        Where its output goes; None for nowhere.
    **settings
        More, by name.
    """

    def __init__(
        self,
        url: str,
        *,
        workers: int = 2,
        job_workers: int = 0,
        log: Path | None = None,
        **settings: Any,
    ) -> None:
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        given: Mapping[str, Any] = {
            "secret": SECRET,
            "database_url": url,
            "port": self.port,
            "workers": workers,
            "job_workers": job_workers,
            "log_level": "info",
            **settings,
        }
        environment = {
            **os.environ,
            **{f"NEARHOME_{name.upper()}": str(value) for name, value in given.items()},
        }
        self._log = None if log is None else log.open("ab")
        began = time.monotonic()
        self._process = subprocess.Popen(
            COMMAND,
            env=environment,
            stdout=self._log or subprocess.DEVNULL,
            stderr=self._log or subprocess.DEVNULL,
            start_new_session=True,
        )
        self._await_ready()
        self.seconds_to_ready = time.monotonic() - began

    def stop(self) -> int:
        """Let it end as a service manager would, and return its status."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        status = self._process.wait(timeout=PATIENCE_SECONDS)
        if self._log is not None:
            self._log.close()
        return status

    @property
    def pid(self) -> int:
        """The process that was started first."""
        return self._process.pid

    def kill_first(self) -> None:
        """End the process that was started first at once, and no other."""
        self._process.kill()
        self._process.wait()

    def await_end(self, pids: Iterable[int]) -> None:
        """Wait until processes are gone.

        Raises
        ------
        RuntimeError
            If they are not, after much patience.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        left = list(pids)
        while left:
            if time.monotonic() > deadline:
                raise RuntimeError(f"processes {left} go on")
            time.sleep(0.1)
            left = [pid for pid in left if Path(f"/proc/{pid}/cmdline").exists() and _alive(pid)]

    def kill(self) -> None:
        """End every process of it at once."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def cost(self) -> Cost:
        """Return what its processes have used so far."""
        seconds = megabytes = 0.0
        found = [self._process.pid, *descendants(self._process.pid)]
        for pid in found:
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
            seconds += (int(fields[11]) + int(fields[12])) / _TICKS
            megabytes += int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6
        return Cost(seconds, megabytes, len(found))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.stop()
        except subprocess.TimeoutExpired:
            self.kill()

    def _await_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"the service ended with status {self._process.returncode}")
            try:
                with urllib.request.urlopen(f"{self.origin}/readyz", timeout=30) as answer:
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.05)
        self.kill()
        raise RuntimeError("the service was not ready in time")


def _alive(pid: int) -> bool:
    """Whether a process is more than an entry that nobody has read yet."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    except OSError:
        return False
    return fields[0] != "Z"


def descendants(pid: int) -> list[int]:
    """Return the processes that a process has started, and those they have."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    found = []
    for child in map(int, children):
        found += [child, *descendants(child)]
    return found


def free_port() -> int:
    """Return a port at which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port
