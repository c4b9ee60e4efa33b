"""School years begin on 1 September, and Key Stage 4 is Years 10 and 11."""

from __future__ import annotations

from datetime import date

import pytest

from matcher.rules.moves import school_year


@pytest.mark.parametrize(
    ("born", "day", "year"),
    [
        (date(2010, 8, 31), date(2024, 8, 31), 9),
        (date(2010, 8, 31), date(2024, 9, 1), 10),
        (date(2010, 9, 1), date(2025, 8, 31), 9),
        (date(2010, 9, 1), date(2025, 9, 1), 10),
        (date(2010, 1, 1), date(2026, 7, 1), 11),
        (date(2020, 9, 1), date(2025, 9, 1), 0),
    ],
)
def test_school_year(born: date, day: date, year: int) -> None:
    assert school_year(born, day) == year
