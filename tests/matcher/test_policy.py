from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from matcher.criteria.catalogue import CRITERIA, criteria_of
from matcher.criteria.reference import criteria_page, describe, policy_page
from matcher.domain.agreement import Route
from matcher.domain.need import NeedDomain
from matcher.errors import PolicyError
from matcher.policy import (
    SHIPPED,
    AimName,
    Method,
    Policy,
    parse_policy,
    read_policy,
    shipped_text,
)

BALANCED = Policy.named("balanced")


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_policies_hold_together(name: str) -> None:
    policy = Policy.named(name)
    assert policy.name == name
    assert sum(policy.weights.values()) == 100
    assert policy.weights.keys() == {each.name for each in CRITERIA}
    assert policy.weights["disruption"] == 0
    assert len(criteria_of(policy)) == len(CRITERIA) - 1
    assert not policy.may_move


def test_shipped_policies_differ_only_in_what_they_are() -> None:
    own = {"name", "title", "method", "aims", "look_ahead"}
    balanced = BALANCED.model_dump(exclude=own)
    for name in SHIPPED:
        assert Policy.named(name).model_dump(exclude=own) == balanced, name
    ahead = {name: Policy.named(name).look_ahead.margin_points for name in SHIPPED}
    assert [name for name, margin in ahead.items() if margin] == ["look_ahead"]
    assert {Policy.named(name).method for name in SHIPPED} == set(Method)
    assert Policy.named("practice").search_order[0] is Route.IN_HOUSE


@pytest.mark.parametrize("name", SHIPPED)
def test_every_setting_in_a_shipped_file_has_a_comment_before_it(name: str) -> None:
    lines = shipped_text(name).splitlines()
    block: list[str] = []
    commented = False
    for line in [*lines, ""]:
        if line:
            block.append(line)
            continue
        if block:
            # The first row of a list of tables explains those that follow it.
            repeats = block[0].startswith("[[") or block[0].startswith("name")
            commented = any(each.startswith("#") or "  # " in each for each in block)
            assert commented or repeats, block
        block = []
    assert all(len(line) <= 100 for line in lines)


def test_the_weights_keep_their_promises() -> None:
    weights = BALANCED.weights
    assert max(weights, key=lambda each: weights[each]) == "needs_fit"
    assert weights["needs_fit"] > weights["near_home"] > weights["siblings"]
    assert weights["siblings"] >= weights["school"] > weights["identity"]
    # Money never outweighs a need met, a child's wish or who the child is.
    assert weights["value_for_money"] < weights["child_wishes"]
    assert weights["value_for_money"] < weights["identity"]
    # A child's own word counts for more than the family's.
    assert weights["child_wishes"] > weights["family_views"]


def test_a_later_aim_never_outweighs_an_earlier_one_for_one_child() -> None:
    match = BALANCED.price(AimName.MATCH) * 100
    assert BALANCED.price(AimName.UNPLACED) > BALANCED.price(AimName.EXTRA_HOUSEHOLDS) > match
    assert BALANCED.price(AimName.COST) == 0


def changed(old: str, new: str) -> str:
    text = shipped_text("balanced")
    assert text.count(old) == 1, old
    return text.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("needs_fit = 20 ", "needs_fit = 21 ", "the weights add up to 101; they must add up"),
        ("half_at_miles = 20", "half_at_miles = 2", "near_home: full_within_miles < half_at_miles"),
        ("half_at_loss = 4", "half_at_loss = 0", "needs_fit.half_at_loss: "),
        ("surplus_step = 0.1", "surplus_step = 1", "needs_fit.surplus_step: "),
        ("unknown_scores = 0.5", "unknown_scores = 2", "unknown_scores: "),
        ("may_move = false", "may_mvoe = false", "may_mvoe: is not a setting of a policy"),
        ('version = "2026.1"', 'version = "new"', "version: "),
        ("self_harm = 1.5", "selfharm = 1.5", "shortfall_weights.selfharm"),
        ('name = "match"', 'name = "unplaced"', "each aim occurs once"),
        ('name = "match"', 'name = "moves"', "the aims hold at least 'unplaced' and 'match'"),
        ("age_to = 9\nneed_from = 4", "age_from = 9\nage_to = 8", "a preference runs from"),
        ("[weights]", "[weights", "this is not TOML"),
    ],
)
def test_what_does_not_hold_together_is_refused_with_its_key(
    old: str, new: str, sentence: str
) -> None:
    with pytest.raises(PolicyError) as error:
        parse_policy(changed(old, new), origin="ours.toml")
    assert error.value.sentence.startswith("ours.toml: ")
    assert sentence in error.value.sentence


