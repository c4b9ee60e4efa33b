"""The judge of looking ahead in lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.cli.console import say

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
    """Print differences to the weekly batch, a line for each way.

    Parameters
    ----------
    rows
        From :func:`scenarios.online.judging.judge`.
    """
    say("Mean differences to the weekly batch with 90 % intervals, future by future.")
    places = dict.fromkeys((row["level"], row["condition"]) for row in rows)
    for level, condition in places:
        there = [r for r in rows if (r["level"], r["condition"]) == (level, condition)]
        say()
        say(f"{level} beds for each child; {condition}; {there[0]['futures']} futures:")
        for row in there:
            # A line for each way: no terminal is wide enough for a table of intervals.
            way, *figures, closed = cells(row)
            told = ", ".join(
                f"{name} {each}" for name, each in zip(HEADINGS.values(), figures, strict=True)
            )
            say(f"{way}: {told}{f'; gap to the bound closed {closed}' if closed else ''}")


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
