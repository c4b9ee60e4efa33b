from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from matcher.solving.configurations import unchosen

if TYPE_CHECKING:
    from collections.abc import Callable


def least_sum(options: list[tuple[int, int]], room: int) -> int:
    """Return the least sum of (weight, reduced cost) that fits, by trying all."""
    return min(
        sum(reduced for _, reduced in company)
        for count in range(len(options) + 1)
        for company in combinations(options, count)
        if sum(weight for weight, _ in company) <= room
    )


@pytest.mark.parametrize("seed", range(30))
def test_no_company_with_an_option_left_out_comes_below_what_is_said(seed: int) -> None:
    random = np.random.default_rng(seed)
    room = random.integers(1, 5, size=4)
    home = random.integers(0, 4, size=24).astype(np.int32)
    weight = np.minimum(random.integers(1, 4, size=24), room[home]).astype(np.int16)
    reduced = -random.integers(1, 30, size=24).astype(np.int64)
    chosen = random.random(24) < 0.3

    def sums(which: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[int]:
        return [
            least_sum(
                [(int(weight[at]), int(reduced[at])) for at in np.flatnonzero((home == h) & which)],
                int(room[h]),
            )
            for h in range(4)
        ]

    search: Callable[..., Any] = unchosen.worth_choosing
    every = sums(np.ones(24, dtype=np.bool_))
    for _ in range(30):
        least = np.array(sums(chosen), dtype=np.int64)
        found, below = search(home, weight, reduced, chosen, room, least, 0)
        assert sum(every) >= least.sum() + below
        assert not chosen[found].any()
        assert (np.bincount(home[found], minlength=4) <= room).all()
        if not len(found):
            assert below == 0
            assert least.tolist() == every
            return
        assert below < 0
        chosen[found] = True
    pytest.fail("options went on joining")
