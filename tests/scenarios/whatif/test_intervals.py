"""Intervals hold what they say, for few replications too."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.intervals import (
    ENOUGH_FOR_QUANTILES,
    of_futures,
    of_mean,
    quantile_of_futures,
    student_quantile,
)


@pytest.mark.parametrize(
    ("degrees", "expected"),
    # As printed in tables of Student's t, one-sided 0.05.
    [(1, 6.314), (2, 2.920), (3, 2.353), (4, 2.132), (9, 1.833), (30, 1.697), (120, 1.658)],
)
def test_students_quantiles_are_those_of_the_tables(degrees: int, expected: float) -> None:
    assert student_quantile(0.95, degrees) == pytest.approx(expected, abs=5e-4)
    assert student_quantile(0.05, degrees) == pytest.approx(-expected, abs=5e-4)


def drawn(kind: str, random: np.random.Generator, size: tuple[int, int]) -> np.ndarray:
    return random.normal(size=size) if kind == "normal" else random.exponential(size=size)


@pytest.mark.parametrize("kind", ["normal", "exponential"])
@pytest.mark.parametrize("count", [6, ENOUGH_FOR_QUANTILES, 20, 60, 200])
def test_nine_further_futures_in_ten_fall_inside(kind: str, count: int) -> None:
    rows = drawn(kind, np.random.default_rng(count), (1500, count + 1))
    inside = 0
    for row in rows:
        low, high = of_futures(row[:-1])
        inside += low <= row[-1] <= high
    share = inside / len(rows)
    # Ninety per cent, give or take three standard errors of 1,500 trials. Six values of a
    # skewed distribution, taken to be normal, do a little worse or better.
    assert share == pytest.approx(0.9, abs=0.025 if count > 6 else 0.04)


@pytest.mark.parametrize("count", [2, 6, 20, 200])
def test_nine_intervals_in_ten_hold_the_true_mean(count: int) -> None:
    rows = np.random.default_rng(count).normal(3.0, 2.0, size=(1500, count))
    held = [low <= 3.0 <= high for low, high in map(of_mean, rows)]
    assert np.mean(held) == pytest.approx(0.9, abs=0.025)


def test_an_interval_of_futures_does_not_shrink_and_one_of_the_mean_does() -> None:
    values = np.random.default_rng(5).normal(size=2000)
    futures = [np.diff(of_futures(values[:count]))[0] for count in (50, 2000)]
    means = [np.diff(of_mean(values[:count]))[0] for count in (50, 2000)]
    assert futures[1] == pytest.approx(futures[0], rel=0.3)
    assert means[1] < means[0] / 4


def test_equal_values_have_no_width_at_all() -> None:
    values = np.full(7, 0.1)
    assert of_futures(values) == (0.1, 0.1)
    low, high = of_mean(values)
    assert low == high


def test_quantiles_beyond_the_values_are_not_made_up_from_many() -> None:
    values = np.arange(1.0, 20.0)  # 19 of them: the first is the 1/20 quantile
    assert quantile_of_futures(values, 0.05) == 1.0
    assert quantile_of_futures(values, 0.5) == 10.0
    assert quantile_of_futures(values, 0.95) == 19.0
