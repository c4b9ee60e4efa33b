"""The judge of looking ahead as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.cli.console import OUT, say

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADINGS = {
    "total_loss": "total loss",
    "match_points": "match",
    "worst_tenth_points": "worst tenth",
    "near_home_rate": "near home",
    "siblings_split": "split",
    "unplaced_child_weeks": "weeks without",
    "never_placed": "never",
    "waited_days": "days waited",
    "moves": "moved",
    "weekly_cost_pounds": "£/week",
}


def print_judged(rows: Sequence[dict[str, Any]]) -> None:
    """Print differences to the weekly batch, a table for each level and condition.

    Parameters
    ----------
    rows
        From :func:`scenarios.online.judging.judge`.
    """
    from rich.table import Table

    say("Mean differences to the weekly batch with 90 % intervals, future by future.")
    places = dict.fromkeys((row["level"], row["condition"]) for row in rows)
    for level, condition in places:
        there = [r for r in rows if (r["level"], r["condition"]) == (level, condition)]
        say()
        say(f"{level} beds for each child; {condition}; {there[0]['futures']} futures:")
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("way")
        for heading in HEADINGS.values():
            table.add_column(heading, justify="right", no_wrap=True)
        table.add_column("gap closed", justify="right")
        for row in there:
            table.add_row(*cells(row))
        OUT.print(table)


def cells(row: dict[str, Any]) -> list[str]:
    """Return the cells of a way: differences, or for the weekly batch itself the means."""
    against = row["against_weekly_batch"]
    found = [row["way"].replace("_", " ")]
    for name in HEADINGS:
        if against is None:
            found.append(_number(row["means"][name], name))
        else:
            each = against[name]
            half = (each["high"] - each["low"]) / 2
            found.append(f"{_signed(each['difference'], name)} ±{_number(half, name)}")
    closed = row.get("gap_to_bound_closed")
    found.append("" if closed is None else f"{closed:.0%}")
    return found


def _number(value: float, name: str) -> str:
    if name == "near_home_rate":
        return f"{100 * value:.1f} %"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"


def _signed(value: float, name: str) -> str:
    return ("+" if value > 0 else "") + _number(value, name)
