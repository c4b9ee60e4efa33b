"""The page that is made from results, old and new, and two results side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import benchmarks
from benchmarks.compare import compared, differences, summaries
from benchmarks.page import page
from benchmarks.reach import reached

MACHINE = {"processor": "a processor", "cores": 2, "python": "3.11", "nearhome": "1", "numpy": "2"}
KEPT = Path(benchmarks.__file__).parent / "results"


def plan_row(**changes: Any) -> dict[str, Any]:
    return {
        "instance": "council",
        "seed": 1,
        "budget_share": None,
        "method": "nearhome",
        "children": 500,
        "homes": 1000,
        "status": "optimal",
        "seconds": 1.5,
        "all_seconds": [1.4, 1.5, 2.5],
        "objective": 1100.0,
        "unplaced_points": 1000.0,
        "bound": 1100.0,
        "gap": 0.0,
        "gap_placed": 0.0001,
        "gap_points_per_child": 0.0,
        "check_seconds": 0.1,
        "unplaced": 1,
        "peak_megabytes": 250,
    } | changes


def result(*rows: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"suite": "council", "machine": MACHINE, "rows": list(rows)} | changes


def verdict(*rows: dict[str, Any]) -> str:
    lines = reached({"council": result(*rows)}).splitlines()
    return next(line.split("|")[4].strip() for line in lines if "500 children" in line)


def all_runs(**changes: Any) -> list[dict[str, Any]]:
    return [
        plan_row(seed=seed, budget_share=share, **changes)
        for seed in (1, 2, 3, 4, 5)
        for share in (None, 0.97, 0.9)
    ]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "yes"),
        ({"gap_placed": 0.0003}, "no: gap in 15 of 15"),
        ({"gap_placed": None}, "no: gap in 15 of 15"),
        ({"seconds": 2.5}, "no: seconds"),
        ({"peak_megabytes": 301, "seconds": 3.0}, "no: seconds, memory"),
    ],
)
def test_whether_an_aim_is_reached_is_said(changes: dict[str, Any], says: str) -> None:
    assert verdict(*all_runs(**changes)) == says


def test_what_is_not_all_measured_is_not_claimed() -> None:
    assert verdict(plan_row()).startswith("so far: ")
    small = reached({"council": result(*all_runs(), settings={"smoke": True})})
    assert "a small form only" in small
    assert "| yes |" not in small
    failed = plan_row() | {"failed": "ended at 16,001 MB after 3 s"}
    assert verdict(failed) == "so far: no: failed"


def test_a_page_has_sizes_peers_and_profile() -> None:
    peer = plan_row(method="practice", status="done", objective=2000.0, gap_placed=9.0)
    profile = plan_row(method="profile", phases={"the checker": 0.1, "everything else": 1.0})
    text = page({"council": result(plan_row(), peer, profile)})
    for part in (
        "## Figures to reach",
        "## Plans for everybody at once",
        "## Beside other ways",
        "900 %",
        "## Where the time goes",
        "| **all** | **1.10** |",
    ):
        assert part in text


def test_results_kept_in_the_project_are_readable() -> None:
    results = {
        file.stem: json.loads(file.read_text(encoding="utf-8")) for file in KEPT.glob("*.json")
    }
    text = page(results)
    assert "## One referral" in text
    for each in results.values():
        assert compared(each, each)
        assert all(found.verdict == "same" for found in differences(each, each)), (
            "a result differs from itself"
        )


def test_an_old_council_is_still_shown() -> None:
    plan = {
        "seconds": 40.0,
        "gap_placed": 0.05,
        "tiers": {"unplaced": 44},
        "status": "feasible",
    }
    row = {
        "children": 500,
        "homes": 999,
        "seed": 1,
        "budget_share": None,
        "plan": plan,
        "practice": {"tiers": {"unplaced": 140}},
        "peak_megabytes": 392,
    }
    text = page({"council": result(row, machine=MACHINE | {"ortools": "9"})})
    assert "## A council at once" in text
    assert "44 / 140" in text


@pytest.mark.parametrize(
    ("measure", "before", "after", "says"),
    [
        ("seconds", (1.0, [0.9, 1.0, 1.1]), (1.1, [1.0, 1.1, 1.2]), "noise: repeats overlap"),
        ("seconds", (1.0, [0.9, 1.0, 1.1]), (1.3, [1.2, 1.3, 1.4]), "more: no repeat overlaps"),
        ("seconds", (1.3, [1.2, 1.3, 1.4]), (1.0, [0.9, 1.0, 1.1]), "less: no repeat overlaps"),
        ("seconds", (1.0, [1.0]), (1.2, [1.2]), "noise: under 25%, measured once"),
        ("seconds", (1.0, [1.0]), (2.0, [2.0]), "more"),
        ("peak_megabytes", (200, []), (205, []), "noise: under 5%, measured once"),
        ("peak_megabytes", (200, []), (300, []), "more"),
        ("objective", (1000.0, []), (1000.001, []), "more"),
    ],
)
def test_noise_is_told_from_difference(
    measure: str, before: tuple[float, list[float]], after: tuple[float, list[float]], says: str
) -> None:
    first = result(plan_row(**{measure: before[0], "all_seconds": before[1]}))
    second = result(plan_row(**{measure: after[0], "all_seconds": after[1]}))
    (found,) = [each for each in differences(first, second) if each.measure == measure]
    assert found.verdict == says
    assert found.ratio == pytest.approx(after[0] / before[0])


def test_an_instance_is_summed_up_over_its_seeds() -> None:
    before = [plan_row(seed=seed) for seed in (1, 2, 3)]
    after = [
        plan_row(seed=1, seconds=3.0, all_seconds=[2.9, 3.0, 3.1]),
        plan_row(seed=2),
        plan_row(seed=3, seconds=0.5, all_seconds=[0.4, 0.5, 0.6]),
    ]
    found = summaries(differences(result(*before), result(*after)))
    (times,) = [each for each in found if each.measure == "seconds"]
    assert times.ratios == pytest.approx((1 / 3, 1.0, 2.0))
    assert times.verdict == "mixed: more in 1, less in 1 of 3"
    (memory,) = [each for each in found if each.measure == "peak_megabytes"]
    assert memory.verdict == "same, or noise"


def test_what_only_one_result_has_is_named() -> None:
    first, second = result(plan_row()), result(plan_row(seed=2))
    text = compared(first, second)
    assert "only in A: council seed 1 nearhome" in text
    assert "only in B: council seed 2 nearhome" in text
