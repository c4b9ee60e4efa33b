from __future__ import annotations

import json
from pathlib import Path

from benchmarks.online_page import BEGIN, END, in_page

ROOT = Path(__file__).parents[2]
ROWS = json.loads((ROOT / "benchmarks/results/online.json").read_text(encoding="utf-8"))["rows"]


def test_the_page_says_what_the_judge_found() -> None:
    page = (ROOT / "docs/explanation/looking-ahead.md").read_text(encoding="utf-8")
    assert in_page(page, ROWS) == page


def test_every_way_and_level_has_its_figures() -> None:
    told = in_page(f"before\n{BEGIN}{END}\nafter", ROWS)
    assert told.startswith("before")
    assert told.endswith("after")
    for way in ("practice", "weekly batch", "first come", "look ahead, unlimited"):
        assert f"| {way} |" in told
    for level in {row["level"] for row in ROWS}:
        assert f"{level} beds a child" in told


def test_a_loss_stands_out_as_much_as_a_gain() -> None:
    row = next(row for row in ROWS if row["margin"] is not None and row["condition"] == "as learnt")
    cost = {"difference": 100.0, "low": 50.0, "high": 150.0, "lower_in": 0, "percent": 5.0}
    against = {**row["against_weekly_batch"], "weekly_cost_pounds": cost}
    told = in_page(f"{BEGIN}{END}", [{**row, "against_weekly_batch": against}])
    assert "**+100 (+50 to +150)**" in told
