"""``nearhome rules``, ``policy`` and ``version``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from matcher.policy import SHIPPED, Policy, read_policy
from matcher.rules.catalogue import RULES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.cli.conftest import Run


def test_rules_lists_every_rule_with_a_source(run: Run) -> None:
    found = run("rules")
    assert found.code == 0
    for rule in RULES:
        assert rule.code in found.out
    listed = json.loads(run("rules", "--json").out)["rules"]
    assert [each["code"] for each in listed] == [rule.code for rule in RULES]
    assert all(each["sources"] for each in listed)


def test_a_rule_set_is_chosen_by_date(run: Run) -> None:
    before = json.loads(run("rules", "--on", "2021-09-08", "--json").out)
    after = json.loads(run("rules", "--on", "2021-09-09", "--json").out)
    assert before["rule_set"] != after["rule_set"] == "england-2021-09-09"
    codes = {each["code"] for each in before["rules"]}
    assert codes != {each["code"] for each in after["rules"]}


def test_one_rule_is_told_in_full(run: Run) -> None:
    rule = RULES[0]
    found = run("rules", rule.code)
    assert rule.title in found.out
    assert "To change it: " in found.out
    assert "<home>" in found.out
    assert "{" not in found.out
    assert rule.sources[0].citation in found.out


def test_policies_are_listed(run: Run) -> None:
    found = run("policy", "list")
    assert all(name in found.out for name in SHIPPED)
    listed = json.loads(run("policy", "list", "--json").out)["policies"]
    assert [each["name"] for each in listed] == list(SHIPPED)


def test_a_policy_is_explained_setting_by_setting(run: Run) -> None:
    found = run("policy", "show", "balanced")
    assert found.code == 0
    assert "near_home" in found.out
    shown = json.loads(run("policy", "show", "balanced", "--json").out)
    assert shown.pop("schema_version") == "1.0"
    assert Policy.model_validate(shown) == Policy.named("balanced")


def test_the_text_of_a_policy_can_be_the_start_of_your_own(run: Run, tmp_path: Path) -> None:
    own = tmp_path / "ours.toml"
    own.write_text(run("policy", "show", "balanced", "--toml").out, encoding="utf-8")
    assert read_policy(own) == Policy.named("balanced")
    assert run("policy", "show", own).code == 0
    assert run("policy", "show", own, "--toml").out.rstrip() == own.read_text().rstrip()


def test_a_policy_that_does_not_hold_together_is_refused_with_the_key(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    text = run("policy", "show", "balanced", "--toml").out
    own = tmp_path / "ours.toml"
    for changed, says in (
        (text.replace("near_home = 14", "near_home = 15"), "add up to 101"),
        (text.replace("near_home = 14", "nearness = 14"), "nearness"),
        (text + "\n[colour]\nred = 1\n", "colour: is not a setting"),
        ("not toml", "not TOML"),
    ):
        assert changed != text
        own.write_text(changed, encoding="utf-8")
        for arguments in (
            ["policy", "show", own],
            ["rank", "--world", folder, "R-0001", "--policy", own],
        ):
            found = run(*arguments)
            assert found.code == 4
            assert says in found.err
            assert found.out == ""


def test_the_version_is_told(run: Run) -> None:
    found = run("version")
    assert found.out.startswith("nearhome ")
    assert json.loads(run("version", "--json").out)["version"] in found.out
