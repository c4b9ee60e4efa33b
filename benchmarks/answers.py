"""How answers about one child, the demo county and published files are measured."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.processes import measured
from benchmarks.published import FORMATS, published
from benchmarks.worlds import HOMES_IN_A_COUNTY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.settings import Row, Settings


@dataclass(frozen=True)
class Forcing:
    """The exact cost of giving a child one of their options, at a size."""

    name: str
    children: int
    homes: int
    seeds: tuple[int, ...]
    seconds: float
    asked: int

    def rows(self, settings: Settings) -> Iterator[Row]:
        """Measure, row by row."""
        children, homes, asked = self.children, self.homes, self.asked
        if settings.smoke:
            children, homes, asked = 16, 40, 2
        for seed in self.seeds[: 1 if settings.smoke else settings.seeds]:
            figures = measured(
                {
                    "kind": "forcing",
                    "children": children,
                    "homes": homes,
                    "seed": seed,
                    "seconds": self.seconds,
                    "asked": asked,
                    "worlds": None if settings.worlds is None else str(settings.worlds),
                },
                apart=settings.apart,
            )
            yield {"instance": self.name, "seed": seed, "method": "nearhome", **figures}


@dataclass(frozen=True)
class Demo:
    """The demo county's waiting children, the first answer of a fresh process."""

    name: str
    repeats: int = 5

    def rows(self, settings: Settings) -> Iterator[Row]:
        """Measure, row by row."""
        repeats, homes = (1, 60) if settings.smoke else (self.repeats, HOMES_IN_A_COUNTY)
        task = {"kind": "demo", "children": 0, "homes": homes, "seed": 1, "repeats": 3}
        for compiled in ("warm", "cold"):
            runs = []
            for _ in range(repeats):
                with tempfile.TemporaryDirectory() as empty:
                    cold = {"NUMBA_CACHE_DIR": empty} if compiled == "cold" else None
                    runs.append(measured(task, environment=cold, apart=settings.apart))
            yield {"instance": self.name, "seed": 1, "method": compiled, **_middle(runs)}
        ways = ("command warm",) if settings.smoke else ("command warm", "command cold")
        for row in _command(homes, repeats, ways):
            yield {"instance": self.name, "seed": 1, **row}


def _middle(runs: list[Row]) -> Row:
    """Return the run of median seconds with the seconds of all."""
    failed = [each for each in runs if "failed" in each]
    if failed:
        return failed[0]
    order = sorted(runs, key=lambda each: float(each["seconds"]))
    return order[len(order) // 2] | {"all_seconds": [each["seconds"] for each in runs]}


LOADING = """
import sys
from pathlib import Path
import api.cli.main
from api.cli.options import open_engine
open_engine(Path(sys.argv[1]), "balanced", None)
"""
COMMAND = """
import sys
from api.cli.main import main
sys.argv = ["nearhome", "assign", "--world", sys.argv[1], "--json"]
main()
"""


def _command(homes: int, repeats: int, ways: tuple[str, ...]) -> Iterator[Row]:
    """Time ``nearhome assign`` whole, and the part of it until the data is loaded.

    The difference of the medians is what answering took: it finds, checks and prints the
    plan, and today's practice beside it.
    """
    from matcher.intake import write_world
    from scenarios.county import make_county

    with tempfile.TemporaryDirectory() as folder:
        county = f"{folder}/county"
        write_world(make_county(size=homes / HOMES_IN_A_COUNTY, seed=1), Path(county))
        loading = [_timed(LOADING, county, {}) for _ in range(repeats)]
        for method in ways:
            whole = []
            for at in range(repeats):
                empty = {"NUMBA_CACHE_DIR": f"{folder}/empty-{at}"}
                whole.append(_timed(COMMAND, county, empty if method.endswith("cold") else {}))
            failed = [each for each in (*loading, *whole) if isinstance(each, str)]
            if failed:
                yield {"method": method, "failed": failed[0]}
                continue
            loaded, all_of_it = (
                statistics.median(float(each) for each in times) for times in (loading, whole)
            )
            yield {
                "method": method,
                "seconds": round(all_of_it, 4),
                "all_seconds": whole,
                "loading_seconds": round(loaded, 4),
                "after_loading_seconds": round(all_of_it - loaded, 4),
            }


def _timed(code: str, argument: str, environment: dict[str, str]) -> float | str:
    """Run code as a process and return its seconds, or what went wrong."""
    began = time.perf_counter()
    finished = subprocess.run(
        [sys.executable, "-c", code, argument],
        capture_output=True,
        check=False,
        text=True,
        env={**os.environ, **environment},
    )
    if finished.returncode:
        return f"exit {finished.returncode}: {finished.stderr[-300:]}"
    return round(time.perf_counter() - began, 4)


@dataclass(frozen=True)
class Outside:
    """Published instances of one kind."""

    name: str
    folder: str
    seconds: float

    def rows(self, settings: Settings) -> Iterator[Row]:
        """Measure, row by row; one row that says so when the files are not there."""
        root = settings.instances
        if root is None or not (root / self.folder / "best_known.csv").exists():
            where = "no folder was named" if root is None else f"{root} has no {self.folder}/"
            yield {
                "instance": self.name,
                "absent": f"{where}: set NEARHOME_INSTANCES=DIR or --instances DIR",
            }
            return
        for each in published(root, self.folder)[: 2 if settings.smoke else None]:
            figures = measured(
                {
                    "kind": "published",
                    "file": str(each.file),
                    "format": FORMATS[self.folder],
                    "seconds": 5.0 if settings.smoke else self.seconds,
                    "seed": 1,
                },
                apart=settings.apart,
            )
            yield {
                "instance": self.name,
                "name": each.file.name,
                "seed": 1,
                "method": "nearhome",
                "best_known": each.best,
                "best_known_is_proven": each.proven,
                **figures,
            }
