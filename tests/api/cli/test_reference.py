"""The reference of the command and of its JSON says all there is."""

from __future__ import annotations

import re

from api.cli.reference import command_page, json_page
from matcher.explaining.report import Option, Part, RankReport, Stamp


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
