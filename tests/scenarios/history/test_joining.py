"""Episodes joined across years, each fault under its own rule."""

from __future__ import annotations

from datetime import date

import pytest

from scenarios.history.findings import Rule
from scenarios.history.history import read_history
from tests.scenarios.history.returns import a_return, episode, header


@pytest.fixture
def read(tmp_path):
    """Write one return a year, in folders named so that they mislead, and read them."""

    def make(*years, headers=None):
        for i, rows in enumerate(years):
            a_return(tmp_path / f"z{9 - i}", rows, headers)
        return read_history(tmp_path)

    return make


def spans(history, child="A"):
    own = history.episodes[history.episodes["child"] == child]
    return [
        (str(decom.date()), None if dec != dec else str(dec.date()))
        for decom, dec in zip(own["decom"], own["dec"], strict=True)
    ]


def rules(history):
    quiet = {Rule.HEADER_AGAIN, Rule.END_WITHOUT_REASON}
    return {rule.code for rule in history.findings.counts if rule not in quiet}


# Closed episodes of another child fix the year of each return.
Y1 = [episode("Y", "05/04/2018", "01/06/2018"), episode("Y2", "05/04/2018", "01/07/2018")]
Y2 = [episode("V", "05/04/2019", "01/06/2019"), episode("V2", "05/04/2019", "01/07/2019")]
Y3 = [episode("W", "05/04/2020", "01/06/2020"), episode("W2", "05/04/2020", "01/07/2020")]


def test_an_open_episode_ends_where_a_later_year_ends_it(read):
    history = read(
        [*Y1, episode("A", "05/05/2018")],
        [*Y2, episode("A", "05/05/2018", "01/09/2019")],
    )
    assert spans(history) == [("2018-05-05", "2019-09-01")]
    assert rules(history) == {"EPISODE_CONTINUED"}


def test_a_later_return_stands_against_an_earlier_one_and_that_is_said(read):
    history = read(
        [*Y1, episode("A", "05/05/2018", "01/09/2018"), episode("B", "05/05/2018")],
        [*Y2, episode("A", "05/05/2018", "01/09/2019"), episode("B", "05/05/2018", place="K2")],
    )
    assert spans(history) == [("2018-05-05", "2019-09-01")]
    assert history.episodes.set_index("child").at["B", "place"] == "K2"
    assert rules(history) >= {"END_CONTRADICTED", "EPISODE_CHANGED"}


def test_an_end_that_a_later_return_takes_back_is_contradicted(read):
    history = read(
        [*Y1, episode("A", "05/05/2018", "01/09/2018")], [*Y2, episode("A", "05/05/2018")]
    )
    assert spans(history) == [("2018-05-05", None)]
    assert "END_CONTRADICTED" in rules(history)


def test_overlapping_and_unended_episodes_are_cut_where_the_next_begins(read):
    history = read(
        [
            *Y1,
            episode("A", "05/05/2018", "01/09/2018", rec="X1"),
            episode("A", "01/08/2018", "01/10/2018", rne="P"),
            episode("B", "05/05/2018"),
            episode("B", "01/08/2018", rne="P"),
        ]
    )
    assert spans(history) == [("2018-05-05", "2018-08-01"), ("2018-08-01", "2018-10-01")]
    assert spans(history, "B") == [("2018-05-05", "2018-08-01"), ("2018-08-01", None)]
    assert rules(history) == {"EPISODES_OVERLAP", "OPEN_BEFORE_ANOTHER"}


def test_two_rows_of_one_day_that_differ_are_one_episode_and_told_of(read):
    history = read(
        [
            *Y1,
            episode("A", "05/05/2018", "01/06/2018", place="U6"),
            episode("A", "05/05/2018", "01/08/2018", place="K2"),
        ]
    )
    assert spans(history) == [("2018-05-05", "2018-08-01")]
    assert "EPISODE_CONTRADICTED" in rules(history)


