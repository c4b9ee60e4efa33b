"""The rule reference: every rule with its source, sentence and examples, as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.domain.phrases import day_words
from matcher.rules.catalogue import FAMILIES, RULES
from matcher.rules.rule import Effect, HouseholdRule, PairRule
from tests.spec.tables import Spec, all_specs

if TYPE_CHECKING:
    from matcher.rules.catalogue import AnyRule
    from matcher.rules.rule import Source
    from tests.spec.tables import Table

INTRODUCTION = """\
# Rules

<!-- Generated from matcher/rules and tests/spec by `make reference`. Do not edit. -->

What must hold before a home is offered to a child, where it is written, and what the engine
says of it. The examples are the tests: each line is checked against the plain-Python test of
the rule and, where it has one, against its vectorised twin.

A rule answers *met*, *not met*, *unknown*, *not applicable* or *exempted*. A **bar** that is
not met excludes the home; where it is *unknown*, the home is listed as *to check* and is never
assigned automatically. A **gate** that is not met asks for a task and excludes nothing. A rule
in force from a date applies to placements that start on that day or later.

In the examples `?` is *not recorded* and `-` is *none*. Unless a column says otherwise, C1 is a
girl of ten who is not placed, and H1 an agency's foster household inside the council's area
about which nothing speaks against her. The columns are explained in `tests/spec/cells.py`.

The law is that of England. Citations say where a rule rests; they are no legal advice, and the
council's own procedures may ask for more.
"""
KINDS = {
    PairRule: "one child and one home",
    HouseholdRule: "a home, those who live there and those who arrive",
}


def page() -> str:
    """Return the whole page."""
    specs = all_specs()
    parts = [INTRODUCTION, _contents()]
    for family in FAMILIES:
        first, *_ = (family.__doc__ or "").splitlines()
        parts.append(f"## {_name(family.RULES[0])}\n\n{first}\n")
        parts.extend(_section(rule, specs[rule.code]) for rule in family.RULES)
    return "\n".join(parts)


def _name(rule: AnyRule) -> str:
    return rule.family[:1].upper() + rule.family[1:]


def _contents() -> str:
    rows = [
        f"| [{rule.code}](#{rule.code.lower()}) | {rule.title} | {rule.effect.value} |"
        for rule in RULES
    ]
    return "\n".join(["| Code | Rule | Effect |", "| --- | --- | --- |", *rows, ""])


def _source(source: Source) -> str:
    return f"[{source.citation}]({source.address})" if source.address else source.citation


def _section(rule: AnyRule, spec: Spec) -> str:
    looks_at = next(
        (text for kind, text in KINDS.items() if isinstance(rule, kind)), "a whole plan"
    )
    effect = "Bar" if rule.effect is Effect.BAR else "Gate"
    needs = ", ".join(f"`{each}`" for each in rule.needs)
    lines = [
        f"### {rule.code} {{ #{rule.code.lower()} }}",
        "",
        f"**{rule.title}.**",
        "",
        f"- {effect}, which looks at {looks_at}: {needs}.",
        f"- In force: {_dates(rule)}.",
        f"- Source: {'; '.join(_source(each) for each in rule.sources)}.",
        f"- When not met: “{_template(rule.sentence)}”",
    ]
    if rule.unknown:
        lines.append(f"- When unknown: “{_template(rule.unknown)}”")
    lines.append(
        f"- {'Task' if rule.effect is Effect.GATE else 'What would have to change'}: "
        f"“{_template(rule.change)}”"
    )
    if rule.effect is Effect.BAR:
        lines.append(f"- Exemption: {rule.exemption or 'none'}".rstrip(".") + ".")
    if not rule.changeable:
        lines.append("- Homes that fail only this rule are not shown as near misses.")
    lines += ["", *(f"{note}\n" for note in spec.notes)]
    lines += [_table(table) for table in spec.tables]
    return "\n".join(lines)


def _template(text: str) -> str:
    return text.replace("{", "*").replace("}", "*")


def _dates(rule: AnyRule) -> str:
    if rule.starts is None and rule.ends is None:
        return "on every date"
    since = f"from {day_words(rule.starts)}" if rule.starts else ""
    until = f"until {day_words(rule.ends)}" if rule.ends else ""
    return " ".join(each for each in (since, until) if each)


def _table(table: Table) -> str:
    spoken = any(row.says for row in table.rows)
    header = (*table.header[:-1], "verdict", *(["says"] if spoken else []))
    lines = [
        f"As of {day_words(table.as_of)}:",
        "",
        f"| {' | '.join(header)} |",
        f"| {' | '.join('---' for _ in header)} |",
    ]
    for row in table.rows:
        cells = [row.cells[each] for each in table.header[:-1]]
        says = [row.says or ""] if spoken else []
        lines.append(f"| {' | '.join([*cells, f'**{row.verdict}**', *says])} |")
    return "\n".join([*lines, ""])
