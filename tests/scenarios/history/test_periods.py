"""Periods, placements and carers from episodes: what is a move, and what is not."""

from __future__ import annotations

from datetime import date

import pytest

from scenarios.history.history import read_history
from tests.scenarios.history.returns import a_return, episode


@pytest.fixture
def read(tmp_path):
    def make(*rows):
        return read_history(a_return(tmp_path, list(rows)))

    return make


def chain(*steps):
    """Episodes of one child that follow each other: (first day, RNE, place, postcode)."""
    rows = []
    for i, (decom, rne, place, post) in enumerate(steps):
        dec = steps[i + 1][0] if i + 1 < len(steps) else ""
        rows.append(
            episode("A", decom, dec, rne=rne, rec="X1" if dec else "", place=place, post=post)
        )
    return rows


def test_a_change_of_legal_status_is_no_move(read):
    history = read(*chain(("05/05/2020", "S", "U6", "X"), ("01/07/2020", "L", "U6", "X")))
    [period] = history.periods
    assert len(period.placements) == 1
    assert period.placements[0].began == date(2020, 5, 5)


def test_p_and_b_change_the_carer_t_and_u_the_placement_only(read):
    history = read(
        *chain(
            ("05/05/2020", "S", "U6", "1"),
            ("01/06/2020", "P", "U6", "2"),
            ("01/07/2020", "B", "K2", "3"),
            ("01/08/2020", "T", "U6", "4"),
            ("01/09/2020", "U", "U6", "5"),
        )
    )
    assert history.episodes["carer"].nunique() == 3
    assert history.episodes["placement"].nunique() == 5
    [period] = history.periods
    assert [each.moved for each in period.placements] == [False, True, True, False, False]


@pytest.mark.parametrize("code", ["T0", "T1", "T2", "T3", "T4"])
def test_a_temporary_absence_is_neither_placement_nor_move(read, code):
    history = read(
        *chain(
            ("05/05/2020", "S", "U6", "1"),
            ("01/06/2020", "P", code, "9"),
            ("04/06/2020", "P", "U6", "1"),
        )
    )
    [period] = history.periods
    assert [(each.began, each.ended) for each in period.placements] == [(date(2020, 5, 5), None)]


def test_who_does_not_come_back_to_where_they_were_has_moved(read):
    history = read(
        *chain(
            ("05/05/2020", "S", "U6", "1"),
            ("01/06/2020", "P", "T1", "9"),
            ("04/06/2020", "P", "U6", "2"),
        )
    )
    [period] = history.periods
    assert [each.moved for each in period.placements] == [False, True]
    assert period.placements[0].ended == date(2020, 6, 4)


@pytest.mark.parametrize(("code", "placements"), [("A3", 1), ("A5", 1), ("A4", 2), ("A6", 2)])
def test_adoption_by_the_current_carer_is_no_move(read, code, placements):
    history = read(*chain(("05/05/2020", "S", "U6", "1"), ("01/07/2020", "P", code, "1")))
    assert len(history.periods[0].placements) == placements


def test_care_ends_with_its_reason_and_starts_again_with_s(read):
    history = read(
        episode("A", "05/05/2020", "01/07/2020", rec="E4A"),
        episode("A", "01/07/2020", "01/08/2020", rec="E4A"),
        episode("A", "11/09/2020"),
    )
    assert [(each.began, each.ended, each.reason) for each in history.periods] == [
        (date(2020, 5, 5), date(2020, 7, 1), "E4A"),
        (date(2020, 7, 1), date(2020, 8, 1), "E4A"),
        (date(2020, 9, 11), None, None),
    ]


def test_s_on_the_day_of_an_x1_goes_on_with_the_same_care(read):
    history = read(episode("A", "05/05/2020", "01/07/2020", rec="X1"), episode("A", "01/07/2020"))
    assert len(history.periods) == 1
    assert "START_WITHIN_CARE" in {rule.code for rule in history.findings.counts}


def test_short_breaks_stand_apart_unless_they_are_within_other_care(read):
    history = read(
        episode("A", "05/05/2020", "10/05/2020", ls="V3", rec="E8"),
        episode("B", "05/05/2020", ls="V4"),
        episode("C", "05/05/2020", "10/07/2020", ls="V4", rec="X1"),
        episode("C", "10/07/2020", rne="L", ls="C2"),
    )
    apart = {period.child: period.short_breaks for period in history.periods}
    assert apart == {"A": True, "B": True, "C": False}
    assert "SHORT_BREAK_WITHIN_CARE" in {rule.code for rule in history.findings.counts}


def test_a_first_episode_without_s_leaves_the_beginning_unknown(read):
    history = read(episode("A", "05/05/2020", rne="P"), episode("B", "05/05/2020"))
    assert {period.child: period.start_known for period in history.periods} == {
        "A": False,
        "B": True,
    }
