"""The figures of docs/explanation/looking-ahead.md, from what the judge found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.tables import between_marks

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = dict[str, Any]

BEGIN = "<!-- figures of the judge: begin -->"
END = "<!-- figures of the judge: end -->"
LEARNT = "as learnt"
UNLIMITED = 100.0
SHOWN = {
    "match_points": "match",
    "worst_tenth_points": "worst-off tenth",
    "near_home_rate": "near home, points of a hundred",
    "siblings_split": "sibling groups split",
    "unplaced_child_weeks": "child-weeks without a home",
    "never_placed": "place bought elsewhere",
    "waited_days": "days waited",
    "weekly_cost_pounds": "£ a week and child",
}


def in_page(page: str, rows: Sequence[Row]) -> str:
    """Return the page with the tables of the judge between its marks.

    Parameters
    ----------
    page
        As it is.
    rows
        As ``benchmarks/results/online.json`` keeps them.
    """
    told = "\n\n".join((_of_levels(rows), _of_people(rows), _of_conditions(rows)))
    return between_marks(page, f"\n\n{told}\n\n", begin=BEGIN, end=END)


def _of_levels(rows: Sequence[Row]) -> str:
    learnt = [row for row in rows if row["condition"] == LEARNT]
    levels = list(dict.fromkeys(row["level"] for row in learnt))
    futures = learnt[0]["futures"]
    lines = [
        f"Total loss against the weekly batch, per cent, {futures} futures at each level; in "
        "brackets the 90 % interval of the mean, then in how many futures the loss was lower, "
        "what share of the unlimited margin's gain was kept, and what share of the gap from "
        "practice to the bound was closed.",
        "",
        "| way | " + " | ".join(f"{level} beds a child" for level in levels) + " |",
        "|---|" + "---|" * len(levels),
    ]
    for way in dict.fromkeys(row["way"] for row in learnt):
        cells = []
        for level in levels:
            (row,) = [r for r in learnt if (r["way"], r["level"]) == (way, level)]
            cells.append(_loss(row))
        lines.append(f"| {named(way)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _loss(row: Row) -> str:
    against = row["against_weekly_batch"]
    closed = f"gap {row['gap_to_bound_closed']:.0%}"
    if against is None:
        return f"0; {closed}"
    each = against["total_loss"]
    base = row["means"]["total_loss"] - each["difference"]
    low, high = 100 * each["low"] / base, 100 * each["high"] / base
    kept = row.get("share_of_unlimited_gain_kept")
    told = f"{each['percent']:+.1f} ({low:+.1f} to {high:+.1f}); {each['lower_in']}"
    return f"{told}; {'' if kept is None else f'kept {kept:.0%}; '}{closed}"


def _of_people(rows: Sequence[Row]) -> str:
    learnt = [row for row in rows if row["condition"] == LEARNT]
    lines = [
        "Each by itself, mean difference to the weekly batch with the 90 % interval; **bold** "
        "where it is a loss and the interval excludes zero.",
        "",
        "| beds a child, way | " + " | ".join(SHOWN.values()) + " |",
        "|---|" + "---|" * len(SHOWN),
    ]
    for row in learnt:
        against = row["against_weekly_batch"]
        if against is not None and (row["margin"] is not None or row["way"] == "practice"):
            cells = [_difference(name, against[name]) for name in SHOWN]
            lines.append(f"| {row['level']}, {named(row['way'])} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _difference(name: str, each: dict[str, float]) -> str:
    scale = 100 if name == "near_home_rate" else 1
    more_is_better = name in ("match_points", "worst_tenth_points", "near_home_rate")
    worse = each["high"] < 0 if more_is_better else each["low"] > 0
    figures = [scale * each[key] for key in ("difference", "low", "high")]
    digits = 0 if name == "weekly_cost_pounds" else 1
    told = f"{figures[0]:+.{digits}f} ({figures[1]:+.{digits}f} to {figures[2]:+.{digits}f})"
    return f"**{told}**" if worse else told


def _of_conditions(rows: Sequence[Row]) -> str:
    others = [row for row in rows if row["condition"] != LEARNT]
    if not others:
        return ""
    level = others[0]["level"]
    lines = [
        f"At {level} beds a child, when what was learnt is wrong: total loss against the weekly "
        "batch, per cent.",
        "",
        "| | margin 1 | unlimited |",
        "|---|---|---|",
    ]
    for condition in dict.fromkeys(row["condition"] for row in others):
        cells = []
        for row in others:
            if row["condition"] == condition and row["margin"] is not None:
                each = row["against_weekly_batch"]["total_loss"]
                base = row["means"]["total_loss"] - each["difference"]
                low, high = 100 * each["low"] / base, 100 * each["high"] / base
                cells.append(f"{each['percent']:+.1f} ({low:+.1f} to {high:+.1f})")
        lines.append(f"| {condition} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def named(way: str) -> str:
    """Return a way to decide in words."""
    name, _, margin = way.partition(".")
    words = name.replace("_", " ")
    if not margin:
        return words
    return f"{words}, " + ("unlimited" if float(margin) == UNLIMITED else f"margin {margin}")
