"""Differences, verdicts, levels and fans of small columns of numbers."""

from __future__ import annotations

import numpy as np
import pytest

from scenarios.comparison import difference, fan, level, unpaired_difference
from scenarios.results import Difference, Good, Unit, Verdict

RANDOM = np.random.default_rng(7)
BASE = RANDOM.normal(100.0, 30.0, 40)


def compared(change: np.ndarray, good: Good = Good.LESS) -> Difference:
    found = difference(BASE, BASE + change, good)
    assert found is not None
    return found


def test_pairing_finds_a_small_difference_in_large_noise() -> None:
    change = RANDOM.normal(-2.0, 0.5, 40)
    paired = compared(change)
    assert paired.verdict is Verdict.CLEAR
    assert paired.better is True
    assert paired.mean == pytest.approx(change.mean())
    assert paired.p05 < paired.mean_low < paired.mean < paired.mean_high < paired.p95 < 0
    unpaired = unpaired_difference(BASE, BASE + change, Good.LESS)
    assert unpaired is not None
    assert unpaired.verdict is Verdict.INSIDE_THE_NOISE
    assert unpaired.mean == pytest.approx(paired.mean)


def test_a_difference_that_is_there_on_average_only_is_called_that() -> None:
    found = compared(RANDOM.normal(2.0, 4.0, 40))
    assert found.verdict is Verdict.ON_AVERAGE
    assert found.mean_low > 0 > found.p05
    assert found.better is False


def test_a_difference_inside_the_noise_is_called_that_and_neither_good_nor_bad() -> None:
    found = compared(np.tile([-1.0, 1.1], 20))
    assert found.verdict is Verdict.INSIDE_THE_NOISE
    assert found.mean_low < 0 < found.mean_high
    assert found.better is None


def test_no_difference_is_not_noise() -> None:
    found = compared(np.zeros(40))
    assert found.verdict is Verdict.NO_DIFFERENCE
    assert (found.mean, found.p05, found.p95) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("good", "better"), [(Good.MORE, True), (Good.NEITHER, None)])
def test_whether_it_is_better_depends_on_which_way_is_good(good: Good, better: bool | None) -> None:
    assert compared(np.linspace(1, 2, 40), good).better is better


def test_only_replications_in_which_both_have_a_value_are_compared() -> None:
    base = np.array([1.0, np.nan, 3.0, 4.0])
    variant = np.array([2.0, 2.0, np.nan, 6.0])
    found = difference(base, variant)
    assert found is not None
    assert found.replications == 2
    assert (found.base, found.variant, found.mean) == (2.5, 4.0, 1.5)


@pytest.mark.parametrize("count", [0, 1])
def test_a_mean_is_never_shown_without_an_interval(count: int) -> None:
    values = np.full(3, np.nan)
    values[:count] = 1.0
    assert difference(values, values) is None
    assert unpaired_difference(values, values) is None
    assert level(values, Unit.DAYS) is None
    assert fan(values[:, None]).mean == (None,)


def test_a_share_stays_a_share_and_a_count_above_0() -> None:
    shares = level(np.array([0.9, 0.97, 1.0]), Unit.SHARE)
    assert shares is not None
    assert shares.p95 == 1.0
    counts = level(np.array([0.0, 0.1, 4.0]), Unit.A_YEAR)
    assert counts is not None
    assert counts.p05 == 0.0 == counts.mean_low
    assert counts.p95 > 4.0


def test_a_fan_has_a_point_for_every_year_and_its_quantiles_in_order() -> None:
    values = np.stack([RANDOM.normal(year, 1.0, 50) for year in range(3)], axis=1)
    values[:, 1] = np.nan
    found = fan(values)
    assert [point is None for point in found.p50] == [False, True, False]
    for year in (0, 2):
        points = [getattr(found, name)[year] for name in ("p05", "p25", "p50", "p75", "p95")]
        assert points == sorted(points)
        assert found.mean[year] == pytest.approx(values[:, year].mean())
