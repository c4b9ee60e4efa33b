"""The map of a run, its table, and what is said of places that cannot be drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scenarios.report.places import WEEKS_A_YEAR, map_of
from scenarios.results import HomesShown
from tests.scenarios.report.runs import EFFECTS, a_run

if TYPE_CHECKING:
    from scenarios.charts.chart import Chart

ONE = {"Home": EFFECTS["A four-bed home in the south"]}


@pytest.fixture(scope="module")
def chart() -> Chart:
    found = map_of(a_run(effects=ONE).summary)
    assert found is not None
    return found


def test_child_weeks_become_children(chart: Chart) -> None:
    summary = a_run(effects=ONE).summary
    weeks = summary.base.areas["children_in"]["HP13"]
    assert (
        "Where they live",
        "HP13",
        f"{weeks / (WEEKS_A_YEAR * summary.years):.1f} children",
    ) in chart.table.rows


def test_homes_and_those_that_open_are_there(chart: Chart) -> None:
    kinds = {row[0] for row in chart.table.rows}
    assert kinds == {
        "Homes before care",
        "Where they live",
        "Homes at the start",
        "Homes that open",
    }
    assert ("Homes that open", "HP13", "4 beds") in chart.table.rows
    assert "opens homes in HP13" in chart.sentence


def test_several_variants_that_open_homes_are_told_apart() -> None:
    found = map_of(a_run().summary)
    assert found is not None
    opened = [row[1] for row in found.table.rows if row[0] == "Homes that open"]
    assert sorted(opened) == sorted(f"HP13 ({title})" for title in EFFECTS)


def test_beds_of_one_district_are_added() -> None:
    homes = tuple(
        HomesShown(district="HP13", setting=setting, homes=1, beds=beds)
        for setting, beds in (("foster household", 2), ("children's home", 5))
    )
    found = map_of(a_run(effects={}, homes=homes).summary)
    assert found is not None
    assert ("Homes at the start", "HP13", "7 beds") in found.table.rows


def test_children_without_a_postcode_are_counted_under_the_map(chart: Chart) -> None:
    assert "11 live in a place without a postcode" in chart.note
    assert all(row[1] != "unknown" for row in chart.table.rows)


def test_an_authority_that_is_not_in_the_directory_has_no_map() -> None:
    assert map_of(a_run(authority="E09999999").summary) is None
