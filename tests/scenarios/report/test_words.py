"""Money, counts and lists as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.report.words import counted, listed, money, number, signed


@pytest.mark.parametrize(
    ("pence", "written"),
    [
        (0, "£0"),
        (49, "£0"),
        (-20, "£0"),
        (84_000, "£840"),
        (99_340, "£993"),
        (1_234_500, "£12,300"),
        (48_012_345, "£480,000"),
        (99_949_900, "£999,000"),
        (99_960_000, "£1.0 million"),
        (123_456_000, "£1.2 million"),
        (5_212_345_600, "£52.1 million"),
        (12_345_678_900, "£123 million"),
        (-2_000_000, "−£20,000"),
        (-120_000_000, "−£1.2 million"),
    ],
)
def test_money_is_written_by_its_size(pence: float, written: str) -> None:
    assert money(pence) == written


@given(st.floats(-1e12, 1e12))
def test_money_is_never_out_by_more_than_a_twentieth_beyond_a_pound(pence: float) -> None:
    written = money(pence)
    size = float(written.strip("−£").removesuffix(" million").replace(",", ""))
    pounds = size * 1_000_000 if written.endswith("million") else size
    assert pounds == pytest.approx(abs(pence) / 100, rel=0.05, abs=0.5)
    assert written.startswith("−") == (pence < 0 and size > 0)


def test_a_number_that_rounds_to_nothing_has_no_sign() -> None:
    assert number(-0.04, 1) == "0.0"
    assert number(-1234.56, 1) == "−1,234.6"
    assert signed(-0.04, "0.0") == "0.0"
    assert signed(0.4, "0.4") == "+0.4"


def test_lists_and_counts() -> None:
    assert listed([]) == "nothing"
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert counted(1, "year", "years") == "1 year"
    assert counted(1_200, "year", "years") == "1,200 years"
