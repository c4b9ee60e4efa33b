"""Makes the reference page of scenario files and levers from what it describes."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from matcher.docstrings import meanings_of
from scenarios.levers.catalogue import FAMILIES
from scenarios.levers.ground import NEAR_TOWN_MILES, SIDES
from scenarios.levers.lever import Lever, allowed, default_of, unit_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel


def levers_page() -> str:
    """Return the reference of scenario files and of every lever, in Markdown."""
    count = sum(len(levers) for levers in FAMILIES.values())
    return "\n".join(
        [
            "# Levers and scenario files",
            "",
            f"The {count} things that a scenario can change, and how its file is written. A worked "
            "example: [Run a scenario](../how-to/run-a-scenario.md). Why it is so: "
            "[decision 0014](../decisions/0014-levers.md).",
            "",
            *_file(),
            *_places(),
            *_levers(),
        ]
    )


def _file() -> Iterator[str]:
    from scenarios.scenario_head import Head

    yield from (
        "## The file",
        "",
        "TOML, with these keys at the top:",
        "",
        "| key | may be | when not given | meaning |",
        "|---|---|---|---|",
    )
    meanings = meanings_of(inspect.getdoc(Head) or "")
    for name, info in Head.model_fields.items():
        meaning = meanings[name].replace("``", "`")
        yield f"| `{name}` | {_may_be(Head, name)} | {default_of(info)} | {meaning} |"
    yield from (
        "",
        "Then, in any order:",
        "",
        "| table | meaning |",
        "|---|---|",
        "| `[assumptions]` | Values in place of those that come with Near Home, by name: "
        '`"staying_put.share" = 0.55`. |',
        "| `[until]` | By measure, how narrowly its mean differences are to be known, plus or "
        "minus, for a run to stop early, as the measure is shown: `near_home_rate = 0.5` is half a "
        "point, `yearly_cost = 100_000` pounds. The command's `--until` stands above it. |",
        "| `[[base.lever]]` | A lever that holds in *today* and in every variant: what is decided "
        "already. |",
        "| `[[variant]]` | Something to compare with today; has a `name`, unlike any other. |",
        "| `[[variant.lever]]` | A lever of the variant above it. |",
        "",
        "Every lever has a `kind` and the keys below. Besides, it may have `starts` and `ends`, "
        "its first and last day; without them it holds from the first day of the scenario, and for "
        "good. A `label`, a word of your own, tells two levers of one kind and place apart. "
        "Levers of one variant combine, whatever the order in which they stand.",
        "",
        "A file is refused, with every fault's line and what to write instead, when a key is not "
        "known, a day does not exist or lies outside the scenario, a value is out of its range, or "
        "two levers contradict each other: the same one twice, homes that would be the same, a "
        "home that closes twice or is counted on after it closed, a provider that is contracted "
        "after it failed, two policies, budgets or contracts for the same at the same time.",
        "",
    )


def _places() -> Iterator[str]:
    yield from (
        "## Places",
        "",
        "`near` and `area` take any of these. Homes that open are drawn at real postcodes there, "
        "by the scenario's seed and the lever's place and label: they stay where they are when its "
        "other values change.",
        "",
        "| written | means |",
        "|---|---|",
        '| `"county"` | every postcode of the authority |',
        f"| {', '.join(f'`{chr(34)}{side}{chr(34)}`' for side in SIDES)} | the third of the "
        "authority's postcodes that lies farthest that way, by northing or easting |",
        f'| `"High Wycombe"` | within {NEAR_TOWN_MILES:g} miles of the middle of a town in or '
        "beside the authority |",
        '| `"HP11"` | an outcode; where it straddles a boundary, the part inside |',
        '| `"HP11 2DE"` | that postcode |',
        '| `"Oxfordshire"` | another authority |',
        "",
    )


def _levers() -> Iterator[str]:
    for family, levers in FAMILIES.items():
        yield from (f"## {family}", "")
        for lever in levers:
            yield from _lever(lever)


def _lever(lever: type[Lever]) -> Iterator[str]:
    kind = lever.model_fields["kind"].default
    text = inspect.getdoc(lever) or ""
    summary, _, _ = text.partition("\n\nParameters\n")
    yield from (f"### {lever.title}", "", f'`kind = "{kind}"`', "")
    if not lever.can_end:
        summary += "\n\nIt cannot be undone."
    yield from (*(line.replace("``", "`") for line in summary.splitlines()), "")
    yield from ("| key | unit | may be | when not given | meaning |", "|---|---|---|---|---|")
    for fact in lever.fields():
        if fact.name in Lever.model_fields:
            continue
        meaning = fact.meaning.replace("``", "`")
        yield (f"| `{fact.name}` | {fact.unit} | {fact.allowed} | {fact.default} | {meaning} |")
    yield from ("", f"Source: {lever.source}.", "")


def _may_be(model: type[BaseModel], name: str) -> str:
    info = model.model_fields[name]
    return allowed(info) or unit_of(info) or "text"
