"""``nearhome rules`` and ``nearhome policy``: what is lawful, and what is preferred."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import OUT, print_json, say
from api.cli.options import AsJson

SOURCES_FROM_COLUMNS = 140
"""Narrower, a list with sources is all wrapped lines."""

policy_app = typer.Typer(help="List, show and check policies.")


def rules(
    code: Annotated[str | None, typer.Argument(help="One rule; all when left out.")] = None,
    on: Annotated[
        datetime | None,
        typer.Option("--on", formats=["%Y-%m-%d"], help="Only those in force on a date."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the hard rules with their sources, or show one of them."""
    from rich.table import Table

    from matcher.rules.catalogue import RULES, rule_set_name
    from matcher.rules.catalogue import rule as rule_by_code

    day: date | None = on.date() if on else None
    found = [rule_by_code(code)] if code else list(RULES)
    found = [each for each in found if day is None or each.in_force(day)]
    if as_json:
        print_json(
            {
                "schema_version": "1.0",
                "rule_set": rule_set_name(day) if day else None,
                "rules": [
                    {
                        "code": each.code,
                        "title": each.title,
                        "family": each.family,
                        "effect": each.effect.value,
                        "starts": each.starts.isoformat() if each.starts else None,
                        "ends": each.ends.isoformat() if each.ends else None,
                        "needs": list(each.needs),
                        "sentence": each.sentence,
                        "change": each.change,
                        "exemption": each.exemption or None,
                        "sources": [
                            {"citation": source.citation, "address": source.address or None}
                            for source in each.sources
                        ],
                    }
                    for each in found
                ],
            }
        )
        return
    if code:
        for each in found:
            say(f"{each.code} ({each.effect.value}): {each.title}.")
            say(f"Says: {_with_gaps(each.sentence)}")
            say(f"To change it: {_with_gaps(each.change)}")
            if each.exemption:
                say(f"Lawful exemption: {each.exemption}")
            for source in each.sources:
                say(f"Source: {source.citation} {source.address}".rstrip())
        return
    roomy = OUT.width >= SOURCES_FROM_COLUMNS
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("code", "effect", "rule", *(["source"] if roomy else [])):
        table.add_column(heading, no_wrap=heading == "code")
    for each in found:
        sources = "; ".join(source.citation for source in each.sources)
        table.add_row(each.code, each.effect.value, each.title, *([sources] if roomy else []))
    OUT.print(table)
    say("nearhome rules CODE shows what a rule says, what would change it, and its sources.")


def _with_gaps(template: str) -> str:
    """Return a sentence in which the figures are still to be filled in, for people."""
    return re.sub(r"{(\w+)}", lambda gap: f"<{gap[1].replace('_', ' ')}>", template)


@policy_app.command("list")
def policy_list(as_json: AsJson = False) -> None:
    """List the policies that ship with Near Home."""
    from matcher.policy import SHIPPED, Policy

    found = [Policy.named(name) for name in SHIPPED]
    if as_json:
        print_json(
            {
                "schema_version": "1.0",
                "policies": [
                    {"name": each.name, "version": each.version, "title": each.title}
                    for each in found
                ],
            }
        )
        return
    for each in found:
        say(f"{each.name} {each.version}: {each.title}")


@policy_app.command("show")
def policy_show(
    name: Annotated[str, typer.Argument(help="A shipped policy, or a .toml file.")] = "balanced",
    toml: Annotated[
        bool, typer.Option("--toml", help="Print the file, to start your own from.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Explain a policy setting by setting; a file that does not hold together is refused."""
    from rich.table import Table

    from matcher.criteria.catalogue import criteria_of
    from matcher.criteria.reference import describe
    from matcher.policy import SHIPPED, Policy, shipped_text

    policy = Policy.named(name)
    criteria_of(policy)
    if as_json:
        print_json({"schema_version": "1.0", **policy.model_dump(mode="json")})
        return
    if toml:
        say(shipped_text(name) if name in SHIPPED else Path(name).read_text(encoding="utf-8"))
        return
    say(f"{policy.name} {policy.version}: {policy.title}")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("setting", "value", "what it does"):
        table.add_column(heading)
    for row in describe(policy):
        table.add_row(row.setting, row.value, row.sentence)
    OUT.print(table)
