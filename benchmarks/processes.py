"""Run a measurement in a process of its own, watched for memory and time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measure import do

if TYPE_CHECKING:
    from collections.abc import Mapping

Figures = dict[str, Any]

LOOK_EVERY = 0.1
"""Seconds between looks at a process."""
LAST_WORDS = 300
"""Characters kept of what a failed process said."""


def measured(
    task: Mapping[str, Any],
    *,
    most_megabytes: float = 16_000,
    most_seconds: float = 3_600,
    environment: Mapping[str, str] | None = None,
    apart: bool = True,
) -> Figures:
    """Do a task of :mod:`benchmarks.measure` in a process of its own.

    Parameters
    ----------
    task
        What is measured.
    most_megabytes, most_seconds
        A process that holds or takes more is ended.
    environment
        Variables to set.
    apart
        False does it in this process, unwatched, for the tests; nothing fails quietly then.

    Returns
    -------
    dict
        Its figures; ``failed`` with a sentence instead when it came to none.
    """
    if not apart:
        return do(dict(task))
    command = [sys.executable, "-m", "benchmarks.measure", json.dumps(dict(task))]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        began = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=out, stderr=errors, env={**os.environ, **(environment or {})}
        )
        try:
            why = _watch(process, began, most_megabytes, most_seconds)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        if why is not None:
            return {"failed": why}
        out.seek(0)
        errors.seek(0)
        if process.returncode:
            said = errors.read().decode(errors="replace").strip()
            return {"failed": f"exit {process.returncode}: {said[-LAST_WORDS:]}"}
        found: Figures = json.loads(out.read())
        return found


def _watch(
    process: subprocess.Popen[bytes], began: float, most_megabytes: float, most_seconds: float
) -> str | None:
    """Wait for a process; return why it had to be ended, None when it ended by itself."""
    while True:
        try:
            process.wait(LOOK_EVERY)
        except subprocess.TimeoutExpired:
            held, taken = _megabytes(process.pid), time.perf_counter() - began
            if held > most_megabytes:
                return f"ended at {held:,.0f} MB after {taken:.0f} s"
            if taken > most_seconds:
                return f"ended after {taken:.0f} s"
        else:
            return None


def _megabytes(pid: int) -> float:
    """Return what a process holds now; 0 where the system does not say."""
    try:
        text = Path(f"/proc/{pid}/statm").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return int(text.split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
