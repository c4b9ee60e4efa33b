"""The reference of the command and of its JSON says all there is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from typer.main import get_command

from api.cli.main import app
from api.cli.reference import SMALL_ANSWERS, command_page, json_page
from matcher.explaining.report import Option, Part, RankReport, Stamp
from scenarios.history.reference import history_page
from tests.api.cli.conftest import ROOT, Run

if TYPE_CHECKING:
    from pathlib import Path


def test_every_command_and_option_is_on_the_page() -> None:
    page = command_page()
    for command in (
        "demo",
        "template",
        "check",
        "county make",
        "county report",
        "rank",
        "assign",
        "explain",
        "rules",
        "policy list",
        "policy show",
        "version",
    ):
        assert f"## nearhome {command}\n" in page
    for option in ("--world", "--policy", "--top", "--excluded", "--json", "--errors", "--seed"):
        assert f"`{option}`" in page
    for row in page.splitlines():
        if row.startswith("| `"):
            assert not row.rstrip().endswith("|  |"), f"says nothing: {row}"


def test_every_field_of_the_json_has_a_meaning() -> None:
    page = json_page()
    for model in (RankReport, Option, Part, Stamp):
        for name in model.model_fields:
            assert f"| `{name}` |" in page
    for row in re.findall(r"^\| `.*$", page, re.MULTILINE):
        assert not row.rstrip().endswith("|  |"), f"says nothing: {row}"
    assert "matcher." not in page


def test_every_answer_in_json_is_on_a_page() -> None:
    told = set(re.findall(r"^##+ nearhome (.+) --json$", json_page() + history_page(), re.M))
    asked = {
        section.splitlines()[0]
        for section in command_page().split("\n## nearhome ")[1:]
        if "| `--json` |" in section
    }
    assert asked <= told
    assert {each for each in told if "--" not in each} == asked


def test_small_answers_have_the_fields_on_the_page(run: Run, folder: Path, tmp_path: Path) -> None:
    asked = {
        "nearhome check": ["check", folder],
        "nearhome county make": ["county", "make", "--size", "0.06", "--out", tmp_path / "out"],
        "nearhome county report": ["county", "report", "--size", "0.06"],
        "nearhome rules": ["rules"],
        "nearhome policy list": ["policy", "list"],
        "nearhome version": ["version"],
    }
    for title, arguments in asked.items():
        answer = json.loads(run(*arguments, "--json").out)
        assert set(answer) == {"schema_version", *SMALL_ANSWERS[title]}, title


def test_pages_name_only_commands_and_options_that_there_are() -> None:
    wrong, asked = [], 0
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for line in re.findall(r"\bnearhome ([a-z][^`\n|#)]*)", page.read_text(encoding="utf-8")):
            words, command = line.split(), get_command(app)
            while words and hasattr(command, "commands"):
                command = command.commands.get(words.pop(0).rstrip(".,:;\"'"))
            known = (
                {"--help"}
                if command is None
                else {"--help"}
                | {
                    option
                    for each in command.params
                    for option in [*each.opts, *each.secondary_opts]
                }
            )
            given = {word.rstrip(".,:;") for word in words if word.startswith("--")}
            if command is None or not given <= known:
                wrong.append(f"{page.name}: nearhome {line}")
            asked += 1
    assert wrong == []
    assert asked > 150


def test_the_picture_fetches_nothing() -> None:
    drawn = (ROOT / "docs" / "images" / "rank.svg").read_text(encoding="utf-8")
    assert "@font-face" not in drawn
    assert "url(http" not in drawn
    assert "Referral" in drawn
