"""Worker processes beside those that answer requests: started, replaced, ended with them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

from api.logs import logger

if TYPE_CHECKING:
    from api.settings import Settings

COMMAND = (sys.executable, "-c", "from api.cli.main import main; main()", "worker", "--beside")
LOOK_EVERY_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0


class WorkerCrew:
    """Keeps so many workers running.

    Each ends by itself when this process is gone, however that happened: its standard input
    is a pipe that nobody else holds.

    Parameters
    ----------
    settings
        Of the installation: how many, and how long they may take to end.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._environment = {**os.environ, **settings.environment()}
        self._workers: list[subprocess.Popen[bytes]] = []
        self._ending = threading.Event()
        self._watch = threading.Thread(target=self._replace, name="job-workers", daemon=True)
        self._log = logger("api.planning")

    def start(self) -> None:
        """Start the workers."""
        self._workers = [self._started() for _ in range(self._settings.job_workers)]
        if self._workers:
            self._watch.start()

    def stop(self) -> None:
        """Let each give back the job in hand, and end; kill those that do not."""
        self._ending.set()
        if not self._workers:
            return
        self._watch.join(timeout=5)
        for worker in self._workers:
            worker.terminate()
        deadline = time.monotonic() + self._settings.shutdown_seconds
        for worker in self._workers:
            try:
                worker.wait(timeout=max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()
            _close(worker)

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            env=self._environment,
            start_new_session=True,  # Ctrl-C is for us; we tell them ourselves
        )

    def _replace(self) -> None:
        pause = 1.0
        began = time.monotonic()
        while not self._ending.wait(LOOK_EVERY_SECONDS):
            for place, worker in enumerate(self._workers):
                status = worker.poll()
                if status is None:
                    continue
                _close(worker)
                # One that cannot even begin is not started again in a hurry.
                pause = 1.0 if time.monotonic() - began > 60 else pause * 2
                self._log.warning("job_worker_ended", status=status, again_in_seconds=pause)
                if self._ending.wait(min(pause, LONGEST_PAUSE_SECONDS)):
                    return
                began = time.monotonic()
                self._workers[place] = self._started()


def _close(worker: subprocess.Popen[bytes]) -> None:
    if worker.stdin is not None:
        worker.stdin.close()
