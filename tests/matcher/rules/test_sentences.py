"""Sentences read as people write them, whatever the figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from string import Formatter

import pytest

from matcher.domain.home import Setting
from matcher.domain.placement import HoldKind
from matcher.domain.sibling_group import AssessorRole
from matcher.evidence.verdict import MET, NOT_APPLICABLE, not_met, unknown
from matcher.rules.approval import APPROVAL_AGE
from matcher.rules.catalogue import RULES
from matcher.rules.rule import Effect, HouseholdRule, PairRule, exempted
from matcher.rules.sentences import change_of, sentence_of, words

OUTSIDE = not_met(age=12, approved="0–10")
NAMES = {"child": "c-7", "home": "h-2"}


def test_each_verdict_has_its_sentence() -> None:
    assert (
        sentence_of(APPROVAL_AGE, OUTSIDE, **NAMES) == "h-2 is approved for ages 0–10; c-7 is 12."
    )
    missing = unknown(missing="the date of birth of c-7")
    said = "Not recorded: the date of birth of c-7."
    assert sentence_of(APPROVAL_AGE, missing, **NAMES) == said
    assert change_of(APPROVAL_AGE, missing, **NAMES) == said
    assert sentence_of(APPROVAL_AGE, MET, **NAMES) == f"{APPROVAL_AGE.title}."
    not_here = sentence_of(APPROVAL_AGE, NOT_APPLICABLE, **NAMES)
    assert not_here == f"{APPROVAL_AGE.title}: does not apply here."


def test_change_names_the_figures_and_is_empty_when_nothing_must() -> None:
    asked = "A variation of the approval of h-2 to include age 12 would be needed."
    assert change_of(APPROVAL_AGE, OUTSIDE, **NAMES) == asked
    for judgement in (MET, NOT_APPLICABLE, exempted(OUTSIDE, by="director", until=None)):
        assert change_of(APPROVAL_AGE, judgement, **NAMES) == ""


@pytest.mark.parametrize(
    ("by", "until", "said"),
    [
        ("fostering_panel", date(2025, 4, 5), "by the fostering panel until 5 April 2025."),
        (AssessorRole.DIRECTOR, None, "by the director with no end date."),
        ("agency_decision_maker", None, "by the agency's decision maker with no end date."),
    ],
)
def test_an_exemption_says_by_whom_and_until_when(by: str, until: date | None, said: str) -> None:
    judgement = exempted(OUTSIDE, by=by, until=until)
    assert sentence_of(APPROVAL_AGE, judgement, **NAMES).endswith(f" is 12. Exempted {said}")


def test_only_names_keep_their_case_at_the_head() -> None:
    rule = replace(APPROVAL_AGE, sentence="{approved} is what {home} is approved for.")
    judgement = not_met(approved="nobody")
    assert sentence_of(rule, judgement, **NAMES) == "Nobody is what h-2 is approved for."


def test_words() -> None:
    assert words(Setting.CHILDRENS_HOME) == "children's home"
    assert words(HoldKind.LADO) == "LADO"
    assert words(AssessorRole.TEAM_MANAGER) == "team manager"
    assert words(frozenset({Setting.SECURE, Setting.FOSTER})) == (
        "foster household and secure children's home"
    )
    assert words((date(2025, 3, 1), 3.0, 2.5, 7)) == "1 March 2025, 3, 2.5 and 7"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_templates_are_sentences(rule: PairRule | HouseholdRule) -> None:
    for template in (rule.sentence, rule.change, *([rule.unknown] if rule.unknown else [])):
        assert template.endswith("."), rule.code
        assert template[0] == "{" or template[0].isupper(), rule.code
        names = {name for _, name, _, _ in Formatter().parse(template) if name}
        if isinstance(rule, PairRule):
            assert "children" not in names, "a pair has one child"
        if isinstance(rule, HouseholdRule):
            assert "child" not in names, "a household has children"
    assert not rule.title.endswith(".")
    assert not rule.exemption or rule.exemption.endswith(".")
    assert rule.effect is Effect.BAR or not rule.exemption, "gates exclude nothing"
