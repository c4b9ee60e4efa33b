"""Worker processes that end before they begin."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

# A program that stands in no file cannot be read again by its workers, so each ends at once. The
# work is larger than what a pipe holds while nobody reads.
PROGRAM = """
from benchmarks.known_truth import KnownTruth
from scenarios.processes import Processes

work = KnownTruth()
object.__setattr__(work, "ballast", "x" * 1_000_000)
list(Processes(2).results(work, identity="any", numbers=range(1, 4)))
"""


def test_workers_that_cannot_begin_are_an_error_and_no_wait_without_end() -> None:
    ended = subprocess.run(
        [sys.executable, "-"],
        input=PROGRAM,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "UsageError: The process that simulated replication " in ended.stderr
    assert "was ended 3 times" in ended.stderr
