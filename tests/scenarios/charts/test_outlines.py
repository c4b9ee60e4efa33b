"""Outlines hold the postcodes they were made from, and neighbours still meet."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from matcher.errors import NotFoundError
from matcher.geography.postcodes import Postcodes
from scenarios.charts.borders import Ring, area, polygons
from scenarios.charts.outlines import Outlines, outlines_around


def share_inside(east: np.ndarray, north: np.ndarray, polygons_of: list) -> float:
    """Return the share of places that lie within: an odd number of rings around."""
    inside = np.zeros(len(east), dtype=bool)
    for polygon in polygons_of:
        for ring in polygon:
            for (x1, y1), (x2, y2) in pairwise(ring):
                if y1 != y2:
                    crossed = (y1 > north) != (y2 > north)
                    inside ^= crossed & (east < (x2 - x1) * (north - y1) / (y2 - y1) + x1)
    return float(inside.mean())


def of(outlines: Outlines, code: str) -> list:
    (found,) = (
        each["geometry"]["coordinates"]
        for each in outlines.shapes["features"]
        if each["properties"]["code"] == code
    )
    return found


@pytest.mark.parametrize(
    "code", ["E06000060", "E10000024", "E09000007"], ids=["county", "around a city", "borough"]
)
def test_nearly_every_postcode_lies_in_its_own_outline(code: str) -> None:
    directory = Postcodes.default()
    outlines = outlines_around(directory, code)
    own = directory.in_authority(code)
    assert share_inside(own.eastings / 1000, own.northings / 1000, of(outlines, code)) > 0.95
    assert outlines.shapes["features"][-1]["properties"]["code"] == code


def test_a_city_within_a_county_is_a_hole_in_it() -> None:
    directory = Postcodes.default()
    outlines = outlines_around(directory, "E10000024")
    county = max(of(outlines, "E10000024"), key=lambda polygon: abs(area(polygon[0])))
    assert len(county) >= 2
    city = directory.in_authority("E06000018")
    east, north = city.eastings / 1000, city.northings / 1000
    assert share_inside(east, north, of(outlines, "E06000018")) > 0.95
    assert share_inside(east, north, of(outlines, "E10000024")) < 0.05


def test_a_coast_stays_near_its_last_postcodes_and_moors_are_land() -> None:
    outlines = outlines_around(Postcodes.default(), "E06000057")
    east, north = np.array([430.0, 380.0]), np.array([620.0, 590.0])
    land = [
        polygon
        for each in outlines.shapes["features"]
        for polygon in each["geometry"]["coordinates"]
    ]
    assert share_inside(east[:1], north[:1], land) == 0.0  # six miles out in the North Sea
    assert share_inside(east[1:], north[1:], land) == 1.0  # Kielder Forest


def test_an_authority_without_postcodes_has_no_map() -> None:
    with pytest.raises(NotFoundError, match="no postcodes of E99999999"):
        outlines_around(Postcodes.default(), "E99999999")


def total(found: list[list[Ring]]) -> float:
    return sum(area(ring) for polygon in found for ring in polygon)


def test_a_simplified_border_is_the_same_from_both_sides() -> None:
    rows, columns = np.indices((40, 50))
    # A slope, an enclave, and a corner where three meet.
    grid = np.where(columns > rows, 1, 0)
    grid[(rows - 28) ** 2 + (columns - 10) ** 2 < 30] = 2
    grid[rows > 34] = 3
    found = {owner: polygons(grid, owner) for owner in range(4)}
    assert sum(total(each) for each in found.values()) == pytest.approx(40 * 50)
    sides = {
        owner: {side for polygon in each for ring in polygon for side in pairwise(ring)}
        for owner, each in found.items()
    }
    everyone = [side for each in sides.values() for side in each]
    edge = {0.0, 40.0, 50.0}
    inner = [
        (start, end)
        for start, end in everyone
        if not any(start[axis] == end[axis] and start[axis] in edge for axis in (0, 1))
    ]
    assert inner != []
    assert [side for side in inner if side[::-1] not in everyone] == []
    assert len(found[0][0]) == 2
    assert sum(len(ring) for polygon in found[1] for ring in polygon) < 12


def test_cells_that_touch_at_a_corner_are_two_parts() -> None:
    grid = np.array([[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 1], [0, 0, 1, 1]])
    assert [area(polygon[0]) for polygon in polygons(grid, 1)] == [4.0, 4.0]


def test_an_owner_of_nothing_has_no_polygon() -> None:
    assert polygons(np.zeros((3, 3), dtype=np.int64), 5) == []
