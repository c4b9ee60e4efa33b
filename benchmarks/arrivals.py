"""Made instances of units that arrive: families and towns, two periods that resemble each other.

The towns keep their character from period to period; the families are others. Nothing of the
second period is known when prices are learnt. The seeds measured are not those that anything
was tried out on.

python -m benchmarks run arrivals
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.solving.online.playing import decide, play, worth
from matcher.solving.online.tables import OnlineInstance, Units

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

SIZES = np.arange(1, 9)
SIZE_SHARES = (0.35, 0.15, 0.13, 0.13, 0.10, 0.07, 0.04, 0.03)
LANGUAGES = (0.25, 0.20, 0.15, 0.10, 0.10, 0.10, 0.05, 0.05)
SUPPORTED = 0.65
LARGE, TAKES_LARGE = 6, 0.6
HELD_OUT = range(100, 110)


def made(*, seed: int, families: int, towns: int, room: float) -> OnlineInstance:
    """Return an instance with an earlier period of nine tenths of the size.

    Parameters
    ----------
    seed
        The same makes the same.
    families, towns
        How many.
    room
        Seats for each member of a family that arrives.
    """
    rng = np.random.default_rng(seed)
    character = rng.normal(0, 0.5, towns), rng.normal(0, 0.35, (towns, 4))
    supports = rng.random((len(LANGUAGES), towns)) < SUPPORTED
    large = rng.random(towns) < TAKES_LARGE
    shares = rng.dirichlet(np.full(towns, 3.0))

    def period(letter: str, count: int) -> Units:
        sizes = rng.choice(SIZES, count, p=SIZE_SHARES).astype(np.int64)
        traits = rng.normal(0, 1, (count, 4))
        chance = character[0] + 0.6 * traits[:, :1] + traits @ character[1].T - 1
        chance = 1 / (1 + np.exp(-chance - rng.normal(0, 0.2, chance.shape)))
        earners = np.minimum(sizes, 1 + rng.integers(0, 2, count) + (sizes > 4))
        speaks = rng.choice(len(LANGUAGES), count, p=LANGUAGES)
        allowed: NDArray[np.bool_] = supports[speaks] & ((sizes < LARGE)[:, None] | large)
        labels = tuple(f"{letter}{at:05}" for at in range(count))
        return Units(labels, earners[:, None] * chance, sizes, allowed)

    training = period("T", families * 9 // 10)
    units = period("F", families)
    seats = np.floor(shares * room * units.sizes.sum()).astype(np.int64)
    places = tuple(f"P{at:03}" for at in range(towns))
    return OnlineInstance(places, np.maximum(seats, 1), units, training)


def run(
    *,
    seeds: Sequence[int] = HELD_OUT,
    shapes: Sequence[tuple[int, int, float]] = ((600, 16, 1.1), (600, 16, 1.3), (600, 16, 0.95)),
) -> Iterator[dict[str, Any]]:
    """Yield a row for each shape: families, towns, seats for each person.

    Parameters
    ----------
    seeds
        One instance each.
    shapes
        How large, and how much room.
    """
    for families, towns, room in shapes:
        began = time.process_time()
        instances = [made(seed=seed, families=families, towns=towns, room=room) for seed in seeds]
        found = [play(each) for each in instances]
        ratios = [each.ratio for each in found]
        refusing = [
            worth(each.units, decide(each, batch=10, refusing=True)) / result.hindsight_bound
            for each, result in zip(instances, found, strict=True)
        ]
        greedy = [each.greedy_total / each.hindsight_bound for each in found]
        yield {
            "families": families,
            "towns": towns,
            "room": room,
            "instances": len(found),
            "proved": sum(each.hindsight_optimum is not None for each in found),
            "ratio_mean": round(float(np.mean(ratios)), 4),
            "ratio_least": round(min(ratios), 4),
            "ratio_mean_if_refusing": round(float(np.mean(refusing)), 4),
            "greedy_mean": round(float(np.mean(greedy)), 4),
            "left_out": sum(each.left_out for each in found),
            "decision_seconds": round(float(np.mean([each.seconds for each in found])), 2),
            "processor_seconds": round(time.process_time() - began, 1),
        }
