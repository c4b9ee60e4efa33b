"""What equally good plans are told apart by: identifiers, and nothing else.

First the positions of homes in the order of their identifiers, added up over children: the
plan with the first homes is taken. Where two plans still have the same sum, as when two
children could change places, a number drawn from the identifiers of the children and the
home decides. Neither depends on the order of records, on the seed or on the solver.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from matcher.solving.options import Ints
    from matcher.solving.problem import Problem

DRAWN_BITS = 16
"""Sums of drawn numbers stay small enough for floating point, and seldom meet by chance."""
MIXER = np.uint64(0x9E3779B97F4A7C15)
HALF = np.uint64(32)


def ranks_of(problem: Problem) -> tuple[Ints, Ints]:
    """Return by what plans are told apart, each of every option; the first decides first.

    Parameters
    ----------
    problem
        Children, homes, options.
    """
    options, ids = problem.options, problem.items.child_ids
    position = (options.home.astype(np.int64) + 1) * options.size
    items = _numbers(
        " ".join(ids[child] for child in item.children) for item in problem.items.items
    )
    mixed = (items[options.item] ^ _numbers(problem.homes.ids)[options.home]) * MIXER
    mixed = (mixed ^ (mixed >> HALF)) * MIXER
    drawn = (mixed >> np.uint64(64 - DRAWN_BITS)).astype(np.int64)
    return position, drawn


def _numbers(identifiers: Iterable[str]) -> NDArray[np.uint64]:
    """Return a number of 64 bits for every identifier, the same everywhere and always."""
    found = [
        int.from_bytes(blake2b(each.encode(), digest_size=8).digest(), "big")
        for each in identifiers
    ]
    return np.array(found, dtype=np.uint64)
