"""What looking ahead takes: to learn what beds are worth, and to rank with it.

A made council of 500 children and 1,000 homes, half of whom wait. Values are learnt as
``nearhome lookahead learn`` does, from who is placed. Referrals are ranked as the service does,
by an engine over a World that changes, made anew for each so that nothing is remembered: under
``balanced`` and under ``look_ahead`` in turn, whichever goes first changing from one to the next.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.machine import peak_megabytes
from benchmarks.processes import measured
from benchmarks.worlds import Size, kept_council
from matcher.engine import Engine, engine_for
from matcher.live import LiveWorld
from matcher.lookahead.values import LearningMethod
from matcher.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.settings import Settings
    from matcher.domain.world import World
    from matcher.lookahead.values import BedValues

Row = dict[str, Any]

SEEDS = (1, 2, 3)
TASK = {
    "kind": "look-ahead",
    "children": 500,
    "homes": 1_000,
    "learnt": 3,
    "referrals": 40,
    "ranked": 7,
    "shown": 20,
}
SMALL = {"children": 16, "homes": 40, "learnt": 1, "referrals": 4, "ranked": 1}
LEARNING, RANKING = "learning", "ranking"
METHODS = tuple(each.value for each in LearningMethod)
ALONE, TOGETHER = "children alone", "siblings"


def run(settings: Settings) -> Iterator[Row]:
    """Measure, each seed in a process of its own, and give its rows.

    Parameters
    ----------
    settings
        How it is measured.
    """
    small = SMALL if settings.smoke else {}
    worlds = None if settings.worlds is None else str(settings.worlds)
    for seed in SEEDS[: 1 if settings.smoke else settings.seeds]:
        found = measured({**TASK, **small, "seed": seed, "worlds": worlds}, apart=settings.apart)
        if "failed" in found:
            yield {"seed": seed, "figure": "all", "failed": found["failed"]}
            continue
        for row in found["rows"]:
            yield {"seed": seed, **row}


def measure(task: Row) -> Row:
    """Return the rows of one council.

    Parameters
    ----------
    task
        ``children``, ``homes``, ``seed``, ``worlds`` of the council; ``learnt``, how often;
        ``referrals``, how many at most; ``ranked``, how often each; ``shown``, so many options.
    """
    folder = task["worlds"]
    world = kept_council(
        Size(task["children"], task["homes"]),
        seed=task["seed"],
        folder=None if folder is None else Path(folder),
    )
    _ = world.data_hash  # computed once for a World, not for each answer
    about = {"children": task["children"], "homes": len(world.homes)}
    before = round(peak_megabytes())
    rows, values = [], None
    # The simpler first: what a process has held at most can only grow.
    for method in reversed(METHODS):
        values, row = _learning(world, method, task)
        rows.append({**about, "world_peak_megabytes": before, **row})
    assert values is not None
    rows += [{**about, **row} for row in _ranking(world, values, task)]
    return {"rows": rows}


def _learning(world: World, method: str, task: Row) -> tuple[BedValues, Row]:
    """Learn some times, and say how long it took."""
    engine = engine_for(world, "look_ahead")
    times = []
    for _ in range(task["learnt"]):
        began = time.perf_counter()
        values = engine.bed_values(method=method)
        times.append(time.perf_counter() - began)
    return values, {
        "figure": LEARNING,
        "method": method,
        "families": values.families,
        "seconds": round(statistics.median(times), 3),
        "all_seconds": [round(each, 3) for each in times],
        "peak_megabytes": round(peak_megabytes()),
    }


def _ranking(world: World, values: BedValues, task: Row) -> Iterator[Row]:
    """Rank referrals with and without looking ahead, and say by how much it is slower."""
    policies = [Policy.named(each) for each in ("balanced", "look_ahead")]
    live = LiveWorld(world, policies[0], values)
    waiting = {
        referral_id: len(referral.child_ids)
        for referral_id, referral in world.referrals.items()
        if not set(referral.child_ids) & world.placements.keys()
    }
    for who, one in ((ALONE, True), (TOGETHER, False)):
        asked = [each for each, size in waiting.items() if (size == 1) == one][: task["referrals"]]
        if not asked:
            continue
        _timed(live, policies[1], asked[0], task["shown"])  # what is compiled is loaded
        times = np.array([_both(live, policies, each, task) for each in asked]) * 1e3
        slower = times[:, 1] - times[:, 0]
        (without, ahead), (without_p95, ahead_p95) = np.percentile(times, (50, 95), axis=0)
        low, middle, high = np.percentile(slower, (5, 50, 95))
        yield {
            "figure": RANKING,
            "name": who,
            "referrals": len(asked),
            "without_p50_ms": round(float(without), 2),
            "without_p95_ms": round(float(without_p95), 2),
            "ahead_p50_ms": round(float(ahead), 2),
            "ahead_p95_ms": round(float(ahead_p95), 2),
            "slower_p5_ms": round(float(low), 2),
            "slower_p50_ms": round(float(middle), 2),
            "slower_p95_ms": round(float(high), 2),
        }


def _both(live: LiveWorld, policies: list[Policy], referral_id: str, task: Row) -> list[float]:
    """Return the median seconds of one referral under each policy, asked in turn."""
    found: list[list[float]] = [[], []]
    for number in range(task["ranked"]):
        for at in (0, 1) if number % 2 else (1, 0):
            found[at].append(_timed(live, policies[at], referral_id, task["shown"]))
    return [statistics.median(each) for each in found]


def _timed(live: LiveWorld, policy: Policy, referral_id: str, shown: int) -> float:
    engine = Engine.over(live, policy)
    began = time.perf_counter()
    engine.rank(referral_id, top=shown, excluded=0)
    return time.perf_counter() - began
