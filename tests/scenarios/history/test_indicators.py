"""The measures of a year, each worked out by hand beside the test."""

from __future__ import annotations

from itertools import pairwise

import pytest

from matcher.geography.postcodes import Postcodes
from scenarios.history.history import read_history
from scenarios.history.indicators import indicators
from tests.scenarios.history.returns import a_return, council, episode, header, write

AYLESBURY, WYCOMBE, LEEDS = "HP20 1UA", "HP13 7PR", "LS1 1UR"


@pytest.fixture(scope="module")
def postcodes():
    return Postcodes.default()


@pytest.fixture
def measure(tmp_path, postcodes):
    def make(rows, headers=None, **options):
        history = read_history(a_return(tmp_path, rows, headers), postcodes)
        report = indicators(history, **options)
        return report.years[-1]

    return make


CLOSED = episode("Z", "05/04/2020", "06/04/2020", rne="S")
"""Fixes the collection year; starts and ceases in it."""


def test_children_starts_and_ends_are_counted_as_published(measure):
    year = measure(
        [
            episode("A", "05/05/2019"),  # in care before and after
            episode("B", "05/05/2020", "01/06/2020"),  # starts twice, counted once
            episode("B", "01/08/2020", "01/09/2020"),
            episode("C", "31/03/2021"),  # starts on the last day: in care
            episode("D", "05/05/2019", "31/03/2021"),  # ceases on the last day: not in care
            episode("E", "05/05/2020", ls="V4"),  # short breaks stand apart
        ]
    )
    assert (year.in_care, year.started, year.ceased, year.short_breaks) == (2, 2, 2, 1)
    assert (year.flow.began, year.flow.ended) == (3, 3)


def test_near_home_in_three_figures_with_unknown_in_sight(measure, tmp_path):
    # Aylesbury to High Wycombe 13.7 miles: near; to Leeds far more than 20.
    rows = [
        CLOSED,
        episode("A", "05/05/2020", home=AYLESBURY, post=WYCOMBE),
        episode("B", "05/05/2020", home=AYLESBURY, post=LEEDS),
        episode("C", "05/05/2020", home=AYLESBURY, post="QQ9 9ZZ"),
        episode("D", "05/05/2020", home=AYLESBURY, post=WYCOMBE),
    ]
    write(
        tmp_path / "u.csv",
        ["CHILD", "SEX", "DOB", "DUC"],
        [["D", "1", "01/01/2006", "01/01/2024"]],
    )
    year = measure(rows, authority="E06000060")
    near = year.near_home
    assert (near.of_known.count, near.of_known.of) == (1, 2)
    assert (near.of_all.count, near.of_all.of, near.of_all.unknown) == (1, 4, 1)
    assert (near.of_applicable.count, near.of_applicable.of) == (1, 3)
    assert (near.far, near.unknown, near.not_applicable) == (1, 1, 1)
    assert near.far_and_outside.count == 1
    assert year.near_home_rate == 0.5
    area = year.in_area
    assert (area.inside, area.distant, area.unknown) == (2, 1, 1)
    assert year.in_area_rate == pytest.approx(0.6667)
    assert year.unaccompanied == 1


def test_distances_returned_are_held_to_those_worked_out(tmp_path, postcodes):
    columns = ["CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC",
               "REASON_PLACE_CHANGE", "HOME_POST", "PL_POST", "URN", "PL_DISTANCE"]  # fmt: skip
    rows = [
        [*episode("A", "05/05/2020", home=AYLESBURY, post=WYCOMBE), "13.7"],
        [*episode("B", "05/05/2020", home=AYLESBURY, post=WYCOMBE), "99.0"],
        [*episode("C", "05/05/2020", home=AYLESBURY, post=WYCOMBE), "999.9"],
    ]
    write(tmp_path / "e.csv", columns, rows)
    history = read_history(tmp_path, postcodes)
    near = indicators(history).years[-1].near_home
    assert (near.returned, near.returned_agree, near.returned_differ) == (2, 1, 1)
    [finding] = [f for f in history.findings.listed if f.rule.code == "DISTANCE_DIFFERS"]
    assert finding.row == 3


def moves(child, *days, rne="P", **more):
    """A child with a new placement on each of these days, still in the last."""
    rows = []
    for i, day in enumerate(days):
        dec = days[i + 1] if i + 1 < len(days) else ""
        kind = "S" if i == 0 else rne
        rows.append(
            episode(child, day, dec, rne=kind, rec="X1" if dec else "", post=f"P{i}", **more)
        )
    return rows


def test_ni_62_counts_three_placements_in_the_year(measure):
    year = measure(
        [
            *moves("A", "05/05/2020", "05/06/2020", "05/07/2020"),  # three: counts
            *moves("B", "05/05/2019", "05/06/2020", "05/07/2020"),  # the one at the start counts
            *moves("C", "05/05/2019", "05/06/2019", "05/07/2020"),  # two in the year
            *moves("D", "05/05/2020", "05/06/2020", "05/07/2020", rne="T"),  # same carer
            *moves("E", "05/05/2020", "05/06/2020", "05/07/2020", ls="V4"),  # short breaks
        ]
    )
    assert (year.ni_62.count, year.ni_62.of) == (2, 4)
    assert year.ni_62_same_carer_counted.count == 3


def test_ni_62_can_count_same_carer_changes(measure):
    rows = moves("D", "05/05/2020", "05/06/2020", "05/07/2020", rne="U")
    assert measure(rows, same_carer_counts=True).ni_62.count == 1


