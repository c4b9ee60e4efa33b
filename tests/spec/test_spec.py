"""Every rule answers what its spec says, in plain Python and vectorised."""

from __future__ import annotations

from typing import Any

import pytest

from matcher.columns import columns_of
from matcher.evidence.arrays import Arrivals, child_facts
from matcher.evidence.cases import HouseholdCase, PairCase, PlanCase
from matcher.evidence.verdict import Judgement, Verdict
from matcher.rules.catalogue import RULES, rule
from matcher.rules.rule import HouseholdRule, PairRule, PlanRule
from matcher.rules.sentences import change_of, sentence_of
from tests.spec.building import Built, build
from tests.spec.tables import Row, Table, all_specs, read_specs

SPECS = all_specs()
ROWS = [
    pytest.param(spec.code, table, row, id=f"{spec.code}-{row.where}")
    for spec in SPECS.values()
    for table, row in spec.rows
]


def judged(code: str, built: Built) -> tuple[Judgement, Verdict, dict[str, Any]]:
    """Return the judgement, the mask's verdict, and the names that sentences may use."""
    law = rule(code)
    world, policy, day = built.world, built.policy, built.day
    children = tuple(world.children[each] for each in built.arriving)
    if isinstance(law, PairRule):
        judgement = law.verdict(PairCase(built.child, built.home, world, policy, day))
        homes = columns_of(world)
        verdicts = law.verdicts(homes, child_facts(built.child, day, homes), policy)
        names = {"child": built.child.child_id, "home": "H1"}
        return judgement, Verdict(verdicts[homes.index["H1"]]), names
    if isinstance(law, HouseholdRule):
        judgement = law.verdict(HouseholdCase(built.home, children, world, policy, day))
        homes = columns_of(world, without=frozenset(built.arriving))
        group = next(iter(world.sibling_groups.values()), None)
        arrivals = Arrivals(tuple(child_facts(each, day, homes) for each in children), group)
        verdicts = law.verdicts(homes, arrivals, policy)
        names = {"children": built.arriving, "home": "H1"}
        return judgement, Verdict(verdicts[homes.index["H1"]]), names
    assert isinstance(law, PlanRule)
    judgement = law.judge(PlanCase(world, policy, built.plan, **built.derived))
    return judgement, judgement.verdict, {}


@pytest.mark.parametrize(("code", "table", "row"), ROWS)
def test_verdict(code: str, table: Table, row: Row) -> None:
    law = rule(code)
    judgement, masked, names = judged(code, build(row.cells, table.as_of, code))
    assert judgement.verdict.label == row.verdict, row.where
    assert masked is judgement.verdict, row.where
    said = sentence_of(law, judgement, **names)
    assert said.endswith(".")
    assert "None" not in said
    assert "{" not in said
    asked = change_of(law, judgement, **names)
    assert (asked == "") == (judgement.verdict < Verdict.UNKNOWN)
    assert "{" not in asked
    if row.says is not None:
        assert said == row.says, row.where


def test_every_rule_has_a_spec() -> None:
    assert {each.code for each in RULES} == set(SPECS)


@pytest.mark.parametrize("code", sorted(SPECS))
def test_spec_shows_every_answer(code: str) -> None:
    """A rule is seen met or not applying, failing or unknown, and exempted where it can be."""
    law = rule(code)
    seen = {row.verdict for _, row in SPECS[code].rows}
    assert seen & {"met", "not applicable"}
    assert seen & {"not met", "unknown"}
    assert "unknown" in seen or not law.unknown
    if not isinstance(law, PlanRule):
        assert ("exempted" in seen) == bool(law.exemption)
    assert law.starts is None or any(table.as_of < law.starts for table in SPECS[code].tables)


def test_a_malformed_spec_says_where() -> None:
    with pytest.raises(ValueError, match="x:4: 1 cells under 2 columns"):
        read_specs("rule: A\nas of 2025-03-31\nb | verdict\na\n", "x")
    with pytest.raises(ValueError, match="x:1: a spec begins"):
        read_specs("child.age | verdict\n", "x")
