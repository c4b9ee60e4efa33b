from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from matcher.domain.world import World
    from tests.api.cli.conftest import Run


def test_bed_values_are_learnt_kept_and_used(
    run: Run, county: World, folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "values.json"
    ran = run("lookahead", "learn", "--world", folder, "--out", file, "--method", "rent", "--json")
    told = json.loads(ran.out)
    assert ran.code == 0
    assert told["homes"] == len(county.homes)
    assert 0 < told["share_kept"] < 1
    shown = run("lookahead", "show", file, "--top", 2)
    assert shown.out.count("H-") == 2
    referral = next(iter(county.referrals))
    with_it = run(
        *("rank", referral, "--world", folder, "--policy", "look_ahead"),
        *("--bed-values", file, "--json"),
    )
    answer = json.loads(with_it.out)
    assert answer["stamp"]["policy"] == "look_ahead"
    assert "bed" in answer["options"][0]


@pytest.mark.usefixtures("hasty_learning")
def test_bed_values_are_learnt_when_none_are_given(run: Run, county: World, folder: Path) -> None:
    ran = run("assign", "--world", folder, "--policy", "look_ahead", "--json")
    assert ran.code == 0
    assert json.loads(ran.out)["warnings"][0].startswith("Looking ahead")


def test_a_policy_that_does_not_look_ahead_takes_no_bed_values(
    run: Run, county: World, folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "values.json"
    run("lookahead", "learn", "--world", folder, "--out", file, "--method", "rent")
    referral = next(iter(county.referrals))
    ran = run("rank", referral, "--world", folder, "--bed-values", file)
    assert ran.code == 2
    assert "does not look ahead" in ran.err


def test_a_method_that_does_not_exist_is_refused(run: Run, folder: Path, tmp_path: Path) -> None:
    ran = run(
        *("lookahead", "learn", "--world", folder, "--out", tmp_path / "v", "--method", "magic")
    )
    assert ran.code == 2
    assert "replay or rent" in ran.err
