"""``nearhome rank``: the shape others rely on, and a table for somebody in a hurry."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.api.cli.conftest import Run


def test_the_json_has_the_shape_that_others_rely_on(run: Run, folder: Path) -> None:
    found = run("rank", "--world", folder, "R-0001", "--top", "10", "--json")
    assert found.code == 0
    assert found.err == ""
    report = json.loads(found.out)
    assert {
        "options",
        "excluded_count",
        "excluded_by_rule",
        "excluded",
        "near_misses",
        "stamp",
    } <= set(report)
    assert 1 <= len(report["options"]) <= 10
    for rank, option in enumerate(report["options"], 1):
        assert option["rank"] == rank
        assert isinstance(option["together"], bool)
        assert option["status"] in ("eligible", "to_check", "needs_exemption")
        assert 0 <= option["score"] <= 100
        assert {"criteria", "gaps"} <= set(option)
        for part in option["parts"]:
            assert {
                "home_id",
                "children",
                "route",
                "place_code",
                "distance_miles",
                "near_home",
                "weekly_fee_pence",
            } <= set(part)
            assert part["near_home"] in (True, False, None)
    for each in report["excluded"]:
        assert set(each) == {"home_id", "rules", "sentences"}
    assert {"as_of", "policy", "rule_set", "data_hash", "seed", "version"} <= set(report["stamp"])
    assert report["stamp"]["policy"] == "balanced"
    assert report["stamp"]["seed"] is None


def test_all_excluded_homes_only_when_asked(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.engine.EXCLUDED_SHOWN", 3)
    some = json.loads(run("rank", "--world", folder, "R-0001", "--json").out)
    every = json.loads(run("rank", "--world", folder, "R-0001", "--json", "--excluded", "all").out)
    assert len(some["excluded"]) == 3
    assert len(every["excluded"]) == every["excluded_count"] == some["excluded_count"] > 3
    assert every["excluded"][:3] == some["excluded"]


def test_top_bounds_the_options(run: Run, folder: Path) -> None:
    one = json.loads(run("rank", "--world", folder, "R-0001", "--top", "1", "--json").out)
    ten = json.loads(run("rank", "--world", folder, "R-0001", "--json").out)
    assert one["options"] == ten["options"][:1]


def test_another_policy_is_stamped(run: Run, folder: Path) -> None:
    found = run("rank", "--world", folder, "R-0001", "--policy", "practice", "--json")
    assert json.loads(found.out)["stamp"]["policy"] == "practice"


def test_people_read_who_where_and_why(run: Run, folder: Path) -> None:
    found = run("rank", "--world", folder, "R-0001")
    report = json.loads(run("rank", "--world", folder, "R-0001", "--json").out)
    first = report["options"][0]
    lines = found.out.splitlines()
    assert lines[0] == "Synthetic data: every child, home and price in it is invented."
    assert lines[1].startswith(f"Referral R-0001: {report['children'][0]}, needed by ")
    row = next(line for line in lines if line.split()[:1] == ["1"])
    assert first["parts"][0]["home_id"] in row
    assert f"{first['score']:.0f}" in row
    assert f"1. {first['sentence']}" in lines
    total = report["eligible_count"] + report["to_check_count"] + report["excluded_count"]
    assert f"Of {total:,} homes: " in found.out


def test_a_split_says_who_goes_where(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "county"
    assert run("county", "make", "--size", "0.5", "--out", out).code == 0
    referrals = [
        line.split(",")[0]
        for line in (out / "referrals.csv").read_text(encoding="utf-8").splitlines()[1:]
        if ";" in line
    ]
    reports = [json.loads(run("rank", "--world", out, each, "--json").out) for each in referrals]
    split = next(each for each in reports if not each["options"][0]["together"])
    shown = run("rank", "--world", out, split["referral_id"]).out
    for part in split["options"][0]["parts"]:
        line = next(line for line in shown.splitlines() if f" {part['home_id']} " in line)
        assert all(child in line for child in part["children"])
