"""Whatever stands in the cells, every row is accounted for and every answer holds together."""

from __future__ import annotations

import csv
import shutil

import numpy as np
import pytest

from matcher.errors import NearHomeError
from matcher.geography.postcodes import Postcodes
from scenarios.history.forecast import forecast
from scenarios.history.history import read_history
from scenarios.history.indicators import indicators
from scenarios.history.rate_report import rate_report
from tests.scenarios.history.returns import council

JUNK = ["", "x", "31/02/2017", "01/01/1066", "99", "'=1+1", "U6", "S", "É" * 40, "01/06/2016"]


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clean")
    council(folder, years=3, a_year=15, leaving=0.5, seed=6)
    return folder


def spoil(folder, seed, share):
    """Write junk, copies and cuts into a share of the rows of every file."""
    rng = np.random.default_rng(seed)
    for path in sorted(folder.rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = list(csv.reader(file))
        out = []
        for row in rows:
            if rng.random() < share:
                kind = rng.integers(4)
                cell = int(rng.integers(len(row)))
                if kind == 0:
                    row[cell] = str(rng.choice(JUNK))
                elif kind == 1:
                    out.append(list(row))
                elif kind == 2:
                    row = row[:cell]
                else:
                    other = rows[int(rng.integers(len(rows)))]
                    row[cell : cell + 3] = other[cell : cell + 3]
            if rng.random() > share / 4:
                out.append(row)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *out])


@pytest.mark.parametrize("seed", range(4))
def test_spoilt_files_are_read_counted_and_measured(clean, tmp_path, seed):
    folder = tmp_path / "spoilt"
    shutil.copytree(clean, folder)
    spoil(folder, seed, share=(0.05, 0.3, 0.9)[seed % 3])
    try:
        history = read_history(folder, Postcodes.default())
    except NearHomeError as error:
        pytest.fail(f"rows at fault should not stop a history: {error.sentence}")
    for (file, table), count in history.row_counts.items():
        assert count.rows == count.used + count.merged + count.set_aside, (file, table)
        assert min(count.used, count.merged, count.set_aside) >= 0
    episodes = history.episodes
    assert not (episodes["dec"] < episodes["decom"]).any()
    follows = episodes.groupby("child")["decom"].shift(-1)
    assert not (episodes["dec"] > follows).any()
    assert not (episodes["dec"].isna() & follows.notna()).any()
    years = indicators(history).years
    for year in years:
        assert sum(year.by_placement.values()) == year.in_care
        assert sum(year.by_age_band.values()) == year.in_care
        assert year.ni_62.count <= year.ni_62.of
        assert year.ni_63_same_placement.count <= year.ni_63_same_carer.count
    for period in history.periods:
        assert all(each.began >= period.began for each in period.placements)
    found = forecast(history, months=3, draws=100)
    assert all(np.isfinite(found.in_care.mean))
    assert rate_report(history).rates
