"""``nearhome rank``: the best homes for the children of one referral."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import OUT, SYNTHETIC, print_json, say, working
from api.cli.options import AsJson, BedValuesFile, PolicyName, PostcodeFile, WorldPath, open_engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from matcher.explaining.report import NearMiss, Option, RankReport

SHORT = {
    "child_wishes": "wishes",
    "connected_person": "connected",
    "family_views": "family's views",
    "needs_fit": "needs",
    "preferred_provider": "kind of home",
    "provider_quality": "quality",
    "value_for_money": "cost",
}
"""Criteria whose names are too long for a column."""
SHOWN = 3
"""How many criteria stand for and against an option in the table."""


def rank(
    referral: Annotated[str, typer.Argument(help="Identifier of the referral, as R-0012.")],
    world: WorldPath,
    policy: PolicyName = "balanced",
    top: Annotated[int, typer.Option(help="At most this many options.")] = 10,
    excluded: Annotated[
        str, typer.Option(help="'all' words every excluded home; otherwise the first 50.")
    ] = "50",
    bed_values: BedValuesFile = None,
    postcodes: PostcodeFile = None,
    as_json: AsJson = False,
) -> None:
    """Rank homes for a child or a sibling group, with every reason and every exclusion."""
    from matcher.engine import EXCLUDED_SHOWN
    from matcher.errors import UsageError

    if excluded not in ("50", "all"):
        raise UsageError(f"--excluded is {excluded!r}; it takes 'all', or is left out.")
    with working("Reading the data"):
        engine = open_engine(world, policy, postcodes, bed_values)
    report = engine.rank(referral, top=top, excluded=None if excluded == "all" else EXCLUDED_SHOWN)
    if as_json:
        print_json(report)
    else:
        print_report(report)


def print_report(report: RankReport) -> None:
    """Print an answer as a table with its reasons, for somebody in a hurry."""
    from matcher.domain.phrases import day_words, listed

    if report.stamp.synthetic:
        say(SYNTHETIC)
    weekday = f"{report.needed_by:%A}"
    say(
        f"Referral {report.referral_id}: {listed(report.children)}, "
        f"needed by {weekday} {day_words(report.needed_by)} ({report.timescale.label})"
    )
    for child in report.about:
        say(f"  {child.sentence}")
    if report.together_sentence:
        say(report.together_sentence)
    if report.options:
        OUT.print(options_table(report.options, OUT.width))
        _print_legend(report)
        _print_first(report.options[0])
    else:
        say("No home can be offered now.")
    _print_to_check(report)
    _print_counts(report)
    _print_near_misses(report)


def options_table(options: Sequence[Option], columns: int) -> Table:
    """Return options as a table with one line a home.

    Parameters
    ----------
    options
        Best first; at least one.
    columns
        How wide the table may be; from 100 nothing that matters is cut.
    """
    from rich.table import Table

    split = any(not option.together for option in options)
    telling = _telling(options)
    rows = [_row(option, telling) for option in options]
    headings = list(rows[0])
    if not split:
        headings.remove("children")
    if columns < (150 if split else 125):
        headings.remove("for it")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        # Only reasons may be cut; half a number or an identifier is worse than none.
        may_be_cut = heading in ("for it", "against it")
        lines = [line for row in rows for line in row[heading].split("\n")]
        table.add_column(
            heading,
            justify="right" if heading in ("#", "miles", "£/week", "score") else "left",
            no_wrap=True,
            overflow="ellipsis",
            min_width=None if may_be_cut else max(map(len, [heading, *lines])),
        )
    for option, row in zip(options, rows, strict=True):
        # One line a home: who reads it looks for the first that fits.
        style = None if option.status.value == "eligible" else "dim"
        table.add_row(*(row[heading] for heading in headings), style=style)
    return table


def _print_legend(report: RankReport) -> None:
    """Say what the marks in the table mean, those that occur."""
    marks = ["score: points of 100; against it: points lost."]
    if any(option.below_minimum_match for option in report.options):
        marks.append("* below the policy's minimum match: for a person to choose.")
    cells = [
        cell
        for option in report.options
        for part in option.parts
        for cell in (_miles(part.distance_miles, option), part.weekly_fee_pence)
    ]
    if "?" in cells or None in cells:
        marks.append("?: not known.")
    if "-" in cells:
        marks.append("-: distance does not apply.")
    say(" ".join(marks))


def _print_first(option: Option) -> None:
    """Say why the first option is first, and what must be done before it."""
    say()
    say(f"1. {option.sentence}")
    ordered = sorted(option.criteria, key=lambda each: (-each.points, each.name))
    for each in [each for each in ordered if each.applies][:5]:
        say(f"{short(each.name)}: {each.sentence}", indent=3)
    for gap in option.gaps:
        say(f"gap: {gap}", indent=3)
    for need in option.needs:
        say(f"would have to change: {need}", indent=3)
    if option.bed is not None:
        say(f"to others: {option.bed.sentence} {_without(option)}", indent=3)
    tasks = list(dict.fromkeys(task for part in option.parts for task in part.tasks))
    if tasks:
        say(f"to do first: {' '.join(tasks)}", indent=3)


def _without(option: Option) -> str:
    """Say what the child gives up for it, and where the home would stand without."""
    bed = option.bed
    if bed is None:
        return ""
    given = f"{bed.welfare_given_up:.1f} points of their own welfare"
    return f"The children give up {given}; without looking ahead it is number {bed.rank_without}."


def _print_to_check(report: RankReport) -> None:
    if report.to_check:
        say()
    for option in report.to_check[:3]:
        asked = " ".join(ask for part in option.parts for ask in part.to_ask)
        say(f"to check: {option.parts[0].home_id} (score {option.score:.0f}). {asked}")


def _print_counts(report: RankReport) -> None:
    count = len(report.children)
    whom = (
        "" if count == 1 else " for both together" if count == 2 else f" for all {count} together"
    )
    say()
    say(
        f"Of {report.eligible_count + report.to_check_count + report.excluded_count:,} homes"
        f"{whom}: {report.eligible_count:,} eligible, {report.to_check_count:,} to check, "
        f"{report.excluded_count:,} not offered."
    )
    commonest = [f"{code} {homes:,}" for code, homes in list(report.excluded_by_rule.items())[:5]]
    if commonest:
        say(f"Rules most often not met: {', '.join(commonest)}. (nearhome rules CODE tells each.)")


def _print_near_misses(report: RankReport) -> None:
    """Print the best home that fails each rule: ten full homes would tell one thing."""
    best: dict[str, NearMiss] = {}
    for miss in report.near_misses:
        best.setdefault(miss.rule, miss)
    for miss in list(best.values())[:3]:
        exemption = f" Lawful exemption: {miss.exemption}" if miss.exemption else ""
        say(f"near miss (score {miss.score:.0f}): {miss.sentence} {miss.change}{exemption}")


def _telling(options: Sequence[Option]) -> frozenset[str]:
    """Return the criteria on which the options shown differ."""
    points: dict[str, set[float]] = {}
    for option in options:
        for each in option.criteria:
            points.setdefault(each.name, set()).add(each.points)
    return frozenset(name for name, different in points.items() if len(different) > 1)


def _row(option: Option, telling: frozenset[str]) -> dict[str, str]:
    """Return the cells of an option by heading; those of a split have a line for each home."""
    from matcher.domain.phrases import listed, pounds

    against = [
        f"{short(each.name)} -{each.of - each.points:.0f}"
        for each in sorted(option.criteria, key=lambda each: (each.points - each.of, each.name))
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
    return {
        "#": str(option.rank),
        "home": "\n+ ".join(part.home_id for part in option.parts),
        "children": "\n".join(listed(part.children) for part in option.parts),
        "status": option.status.label,
        "miles": "\n".join(_miles(part.distance_miles, option) for part in option.parts),
        "route": "\n".join(part.route.label for part in option.parts),
        "£/week": "\n".join("?" if fee is None else pounds(fee) for fee in fees),
        "score": f"{option.score:.0f}{'*' if option.below_minimum_match else ''}",
        "for it": ", ".join(short(each.name) for each in helpful[:SHOWN]),
        "against it": ", ".join(against[:SHOWN]),
    }


def _miles(miles: float | None, option: Option) -> str:
    """Return the miles of a part; "?" when not known, "-" when distance does not apply."""
    if miles is not None:
        return f"{miles:.1f}"
    never = any(each.name == "near_home" and not each.applies for each in option.criteria)
    return "-" if never else "?"


def short(name: str) -> str:
    """Return the name of a criterion as it fits into a column."""
    return SHORT.get(name, label(name))


def label(name: str) -> str:
    """Return the name of a criterion or a rule as people write it."""
    return name.replace("_", " ")
