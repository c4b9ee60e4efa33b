"""Lists, counts, days and money as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from matcher.domain.phrases import counted, day_words, listed, pounds, pounds_and_pence


@pytest.mark.parametrize(
    ("items", "said"),
    [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C")],
)
def test_lists(items: list[str], said: str) -> None:
    assert listed(items) == said


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 homes"), (1, "1 home"), (2, "2 homes"), (1_200, "1200 homes")]
)
def test_counts(count: int, said: str) -> None:
    assert counted(count, "home") == said


def test_a_plural_of_its_own() -> None:
    assert counted(1, "wish", "wishes") == "1 wish"
    assert counted(0, "wish", "wishes") == "0 wishes"


@pytest.mark.parametrize("month", range(1, 13))
def test_days(month: int) -> None:
    assert day_words(date(2025, month, 1)) == f"1 {date(2025, month, 1):%B} 2025"


@pytest.mark.parametrize(
    ("pence", "said"), [(134_000, "£1,340"), (0, "£0"), (None, "fee not known")]
)
def test_money(pence: int | None, said: str) -> None:
    assert pounds(pence) == said


def test_money_to_the_penny() -> None:
    assert pounds_and_pence(134_005) == "£1,340.05"
    assert pounds_and_pence(0) == "£0.00"
