"""The judge in the county's own simulation: what it compares, and that it can be gone on with."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.online_county import (
    ALL_HOMES,
    MEASURES,
    RELEARNT,
    SEED,
    WEEKLY,
    Asked,
    Judged,
    council,
    learnt,
    outlook_of,
)
from benchmarks.online_county_page import BEGIN, END, in_page
from benchmarks.settings import Settings
from benchmarks.suites import SUITES
from matcher.policy import Policy

ROOT = Path(__file__).parents[2]
ROWS = json.loads((ROOT / "benchmarks/results/online-county.json").read_text("utf-8"))["rows"]


@pytest.mark.usefixtures("hasty_learning")
def test_a_run_goes_on_from_the_futures_that_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(smoke=True, worlds=tmp_path)
    rows = list(SUITES["online-county"].run(settings))
    by_way = {row["way"]: row for row in rows}
    assert by_way["look_ahead.0"]["means"] == by_way[WEEKLY]["means"]
    assert by_way["look_ahead.5"]["means"] != by_way[WEEKLY]["means"]
    assert set(by_way[RELEARNT]["against_weekly_batch"]) == set(MEASURES)
    monkeypatch.setattr("benchmarks.online_county.simulate", None)
    assert list(SUITES["online-county"].run(settings)) == rows


@pytest.mark.usefixtures("hasty_learning")
def test_what_is_judged_is_how_the_service_looks_ahead() -> None:
    outlook = outlook_of(council(0.5, 0.05), ALL_HOMES)
    values = learnt(Asked(past_years=1), outlook)
    policy = Policy.named("look_ahead")
    policy = policy.replace(look_ahead=policy.look_ahead.replace(margin_points=5.0))
    served = replace(outlook, policy=policy, bed_values=values)
    how: dict[str, Any] = {"years": 1, "seed": SEED, "replication": 1}
    quick = Judged.of(outlook, values=values, look_ahead=policy.look_ahead, **how)
    assert quick.figures() == Judged.of(served, **how).figures()


def test_the_page_says_what_was_found() -> None:
    page = (ROOT / "docs/explanation/looking-ahead.md").read_text(encoding="utf-8")
    assert in_page(page, ROWS) == page


def test_a_loss_stands_out() -> None:
    row = next(row for row in ROWS if row["way"] == "look_ahead.1")
    cost = {"difference": 100.0, "low": 50.0, "high": 150.0, "lower_in": 0}
    against = {**row["against_weekly_batch"], "weekly_cost_pounds": cost}
    batch = next(row for row in ROWS if row["way"] == WEEKLY)
    told = in_page(f"{BEGIN}{END}", [batch, {**row, "against_weekly_batch": against}])
    assert "**+100 (+50 to +150)**" in told
