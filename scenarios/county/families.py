"""Births, and brothers and sisters: who belongs together, and who lives apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from scenarios.county.labels import AGE_BANDS, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from scenarios.county.people import People
    from scenarios.county.profile import Profile
    from scenarios.county.streams import Streams

_SIZES = (2, 3, 4, 5)
_SIZE_SHARES = (0.66, 0.22, 0.09, 0.03)
_BETWEEN_BIRTHS_DAYS = 290
_FAMILY_KINDS = (Kind.FOSTER, Kind.PARENTS, Kind.ADOPTION)


@dataclass(frozen=True)
class Families:
    """Brothers and sisters in care.

    Parameters
    ----------
    born
        Day of birth of each child, as a proleptic Gregorian ordinal.
    together
        Groups that live together, each as indices of children.
    apart_sizes
        How many members each separated group is to have; chosen once homes are known.
    """

    born: NDArray[np.int64]
    together: tuple[tuple[int, ...], ...]
    apart_sizes: tuple[int, ...]


def birth_range(age_from: int, age_to: int, as_of: date) -> tuple[int, int]:
    """Return the first and last day of birth, as ordinals, of ages in completed years."""
    first = date(as_of.year - age_to - 1, as_of.month, as_of.day).toordinal() + 1
    return first, date(as_of.year - age_from, as_of.month, as_of.day).toordinal()


def completed_years(born: date, day: date) -> int:
    """Return age on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def births_plausible(born: Sequence[int]) -> bool:
    """Whether one mother could have had these children: twins, or ten months apart."""
    ordered = sorted(born)
    gaps = [b - a for a, b in pairwise(ordered)]
    return all(gap == 0 or gap >= _BETWEEN_BIRTHS_DAYS for gap in gaps)


def draw_families(people: People, profile: Profile, as_of: date, streams: Streams) -> Families:
    """Return births and sibling groups; those together share placement, cell and ethnicity."""
    rng = streams.stream("families.births")
    first = np.array([birth_range(a, b, as_of)[0] for a, b in AGE_BANDS])[people.age_band]
    last = np.array([birth_range(a, b, as_of)[1] for a, b in AGE_BANDS])[people.age_band]
    # Asylum-seeking children of 16 and 17 are mostly 17; the others spread over their band.
    lean = np.where(people.unaccompanied, rng.random(len(people)) ** 1.6, rng.random(len(people)))
    born = (first + lean * (last - first + 1)).astype(np.int64)
    sizes = _group_sizes(round(profile.value("siblings_share") * len(people)), streams)
    split = round(profile.value("siblings_separated") * len(sizes))
    order = streams.stream("families.split").permutation(len(sizes))
    apart = [sizes[i] for i in order[:split]]
    together = _fill(people, born, first, last, [sizes[i] for i in order[split:]], streams)
    return Families(born, tuple(together), tuple(apart))


def _group_sizes(children: int, streams: Streams) -> list[int]:
    """Return sizes of sibling groups that add up to a number of children."""
    rng = streams.stream("families.sizes")
    sizes: list[int] = []
    left = children
    while left >= 2:
        size = min(int(rng.choice(_SIZES, p=_SIZE_SHARES)), left)
        if left - size == 1:
            size = left if left <= max(_SIZES) else size - 1 if size > 2 else size + 1
        sizes.append(size)
        left -= size
    return sizes


def _fill(
    people: People,
    born: NDArray[np.int64],
    first: NDArray[np.int64],
    last: NDArray[np.int64],
    sizes: list[int],
    streams: Streams,
) -> list[tuple[int, ...]]:
    """Choose members of groups that live together; a birth too close to another is redrawn."""
    rng = streams.stream("families.together")
    buckets: dict[tuple[int, ...], list[int]] = {}
    for child in rng.permutation(len(people)).tolist():
        if people.kind[child] not in _FAMILY_KINDS or people.unaccompanied[child]:
            continue
        key: tuple[int, ...] = (
            int(people.kind[child]),
            int(people.provider[child]),
            int(people.cell[child]),
            int(people.connected[child]),
            int(people.ethnic[child]),
        )
        buckets.setdefault(key, []).append(child)
    for members in buckets.values():
        members.sort(key=lambda child: (int(people.legal[child]), int(people.need[child])))
    groups = []
    for size in sorted(sizes, reverse=True):
        open_keys = sorted(key for key, members in buckets.items() if len(members) >= size)
        if not open_keys:
            continue
        weights = np.array([len(buckets[key]) for key in open_keys], dtype=np.float64)
        key = open_keys[int(rng.choice(len(open_keys), p=weights / weights.sum()))]
        start = int(rng.integers(len(buckets[key]) - size + 1))
        members = buckets[key][start : start + size]
        del buckets[key][start : start + size]
        for at in range(1, size):
            for _ in range(60):
                if births_plausible([int(born[m]) for m in members[: at + 1]]):
                    break
                born[members[at]] = int(rng.integers(first[members[at]], last[members[at]] + 1))
        groups.append(tuple(sorted(members)))
    return groups
