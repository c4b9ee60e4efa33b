"""The back-test: origins, naive forecasts by hand, and a peer that cannot be run."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

from matcher.errors import UsageError
from scenarios.history.backtest import LAST, OURS, TREND, backtest
from scenarios.history.history import read_history
from tests.scenarios.history.returns import a_return, council, episode


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    folder = tmp_path_factory.mktemp("council")
    council(folder, years=4, a_year=40, leaving=0.5, seed=8)
    return read_history(folder)


@pytest.fixture(scope="module")
def tested(history):
    return backtest(history, draws=200)


def test_every_year_but_the_first_is_held_out(tested):
    days = [each.day for each in tested.origins]
    assert days == [date(year, 3, 31) for year in (2016, 2017, 2018)]
    assert all(len(each.months) == 12 for each in tested.origins)
    assert set(tested.scores) == {OURS, LAST, TREND}


def test_naive_forecasts_are_what_they_say(tested):
    origins = tested.origins
    for each in origins:
        assert set(each.forecasts[LAST]) == {each.in_care}
    first, second, _ = origins
    twice = 2 * second.in_care - first.in_care
    assert second.forecasts[TREND][-1] == pytest.approx(twice, abs=3)


def test_scores_are_the_mean_of_their_origins(tested):
    for name, score in tested.scores.items():
        assert score.mae == pytest.approx(
            sum(each.mae[name] for each in tested.origins) / len(tested.origins), abs=0.02
        )
    months = sum(len(each.months) for each in tested.origins)
    assert tested.coverage == pytest.approx(
        sum(each.covered for each in tested.origins) / months, abs=1e-3
    )


def test_too_short_a_history_says_what_is_needed(tmp_path):
    short = read_history(a_return(tmp_path, [episode("A", "05/05/2019", "01/09/2019")]))
    with pytest.raises(UsageError, match="a year to learn from"):
        backtest(short)


def test_a_peer_that_is_not_there_is_named(history):
    with pytest.raises(UsageError, match="could not be run"):
        backtest(history, draws=200, peer=Path("/nowhere/python"))
    with pytest.raises(UsageError, match="cs-demand-model failed"):
        backtest(history, draws=200, peer=Path(sys.executable))
