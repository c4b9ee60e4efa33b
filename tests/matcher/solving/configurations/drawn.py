"""Small instances drawn at random, and everything about them by brute force."""

from __future__ import annotations

import random
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np

from matcher.solving.configurations.instance import NEVER, Instance

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Sulky:
    """A household that refuses some pairs for good and some exact companies."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.asked: list[tuple[int, tuple[int, ...]]] = []

    def _draw(self, *what: int) -> float:
        return random.Random(f"{self.seed} {what}").random()

    def refuses_with_others(self, home: int, items: Sequence[int]) -> bool:
        return any(self._draw(home, a, b) < 0.15 for a, b in combinations(sorted(items), 2))

    def allows(self, home: int, items: Sequence[int]) -> bool:
        key = (home, tuple(sorted(items)))
        self.asked.append(key)
        return self.may(home, items)

    def may(self, home: int, items: Sequence[int]) -> bool:
        if len(items) < 2:
            return True
        if self.refuses_with_others(home, items):
            return False
        return self._draw(-1, home, *sorted(items)) >= 0.1


def drawn(
    seed: int,
    *,
    children: int = 6,
    homes: int = 4,
    household: bool = True,
    limits: int | None = None,
) -> Instance:
    """Draw an instance: children alone and in a sibling group, with limits and openings."""
    rng = random.Random(seed)
    group = sorted(rng.sample(range(children), rng.randint(0, min(3, children))))
    items: list[tuple[int, ...]] = [(child,) for child in range(children)]
    items += [part for size in range(2, len(group) + 1) for part in combinations(group, size)]
    with_group = len(group) > 1
    rows = children + with_group
    most = max(map(len, items)) + 1
    rows_of_item = np.full((len(items), most), rows, dtype=np.int32)
    for at, item in enumerate(items):
        rows_of_item[at, : len(item)] = item
        if with_group and set(item) <= set(group):
            rows_of_item[at, len(item)] = children
    options = [
        (home, at) for home in range(homes) for at in range(len(items)) if rng.random() < 0.75
    ]
    room = np.array([rng.randint(1, 4) for _ in range(homes)])
    n_limits = rng.randint(0, 2) if limits is None else limits
    count = len(options)
    needed = np.ones(rows, dtype=np.int64)
    settled = [rng.random() < 0.15 for _ in range(children)]
    slack = [NEVER if each else rng.randint(400, 900) for each in settled]
    use = np.array(
        [[rng.randint(-2, 9) for _ in range(count)] for _ in range(n_limits)], dtype=np.int64
    ).reshape(n_limits, count)
    conflicts = [pair for pair in combinations(range(len(items)), 2) if rng.random() < 0.08]
    return Instance(
        rows_of_item=rows_of_item,
        needed=needed,
        equal=np.arange(rows) < children,
        slack_cost=np.array([*slack, *([60] if with_group else [])], dtype=np.int64),
        start=np.searchsorted([home for home, _ in options], np.arange(homes + 1)),
        item=np.array([at for _, at in options], dtype=np.int32),
        cost=np.array(
            [
                sum(rng.randint(0, 300) for _ in items[at]) + 60 * (len(items[at]) > 1)
                for _, at in options
            ],
            dtype=np.int64,
        ),
        weight=np.array(
            [room[home] if rng.random() < 0.1 else min(len(items[at]), 9) for home, at in options],
            dtype=np.int32,
        ),
        room=room,
        opening=np.array([rng.choice((0, 0, 100)) for _ in range(homes)]),
        use=use,
        limit=np.array([rng.randint(5, 25) for _ in range(n_limits)], dtype=np.int64),
        spare=np.zeros((n_limits, rows), dtype=np.int64),
        conflicts=np.array(conflicts, dtype=np.int64).reshape(-1, 2),
        household=Sulky(seed) if household else None,
        constant=rng.randint(-5, 5),
    )


def configurations(instance: Instance, home: int) -> Iterator[tuple[int, ...]]:
    """Yield the options of every configuration that a home allows, the empty one too."""
    options = range(int(instance.start[home]), int(instance.start[home + 1]))
    for size in range(int(instance.room[home]) + 1):
        for chosen in combinations(options, size):
            items = [int(instance.item[at]) for at in chosen]
            if sum(int(instance.weight[at]) for at in chosen) <= instance.room[home]:
                rows = [
                    row
                    for item in items
                    for row in instance.rows_of_item[item].tolist()
                    if row < instance.rows
                ]
                pairs = {tuple(sorted(pair)) for pair in instance.conflicts.tolist()}
                clash = any(tuple(sorted(pair)) in pairs for pair in combinations(items, 2))
                household = instance.household
                allowed = not isinstance(household, Sulky) or household.may(home, items)
                if len(set(rows)) == len(rows) and not clash and allowed:
                    yield chosen


def best_plan(instance: Instance) -> tuple[int | None, int]:
    """Return the least cost of any lawful plan, None when there is none; and how many."""
    best: int | None = None
    count = 0
    each_home = [list(configurations(instance, home)) for home in range(instance.homes)]
    for configuration in product(*each_home):
        chosen = [at for part in configuration for at in part]
        covered = instance.covered(chosen)
        if (covered[instance.equal] > 1).any():
            continue
        short = np.maximum(instance.needed - covered, 0)
        if (short[instance.slack_cost == NEVER] > 0).any():
            continue
        if (instance.use[:, chosen].sum(axis=1) + instance.spare @ short > instance.limit).any():
            continue
        count += 1
        value = instance.value(chosen)
        best = value if best is None else min(best, value)
    return best, count
