"""The figures of docs/explanation/looking-ahead.md in the county's own simulation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.online_county import ALL_HOMES, AS_ASSUMED, MARGINS, PRACTICE, WEEKLY
from benchmarks.online_page import named
from benchmarks.tables import between_marks

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = dict[str, Any]

BEGIN = "<!-- figures of the whole simulation: begin -->"
END = "<!-- figures of the whole simulation: end -->"
UNLIMITED = f"look_ahead.{MARGINS[-1]:g}"
WORDS = {AS_ASSUMED: "as assumed", ALL_HOMES: "all answer"}
SHOWN = {
    "match_points": ("match", 1, 1),
    "worst_tenth_points": ("worst-off tenth", 1, 1),
    "near_home_rate": ("near home, points of a hundred", 100, 1),
    "siblings_together": ("groups together, points of a hundred", 100, 1),
    "extra_households": ("families split when placed", 1, 1),
    "unplaced_child_weeks": ("child-weeks without a home", 1, 0),
    "days_waited": ("days from request to first day", 1, 1),
    "breakdowns": ("breakdowns", 1, 1),
    "moves": ("moves", 1, 1),
    "weekly_cost_pounds": ("£ a week and child", 1, 0),
}
"""Measures: heading, by what they are multiplied, and digits."""
MORE_IS_BETTER = ("match_points", "worst_tenth_points", "near_home_rate", "siblings_together")


def in_page(page: str, rows: Sequence[Row]) -> str:
    """Return the page with the tables of the whole simulation between its marks.

    Parameters
    ----------
    page
        As it is.
    rows
        As ``benchmarks/results/online-county.json`` keeps them.
    """
    told = "\n\n".join((_of_the_batch(rows), _of_losses(rows), _of_people(rows)))
    return between_marks(page, f"\n\n{told}\n\n", begin=BEGIN, end=END)


def _kinds(rows: Sequence[Row]) -> list[tuple[str, Row]]:
    """Return each kind of future in words, with what the weekly batch does in it."""
    return [
        (f"{WORDS[row['answering']]}, {row['means']['beds_a_child']:.2f}", row)
        for row in rows
        if row["way"] == WEEKLY
    ]


def _of_kind(rows: Sequence[Row], kind: Row) -> list[Row]:
    same = ("answering", "other_homes")
    return [row for row in rows if all(row[name] == kind[name] for name in same)]


def _of_the_batch(rows: Sequence[Row]) -> str:
    first = rows[0]
    lines = [
        f"{first['futures']} futures of each kind, {first['years']} years each, a county of "
        f"{first['size']:g} of its size. What the weekly batch does in them, mean of futures:",
        "",
        "| homes answer, beds a child | families learnt from | "
        + " | ".join(heading for heading, _, _ in SHOWN.values())
        + " |",
        "|---|" + "---|" * (1 + len(SHOWN)),
    ]
    for name, row in _kinds(rows):
        cells = [
            f"{scale * row['means'][measure]:,.{digits}f}"
            for measure, (_, scale, digits) in SHOWN.items()
        ]
        lines.append(f"| {name} | {row['families_learnt_from']} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _of_losses(rows: Sequence[Row]) -> str:
    kinds = _kinds(rows)
    lines = [
        "Total loss against the weekly batch, per cent, with the 90 % interval of the mean, then "
        "in how many futures it was lower, and what share of the gain without a limit was kept; "
        "**bold** where it is higher and the interval excludes zero.",
        "",
        "| way | " + " | ".join(name for name, _ in kinds) + " |",
        "|---|" + "---|" * len(kinds),
    ]
    for way in dict.fromkeys(row["way"] for row in rows if row["way"] != WEEKLY):
        cells = []
        for _, kind in kinds:
            there = {row["way"]: row for row in _of_kind(rows, kind)}
            cells.append(_loss(there[way], kind) + _kept(there, way) if way in there else "")
        lines.append(f"| {named(way)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _loss(row: Row, kind: Row) -> str:
    each, base = row["against_weekly_batch"]["total_loss"], kind["means"]["total_loss"]
    figures = [100 * each[name] / base for name in ("difference", "low", "high")]
    told = f"{figures[0]:+.1f} ({figures[1]:+.1f} to {figures[2]:+.1f})"
    return f"{f'**{told}**' if each['low'] > 0 else told}; {each['lower_in']}"


def _kept(ways: dict[str, Row], way: str) -> str:
    """Return in words what share of the gain without a limit a margin keeps."""
    if way in (PRACTICE, UNLIMITED) or UNLIMITED not in ways:
        return ""
    own, most = (
        ways[each]["against_weekly_batch"]["total_loss"]["difference"] for each in (way, UNLIMITED)
    )
    if most >= 0:
        return ""
    return f"; kept {own / most:.0%}" if own < 0 else "; kept none"


def _of_people(rows: Sequence[Row]) -> str:
    lines = [
        "Each by itself, mean difference to the weekly batch with the 90 % interval; **bold** "
        "where it is a loss and the interval excludes zero. Of so many intervals one in ten "
        "excludes zero by chance.",
        "",
        "| homes answer, beds a child, way | "
        + " | ".join(heading for heading, _, _ in SHOWN.values())
        + " |",
        "|---|" + "---|" * len(SHOWN),
    ]
    for name, kind in _kinds(rows):
        for row in _of_kind(rows, kind):
            against = row["against_weekly_batch"]
            if against is not None:
                cells = [_difference(measure, against[measure]) for measure in SHOWN]
                lines.append(f"| {name}, {named(row['way'])} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _difference(measure: str, each: dict[str, float]) -> str:
    _, scale, digits = SHOWN[measure]
    worse = each["high"] < 0 if measure in MORE_IS_BETTER else each["low"] > 0
    figures = [scale * each[key] for key in ("difference", "low", "high")]
    told = f"{figures[0]:+.{digits}f} ({figures[1]:+.{digits}f} to {figures[2]:+.{digits}f})"
    return f"**{told}**" if worse else told
