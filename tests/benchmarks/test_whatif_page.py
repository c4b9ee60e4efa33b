"""What is written of measured futures: a section of the performance page, a table of README.md."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.known_truth import KnownTruth
from benchmarks.settings import Settings
from benchmarks.suites import SUITES
from benchmarks.whatif import run_known_truth
from benchmarks.whatif_intervals import coverage_within, pairing
from benchmarks.whatif_page import BEGIN, END, in_readme, many_section, section

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
KEPT = ROOT / "benchmarks" / "results" / "whatif.json"


@pytest.fixture(scope="module")
def rows() -> list[dict[str, object]]:
    found = run_known_truth(KnownTruth(), 30)
    told = [
        {
            "scenario": variant.name,
            "years": found.summary.years,
            "measure": name,
            **variant.differences[name].model_dump(mode="json"),
        }
        for variant in found.summary.variants[1:]
        for name in ("near_home_rate", "yearly_cost")
    ]
    told += [
        *pairing(found.values),
        *coverage_within(found.values),
        {"seconds": 90, "processes": 2},
    ]
    return [{"figure": "strategies", **row} for row in told]


def test_the_readme_has_one_place_for_the_table_and_nothing_else_changes(
    rows: list[dict[str, object]],
) -> None:
    before, _, after = README.partition(BEGIN)
    _, _, after = after.partition(END)
    written = in_readme(README, rows)
    assert written.startswith(before + BEGIN)
    assert written.endswith(END + after)
    assert "| against today | Within 20 miles of home | Cost a year, gross |" in written
    assert "in 30 paired futures" in written
    assert in_readme(written, rows) == written


def test_a_section_tells_differences_with_intervals_coverage_and_pairing(
    rows: list[dict[str, object]],
) -> None:
    page = section(rows)
    (line,) = [each for each in page.splitlines() if each.startswith("| better | +")]
    assert line.count(" to ") == 2
    assert "; gain |" in line
    assert "run in 1.5 minutes by 2 processes" in page
    assert "each simulated future in turn" in page
    assert "Variance of a paired difference" in page


def test_the_table_of_the_readme_is_that_of_the_kept_results() -> None:
    if KEPT.exists():
        kept = json.loads(KEPT.read_text(encoding="utf-8"))["rows"]
        assert in_readme(README, kept) == README
    else:
        assert f"{BEGIN}\n{END}" in README


def test_a_run_of_many_futures_is_timed_whole() -> None:
    rows = list(SUITES["whatif-200"].run(Settings(smoke=True, apart=False)))
    assert rows[0]["processor_seconds"] > 0
    assert "1 years each, in 2 futures" in many_section(rows)
