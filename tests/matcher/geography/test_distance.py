from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.geography.distance import NEAR_HOME_MILES, distance_miles, distances_miles
from matcher.geography.location import Location, Precision, unknown_location


def at(easting: int, northing: int) -> Location:
    return Location("HP13 7PR", easting, northing, None, Precision.POSTCODE)


@pytest.mark.parametrize(
    ("east", "north", "miles"),
    [
        (0, 0, 0.0),
        (80, 0, 0.0),  # 0.0497
        (81, 0, 0.1),  # 0.0503
        (3_000, 4_000, 3.1),  # 5 km / 1.6093 = 3.10694
        (30_000, 40_000, 31.1),  # 50 km / 1.6093 = 31.0694
        (32_186, 0, 20.0),  # exactly
        (32_266, 0, 20.0),  # 20.0497: still near
        (32_267, 0, 20.1),  # 20.0503: no longer
        (32_187, 0, 20.0),  # the international mile would say 20.0 too
        (160_930, 0, 100.0),
        (160_934, 0, 100.0),
        (482_790, 0, 300.0),  # with 1.609344 it would be 299.9918, also 300.0
        (965_500, 0, 600.0),  # 599.9503; with 1.609344 it would be 599.9339, so 599.9
    ],
)
def test_follows_the_departments_formula(east: int, north: int, miles: float) -> None:
    assert distance_miles(at(400_000, 200_000), at(400_000 + east, 200_000 + north)) == miles


def test_near_home_is_decided_on_the_rounded_figure() -> None:
    home = at(0, 0)
    assert distance_miles(home, at(32_266, 0)) == NEAR_HOME_MILES


def test_whole_metres_never_give_a_half() -> None:
    # A half tenth is 160.93 m x (n + 1/2): squared, an odd number over 40,000. So the way
    # in which halves are rounded, on which systems differ, cannot change any answer.
    assert all((16_093 * (2 * n + 1)) ** 2 % 40_000 for n in range(20_000))


@pytest.mark.parametrize("other", [None, unknown_location("ZZ1 1ZZ")])
def test_unknown_stays_unknown(other: Location | None) -> None:
    assert distance_miles(at(0, 0), other) is None
    assert distance_miles(other, at(0, 0)) is None


def test_unknown_is_nan_in_a_column() -> None:
    miles = distances_miles(0.0, 0.0, np.array([np.nan, 32_186.0]), np.array([0.0, 0.0]))
    assert np.isnan(miles[0])
    assert miles[1] == 20.0


eastings = st.integers(0, 699_999)
northings = st.integers(0, 1_299_999)
places = st.builds(at, eastings, northings)


@settings(derandomize=True, max_examples=200)
@given(places, places)
def test_is_symmetric_and_never_negative(a: Location, b: Location) -> None:
    miles = distance_miles(a, b)
    assert miles is not None
    assert miles >= 0
    assert miles == distance_miles(b, a)
    assert distance_miles(a, a) == 0


@settings(derandomize=True, max_examples=100)
@given(places, st.lists(places, min_size=1, max_size=8))
def test_one_by_one_equals_all_at_once(a: Location, others: list[Location]) -> None:
    assert a.easting is not None
    assert a.northing is not None
    east = np.array([b.easting for b in others], dtype=np.float64)
    north = np.array([b.northing for b in others], dtype=np.float64)
    together = distances_miles(a.easting, a.northing, east, north)
    assert together.tolist() == [distance_miles(a, b) for b in others]


@settings(derandomize=True, max_examples=200)
@given(places, places)
def test_equals_exact_arithmetic(a: Location, b: Location) -> None:
    assert a.easting is not None
    assert a.northing is not None
    assert b.easting is not None
    assert b.northing is not None
    with localcontext() as context:
        context.prec = 40
        squared = Decimal((a.easting - b.easting) ** 2 + (a.northing - b.northing) ** 2)
        miles = squared.sqrt() / 1000 / Decimal("1.6093")
        exact = miles.quantize(Decimal("0.1"), rounding=ROUND_HALF_EVEN)
    assert distance_miles(a, b) == float(exact)
