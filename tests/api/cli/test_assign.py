"""``nearhome assign`` and ``demo``: one plan for everybody, in the shape others rely on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from api.cli import whatif_demo
from scenarios.changes import HomeOpens
from scenarios.scenario import outlooks_of, parse_scenario

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from matcher.domain.world import World
    from tests.api.cli.conftest import Run

INDICATORS = {
    "near_home_rate",
    "unknown_distance_rate",
    "in_area_rate",
    "siblings_together_rate",
    "weekly_cost_pence",
    "placed",
}


def test_the_json_has_the_shape_that_others_rely_on(run: Run, folder: Path, county: World) -> None:
    found = run("assign", "--world", folder, "--policy", "balanced", "--seconds", "30", "--json")
    assert found.code == 0
    assert found.err == ""
    report = json.loads(found.out)
    assert {
        "status",
        "stop_reason",
        "objective",
        "bound",
        "gap",
        "gap_placed",
        "gap_points_per_child",
        "tiers",
        "seconds",
        "placements",
        "unplaced",
        "indicators",
        "practice",
        "stamp",
    } <= set(report)
    assert set(report["indicators"]) >= INDICATORS
    assert set(report["practice"]) >= INDICATORS
    told = [each["child_id"] for each in (*report["placements"], *report["unplaced"])]
    assert sorted(told) == list(county.waiting)
    assert all(each["home_id"] for each in report["placements"])
    assert all(each["reasons"] for each in report["unplaced"])


def test_people_read_the_plan_beside_practice(run: Run, folder: Path) -> None:
    found = run("assign", "--world", folder)
    assert found.code == 0
    assert found.out.startswith("Synthetic data: ")
    assert "today's practice" in found.out
    assert "weekly cost" in found.out


def test_time_has_bounds(run: Run, folder: Path) -> None:
    found = run("assign", "--world", folder, "--seconds", "-1")
    assert found.code == 2
    assert "seconds is -1; it must lie between 0 and 604,800" in found.err


def test_the_demo_tells_the_whole_story(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The county at its size is ranked and matched; the futures are of a small one, and few.
    years = f"years = {whatif_demo.YEARS}"
    small = whatif_demo.SCENARIO.replace(years, "size = 0.05\nyears = 1")
    assert small != whatif_demo.SCENARIO
    monkeypatch.setattr(whatif_demo, "SCENARIO", small)
    monkeypatch.setattr(whatif_demo, "FUTURES", 2)
    found = run("demo", "--out", tmp_path / "county")
    assert found.code == 0
    for part in (
        "Every person and price is invented.",
        "Referral R-0012: ",
        "Why not ",
        "today's practice",
        "What if a four-bed home opened in Aylesbury? (2 paired runs of 1 year)",
        "(90 % interval ",
        "Next: nearhome rank --world ",
    ):
        assert part in found.out
    report = tmp_path / "what-if" / "report.html"
    assert f"report: {report}" in found.out
    assert report.exists()
    assert (tmp_path / "county" / "children.csv").exists()


def test_the_demos_what_if_holds_for_the_whole_county() -> None:
    scenario = parse_scenario(whatif_demo.SCENARIO)
    assert scenario.size == 1.0
    today, changed = outlooks_of(scenario).values()
    assert today.changes == ()
    (opened,) = changed.changes
    assert isinstance(opened, HomeOpens)
    assert opened.home.beds_usable == 4
