"""The performance page's sections about plans: sizes, peers, where the time goes, others."""

from __future__ import annotations

from typing import Any

from benchmarks.reach import above_best, reached
from benchmarks.stopwatches import PHASES, REST
from benchmarks.tables import (
    NOT_KNOWN,
    budget,
    counted,
    measured_on,
    median,
    seconds,
    share,
    table,
    worst,
)

Rows = list[dict[str, Any]]
Results = dict[str, dict[str, Any]]

SIZES = ("council", "region", "large", "england-plan")
METHODS = {
    "nearhome": "Near Home",
    "group-columns": "group columns, HiGHS",
    "cp-sat": "naive CP-SAT",
    "greedy": "first come, best now",
    "practice": "today's practice",
}


def plan_sections(results: Results) -> list[str]:
    """Return the sections for which there are results, in Markdown.

    Parameters
    ----------
    results
        By suite, as ``benchmarks/results`` keeps them. Results of another layout are left out.
    """
    named = {
        name: result
        for name, result in results.items()
        if any("instance" in row for row in result["rows"])
    }
    if not named:
        return []
    sections = [_reach(named)]
    sizes = {name: named[name] for name in SIZES if name in named}
    if sizes:
        sections += [_sizes(sizes), _peers(sizes), _profile(sizes)]
    if "forcing" in named:
        sections.append(_forcing(named["forcing"]))
    for name, title in (
        ("orlib-gap", "Published assignment problems"),
        ("sscflp", "Published facility location problems"),
    ):
        if name in named:
            sections.append(_published(named[name], name, title))
    return [section for section in sections if section]


def _reach(results: Results) -> str:
    return f"""## Figures to reach

Gaps are between the plan and a bound over all lawful options, as a share of the objective
without the price of children left without a home, which would flatter. A gap is the worst of
all seeds and budgets, seconds and memory likewise unless it says median. Every plan went
through the independent checker.

{reached(results)}"""


def _groups(rows: Rows) -> dict[tuple[float | None, str], Rows]:
    found: dict[tuple[float | None, str], Rows] = {}
    for row in rows:
        found.setdefault((row["budget_share"], row["method"]), []).append(row)
    return found


def _sizes(results: Results) -> str:
    lines = []
    for result in results.values():
        groups = _groups(result["rows"])
        for (of, method), rows in groups.items():
            good = [row for row in rows if "failed" not in row]
            if method != "nearhome" or not good:
                continue
            practice = [
                str(row["unplaced"])
                for row in groups.get((of, "practice"), [])
                if "failed" not in row
            ]
            without = ", ".join(str(row["unplaced"]) for row in good)
            if practice:
                without += " / " + ", ".join(practice)
            lines.append(
                [
                    f"{good[0]['children']:,} × {good[0]['homes']:,}",
                    budget(of),
                    str(len(good)),
                    seconds(median(row["seconds"] for row in good)),
                    seconds(max(max(row["all_seconds"]) for row in good)),
                    ", ".join(share(row["gap_placed"]) for row in good),
                    share(worst(row["gap"] for row in good)),
                    _points(worst(row["gap_points_per_child"] for row in good)),
                    without,
                    counted(row["status"] for row in good),
                    seconds(median(row["check_seconds"] for row in good)),
                    f"{max(row['peak_megabytes'] for row in good):,}",
                ]
            )
    return f"""## Plans for everybody at once

Half of the children wait, the others live somewhere and may move at a price. The budget is a
share of what the new placements of the plan without a budget cost. Seconds are medians over
seeds, of repeated runs at 500 children; *longest* has the first run of a process in it, which
loads what is compiled. Of the gap: without the price of the unplaced, seed by seed; the worst
of the whole objective; the worst in points a child. Memory is the most that the process held,
the making of its world included.

{
        table(
            [
                "children × homes",
                "budget",
                "seeds",
                "median s",
                "longest s",
                "gap by seed",
                "gap of all",
                "points a child",
                "without a home / in practice, by seed",
                "status",
                "check s",
                "peak MB",
            ],
            lines,
        )
    }
{_footers(results)}"""


def _points(value: float | None) -> str:
    return NOT_KNOWN if value is None else f"{value:.4f}" if value else "0"


def _peers(results: Results) -> str:
    lines = []
    for name, result in results.items():
        groups = _groups(result["rows"])
        for of in dict.fromkeys(share_of for share_of, _ in groups):
            if len([method for share_of, method in groups if share_of == of]) < 2:
                continue
            for method, label in METHODS.items():
                rows = groups.get((of, method), [])
                if rows:
                    lines.append([name, budget(of), label, *_peer(rows)])
    if not lines:
        return ""
    return f"""## Beside other ways

The same children, homes, options, limits, objective and checker, in the same run. *Gap* is
to our bound, as a share of each plan's own objective without the price of the unplaced: above
100 % is possible where many more are left without a home. *Its own bound* says what gap the
method itself could vouch for. Naive CP-SAT has a boolean for each child or sibling group and
home, and a clause for each pair who may not share one, as many workers as cores. Group columns
are a column each in HiGHS, rules about households added as they come up. Both search for
{_limits(results)} seconds after the model is written down; medians over the seeds that were run.

{
        table(
            [
                "instance",
                "budget",
                "method",
                "seeds",
                "median s",
                "of which writing the model",
                "objective, points",
                "without a home",
                "gap",
                "gap by its own bound",
                "status",
                "peak MB",
            ],
            lines,
        )
    }"""