def test_ni_63_by_same_carer_and_by_same_placement(measure):
    rows = [
        CLOSED,
        episode("A", "01/04/2018"),  # three years in one placement: settled
        *moves("B", "01/04/2018", "01/01/2020"),  # moved 15 months ago
        *moves("C", "01/04/2018", "01/01/2020", rne="T"),  # the same carer
        episode("D", "01/04/2019"),  # in care for two years only
        episode("E", "01/04/2018"),  # aged 16
        *moves("F", "01/04/2018", "01/06/2018"),
        episode("G", "01/04/2018", "01/06/2020", rec="X1", place="U6"),
        episode("G", "01/06/2020", rne="P", place="A4"),  # adoptive and preceding: settled
    ]
    headers = [header(c) for c in "ZABCDFG"] + [header("E", "31/03/2005")]
    year = measure(rows, headers)
    # Eligible: A, B, C, F, G. By carer A, C, F, G; by placement A, F, G.
    assert (year.ni_63_same_carer.count, year.ni_63_same_carer.of) == (4, 5)
    assert (year.ni_63_same_placement.count, year.ni_63_same_placement.of) == (3, 5)


def test_moves_a_child_year_by_the_reason_of_the_placement_that_ended(measure):
    rows = [
        CLOSED,
        episode("A", "01/04/2020", "01/10/2020", rec="X1", reason="CREQB"),
        episode("A", "01/10/2020", rne="P"),
        episode("B", "01/04/2020", "01/10/2020", rec="X1"),
        episode("B", "01/10/2020", rne="T"),
    ]
    year = measure(rows).moves
    assert year.count == 1
    assert year.same_carer == 1
    assert year.by_reason == {"CREQB": 1}
    # Two children for 365 days, one for a day.
    assert year.child_years == pytest.approx((365 * 2 + 1) / 365.25, abs=0.01)


def test_siblings_are_together_at_one_place_where_groups_are_known(measure, tmp_path):
    rows = [
        CLOSED,
        *(episode(c, "05/05/2020", post=p) for c, p in zip("ABCDE", "11122", strict=True)),
    ]
    assert measure(rows).siblings_together is None
    groups = [["A", "g"], ["B", "g"], ["C", "h"], ["D", "h"], ["E", "alone"]]
    write(tmp_path / "s.csv", ["CHILD", "SIBLING_GROUP"], groups)
    found = measure(rows).siblings_together
    assert (found.count, found.of) == (1, 2)


def test_ni_61_from_the_decisions_and_the_adoptive_placement(measure, tmp_path):
    def adopted(child, placed):
        return [
            episode(child, "01/05/2018", placed, rec="X1"),
            episode(child, placed, "01/12/2020", rne="P", rec="E12", place="A6"),
        ]

    rows = [
        *adopted("A", "01/05/2019"),  # decided 1 June 2018: 11 months
        *adopted("B", "01/07/2019"),  # decided 1 June 2018: 13 months
        *adopted("C", "01/05/2019"),  # no decision in the returns
        *adopted("D", "01/05/2019"),  # the decision was withdrawn
    ]
    assert measure(rows).ni_61 is None
    write(
        tmp_path / "p.csv",
        ["CHILD", "DOB", "DATE_PLACED", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"],
        [
            ["A", "01/01/2010", "01/06/2018", "", ""],
            ["B", "01/01/2010", "01/06/2018", "", ""],
            ["D", "01/01/2010", "01/06/2018", "01/01/2020", "RD1"],
        ],
    )
    found = measure(rows).ni_61
    assert (found.count, found.of, found.unknown) == (1, 4, 2)


def test_ni_147_and_148_of_those_who_turned_19_in_the_year(measure, tmp_path):
    write(
        tmp_path / "o.csv",
        ["CHILD", "DOB", "IN_TOUCH", "ACTIV", "ACCOM"],
        [
            ["L1", "01/05/2001", "YES", "F1", "B1"],
            ["L2", "01/05/2001", "YES", "G5", "B2"],
            ["L3", "31/03/2002", "NO", "0", "0"],
            ["L4", "01/04/2002", "YES", "F1", "B1"],  # turns 19 a day later
            ["L5", "01/05/2001", "DIED", "", ""],
        ],
    )
    year = measure([CLOSED, episode("A", "05/05/2020")])
    assert (year.ni_147.count, year.ni_147.of, year.ni_147.unknown) == (1, 3, 1)
    assert (year.ni_148.count, year.ni_148.of) == (1, 3)


def test_education_stands_beside_as_given(measure, tmp_path):
    write(
        tmp_path / "education.csv",
        ["YEAR", "INDICATOR", "COUNT", "OF"],
        [["2021", "NI 99", "12", "30"], ["2020", "NI 99", "1", "30"], ["2021", "NI 100", "c", ""]],
    )
    year = measure([CLOSED, episode("A", "05/05/2020")])
    assert list(year.education) == ["NI 99"]
    assert year.education["NI 99"].rate == 0.4


def test_a_whole_council_comes_back_as_it_was_and_its_flows_add_up(tmp_path):
    truth = council(tmp_path, years=4, a_year=25, leaving=0.4, seed=5)
    years = indicators(read_history(tmp_path)).years
    assert [each.in_care for each in years] == list(truth.values())[1:]
    for before, after in pairwise(years):
        flow = after.flow
        change = flow.began + flow.appeared - flow.ended - flow.lost
        assert after.in_care == before.in_care + change
        assert sum(after.by_age_band.values()) == after.in_care
        assert sum(after.by_placement.values()) == after.in_care
        assert sum(after.by_category.values()) == after.in_care
