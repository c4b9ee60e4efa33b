"""``nearhome rank``: the best homes for the children of one referral."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import OUT, SYNTHETIC, print_json, say, working
from api.cli.options import AsJson, PolicyName, WorldPath

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.explaining.report import Option, RankReport


def rank(
    referral: Annotated[str, typer.Argument(help="Identifier of the referral, as R-0012.")],
    world: WorldPath,
    policy: PolicyName = "balanced",
    top: Annotated[int, typer.Option(help="At most this many options.")] = 10,
    excluded: Annotated[
        str, typer.Option(help="'all' words every excluded home; otherwise the first 50.")
    ] = "50",
    as_json: AsJson = False,
) -> None:
    """Rank homes for a child or a sibling group, with every reason and every exclusion."""
    from matcher.engine import engine_for
    from matcher.errors import UsageError
    from matcher.intake import read_world

    if excluded not in ("50", "all"):
        raise UsageError(f"--excluded is {excluded!r}; it takes 'all', or is left out.")
    with working("Reading the data"):
        engine = engine_for(read_world(world), policy)
    report = engine.rank(referral, top=top, all_excluded=excluded == "all")
    if as_json:
        print_json(report)
    else:
        print_report(report)


def print_report(report: RankReport) -> None:
    """Print an answer as a table with its reasons, for somebody in a hurry."""
    from rich.table import Table

    from matcher.explaining.wording import listed

    if report.stamp.synthetic:
        say(SYNTHETIC)
    say(
        f"Referral {report.referral_id}: {listed(report.children)}, "
        f"needed by {report.needed_by:%a %d %b %Y}"
    )
    if report.together_sentence:
        say(report.together_sentence)
    if not report.options:
        say("No home can be offered now. What would have to change stands under near misses.")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading, justify in (
        ("#", "right"),
        ("home", "left"),
        ("status", "left"),
        ("miles", "right"),
        ("route", "left"),
        ("£/week", "right"),
        ("score", "right"),
        ("for it", "left"),
        ("against it", "left"),
    ):
        table.add_column(heading, justify="right" if justify == "right" else "left")
    telling = _telling(report.options)
    for option in report.options:
        table.add_row(*_row(option, telling))
    if report.options:
        OUT.print(table)
        say(f"Why {report.options[0].parts[0].home_id} first: {_reasons(report.options[0])}")
    for option in report.to_check[:3]:
        asked = " ".join(ask for part in option.parts for ask in part.to_ask)
        say(f"to check: {option.parts[0].home_id} (score {option.score:.0f}): {asked}")
    commonest = ", ".join(
        f"{_label(rule.lower())} {count}"
        for rule, count in list(report.excluded_by_rule.items())[:5]
    )
    say(f"eligible: {report.eligible_count} homes, to check: {report.to_check_count}")
    say(f"not offered: {report.excluded_count} homes. Rules most often not met: {commonest}")
    for miss in report.near_misses[:3]:
        exemption = f" Lawful exemption: {miss.exemption}" if miss.exemption else ""
        say(f"near miss: {miss.sentence} {miss.change}{exemption}")


def _telling(options: Sequence[Option]) -> frozenset[str]:
    """Return the criteria on which the options shown differ."""
    points: dict[str, set[float]] = {}
    for option in options:
        for each in option.criteria:
            points.setdefault(each.name, set()).add(each.points)
    return frozenset(name for name, different in points.items() if len(different) > 1)


def _reasons(option: Option) -> str:
    """Say what an option has going for it, the weightiest first, in full sentences."""
    ordered = sorted(option.criteria, key=lambda each: (-each.points, each.name))
    return " ".join([each.sentence for each in ordered if each.applies][:5])


def _row(option: Option, telling: frozenset[str]) -> tuple[str, ...]:
    from matcher.explaining.wording import pounds

    ordered = sorted(option.criteria, key=lambda each: (each.points - each.of, each.name))
    against = [
        f"{_label(each.name)} -{each.of - each.points:.0f}"
        for each in ordered
        if each.of - each.points >= 1
    ]
    helpful = sorted(
        (
            each
            for each in option.criteria
            if each.applies and each.known and each.points >= 0.9 * each.of
        ),
        key=lambda each: (each.name not in telling, -each.of, each.name),
    )
    fees = [part.weekly_fee_pence for part in option.parts]
    total = None if None in fees else sum(fee for fee in fees if fee is not None)
    return (
        str(option.rank),
        " + ".join(_home(part.home_id, len(part.children), option) for part in option.parts),
        option.status.label + (", below minimum" if option.below_minimum_match else ""),
        " + ".join(
            "?" if part.distance_miles is None else f"{part.distance_miles:.1f}"
            for part in option.parts
        ),
        " + ".join(part.route.label for part in option.parts),
        pounds(total),
        f"{option.score:.0f}",
        ", ".join(_label(each.name) for each in helpful[:3]),
        ", ".join(against[:3]),
    )


def _label(name: str) -> str:
    return name.replace("_", " ")


def _home(home_id: str, children: int, option: Option) -> str:
    return home_id if option.together else f"{home_id} ({children})"
