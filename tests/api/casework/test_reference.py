"""What the pages say of casework is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.app import create_app
from api.casework.catalogue import CATALOGUE
from api.casework.gates import GATES
from api.casework.present import FOR_PEOPLE
from api.casework.reference import casework_page
from api.casework.states import STATES, TRANSITIONS, Noun
from api.settings import Settings
from api.storage.kinds import KINDS
from matcher.rules.catalogue import RULES
from matcher.rules.rule import Effect

DOCS = Path(__file__).parents[3] / "docs"
CHECKLIST = (DOCS / "explanation" / "what-the-strategies-name.md").read_text(encoding="utf-8")


def test_every_gate_of_the_rules_is_a_task() -> None:
    gates = {rule.code for rule in RULES if rule.effect is Effect.GATE}
    assert gates | set(FOR_PEOPLE.values()) <= set(CATALOGUE)


def test_a_gate_that_no_emergency_moves_says_why_by_its_law() -> None:
    fixed = {rule.code for rule in GATES if rule.gate and rule.emergency is None}
    assert fixed == {"OUTSIDE_ENGLAND_WALES", "SHORT_BREAK_LIMIT"}


def test_every_task_has_a_source_and_clocks_have_a_period() -> None:
    for rule in CATALOGUE.values():
        assert len(rule.source) > 10
        assert rule.gate or (rule.period is not None and rule.anchor is not None), rule.code


@pytest.mark.parametrize(
    "code", sorted(set(re.findall(r"`([A-Z][A-Z0-9]+_[A-Z0-9_…]+)`", CHECKLIST)))
)
def test_tasks_that_the_checklist_names_are_there(code: str) -> None:
    known = set(CATALOGUE) | {rule.code for rule in RULES}
    start = code.removesuffix("…")
    assert any(each == code or (start != code and each.startswith(start)) for each in known)


def test_addresses_that_the_checklist_names_are_there() -> None:
    paths = create_app(Settings(demo=True)).openapi()["paths"]
    shapes = {re.sub(r"\{\w+\}", "…", path) for path in paths}
    shapes |= {path.removesuffix("/…") for path in shapes}
    named = set(re.findall(r"`(?:[A-Z]+ )?(/v1/[\w/…-]+)`", CHECKLIST))
    assert len(named) > 20
    assert named - shapes == set()


def test_fields_that_the_checklist_names_are_there() -> None:
    fields = {name for kind in KINDS.values() for name in kind.type.model_fields}
    fields |= {"new_home", "emergency", "outside_terms", "respond_by", "place_code", "rationale"}
    words = set(re.findall(r"`([a-z_]+(?:\.[a-z_]+)?)`", CHECKLIST))
    known = fields | {"emergency_referrals", "legal_basis.rationale"}
    assert words - known == set()


def test_the_page_has_every_step_every_task_and_every_state() -> None:
    page = casework_page()
    for step in TRANSITIONS:
        assert f"`{step.audit_action}`" in page
    for code in CATALOGUE:
        assert f"`{code}`" in page
    for noun in Noun:
        for state in STATES[noun]:
            assert state.value.replace("_", " ") in page
