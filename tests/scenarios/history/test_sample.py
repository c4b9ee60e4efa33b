"""Returns that nobody here wrote: the sample that ships with cs-demand-model 0.5.1.

NEARHOME_903_SAMPLE names the folder in which it was unpacked, and NEARHOME_PEER_PYTHON, for
the comparison, the Python of its environment. ``make peers`` makes both.
"""

from __future__ import annotations

import os
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from matcher.geography.postcodes import Postcodes
from scenarios.history.backtest import LAST, OURS, TREND, backtest
from scenarios.history.forecast import forecast
from scenarios.history.history import read_history
from scenarios.history.indicators import indicators

pytestmark = pytest.mark.outside_data


@pytest.fixture(scope="module")
def history():
    folder = os.environ.get("NEARHOME_903_SAMPLE")
    assert folder, "set NEARHOME_903_SAMPLE to the folder of the sample returns"
    return read_history(Path(folder), Postcodes.default())


def test_the_years_are_those_of_the_dates_and_not_of_the_folders(history):
    assert history.years == (2018, 2019, 2020, 2021, 2022)


def test_every_row_is_accounted_for(history):
    for count in history.row_counts.values():
        assert count.rows == count.used + count.merged + count.set_aside
    episodes = {file: c for (file, table), c in history.row_counts.items() if table == "episodes"}
    assert sum(c.rows for c in episodes.values()) == 3737
    assert len(history.episodes) == 2827
    assert history.episodes["child"].nunique() == 820


def test_what_is_wrong_with_it_is_said(history):
    counts = {rule.code: count for rule, count in history.findings.counts.items()}
    for rule in ("NOT_RETURNED", "LATE", "POSTCODE_UNKNOWN", "REASON_ON_OPEN", "FILE_EMPTY"):
        assert counts[rule] > 0, rule


def test_indicators_of_every_year_stand(history):
    years = indicators(history).years
    for before, after in pairwise(years):
        flow = after.flow
        assert after.in_care - before.in_care == (
            flow.began + flow.appeared - flow.ended - flow.lost
        )
    assert all(each.near_home.unknown > 0.9 * each.near_home.of_all.of for each in years)


def test_a_forecast_of_it_holds_what_happened(history):
    found = forecast(history, train_to=date(2020, 3, 31), months=12)
    actual = indicators(history).years[3].in_care
    assert found.in_care.p05[-1] <= actual <= found.in_care.p95[-1]
    assert np.diff(found.in_care.mean).max() < 0


def test_the_forecast_is_nearer_than_the_naive_ones(history):
    found = backtest(history, step=3)
    assert found.scores[OURS].mae < 0.6 * min(found.scores[LAST].mae, found.scores[TREND].mae)
    assert 0.85 <= found.coverage <= 0.95


def test_the_forecast_is_nearer_than_cs_demand_model(history):
    python = os.environ.get("NEARHOME_PEER_PYTHON")
    assert python, "set NEARHOME_PEER_PYTHON to the Python of cs-demand-model's environment"
    scores = backtest(history, peer=Path(python)).scores
    ours = scores.pop(OURS)
    assert len(scores) == 4
    for name, score in scores.items():
        assert ours.mae < score.mae, name
        assert ours.mae < (score.mae_own_count or score.mae), name
