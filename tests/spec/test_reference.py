"""The rule reference is current, and says where every rule stands."""

from __future__ import annotations

from pathlib import Path

from matcher.rules.catalogue import RULES
from tests.spec.reference import page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "rules.md"


def test_the_page_is_current() -> None:
    stored = PAGE.read_text(encoding="utf-8")
    assert stored == page().rstrip("\n") + "\n", "docs/reference/rules.md is stale: make reference"


def test_every_source_stands_on_the_page() -> None:
    text = page()
    for rule in RULES:
        assert rule.sources, rule.code
        section = text.split(f"### {rule.code} ")[1].split("\n### ")[0]
        for source in rule.sources:
            assert source.citation in section
            assert source.address in section