def test_care_that_went_on_over_days_without_an_episode_is_closed_up(read):
    history = read(
        [
            *Y1,
            episode("A", "05/05/2018", "01/08/2018", rec="X1"),
            episode("A", "11/08/2018", rne="P"),
        ]
    )
    assert spans(history) == [("2018-05-05", "2018-08-11"), ("2018-08-11", None)]
    assert history.episodes.query("child == 'A'")["period"].nunique() == 1
    [finding] = [each for each in history.findings.listed if each.rule is Rule.GAP_IN_CARE]
    assert "10 days later" in finding.sentence


def test_a_child_who_vanishes_from_one_year_and_is_back_was_in_care_throughout(read):
    history = read([*Y1, episode("A", "05/05/2018")], Y2, [*Y3, episode("A", "05/05/2018")])
    assert spans(history) == [("2018-05-05", None)]
    assert "NOT_RETURNED" in rules(history)
    assert "LOST" not in rules(history)


def test_a_child_absent_from_the_newest_return_alone_is_still_in_care(read):
    history = read([*Y1, episode("A", "05/05/2018")], Y2)
    assert spans(history) == [("2018-05-05", None)]
    assert history.episodes.set_index("child").at["A", "absent"] == 1


def test_a_child_whom_two_returns_lack_is_lost_with_the_last_that_has_them(read):
    history = read([*Y1, episode("A", "05/05/2018")], Y2, Y3)
    assert spans(history) == [("2018-05-05", "2019-04-01")]
    assert history.findings.counts[Rule.LOST] == 1
    assert history.findings.counts[Rule.NOT_RETURNED] == 2


def test_a_child_first_returned_late_was_in_care_before(read):
    history = read(Y1, [*Y2, episode("A", "05/05/2018")])
    assert "LATE" in rules(history)
    assert spans(history) == [("2018-05-05", None)]


def test_nobody_is_looked_after_past_the_18th_birthday(read):
    rows = [*Y1, episode("A", "05/05/2018")]
    births = [header(row[0]) for row in Y1] + [header("A", "10/12/2000")]
    history = read(rows, headers=births)
    assert spans(history) == [("2018-05-05", "2018-12-10")]
    assert "OVER_18" in rules(history)


def test_reasons_on_open_episodes_are_not_believed(read):
    history = read([*Y1, episode("A", "05/05/2018", rec="E8", reason="CARPL")])
    row = history.episodes.set_index("child").loc["A"]
    assert (row["rec"], row["reason"]) == ("", "")
    assert "REASON_ON_OPEN" in rules(history)


def test_codes_are_held_to_the_year_of_the_return(read):
    history = read(
        [
            *Y1,
            episode("A", "05/05/2018", place="K3"),  # returned from 2023/24
            episode("B", "05/05/2018", place="QQ"),
            episode("C", "05/05/2018", provider="PR0"),
            episode("D", "05/05/2018", cin=""),
        ]
    )
    assert rules(history) == {
        "CODE_OF_ANOTHER_YEAR", "CODE_UNKNOWN", "PARENT_PROVIDER", "CODE_EMPTY"
    }  # fmt: skip
    places = history.episodes.set_index("child")["place"]
    assert (places["A"], places["B"]) == ("K3", "")


def test_headers_that_differ_or_are_missing_are_told_of(tmp_path):
    a_return(tmp_path / "1", [*Y1, episode("A", "05/05/2018")], [header("A", "01/01/2010")])
    a_return(tmp_path / "2", [*Y2, episode("A", "05/05/2018")], [header("A", "02/01/2010")])
    history = read_history(tmp_path)
    assert history.findings.counts[Rule.HEADER_CHANGED] == 1
    assert history.findings.counts[Rule.NO_HEADER] == 4  # Y, Y2, V and V2
    assert history.children.at["A", "dob"].date() == date(2010, 1, 2)


def test_who_was_lost_in_years_without_returns_left_in_the_middle_of_them(read):
    y4 = [[cell.replace("2020", "2021") for cell in row] for row in Y3]
    history = read([*Y1, episode("A", "05/05/2018")], Y3, y4)
    assert history.years == (2019, 2021, 2022)
    assert spans(history) == [("2018-05-05", "2019-10-01")]
