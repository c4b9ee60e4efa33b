"""Writes docs/explanation/performance.md from the kept results."""

from __future__ import annotations

import statistics
from typing import Any

from benchmarks.page_look_ahead import look_ahead_section
from benchmarks.page_plans import plan_sections
from benchmarks.page_solvers import solvers_section
from benchmarks.tables import measured_on, table
from benchmarks.whatif_page import many_section, section

Results = dict[str, dict[str, Any]]

HEAD = """# Performance

Made by `python -m benchmarks run` and `python -m benchmarks table`; nothing here is typed by
hand. `python -m benchmarks list` names what there is, `run NAME` measures one of them anew and
`compare A B` puts two result files side by side. Measured on synthetic counties, on the machine
named under each table, alone unless it says otherwise there. Read ratios and orders of
magnitude; a council's own data will differ.
"""


def page(results: Results) -> str:
    """Return the page in Markdown.

    Parameters
    ----------
    results
        By suite, as ``benchmarks/results`` keeps them.
    """
    sections = [HEAD, *plan_sections(results)]
    for name, make in (
        ("ranking", _ranking),
        ("demo", _demo),
        ("council", _council),
        ("england", _england),
        ("look-ahead", look_ahead_section),
        ("whatif", section),
        ("whatif-200", many_section),
        ("solvers", solvers_section),
    ):
        if name in results and not any("instance" in row for row in results[name]["rows"]):
            sections += [make(results[name]["rows"]), measured_on(results[name])]
    return "\n".join(sections)


def _ranking(rows: list[dict[str, Any]]) -> str:
    lines = table(
        [
            "homes",
            "p50 ms",
            "p99 ms",
            "worded answer p50 ms",
            "worded answer p99 ms",
            "plain loop p50 ms",
            "times faster",
        ],
        [
            [
                f"{row['homes']:,}",
                f"{row['p50_ms']:.2f}",
                f"{row['p99_ms']:.2f}",
                f"{row['worded_p50_ms']:.1f}",
                f"{row['worded_p99_ms']:.1f}",
                f"{row['loop_p50_ms']:,.0f}",
                f"{row['times_faster']:,}",
            ]
            for row in rows
        ],
    )
    return f"""## One referral

Every rule's verdict and every criterion's points in every home, for every referral of the
county in turn (children alone and sibling groups of up to four with all their subsets).
*Worded answer* adds ten options with reasons, fifty exclusions in sentences and the near
misses. The plain loop asks the same rules and criteria home by home in Python; it is timed
over 1,000 homes and scaled.

{lines}"""


def _demo(rows: list[dict[str, Any]]) -> str:
    lines = []
    for row in rows:
        for label, key, form in (
            ("placed", "placed", "{:d}"),
            ("within 20 miles of home", "near_home_rate", "{:.1%}"),
            ("sibling groups together", "siblings_together", "{:d}"),
            ("match, points of 100", "match_points_mean", "{:.2f}"),
            ("weekly cost", "weekly_cost_pence", "pounds"),
            ("objective, points lost", "objective", "{:,.1f}"),
        ):
            ours, practice = row[key]
            if form == "pounds":
                ours, practice = f"£{ours / 100:,.0f}", f"£{practice / 100:,.0f}"
            else:
                ours, practice = form.format(ours), form.format(practice)
            lines.append([row["policy"], label, ours, practice])
    proved = "; ".join(
        f"{row['policy']}: {row['status']} in {row['solver_seconds']:.2f} s" for row in rows
    )
    whole = rows[0]["engine_seconds"]
    return f"""## The demo county's waiting children

{rows[0]["children"]} children in one plan, beside today's search order on the same children,
homes and rules. {proved}. With the independent check, practice and the report the whole
answer takes {whole:.2f} s (median of 7).

{table(["policy", "aim", "Near Home", "today's practice"], lines)}"""


def _council(rows: list[dict[str, Any]]) -> str:
    lines = []
    budgets = list(dict.fromkeys(row["budget_share"] for row in rows))
    for budget in budgets:
        these = [row for row in rows if row["budget_share"] == budget]
        plans = [row["plan"] for row in these]
        lines.append(
            [
                "none" if budget is None else f"{100 * budget:.0f} %",
                str(len(these)),
                f"{these[0]['children']} × {these[0]['homes']:,}",
                f"{statistics.median(each['seconds'] for each in plans):.1f}",
                f"{max(each['seconds'] for each in plans):.1f}",
                _per_cent([each["gap_placed"] for each in plans]),
                ", ".join(
                    f"{row['plan']['tiers']['unplaced']:.0f} / "
                    f"{row['practice']['tiers']['unplaced']:.0f}"
                    for row in these
                ),
                ", ".join(sorted({each["status"] for each in plans})),
                f"{max(row['peak_megabytes'] for row in these):,}",
            ]
        )
    return f"""## A council at once

Half of the children wait, the others live somewhere and may move at a price. The budget is a
share of what the new placements of the unlimited plan cost. The gap is without the price of
the unplaced, which would flatter; every plan went through the independent checker. A search
ends after 40 seconds. Most of a gap is the price of a fraction of one child whom the bound
cannot rule out: this is where the solver is still weak.

{
        table(
            [
                "budget",
                "seeds",
                "children × homes",
                "median s",
                "worst s",
                "gap of each seed",
                "without a home / in practice, by seed",
                "status",
                "peak MB",
            ],
            lines,
        )
    }"""


def _per_cent(gaps: list[float | None]) -> str:
    return ", ".join("not known" if gap is None else f"{100 * gap:.2f} %" for gap in gaps)


def _england(rows: list[dict[str, Any]]) -> str:
    (row,) = rows
    lines = table(
        ["step", "seconds", "peak MB"],
        [
            ["make", f"{row['make_seconds']:.0f}", f"{row['make_peak_megabytes']:,}"],
            ["write as CSV", f"{row['write_seconds']:.0f}", ""],
            ["load and validate", f"{row['load_seconds']:.0f}", f"{row['load_peak_megabytes']:,}"],
            ["columns and data hash", f"{row['columns_seconds']:.1f}", ""],
            [
                f"rank {row['children_ranked']} siblings, the first time",
                f"{row['first_rank_ms'] / 1e3:.2f}",
                "",
            ],
            ["the same again", f"{row['rank_ms'] / 1e3:.2f}", ""],
        ],
    )
    return f"""## The size of England

{row["children"]:,} children and {row["homes"]:,} homes, one run.

{lines}"""
