"""Writes what was measured of futures: a section of the performance page, a table of README.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.tables import between_marks, table
from scenarios.measures import BY_NAME
from scenarios.report.figures import change, interval
from scenarios.report.judging import judge
from scenarios.results import Difference, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = dict[str, Any]

BEGIN, END = "<!-- what-if: written by python -m benchmarks table -->", "<!-- end of what-if -->"
"""Between these lines of README.md stands the table of the three scenarios."""


def section(rows: Sequence[Row]) -> str:
    """Return the section of the performance page.

    Parameters
    ----------
    rows
        As ``benchmarks/results/whatif.json`` keeps them.
    """
    return "\n".join(
        [
            "## What-if\n",
            *_speed([row for row in rows if row["figure"] == "speed"]),
            *_paired([row for row in rows if row["figure"] == "paired"]),
            *_scaling([row for row in rows if row["figure"] == "scaling"]),
            "### Three things that strategies ask about\n",
            _told_of(rows),
            strategies(rows),
            *_coverage([row for row in rows if "truth" in row]),
            *_pairing([row for row in rows if "ratio" in row]),
        ]
    )


def in_readme(readme: str, rows: Sequence[Row]) -> str:
    """Return README.md with the table of the three scenarios between its marks.

    Parameters
    ----------
    readme
        As it is.
    rows
        As ``benchmarks/results/whatif.json`` keeps them.
    """
    told = f"\n{_told_of(rows)}\n{strategies(rows)}"
    return between_marks(readme, told, begin=BEGIN, end=END)


def strategies(rows: Sequence[Row]) -> str:
    """Return the table of the three scenarios: what changes against today, with intervals.

    Parameters
    ----------
    rows
        As ``benchmarks/results/whatif.json`` keeps them.
    """
    told: dict[str, dict[str, str]] = {}
    for row in _of_strategies(rows):
        measure = BY_NAME[row["measure"]].shown
        unit = measure.unit
        found = Difference.model_validate({name: row[name] for name in Difference.model_fields})
        points = " points" if unit is Unit.SHARE else ""
        between = interval(found.p05, found.p95, unit, bare=True)
        told.setdefault(row["scenario"], {})[row["measure"]] = (
            f"{change(found, unit)}{points} ({between}); {judge(measure, found).value}"
        )
    measures = list(dict.fromkeys(name for cells in told.values() for name in cells))
    return table(
        ["against today", *(BY_NAME[name].label for name in measures)],
        [[name, *(cells[each] for each in measures)] for name, cells in told.items()],
    )


def _of_strategies(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if "scenario" in row]


def _told_of(rows: Sequence[Row]) -> str:
    first = _of_strategies(rows)[0]
    took = next((row for row in rows if row["figure"] == "strategies" and "seconds" in row), None)
    time = (
        f", run in {took['seconds'] / 60:.1f} minutes by {took['processes']} processes"
        if took
        else ""
    )
    return (
        f"Mean differences a year over {first['years']} years in {first['replications']} paired "
        "futures of the synthetic county, in brackets what nine futures in ten lie between"
        f"{time}.\n"
    )


def _speed(rows: Sequence[Row]) -> list[str]:
    return [
        f"""{_year(row)}
### Where the time of a simulated year goes

Each second is counted for the innermost part.

{_shares(row["shares"])}"""
        for row in rows
    ]


def _year(row: Row) -> str:
    return f"""A county of {row["children"]:,} children in care and {row["homes"]:,} homes, \
week by week, child by child, with the
full rules: **{row["years_a_second"]:.1f} simulated years a second** on one core \
({row["years"]} years measured). A plain Python loop
over the same rules that takes the same decisions pair after pair, timed in the same run: \
{row["loop_years_a_second"]:.2f} years
a second, so {row["times_the_loop"]:.1f} times slower; \
{row["decisions_agreed"]:,} of its {row["decisions"]:,} decisions are the same (it leaves out
budgets and caps). Finding homes takes {row["share_of_time_in_decisions"]:.0%} of the time.
"""


def _paired(rows: Sequence[Row]) -> list[str]:
    return [
        f"""Today and one variant in the same futures, {row["years"]} years each, on \
{row["processes"]} processes: {row["replications"]} futures took
{row["seconds"] / 60:.1f} minutes and {row["processor_seconds"]:.0f} seconds of processors, \
**{row["years_a_processor_second"]:.1f} simulated years a second of a core**: what
the two share is made and found once. At that rate {row["many"]} futures take \
{row["minutes_of_many"]:.0f} minutes of {row["processes"]} cores that do nothing else.
"""
        for row in rows
    ]


def many_section(rows: Sequence[Row]) -> str:
    """Return what a run of many futures took."""
    row = rows[0]
    return f"""## Two hundred futures

Today and one variant, {row["years"]} years each, in {row["replications"]} futures of that \
county, on {row["processes"]} processes:
**{row["seconds"] / 60:.1f} minutes**, {row["processor_seconds"] / 60:.1f} minutes of processors, \
{row["years_a_processor_second"]:.2f} simulated years a second of a core.
"""


def _shares(shares: dict[str, float]) -> str:
    ordered = sorted(shares.items(), key=lambda each: -each[1])
    return table(["part", "share of the time"], [[name, f"{each:.0%}"] for name, each in ordered])


def _scaling(rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    return [
        "### More workers\n",
        table(
            ["workers", "simulated years", "seconds", "speed-up", "same to the bit"],
            [
                [
                    row["workers"],
                    f"{row['years']:,}",
                    f"{row['seconds']:.1f}",
                    f"{row['speed_up']:.2f}",
                    "yes" if row["same"] else "no",
                ]
                for row in rows
            ],
        ),
    ]


def _coverage(rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    return [
        "### How often intervals hold what is true\n",
        "Of intervals of 90 per cent, the share that held the mean difference, and the future "
        "that came.\n",
        table(
            ["truth", "measure", "runs", "futures in each", "mean held", "future held"],
            [
                [
                    row["truth"],
                    BY_NAME[row["measure"]].label,
                    str(row["runs"]),
                    str(row["replications"]),
                    f"{row['mean_held']:.1%}",
                    f"{row['future_held']:.1%}",
                ]
                for row in rows
            ],
        ),
    ]


def _pairing(rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    return [
        "### What shared random numbers are worth\n",
        "Variance of a paired difference over that of an unpaired one: at 0.1, unpaired futures "
        "would have to be ten times as many for the same interval of the mean.\n",
        table(
            ["variant", "measure", "ratio"],
            [
                [row["variant"], BY_NAME[row["measure"]].label, f"{row['ratio']:.3f}"]
                for row in rows
            ],
        ),
    ]
