from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matcher.solving.limits import FewInts, Limit, LimitsInUse

AMOUNTS = st.lists(st.integers(0, 4), min_size=1, max_size=12)


def few(amounts: list[int]) -> FewInts:
    at = np.flatnonzero(amounts)
    return FewInts(at, np.array(amounts, dtype=np.int8)[at], len(amounts))


@given(AMOUNTS, st.data())
def test_few_numbers_are_indexed_like_all_of_them(amounts: list[int], data: st.DataObject) -> None:
    whole, part = np.array(amounts), few(amounts)
    assert len(part) == len(whole)
    assert np.array_equal(np.asarray(part), whole)
    assert np.array_equal(np.asarray(part // 2), whole // 2)
    assert np.array_equal(part > 1, whole > 1)
    one = data.draw(st.integers(0, len(whole) - 1))
    assert part[one] == whole[one]
    some = data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=5))
    positions = np.array(some, dtype=np.int64)
    assert np.array_equal(part[positions], whole[positions])
    assert np.array_equal(part[whole > 1], whole[whole > 1])


@given(st.lists(AMOUNTS, min_size=1, max_size=4), st.data())
def test_what_exceeds_a_limit_is_the_same_however_it_is_kept(
    uses: list[list[int]], data: st.DataObject
) -> None:
    n = min(map(len, uses))
    taken = data.draw(st.lists(st.integers(0, n - 1), unique=True, max_size=3))
    more = data.draw(st.integers(0, n - 1))
    limits = [
        Limit(
            f"limit {at}",
            few(use[:n]) if data.draw(st.booleans()) else np.array(use[:n]),
            sum(use[each] for each in [*taken, more]) + data.draw(st.integers(0, 4)),
        )
        for at, use in enumerate(uses)
    ]
    in_use = LimitsInUse(limits, taken)
    in_use.take(more)
    low = data.draw(st.integers(0, n))
    high = data.draw(st.integers(low, n))
    found = {name: set(where.tolist()) for name, where in in_use.exceeding(low, high)}
    for limit, use in zip(limits, uses, strict=True):
        used = sum(use[at] for at in [*taken, more])
        over = {at for at in range(low, high) if used + use[at] > limit.limit}
        assert found.get(limit.name, set()) == over