def test_routes_are_searched_once_each() -> None:
    text = shipped_text("practice").replace('"spot"]', '"spot", "spot"]')
    with pytest.raises(PolicyError, match="each route occurs once in search_order"):
        parse_policy(text, origin="ours.toml")


@pytest.mark.parametrize("setting", ["weights", "unknown_scores_by_criterion"])
def test_a_criterion_that_does_not_exist_is_named(setting: str) -> None:
    changes = {"weights": {"near_hoem": 100.0}, "unknown_scores_by_criterion": {"near_hoem": 0.0}}
    policy = BALANCED.replace(**{setting: changes[setting]})
    with pytest.raises(PolicyError, match=rf"{setting}\.near_hoem: there is no such criterion"):
        criteria_of(policy)


def test_a_policy_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(shipped_text("balanced"), encoding="utf-8")
    assert Policy.named(str(path)) == BALANCED
    path.write_bytes(b"\xff")
    with pytest.raises(PolicyError, match="cannot be read"):
        read_policy(path)
    with pytest.raises(PolicyError, match="There is no file"):
        Policy.named(str(tmp_path / "none.toml"))
    with pytest.raises(PolicyError, match=r"There is no policy 'fair'\. Shipped are balanced"):
        Policy.named("fair")


def test_unknown_scores_per_criterion() -> None:
    policy = BALANCED.replace(unknown_scores_by_criterion={"near_home": 0.2})
    assert policy.unknown_score("near_home") == 0.2
    assert policy.unknown_score("school") == 0.5


@pytest.mark.parametrize("name", SHIPPED)
def test_every_setting_is_described_in_a_sentence(name: str) -> None:
    policy = Policy.named(name)
    rows = {row.setting: row for row in describe(policy)}
    for setting in _keys(tomllib.loads(shipped_text(name))):
        assert setting in rows, setting
    for row in rows.values():
        assert row.value, row
        assert row.sentence.endswith("."), row
    assert {f"shortfall_weights.{each}" for each in NeedDomain} <= rows.keys()


def test_values_are_written_as_people_write_them() -> None:
    rows = {
        row.setting: row.value
        for row in describe(BALANCED.replace(unknown_scores_by_criterion={"school": 0.25}))
    }
    assert rows["near_home.half_at_miles"] == "20 miles"
    assert rows["value.half_at_pence"] == "£2,000.00"
    assert rows["may_move"] == "no"
    assert rows["spot_share"] == "no limit"
    assert rows["weights.preferred_provider"] == "1 point"
    assert rows["aims.unplaced"] == "1000 points for one"
    assert rows["preferred, row 2"] == "foster household, in-house, needs 0 to 2"
    assert rows["preferred, row 4"] == "foster household, ages 0 to 9, needs 4"
    assert rows["unknown_scores_by_criterion.school"] == "0.25"
    strict = {row.setting: row.value for row in describe(Policy.named("lexicographic"))}
    assert strict["aims.cost"] == "aim 4"


def _keys(data: dict[str, object]) -> list[str]:
    keys = []
    for key, value in data.items():
        if key == "aims":
            keys += [f"aims.{each['name']}" for each in value]
        elif key == "preferred":
            keys += [f"preferred, row {at + 1}" for at in range(len(value))]
        elif isinstance(value, dict):
            keys += [f"{key}.{name}" for name in value]
        else:
            keys.append(key)
    return keys


def test_the_reference_has_every_criterion_and_setting() -> None:
    page = criteria_page()
    for each in CRITERIA:
        assert f"\n## {each.name}\n\n{each.title}.\n\n{each.measure}\n" in page
        assert each.sources
        assert each.measure.endswith(".")
    settings = policy_page()
    for row in describe(BALANCED):
        assert f"| `{row.setting}` | {row.sentence} |" in settings
    assert not re.search(r"None|\(\)|``", page + settings)


@pytest.mark.parametrize(
    ("name", "page"), [("criteria.md", criteria_page), ("policy.md", policy_page)]
)
def test_the_reference_is_current(name: str, page: object) -> None:
    committed = Path(__file__).parents[2] / "docs" / "reference" / name
    assert committed.read_text(encoding="utf-8") == page(), "stale: run make reference"