def _limits(results: Results) -> str:
    found = {
        f"{row['peer_seconds']:g}"
        for result in results.values()
        for row in result["rows"]
        if row.get("peer_seconds") is not None
    }
    return " or ".join(sorted(found)) or "so many"


def _peer(rows: Rows) -> list[str]:
    good = [row for row in rows if row.get("objective") is not None]
    tried = [row for row in rows if "failed" not in row]

    def middle(name: str) -> float | None:
        return median(row.get(name) for row in good)

    own = median(
        (row["objective"] - row["own_bound"]) / abs(row["objective"] - row["unplaced_points"])
        for row in good
        if row.get("own_bound") is not None and row["objective"] != row["unplaced_points"]
    )
    objective, unplaced = middle("objective"), middle("unplaced")
    writing = median(row.get("model_seconds") for row in tried)
    return [
        f"{len(good)} of {len(rows)}" if len(good) < len(rows) else str(len(rows)),
        seconds(median(row["seconds"] for row in tried)),
        seconds(writing) if writing else "",
        NOT_KNOWN if objective is None else f"{objective:,.0f}",
        NOT_KNOWN if unplaced is None else f"{unplaced:,.0f}",
        share(middle("gap_placed")),
        share(own) if own is not None else "",
        counted(row.get("status", "failed") for row in rows),
        f"{max((row['peak_megabytes'] for row in tried), default=0):,}",
    ]


def _profile(results: Results) -> str:
    columns: list[tuple[str, dict[str, float]]] = []
    for name, result in results.items():
        for row in result["rows"]:
            if row["method"] == "profile" and "phases" in row:
                columns.append((f"{name}, budget {budget(row['budget_share'])}", row["phases"]))
    if not columns:
        return ""
    order = [*PHASES, REST]
    named = dict.fromkeys(phase for _, each in columns for phase in each)
    # The solver may come to name phases of its own; these follow.
    phases = [each for each in order if each in named] + [
        each for each in named if each not in order
    ]
    lines = [
        [phase, *(seconds(each[phase]) if phase in each else "" for _, each in columns)]
        for phase in phases
    ]
    lines.append(["**all**", *(f"**{seconds(sum(each.values()))}**" for _, each in columns)])
    return f"""## Where the time goes

Seconds of one run of the first seed, by a stopwatch around the calls from one part of the
solver to another; each second is counted for the innermost. At 500 children the run is the
second of its process.

{table(["phase", *(name for name, _ in columns)], lines)}"""


def _forcing(result: dict[str, Any]) -> str:
    lines = []
    for row in result["rows"]:
        if "failed" in row or row.get("seconds") is None:
            continue
        times = row["all_seconds"]
        lines.append(
            [
                str(row["seed"]),
                str(len(times)),
                f"{seconds(row['seconds'])} ({seconds(min(times))} to {seconds(max(times))})",
                seconds(row["with_the_plan_compared_seconds"]),
                seconds(row["first_answer_seconds"]),
                f"{row['proved']} of {len(row['options'])}",
                f"{row['peak_megabytes']:,}",
            ]
        )
    head = [
        "seed",
        "children asked about",
        "s a forced option",
        "one option and the plan compared with, s",
        "first answer of a process, s",
        "proved",
        "peak MB",
    ]
    return f"""## The exact cost of one option

What it costs everybody to give a child one of their best homes, at 500 × 1,000: a plan of its
own, checked, for each option.

{table(head, lines)}
{measured_on(result)}"""


def _published(result: dict[str, Any], name: str, title: str) -> str:
    rows = [row for row in result["rows"] if "name" in row]
    if not rows:
        said = next((row["absent"] for row in result["rows"] if "absent" in row), "no rows")
        return f"## {title}\n\nNot measured: {said}.\n"
    lines = []
    for label, these in _classes(rows, name).items():
        good = [row for row in these if row.get("objective") is not None]
        above = worst(above_best(row) for row in these)
        own = worst(
            None
            if row.get("bound") is None
            else (row["objective"] - row["bound"]) / row["objective"]
            for row in good
        )
        lines.append(
            [
                label,
                str(len(these)),
                str(sum(row.get("status") == "optimal" for row in these)),
                share(above),
                share(own),
                seconds(median(row.get("seconds") for row in these)),
                seconds(worst(row.get("seconds") for row in these)),
                f"{max(row.get('peak_megabytes', 0) for row in these):,}",
            ]
        )
    head = ["instances", "how many", "proved", "worst above best known", "worst own gap"]
    return f"""## {title}

Solved by the same core within 30 seconds each, one process each; capacities and objective were
derived anew from the file. `NEARHOME_INSTANCES=DIR python -m benchmarks run {name}`.

{table([*head, "median s", "longest s", "peak MB"], lines)}
{measured_on(result)}"""


def _classes(rows: Rows, name: str) -> dict[str, Rows]:
    if name != "orlib-gap":
        return {"p1-p12": rows}
    found: dict[str, Rows] = {}
    for row in rows:
        label = row["name"].split("-")[0] if row["name"].startswith("gap") else row["name"][0]
        found.setdefault(label, []).append(row)
    return found


def _footers(results: Results) -> str:
    return "\n".join(f"`{name}`: {measured_on(result)}" for name, result in results.items())
