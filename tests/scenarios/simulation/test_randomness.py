from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.randomness import Randomness, key_of, threshold

SETTINGS = settings(derandomize=True, max_examples=50, deadline=None)


@SETTINGS
@given(
    st.integers(0, 2**32),
    st.integers(0, 10_000),
    st.text("abc123.-", min_size=1),
    st.integers(0, 9999),
)
def test_one_by_one_and_all_at_once_are_the_same(
    seed: int, replication: int, identity: str, counter: int
) -> None:
    randomness = Randomness(seed, replication)
    keys = np.array([key_of(identity), key_of("other")], dtype=np.uint64)
    found = randomness.all_bits(("one", "two"), keys, counter)
    assert int(found[0, 0]) == randomness.bits("one", identity, counter)
    assert int(found[1, 1]) == randomness.bits("two", "other", counter)
    assert randomness.bits_of("one", keys, counter).tolist() == found[0].tolist()
    assert 0 <= randomness.uniform("one", identity, counter) < 1


def test_numbers_are_level_and_independent() -> None:
    randomness = Randomness(5, 1)
    keys = np.array([key_of(f"C-{at}") for at in range(20_000)], dtype=np.uint64)
    one = randomness.bits_of("one", keys, 1) / 2**64
    for other in (
        randomness.bits_of("two", keys, 1),
        randomness.bits_of("one", keys, 2),
        Randomness(5, 2).bits_of("one", keys, 1),
        Randomness(6, 1).bits_of("one", keys, 1),
    ):
        assert abs(np.corrcoef(one, other)[0, 1]) < 0.03
    counts, _ = np.histogram(one, bins=20, range=(0, 1))
    # Chi squared with 19 degrees of freedom: 43.8 is passed once in a thousand.
    assert ((counts - 1000) ** 2 / 1000).sum() < 43.8


def test_a_higher_mean_never_gives_a_lower_count() -> None:
    randomness = Randomness(2, 0)
    for week in range(300):
        counts = [randomness.count("come", "a", week, mean) for mean in (0.1, 0.5, 2.0, 4.0)]
        assert counts == sorted(counts)
    found = [randomness.count("come", "a", week, 2.0) for week in range(5000)]
    assert np.mean(found) == pytest.approx(2.0, abs=0.08)
    assert np.var(found) == pytest.approx(2.0, abs=0.15)


def test_a_threshold_is_passed_as_often_as_the_chance_says() -> None:
    randomness = Randomness(8, 0)
    keys = np.array([key_of(f"H-{at}") for at in range(50_000)], dtype=np.uint64)
    bits = randomness.all_bits(("x",), keys, 0)[0]
    for chance in (0.0, 0.001, 0.2, 1.0):
        below = bits < threshold(np.full(len(keys), chance))
        assert below.mean() == pytest.approx(chance, abs=0.006)
