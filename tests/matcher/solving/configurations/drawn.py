"""Small instances drawn at random, and everything about them by brute force."""

from __future__ import annotations

import random
from itertools import combinations, product
from typing import TYPE_CHECKING

import numpy as np

from matcher.solving.configurations.instance import Instance
from matcher.solving.configurations.splits import Splits
from matcher.solving.configurations.uses import Uses

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
    families = [[child] for child in range(children) if child not in group or len(group) < 2]
    families += [group] if len(group) > 1 else []
    family = [
        next(at for at, members in enumerate(families) if set(item) <= set(members))
        for item in items
    ]
    options = [
        (home, at) for home in range(homes) for at in range(len(items)) if rng.random() < 0.75
    ]
    room = np.array([rng.randint(1, 4) for _ in range(homes)])
    n_limits = rng.randint(0, 2) if limits is None else limits
    count = len(options)
    settled = [rng.random() < 0.15 for _ in range(children)]
    left_out = [None if each else rng.randint(400, 900) for each in settled]
    splits = [
        list(ways(members, items, left_out, 60 if len(members) > 1 else 0, n_limits))
        for members in families
    ]
    for each in splits:
        rng.shuffle(each)
    use = np.array(
        [[rng.randint(-2, 9) for _ in range(count)] for _ in range(n_limits)], dtype=np.int64
    ).reshape(n_limits, count)
    conflicts = [pair for pair in combinations(range(len(items)), 2) if rng.random() < 0.08]
    return Instance(
        family=np.array(family, dtype=np.int32),
        size=np.array([len(item) for item in items], dtype=np.int32),
        splits=Splits.of(splits, n_limits),
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
        use=Uses.of(list(use), count),
        limit=np.array([rng.randint(5, 25) for _ in range(n_limits)], dtype=np.int64),
        conflicts=np.array(conflicts, dtype=np.int64).reshape(-1, 2),
        household=Sulky(seed) if household else None,
        constant=rng.randint(-5, 5),
    )


def ways(
    members: Sequence[int],
    items: Sequence[tuple[int, ...]],
    left_out: Sequence[int | None],
    nobody: int,
    limits: int,
) -> Iterator[tuple[int, tuple[int, ...], dict[int, int]]]:
    """Yield every set of items that do not overlap and leave out only who may be."""
    theirs = [at for at, item in enumerate(items) if set(item) <= set(members)]
    for size in range(len(members) + 1):
        for chosen in combinations(theirs, size):
            placed = [child for at in chosen for child in items[at]]
            missing = [left_out[child] for child in members if child not in placed]
            if len(set(placed)) == len(placed) and None not in missing:
                cost = sum(each or 0 for each in missing) + nobody * (not chosen)
                yield cost, chosen, dict.fromkeys(range(limits), len(missing))


def configurations(instance: Instance, home: int) -> Iterator[tuple[int, ...]]:
    """Yield the options of every configuration that a home allows, the empty one too."""
    options = range(int(instance.start[home]), int(instance.start[home + 1]))
    for size in range(int(instance.room[home]) + 1):
        for chosen in combinations(options, size):
            items = [int(instance.item[at]) for at in chosen]
            if sum(int(instance.weight[at]) for at in chosen) <= instance.room[home]:
                families = instance.family[items].tolist()
                pairs = {tuple(sorted(pair)) for pair in instance.conflicts.tolist()}
                clash = any(tuple(sorted(pair)) in pairs for pair in combinations(items, 2))
                household = instance.household
                allowed = not isinstance(household, Sulky) or household.may(home, items)
                if len(set(families)) == len(families) and not clash and allowed:
                    yield chosen


def best_plan(instance: Instance) -> tuple[int | None, int]:
    """Return the least cost of any lawful plan, None when there is none; and how many."""
    values = [value for value, _ in every_plan(instance)]
    return min(values, default=None), len(values)


def best_plans(instance: Instance) -> list[tuple[int, ...]]:
    """Return the options of every lawful plan of least cost."""
    plans = list(every_plan(instance))
    least = min((value for value, _ in plans), default=None)
    return [chosen for value, chosen in plans if value == least]


def every_plan(instance: Instance) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield the cost and the options of every lawful plan."""
    splits = instance.splits
    of_family: list[dict[frozenset[int], tuple[int, list[int]]]] = [
        {} for _ in range(splits.families)
    ]
    for at in range(len(splits)):
        theirs = frozenset(splits.item[splits.first[at] : splits.first[at + 1]].tolist())
        of_family[int(splits.family[at])][theirs] = (
            int(splits.cost[at]),
            splits.use.at(np.array([at]))[:, 0].tolist(),
        )
    each_home = [list(configurations(instance, home)) for home in range(instance.homes)]
    for configuration in product(*each_home):
        chosen = [at for part in configuration for at in part]
        items = instance.item[chosen].tolist()
        if len(set(items)) < len(items):
            continue
        families = instance.family[items].tolist()
        taken = [
            each.get(frozenset(item for item, of in zip(items, families, strict=True) if of == at))
            for at, each in enumerate(of_family)
        ]
        known = [each for each in taken if each is not None]
        if len(known) < len(taken):
            continue
        used = instance.use.at(np.array(chosen, dtype=np.int64)).sum(axis=1)
        used = used + np.array([use for _, use in known]).reshape(len(known), -1).sum(axis=0)
        if (used > instance.limit).any():
            continue
        value = (
            instance.constant
            + sum(cost for cost, _ in known)
            + int(instance.cost[chosen].sum())
            + sum(int(instance.opening[home]) for home in set(instance.home[chosen].tolist()))
        )
        assert value == instance.value(chosen)
        yield value, tuple(chosen)
