"""Measures are functions of tallies: each by hand on a small table, and all of them whole."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from scenarios.measures import BY_NAME, MEASURES, WEEKS_A_YEAR, Sums
from scenarios.measures.reference import measures_page
from scenarios.replication import Counted
from scenarios.results import Unit
from scenarios.tallies import BY_AREA, WEEKLY, YEARLY, Course

TALLIES = dict.fromkeys([*WEEKLY, *YEARLY], 0.0) | {
    "children": 520.0,
    "placed": 500.0,
    "near": 240.0,
    "far": 160.0,
    "distance_unknown": 40.0,
    "distance_not_applicable": 60.0,
    "away_for_safety": 20.0,
    "away_for_safety_far": 15.0,
    "inside": 300.0,
    "adjoining": 100.0,
    "distant": 80.0,
    "area_unknown": 20.0,
    "residential": 50.0,
    "residential_inside": 10.0,
    "residential_adjoining": 10.0,
    "residential_distant": 20.0,
    "residential_area_unknown": 10.0,
    "residential_not_needed": 5.0,
    "groups": 40.0,
    "groups_together": 30.0,
    "unplaced": 8.0,
    "cost.gross_pence": 5_200_000.0,
    "cost.capital_pence": 200_000.0,
    "cost.route.spot_pence": 1_000_000.0,
    "income_pence": 100_000.0,
    "referrals_placed": 20.0,
    "days_to_match_sum": 90.0,
    "new_placements": 50.0,
    "new_spot": 10.0,
    "new_emergency": 5.0,
    "moves.CREQB": 3.0,
    "moves.CLOSE": 2.0,
    "breakdowns": 4.0,
    "first_placements": 10.0,
    "first_placements_lasting": 8.0,
    "beds_usable.childrens_home": 100.0,
    "beds_occupied.childrens_home": 80.0,
    "ni62_three_or_more": 6.0,
    "ni62_children": 60.0,
    "ni63_same_carer": 14.0,
    "ni63_same_placement": 12.0,
    "ni63_children": 20.0,
    "unmet.siblings": 2.0,
}
WEEKS = 4
YEAR = WEEKS_A_YEAR / WEEKS


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("near_home_rate", 240 / 400),
        ("near_home_of_all", 240 / 500),
        ("near_home_of_applicable", 240 / 440),
        ("distance_unknown_rate", 40 / 440),
        ("away_for_safety_rate", 20 / 500),
        ("away_for_safety_far_rate", 15 / 20),
        ("in_area_rate", 300 / 480),
        ("adjoining_rate", 100 / 480),
        ("distant_rate", 80 / 480),
        ("residential_in_area_rate", 10 / 40),
        ("residential_distant_rate", 20 / 40),
        ("yearly_cost", 5_200_000 * YEAR),
        ("yearly_cost_net", 5_100_000 * YEAR),
        ("yearly_cost_without_capital", 5_000_000 * YEAR),
        ("cost_route_spot", 1_000_000 * YEAR),
        ("cost_per_child_week", 10_000.0),
        ("unplaced_child_weeks", 8 * YEAR),
        ("unmet_siblings", 2 * YEAR),
        ("days_to_match", 4.5),
        ("spot_share", 0.2),
        ("emergency_share", 0.1),
        ("siblings_together", 0.75),
        ("moves_per_child_year", 5 / 520 * WEEKS_A_YEAR),
        ("ni62", 0.1),
        ("ni63_same_carer", 0.7),
        ("ni63_same_placement", 0.6),
        ("breakdowns", 4 * YEAR),
        ("first_placement_lasts", 0.8),
        ("residential_rate", 0.1),
        ("residential_not_needed", 0.1),
        ("occupancy_childrens_home", 0.8),
        ("voids_childrens_home", 5.0),
        ("children", 130.0),
    ],
)
def test_a_measure_is_what_its_definition_says(name: str, expected: float) -> None:
    assert BY_NAME[name].of(Sums(TALLIES, WEEKS)) == pytest.approx(expected, rel=1e-12)


def test_a_rate_of_nothing_is_nothing() -> None:
    nothing = Sums(dict.fromkeys(TALLIES, 0.0), WEEKS)
    shares = [measure for measure in MEASURES if measure.unit is Unit.SHARE]
    assert len(shares) > 20
    assert [measure.of(nothing) for measure in shares] == [None] * len(shares)
    assert BY_NAME["yearly_cost"].of(nothing) == 0.0


def test_every_measure_stands_on_tallies_that_are_counted_and_says_so() -> None:
    for measure in MEASURES:
        assert measure.counted_in(TALLIES), measure.name
        assert not measure.counted_in({"children"} - {measure.top[0]}), measure.name
        assert measure.definition.endswith("."), measure.name
        assert measure.source, measure.name
        assert measure.label[0].isupper(), measure.name
    assert len({measure.label for measure in MEASURES}) == len(MEASURES) == len(BY_NAME)


def test_nothing_is_measured_that_could_optimise_education() -> None:
    assert not [name for name in BY_NAME if re.search("educat|attain|attend|exclu", name)]


def test_there_are_few_headlines() -> None:
    headlines = [measure.name for measure in MEASURES if measure.headline]
    assert {"near_home_rate", "yearly_cost", "unplaced_child_weeks"} <= set(headlines)
    assert 6 <= len(headlines) <= 14


def test_the_page_names_every_measure_and_tally() -> None:
    page = measures_page()
    missing = [name for name in [*BY_NAME, *WEEKLY, *YEARLY, *BY_AREA] if f"`{name}`" not in page]
    assert missing == []
    assert Path(__file__).name not in page


def test_courses_are_added_up_by_year() -> None:
    weeks = np.arange(104, dtype=float)
    course = Course(
        start=date(2026, 4, 1),
        years=2,
        seed=1,
        replication=1,
        weekly={"children": weeks, "near": np.full(104, 0.1)},
        yearly={"ni62_children": np.array([60.0, 61.0])},
        by_area={"children_in": {"HP13": 3.0, "HP10": 1.0}},
        checked=9,
    )
    counted = Counted.of(course)
    assert counted.weeks == (52, 52)
    assert counted.years[1]["children"] == sum(range(52, 104))
    assert counted.years[0]["near"] == pytest.approx(5.2, rel=1e-15)
    assert counted.years[1]["ni62_children"] == 61.0
    whole = counted.sums(0)
    assert whole.weeks == 104
    assert whole.tallies["children"] == weeks.sum()
    assert whole.tallies["ni62_children"] == 121.0
    assert list(counted.areas["children_in"]) == ["HP10", "HP13"]
    assert counted.checked == 9
