"""``nearhome explain``: why not, why, and what would have to change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.cli.conftest import Run


@pytest.fixture
def report(run: Run, folder: Path) -> dict:
    found = run("rank", "--world", folder, "R-0001", "--json", "--excluded", "all")
    return json.loads(found.out)


def explain(run: Run, folder: Path, home_id: str) -> dict:
    found = run("explain", "R-0001", home_id, "--world", folder, "--json")
    assert found.code == 0
    assert found.err == ""
    return json.loads(found.out)


def test_every_home_gets_the_answer_that_ranking_gave(run: Run, folder: Path, report: dict) -> None:
    statuses = {}
    for option in report["options"]:
        statuses[option["parts"][0]["home_id"]] = option["status"].replace("_", " ")
    for each in report["excluded"]:
        statuses.setdefault(each["home_id"], "excluded")
    for home_id in [*list(statuses)[:6], *list(statuses)[-6:]]:
        found = explain(run, folder, home_id)
        expected = {statuses[home_id]}
        if statuses[home_id] == "excluded":
            expected.add("needs exemption")
        assert found["status"] in expected
        failed = {
            each["rule"]
            for each in found["answers"]
            if each["effect"] == "bar" and each["verdict"] == "not met"
        }
        rules = {each["home_id"]: set(each["rules"]) for each in report["excluded"]}
        assert failed == rules.get(home_id, set())


def test_an_offered_home_has_its_place_and_points(run: Run, folder: Path, report: dict) -> None:
    first = report["options"][0]
    found = explain(run, folder, first["parts"][0]["home_id"])
    assert found["position"] == 1
    assert found["points_behind_best"] == 0
    assert found["option"]["score"] == first["score"]
    assert found["option"]["criteria"] == first["criteria"]
    home_id = found["home_id"]
    shown = run("explain", "R-0001", home_id, "--world", folder).out
    assert f"{home_id} is offered, in place 1 of {found['eligible_count']}." in shown
    assert "needs fit" in shown


def test_an_excluded_home_says_what_would_have_to_change(
    run: Run, folder: Path, report: dict
) -> None:
    miss = report["near_misses"][0]
    shown = run("explain", "R-0001", miss["home_id"], "--world", folder).out
    assert f"  Not met: {miss['sentence']} {miss['change']}" in shown.splitlines()
    if miss["exemption"]:
        assert f"Lawful exemption: {miss['exemption']}" in shown
