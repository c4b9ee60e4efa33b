"""The named instances of the solver, and how each is measured.

Worlds are synthetic and seeded: the same name and seed is the same world. Budgets are shares
of what the new placements of the plan without a budget cost a week. Every run is a process
of its own, its repeats included, and every plan in it went through the independent checker.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benchmarks.answers import Demo, Forcing, Outside
from benchmarks.judged import gaps
from benchmarks.processes import measured
from benchmarks.settings import QUICK, SLOW

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.settings import Row, Settings

BUDGETS = (None, 0.97, 0.9)


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
    profiled
        For which seeds it is also said where the time goes.
    kept
        Whether the work is kept beside the made worlds, so that another run goes on from it.
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
    kept: bool = False

    def small(self) -> Plans:
        """Return the smoke form."""
        return replace(
            self,
            children=16,
            homes=40,
            seeds=self.seeds[:1],
            budgets=(None, 0.9) if set(SLOW) <= set(self.peers) else (None,),
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
            "kept": self.kept,
            "peer_seconds": settings.peer_seconds or self.peer_seconds,
            "worlds": None if settings.worlds is None else str(settings.worlds),
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
        Plans(
            "large",
            children=16_000,
            homes=20_000,
            seeds=(1,),
            seconds=300.0,
            budgets=(None,),
            peers=(),
            profiled=(),
        ),
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
            kept=True,
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
