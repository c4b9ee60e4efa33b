"""What must hold of every answer, asked for every referral of a whole county."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from matcher.engine import Engine
from matcher.policy import Policy
from matcher.ranking import OptionStatus
from scenarios.county import make_county

if TYPE_CHECKING:
    from matcher.explaining.report import RankReport

# One process makes and asks the county; the others have other tests.
pytestmark = pytest.mark.xdist_group("county answers")

STATUSES = list(OptionStatus)
# What no sentence for people may hold: leftovers of templates, of code, and of carelessness.
CARELESS = re.compile(
    r"[{}<>]|  |\.\.|,,|;;| [,.;]|\bNone\b|\bnan\b|\bTrue\b|\bFalse\b|\w_\w|\(\)|[EWSN]\d{8}"
    r"|\b1 (?:beds|bedrooms|children|days|homes|visits|needs|wishes|levels|siblings)\b"
)
FACTS = {
    "status",
    "timescale",
    "route",
    "setting",
    "area",
    "place_code",
    "name",
    "policy",
    "policy_version",
    "rule_set",
    "data_hash",
    "version",
    "schema_version",
    "rules",
    "rule",
}
"""Strings that are codes and not sentences."""


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(make_county(), Policy.named("balanced"))


@pytest.fixture(scope="module")
def reports(engine: Engine) -> list[RankReport]:
    found = [engine.rank(each, excluded=None) for each in engine.world.referrals]
    assert len(found) == 30
    return found


def strings(value: Any, key: str = "") -> list[tuple[str, str]]:
    if isinstance(value, str):
        return [(key, value)]
    if isinstance(value, dict):
        return [pair for name, each in value.items() for pair in strings(each, name)]
    if isinstance(value, list):
        return [pair for each in value for pair in strings(each, key)]
    return []


def test_no_home_twice_among_those_for_all_together(reports: list[RankReport]) -> None:
    for report in reports:
        together = [option.parts[0].home_id for option in report.options if option.together]
        assert len(set(together)) == len(together)
        for option in report.options:
            homes = [part.home_id for part in option.parts]
            assert len(set(homes)) == len(homes)


def test_options_come_in_order(reports: list[RankReport]) -> None:
    for report in reports:
        keys = [
            (STATUSES.index(option.status), len(option.parts), -option.score)
            for option in report.options
        ]
        assert keys == sorted(keys)
        assert [option.rank for option in report.options] == list(range(1, len(keys) + 1))


def test_every_child_of_a_referral_is_placed_once(
    engine: Engine, reports: list[RankReport]
) -> None:
    for report in reports:
        asked = sorted(engine.world.referrals[report.referral_id].child_ids)
        assert list(report.children) == asked
        for option in report.options:
            assert sorted(child for part in option.parts for child in part.children) == asked
            assert option.together == (len(option.parts) == 1)


def test_near_home_says_what_the_distance_says(reports: list[RankReport]) -> None:
    parts = [part for report in reports for option in report.options for part in option.parts]
    assert {part.near_home for part in parts} == {True, False, None}
    for part in parts:
        if part.distance_miles is None:
            assert part.near_home is None
        else:
            assert part.near_home is (part.distance_miles <= 20)
            assert part.distance_miles == round(part.distance_miles, 1)
            assert part.distance_miles == max(
                each.home_miles for each in part.distances if each.home_miles is not None
            )


def test_every_home_is_counted_once(engine: Engine, reports: list[RankReport]) -> None:
    for report in reports:
        counted = report.eligible_count + report.to_check_count + report.excluded_count
        assert counted == len(engine.world.homes)
        assert len(report.excluded) == report.excluded_count
        assert len({each.home_id for each in report.excluded}) == report.excluded_count


def test_every_excluded_home_has_its_rules_and_sentences(reports: list[RankReport]) -> None:
    for report in reports:
        counted: dict[str, int] = {}
        for each in report.excluded:
            assert each.rules
            assert len(each.sentences) == len(each.rules)
            assert all(each.sentences)
            for rule in each.rules:
                counted[rule] = counted.get(rule, 0) + 1
        assert counted == report.excluded_by_rule
        fails = [len(each.rules) for each in report.excluded]
        assert fails == sorted(fails)


def test_near_misses_fail_one_rule_and_say_what_would_change_it(
    reports: list[RankReport],
) -> None:
    for report in reports:
        rules = {each.home_id: each.rules for each in report.excluded}
        for miss in report.near_misses:
            assert rules[miss.home_id] == (miss.rule,)
            assert miss.sentence
            assert miss.change


def test_points_add_up_to_the_score(reports: list[RankReport]) -> None:
    for report in reports:
        for option in (*report.options, *report.to_check):
            assert sum(each.points for each in option.criteria) == pytest.approx(
                option.score, abs=0.1
            )
            assert all(0 <= each.points <= each.of + 0.005 for each in option.criteria)


def test_what_is_eligible_leaves_nothing_to_ask(reports: list[RankReport]) -> None:
    for report in reports:
        for option in report.options:
            asked = [ask for part in option.parts for ask in part.to_ask]
            assert bool(asked) == (option.status is OptionStatus.TO_CHECK)
            assert bool(option.needs) == (option.status is OptionStatus.NEEDS_EXEMPTION)


def test_every_sentence_reads_as_if_somebody_wrote_it(reports: list[RankReport]) -> None:
    careless = []
    for report in reports:
        for key, text in strings(json.loads(report.model_dump_json())):
            if key in FACTS or key.isupper():
                continue
            found = CARELESS.search(text)
            if found:
                careless.append(f"{found.group()!r} in {key}: {text}")
    assert careless == []


def test_explaining_agrees_with_ranking(engine: Engine, reports: list[RankReport]) -> None:
    for report in reports[::6]:
        for option in report.options:
            if not option.together:
                continue
            found = engine.explain(report.referral_id, option.parts[0].home_id)
            assert found.status == option.status.label
            assert found.option.score == option.score
        for each in report.excluded[::100]:
            found = engine.explain(report.referral_id, each.home_id)
            assert found.position is None
            failed = [
                answer.rule
                for answer in found.answers
                if answer.effect == "bar" and answer.verdict == "not met"
            ]
            assert sorted(failed) == sorted(each.rules)
            careless = [
                text
                for key, text in strings(json.loads(found.model_dump_json()))
                if key not in FACTS and CARELESS.search(text)
            ]
            assert careless == []
