"""Levels and differences in the words of their units."""

from __future__ import annotations

import pytest

from scenarios.report.figures import (
    change,
    from_to,
    interval,
    level,
    level_interval,
    moved,
    moved_between,
    shown,
)
from scenarios.results import Difference, Unit, Verdict


def a_difference(mean: float, p05: float, p95: float, base: float) -> Difference:
    return Difference(
        mean=mean,
        p05=p05,
        p95=p95,
        mean_low=p05,
        mean_high=p95,
        base=base,
        variant=base + mean,
        verdict=Verdict.CLEAR,
        better=True,
        replications=40,
    )


NEAR = a_difference(0.018, 0.009, 0.027, 0.537)
COST = a_difference(-21_200_000, -39_100_000, -2_000_000, 5_210_000_000)
MOVES = a_difference(0.026, 0.015, 0.037, 0.617)


def test_levels() -> None:
    assert level(0.537, Unit.SHARE) == "53.7%"
    assert level(5_210_000_000, Unit.PENCE_A_YEAR) == "£52.1 million a year"
    assert level(5_210_000_000, Unit.PENCE_A_YEAR, bare=True) == "£52.1 million"
    assert level(178_012, Unit.PENCE_A_CHILD_WEEK) == "£1,780 a child a week"
    assert level(12.34, Unit.DAYS) == "12.3 days"
    assert level(None, Unit.SHARE) == "not known"
    assert level(float("nan"), Unit.SHARE) == "not known"
    assert level_interval(0.51, 0.553, Unit.SHARE) == "51.0 to 55.3%"


def test_differences_in_figures() -> None:
    assert change(NEAR, Unit.SHARE) == "+1.8"
    assert interval(0.009, 0.027, Unit.SHARE) == "+0.9 to +2.7 points"
    assert change(COST, Unit.PENCE_A_YEAR) == "−£212,000"
    assert interval(COST.p05, COST.p95, Unit.PENCE_A_YEAR) == "−£391,000 to −£20,000 a year"
    assert interval(-0.4, 3.0, Unit.A_YEAR, bare=True) == "−0.4 to +3.0"


def test_differences_in_words() -> None:
    assert moved(NEAR, Unit.SHARE) == "1.8 points higher"
    assert moved(COST, Unit.PENCE_A_YEAR) == "£212,000 a year less"
    assert moved(MOVES, Unit.A_CHILD_YEAR) == "0.026 higher"
    assert from_to(NEAR, Unit.SHARE) == "from 53.7 to 55.5%"
    assert from_to(MOVES, Unit.A_CHILD_YEAR) == "from 0.617 to 0.643"


@pytest.mark.parametrize(
    ("low", "high", "unit", "words"),
    [
        (0.009, 0.027, Unit.SHARE, "between 0.9 and 2.7 points higher"),
        (
            -39_100_000,
            -2_000_000,
            Unit.PENCE_A_YEAR,
            "between £20,000 and £391,000 a year less",
        ),
        (
            -15.8,
            2.9,
            Unit.CHILD_WEEKS_A_YEAR,
            "anything from 15.8 weeks a year fewer to 2.9 weeks a year more",
        ),
        (0.0, 3.0, Unit.A_YEAR, "anything from no difference to 3.0 a year more"),
        (-3.0, 0.0, Unit.DAYS, "anything from 3.0 days lower to no difference"),
        (0.0, 0.0, Unit.SHARE, "no difference"),
    ],
)
def test_intervals_in_words(low: float, high: float, unit: Unit, words: str) -> None:
    assert moved_between(low, high, unit) == words


def test_a_small_difference_is_not_rounded_away() -> None:
    small = a_difference(0.0004, 0.0002, 0.0006, 0.5)
    assert moved(small, Unit.SHARE) == "0.04 points higher"


def test_values_as_they_are_shown() -> None:
    assert shown(0.5, Unit.SHARE) == 50
    assert shown(250.0, Unit.PENCE_A_YEAR) == 2.5
    assert shown(7.0, Unit.DAYS) == 7
