"""The catalogue: unique codes, dates, rule sets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from matcher.errors import NotFoundError
from matcher.rules import catalogue
from matcher.rules.approval import APPROVAL_AGE
from matcher.rules.catalogue import BARS, FAMILIES, GATES, RULES, rule, rule_set_name


def test_codes_are_unique_and_found() -> None:
    codes = [each.code for each in RULES]
    assert len(set(codes)) == len(codes)
    assert all(rule(code).code == code for code in codes)
    with pytest.raises(NotFoundError, match="no rule 'NO_SUCH'"):
        rule("NO_SUCH")


def test_a_family_stands_in_one_file() -> None:
    for family in FAMILIES:
        names = {each.family for each in family.RULES}
        assert len(names) == 1, family.__name__
        assert names.pop().replace(" ", "_") == family.__name__.rsplit(".", 1)[1]


def test_bars_and_gates_share_nothing() -> None:
    assert not {each.code for each in BARS} & {each.code for each in GATES}


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2010, 1, 1), "england-base"),
        (date(2014, 1, 27), "england-2014-01-27"),
        (date(2021, 9, 8), "england-2014-01-27"),
        (date(2021, 9, 9), "england-2021-09-09"),
        (date(2023, 10, 27), "england-2021-09-09"),
        (date(2023, 10, 28), "england-2023-10-28"),
        (date(2030, 1, 1), "england-2023-10-28"),
    ],
)
def test_the_rule_set_is_named_after_its_last_change(day: date, name: str) -> None:
    assert rule_set_name(day) == name


def test_a_rule_that_ends_changes_the_rule_set(monkeypatch: pytest.MonkeyPatch) -> None:
    ending = replace(APPROVAL_AGE, starts=date(2011, 4, 1), ends=date(2029, 12, 31))
    monkeypatch.setattr(catalogue, "RULES", (ending,))
    assert rule_set_name(date(2029, 12, 31)) == "england-2011-04-01"
    assert rule_set_name(date(2030, 1, 1)) == "england-2030-01-01"
    assert ending.in_force(date(2029, 12, 31))
    assert not ending.in_force(date(2030, 1, 1))
    assert not ending.in_force(date(2011, 3, 31))
