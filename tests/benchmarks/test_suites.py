"""Every suite in its small form, and what each row must hold."""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.__main__ import main
from benchmarks.instances import INSTANCES, Plans
from benchmarks.look_ahead import LEARNING, RANKING
from benchmarks.page_look_ahead import look_ahead_section
from benchmarks.processes import measured
from benchmarks.settings import QUICK, SLOW, Settings
from benchmarks.suites import SUITES

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("suites")  # one run of a council serves two of these tests

SMOKE = Settings(smoke=True, apart=False)
FIGURES = (LEARNING, RANKING)
GAP = """2 3
4 2 6
3 5 1
1 1 1
1 1 1
2 2
"""


@functools.cache
def smoke(name: str) -> list[dict[str, Any]]:
    return list(SUITES[name].run(SMOKE))


def published_files(folder: Path) -> Path:
    (folder / "gap").mkdir()
    (folder / "gap" / "small").write_text(GAP, encoding="utf-8")
    (folder / "gap" / "best_known.csv").write_text(
        "name,jobs,agents,best_known_bound,proven_optimum,best_known_value\nsmall,3,2,6,6,6\n",
        encoding="utf-8",
    )
    return folder


@pytest.mark.parametrize(
    "name", [name for name, (_, each) in INSTANCES.items() if isinstance(each, Plans)]
)
def test_plans_are_checked_and_no_peer_beats_the_bound(name: str) -> None:
    rows = smoke(name)
    methods = {row["method"] for row in rows}
    assert "nearhome" in methods
    for row in rows:
        assert row["instance"] == name
        assert row["check_seconds"] >= 0
        ours = next(
            each
            for each in rows
            if each["method"] == "nearhome" and each["budget_share"] == row["budget_share"]
        )
        assert ours["bound"] <= row["objective"] + 1e-6
        assert ours["objective"] <= row["objective"] + 1e-6
        if row["method"] != "profile":
            assert row["gap_placed"] >= row["gap"] >= 0


def test_all_peers_stand_beside_a_council() -> None:
    rows = smoke("council")
    assert {row["method"] for row in rows} == {"nearhome", "profile", *QUICK, *SLOW}
    assert [row["budget_share"] for row in rows if row["method"] == "nearhome"] == [None, 0.9]
    free, short = (row for row in rows if row["method"] == "nearhome")
    assert short["weekly_pence"] == int(0.9 * free["new_weekly_cost_pence"])
    assert short["new_weekly_cost_pence"] <= short["weekly_pence"]


def test_forcing_is_told_apart_from_the_plan_compared_with() -> None:
    (row,) = SUITES["forcing"].run(SMOKE)
    assert row["options"]
    assert all(each["cost_points"] >= 0 for each in row["options"])
    assert len(row["all_seconds"]) + row["with_fewer_than_three_options"] == row["asked"]


def test_the_demo_is_answered_warm_cold_and_by_the_command() -> None:
    rows = list(SUITES["demo-40"].run(SMOKE))
    assert [row["method"] for row in rows] == ["warm", "cold", "command warm"]
    assert all("failed" not in row and row["seconds"] > 0 for row in rows)


def test_published_instances_are_checked_from_their_files(tmp_path: Path) -> None:
    settings = Settings(smoke=True, apart=False, instances=published_files(tmp_path))
    (row,) = SUITES["orlib-gap"].run(settings)
    assert (row["objective"], row["status"], row["best_known"]) == (6, "optimal", 6)


@pytest.mark.parametrize("name", ["orlib-gap", "sscflp"])
def test_absent_files_are_said_to_be(name: str, tmp_path: Path) -> None:
    for folder in (None, tmp_path):
        (row,) = SUITES[name].run(Settings(smoke=True, apart=False, instances=folder))
        assert "NEARHOME_INSTANCES" in row["absent"]


@pytest.mark.usefixtures("hasty_learning")
@pytest.mark.parametrize("name", ["ranking", "demo", "england", "arrivals", "online"])
def test_the_other_suites_run(name: str) -> None:
    assert list(SUITES[name].run(SMOKE))


def test_looking_ahead_is_learnt_and_ranked_with_and_without() -> None:
    rows = smoke("look-ahead")
    learnt, ranked = ([row for row in rows if row["figure"] == each] for each in FIGURES)
    assert {row["method"] for row in learnt} == {"rent", "replay"}
    assert all(row["families"] > 0 and row["all_seconds"] for row in learnt)
    assert ranked
    assert all(
        row["slower_p5_ms"] <= row["slower_p50_ms"] <= row["slower_p95_ms"] for row in ranked
    )
    assert "to reach: at most 10 s" in look_ahead_section(rows)


def test_a_process_of_its_own_says_the_same() -> None:
    task = {"kind": "plan", "children": 10, "homes": 40, "seed": 3, "seconds": 10}
    apart, here = measured(task), measured(task, apart=False)
    for name in ("objective", "bound", "unplaced", "children"):
        assert apart[name] == here[name]
    assert 20 < apart["peak_megabytes"] < 2_000


def test_a_process_that_takes_too_much_is_ended() -> None:
    task = {"kind": "plan", "children": 10, "homes": 40, "seed": 3, "seconds": 10}
    assert "ended at" in measured(task, most_megabytes=1)["failed"]
    assert "ended after" in measured(task, most_seconds=0)["failed"]


def test_a_process_that_fails_says_why() -> None:
    found: dict[str, Any] = measured({"kind": "plan", "homes": 40, "seed": 3})
    assert "children" in found["failed"]


def test_results_are_kept_where_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results, page = tmp_path / "results", tmp_path / "page.md"
    assert main(["run", "sscflp", "--smoke", "--results", str(results)]) == 0
    kept = json.loads((results / "sscflp.json").read_text(encoding="utf-8"))
    assert kept["suite"] == "sscflp"
    assert kept["settings"]["smoke"] is True
    assert {"processor", "cores", "python", "numba", "highspy"} <= kept["machine"].keys()
    file = str(results / "sscflp.json")
    assert main(["compare", file, file]) == 0
    assert main(["table", "--results", str(results), "--page", str(page)]) == 0
    assert "Figures to reach" in page.read_text(encoding="utf-8")
    assert main(["list"]) == 0
    assert "england-plan" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [["run", "none"], ["compare", "a"], ["compare", "absent", "absent"]]
)
def test_a_mistake_is_named(arguments: list[str]) -> None:
    assert main(arguments) == 2
