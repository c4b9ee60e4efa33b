"""The named instances of the solver, and how each is measured.

Worlds are synthetic and seeded: the same name and seed is the same world. Budgets are shares
of what the new placements of the plan without a budget cost a week. Every run is a process
of its own, its repeats included, and every plan in it went through the independent checker.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.judged import gaps
from benchmarks.processes import measured
from benchmarks.published import FORMATS, published

if TYPE_CHECKING:
    from collections.abc import Iterator

Row = dict[str, Any]

QUICK = ("greedy", "practice")
SLOW = ("cp-sat", "group-columns")
BUDGETS = (None, 0.97, 0.9)
HOMES_OF_DEMO = 553


@dataclass(frozen=True)
class Settings:
    """What the caller asks of a run.

    Parameters
    ----------
    smoke
        Small and quick, to see that everything works.
    apart
        Whether every run is a process of its own; False for the tests.
    worlds
        A folder of made worlds; None makes each anew.
    instances
        The folder of published instances; None when there is none.
    seeds
        At most so many seeds; None for all.
    peers
        Which peers run beside the solver, of those an instance has.
    peer_seconds
        How long the slow ones may search; None for as long as an instance says.
    """

    smoke: bool = False
    apart: bool = True
    worlds: Path | None = None
    instances: Path | None = None
    seeds: int | None = None
    peers: tuple[str, ...] = (*QUICK, *SLOW)
    peer_seconds: float | None = None

    @property
    def kept(self) -> Row:
        """What of it is kept with the results."""
        return {
            "smoke": self.smoke,
            "seeds": self.seeds,
            "peers": list(self.peers),
            "peer_seconds": self.peer_seconds,
        }


@dataclass(frozen=True)
class Plans:
    """One size of council, solved with and without budgets, beside the peers.

    Parameters
    ----------
    name
        Of the instance.
    children, homes
        How many, about.
    seeds
        Of the worlds and of the solver.
    seconds
        A search of ours ends after so long.
    budgets
        Shares; None for no budget, which comes first.
    repeats
        How often ours is repeated in its process, within a minute.
    peers
        Which there are at this size.
    slow_seeds
        For how many of the seeds the slow ones are run.
    peer_seconds
        How long these may search.
    most_megabytes, most_seconds
        A process that holds or takes more is ended.
    """

    name: str
    children: int
    homes: int
    seeds: tuple[int, ...]
    seconds: float
    budgets: tuple[float | None, ...] = BUDGETS
    repeats: int = 1
    peers: tuple[str, ...] = QUICK
    slow_seeds: int = 2
    peer_seconds: float = 60.0
    most_megabytes: float = 16_000
    most_seconds: float = 3_600
    profiled: tuple[int, ...] = (1,)

    def small(self) -> Plans:
        """Return the smoke form."""
        return replace(
            self,
            children=16,
            homes=40,
            seeds=self.seeds[:1],
            budgets=self.budgets[:1] + self.budgets[-1:] if len(self.budgets) > 1 else (None,),
            seconds=10.0,
            repeats=1,
            peer_seconds=0.5,
        )

    def rows(self, settings: Settings) -> Iterator[Row]:
        """Measure, row by row."""
        if settings.smoke:
            yield from self.small().rows(replace(settings, smoke=False))
            return
        for place, seed in enumerate(self.seeds[: settings.seeds]):
            free: int | None = None
            for share in self.budgets:
                pence = None if share is None or free is None else int(free * share)
                bound: float | None = None
                for method in self.methods(settings, place):
                    task = self._task(settings, seed, pence, method)
                    figures = measured(
                        task,
                        most_megabytes=self.most_megabytes,
                        most_seconds=self.most_seconds,
                        apart=settings.apart,
                    )
                    if method == "nearhome":
                        bound = figures.get("bound")
                        if share is None:
                            free = figures.get("new_weekly_cost_pence")
                    elif figures.get("objective") is not None and method != "profile":
                        figures |= gaps(
                            figures["objective"],
                            figures["unplaced_points"],
                            bound,
                            figures["children"],
                        )
                    yield {
                        "instance": self.name,
                        "seed": seed,
                        "budget_share": share,
                        "weekly_pence": pence,
                        "method": method,
                        **figures,
                    }
                if free is None:
                    # Without that plan there is nothing to take a share of.
                    break

    def methods(self, settings: Settings, place: int) -> tuple[str, ...]:
        """Return by which methods the seed at a place is solved, ours first."""
        asked = [each for each in self.peers if each in settings.peers]
        if place >= self.slow_seeds:
            asked = [each for each in asked if each not in SLOW]
        profile = ("profile",) if self.seeds[place] in self.profiled else ()
        return ("nearhome", *profile, *asked)

    def _task(self, settings: Settings, seed: int, pence: int | None, method: str) -> Row:
        return {
            "kind": "plan",
            "children": self.children,
            "homes": self.homes,
            "seed": seed,
            "weekly_pence": pence,
            "method": method,
            "seconds": self.seconds,
            "repeats": self.repeats,
            "peer_seconds": settings.peer_seconds or self.peer_seconds,
            "worlds": None if settings.worlds is None else str(settings.worlds),
        }


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
        repeats, homes = (1, 60) if settings.smoke else (self.repeats, HOMES_OF_DEMO)
        task = {"kind": "demo", "children": 0, "homes": homes, "seed": 1, "repeats": 3}
        for compiled in ("warm", "cold"):
            runs = []
            for _ in range(repeats):
                with tempfile.TemporaryDirectory() as empty:
                    cold = {"NUMBA_CACHE_DIR": empty} if compiled == "cold" else None
                    runs.append(measured(task, environment=cold, apart=settings.apart))
            yield {"instance": self.name, "seed": 1, "method": compiled, **_middle(runs)}
        yield {"instance": self.name, "seed": 1, "method": "command", **_command(homes, repeats)}


def _middle(runs: list[Row]) -> Row:
    """Return the run of median seconds with the seconds of all."""
    failed = [each for each in runs if "failed" in each]
    if failed:
        return failed[0]
    order = sorted(runs, key=lambda each: float(each["seconds"]))
    return order[len(order) // 2] | {"all_seconds": [each["seconds"] for each in runs]}


def _command(homes: int, repeats: int) -> Row:
    """Time ``nearhome assign FOLDER --json`` whole: start, load, solve, check, print."""
    from matcher.intake import write_world
    from scenarios.county import make_county

    with tempfile.TemporaryDirectory() as folder:
        write_world(make_county(size=homes / HOMES_OF_DEMO, seed=1), Path(folder) / "county")
        command = "from api.cli.main import main; main()"
        times = []
        for _ in range(repeats):
            began = time.perf_counter()
            finished = subprocess.run(
                [sys.executable, "-c", command, "assign", "--world", f"{folder}/county", "--json"],
                capture_output=True,
                check=False,
                text=True,
            )
            times.append(round(time.perf_counter() - began, 4))
            if finished.returncode:
                return {"failed": f"exit {finished.returncode}: {finished.stderr[-300:]}"}
    return {"seconds": sorted(times)[len(times) // 2], "all_seconds": times}


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


INSTANCES: dict[str, tuple[str, Plans | Forcing | Demo | Outside]] = {
    "demo-40": (
        "40 waiting children, demo county: the first answer of a process, and the command",
        Demo("demo-40"),
    ),
    "council": (
        "500 children x 1,000 homes, half placed; no, 97 % and 90 % budget; 5 seeds; peers",
        Plans(
            "council",
            children=500,
            homes=1_000,
            seeds=(1, 2, 3, 4, 5),
            seconds=60.0,
            repeats=3,
            peers=(*QUICK, *SLOW),
        ),
    ),
    "region": (
        "5,000 children x 8,000 homes; no, 97 % and 90 % budget; 3 seeds",
        Plans("region", children=5_000, homes=8_000, seeds=(1, 2, 3), seconds=120.0),
    ),
    "large": (
        "16,000 children x 20,000 homes",
        Plans("large", children=16_000, homes=20_000, seeds=(1,), seconds=300.0, budgets=(None,)),
    ),
    "england-plan": (
        "80,000 children x 100,000 homes: one plan",
        Plans(
            "england-plan",
            children=80_000,
            homes=100_000,
            seeds=(1,),
            seconds=1_800.0,
            budgets=(None,),
            peers=(),
            most_megabytes=14_000,
            most_seconds=7_200,
            profiled=(),
        ),
    ),
    "forcing": (
        "the exact cost of giving a child one of their options, council size",
        Forcing("forcing", children=500, homes=1_000, seeds=(1, 2, 3), seconds=60.0, asked=5),
    ),
    "orlib-gap": (
        "published generalised assignment problems, 30 s each (files from outside)",
        Outside("orlib-gap", "gap", 30.0),
    ),
    "sscflp": (
        "published facility location problems, 30 s each (files from outside)",
        Outside("sscflp", "sscflp", 30.0),
    ),
}
