"""A county of the size of England: time and peak memory to make, load, and rank one referral.

    python -m benchmarks.england make DIR
    python -m benchmarks.england rank DIR

Each step is a process of its own, so that the peak resident size is that step's.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.machine import peak_megabytes

SIZE = 153.3
"""Times Buckinghamshire's 522 children: England's 80,000."""


def make(folder: Path, *, size: float) -> dict[str, Any]:
    """Make the county and write it, and return the figures."""
    from matcher.intake import write_world
    from scenarios.county import make_county

    began = time.perf_counter()
    world = make_county(size=size)
    made = time.perf_counter()
    write_world(world, folder)
    return {
        "children": len(world.children),
        "homes": len(world.homes),
        "make_seconds": round(made - began, 1),
        "write_seconds": round(time.perf_counter() - made, 1),
        "make_peak_megabytes": round(peak_megabytes()),
    }


def rank(folder: Path) -> dict[str, Any]:
    """Load the county and rank its first sibling group, and return the figures."""
    from matcher.engine import engine_for
    from matcher.intake import read_world

    began = time.perf_counter()
    world = read_world(folder)
    read = time.perf_counter()
    engine = engine_for(world, "balanced")
    _ = world.data_hash
    ready = time.perf_counter()
    groups = (each for each in world.referrals.values() if len(each.child_ids) > 1)
    referral = next(groups, next(iter(world.referrals.values())))
    engine.rank(referral.referral_id)
    first = time.perf_counter()
    engine.rank(referral.referral_id)
    return {
        "load_seconds": round(read - began, 1),
        "columns_seconds": round(ready - read, 1),
        "children_ranked": len(referral.child_ids),
        "first_rank_ms": round(1e3 * (first - ready)),
        "rank_ms": round(1e3 * (time.perf_counter() - first)),
        "load_peak_megabytes": round(peak_megabytes()),
    }


def main() -> None:
    """Run one step and print its figures as JSON."""
    step, folder, *rest = sys.argv[1:]
    if step == "make":
        figures = make(Path(folder), size=float(rest[0]) if rest else SIZE)
    else:
        figures = rank(Path(folder))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
