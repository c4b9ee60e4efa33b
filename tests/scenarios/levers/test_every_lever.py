"""Every lever: its changes are as stated, its sentence states its values, its limits hold."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from matcher.errors import ScenarioError, UsageError
from scenarios.levers import FAMILIES, LEVERS, FieldFacts, Lever
from scenarios.scenario import parse_scenario
from tests.scenarios.levers.examples import examples
from tests.scenarios.levers.lever_outlook import SEED, Example, outlook, short

EXAMPLES = examples()
KINDS = tuple(LEVERS)


def test_every_lever_has_an_example_and_a_family() -> None:
    assert EXAMPLES.keys() == LEVERS.keys()
    assert [each for members in FAMILIES.values() for each in members] == list(LEVERS.values())


@pytest.mark.parametrize("kind", KINDS)
def test_changes_are_as_stated(kind: str) -> None:
    example = EXAMPLES[kind]
    made = tuple(short(change) for change in example.lever.changes(outlook(), seed=SEED))
    if kind == "lose_carers":
        made = tuple(each.partition(" ")[0] for each in made)
    assert made == example.changes


@pytest.mark.parametrize("kind", KINDS)
def test_sentence_states_the_values(kind: str) -> None:
    example = EXAMPLES[kind]
    assert example.lever.sentence == example.sentence


@pytest.mark.parametrize("kind", KINDS)
def test_changes_depend_on_nothing_but_outlook_and_seed(kind: str) -> None:
    before = outlook()
    example = EXAMPLES[kind]
    first = example.lever.changes(before, seed=SEED)
    assert example.lever.changes(before, seed=SEED) == first
    assert before.changes == ()
    assert all(change.starts >= example.lever.first_day(before) for change in first)


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_every_field_is(kind: str) -> None:
    lever = LEVERS[kind]
    facts = lever.fields()
    assert {fact.name for fact in facts} | {"kind", "ends"} == {*lever.model_fields, "ends"}
    assert all(fact.meaning.endswith(".") for fact in facts)
    assert ("ends" in {fact.name for fact in facts}) is lever.can_end
    assert lever.title
    assert lever.source


def limits() -> list[tuple[str, FieldFacts, Any]]:
    """Return values just beyond each field's limits."""
    found = []
    for kind, lever in LEVERS.items():
        for fact in lever.fields():
            low, _, high = fact.allowed.replace(",", "").partition(" to ")
            if high.replace(".", "").isdigit():
                found.append((kind, fact, int(float(high)) + 1))
                bound = float(low.removeprefix("above "))
                found.append((kind, fact, int(bound) - 1))
    return found


@pytest.mark.parametrize(
    ("kind", "fact", "value"), limits(), ids=lambda each: str(getattr(each, "name", each))
)
def test_a_value_out_of_range_is_refused_with_the_range(
    kind: str, fact: FieldFacts, value: int
) -> None:
    written = {**EXAMPLES[kind].written, fact.name: value}
    with pytest.raises(ScenarioError) as caught:
        parse_scenario(scenario_with(written), origin="file.toml")
    (sentence,) = caught.value.faults
    line = scenario_with(written).splitlines().index(f"{fact.name} = {value}") + 1
    assert sentence.startswith(f"file.toml, line {line}: {kind}: {fact.name} = {value} ")
    assert f"Give {fact.allowed} {fact.unit}" in sentence


def scenario_with(lever: dict[str, Any]) -> str:
    lines = ['name = "x"', "size = 0.3", "years = 10", "[[variant]]", 'name = "a"',
             "[[variant.lever]]"]  # fmt: skip
    return "\n".join([*lines, *(f"{key} = {toml(value)}" for key, value in lever.items())])


def toml(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(toml(each) for each in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(each)}" for key, each in value.items()) + "}"
    return str(value)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_reads_as_the_same_lever(kind: str) -> None:
    example = EXAMPLES[kind]
    scenario = parse_scenario(scenario_with(example.written))
    assert scenario.variants[0].levers == (example.lever,)


@pytest.mark.parametrize("kind", [kind for kind, lever in LEVERS.items() if not lever.can_end])
def test_what_cannot_be_undone_refuses_an_end(kind: str) -> None:
    with pytest.raises(ValidationError, match="cannot be undone: remove 'ends'"):
        LEVERS[kind].model_validate({**EXAMPLES[kind].written, "ends": "2029-01-01"})


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(ValidationError, match="is before 'starts'"):
        lever("inflation", percent_a_year=3, starts="2026-04-01", ends="2026-03-31")


def lever(kind: str, **values: Any) -> Lever:
    return LEVERS[kind].model_validate({"kind": kind, **values})


@pytest.mark.parametrize(
    ("kind", "values", "message"),
    [
        ("adapt_carers_homes", {"beds_added": 0, "adaptations": ()}, "nothing would change"),
        ("change_policy", {"spot_percent": None, "out_of_area_percent": None}, "nothing would"),
        ("change_policy", {"policy": "practice"}, "replaces everything"),
        ("change_policy", {"search_order": ("spot", "spot")}, "names each route once"),
        ("set_budgets", {"weekly_pounds": None, "by_route": {}}, "nothing would change"),
        ("recruit_carers", {"profiles": ()}, "give at least one profile"),
    ],
)
def test_values_that_make_no_sense_together(
    kind: str, values: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        LEVERS[kind].model_validate({**EXAMPLES[kind].written, **values})


@pytest.mark.parametrize(
    "kind",
    [kind for kind, each in LEVERS.items() if {"age_from", "age_to"} <= {*each.model_fields}],
)
def test_ages_in_the_wrong_order_are_refused(kind: str) -> None:
    with pytest.raises(ValidationError, match="'age_from' is above 'age_to': exchange them"):
        LEVERS[kind].model_validate({**EXAMPLES[kind].written, "age_from": 16, "age_to": 15})


@pytest.mark.parametrize(
    ("kind", "values", "message"),
    [
        ("close_home", {"home_id": "H-9999"}, "There is no home 'H-9999'"),
        ("provider_fails", {"provider_id": "P-999"}, "There is no provider 'P-999'"),
        ("change_fees", {"provider_ids": ("P-999",)}, "There is no provider 'P-999'"),
        ("lose_carers", {"households": 400}, r"there are only \d+: foster households"),
        ("convert_agency_carers", {"households": 400}, "Lower 'households' or widen 'area'"),
        ("open_childrens_home", {"near": "Wycome"}, "is not a place we know"),
        ("open_childrens_home", {"near": "Scarborough"}, "is neither in the council's area nor"),
        ("national_contract", {"settings": ("hospital",)}, "No home could come under"),
        ("share_spare_beds", {"home_ids": ("H-9999",)}, "There is no home"),
    ],
)
def test_what_the_data_does_not_hold(kind: str, values: dict[str, Any], message: str) -> None:
    found: Example = EXAMPLES[kind]
    with pytest.raises(UsageError, match=message):
        LEVERS[kind].model_validate({**found.written, **values}).changes(outlook(), seed=SEED)
