"""The performance page's section about which solver does what."""

from __future__ import annotations

from typing import Any

from benchmarks.tables import budget, median, table

Rows = list[dict[str, Any]]

PARTS = {
    "over options": "first linear programmes, over options",
    "masters": "linear programmes over configurations",
    "integers, final columns": "integer programme over all configurations made",
    "integers, as searched": "integer programmes that the search solves",
    "pricing": "pricing every home",
}


def solvers_section(rows: Rows) -> str:
    """Return the section in Markdown.

    Parameters
    ----------
    rows
        Of the suite.
    """
    failed = [row["failed"] for row in rows if "failed" in row]
    if failed:
        return f"## Which solver for what\n\nNot measured: {failed[0]}.\n"
    runs = list(
        dict.fromkeys((row["seed"], row["budget_share"]) for row in rows if row["name"] in PARTS)
    )
    named = "; ".join(f"seed {seed}, budget {budget(of)}" for seed, of in runs)
    return f"""## Which solver for what

Real searches were recorded, and every linear programme, integer programme and pricing of
theirs was done again in each way, on one thread, the first named being the way in use. All
that were proved agree to a millionth. Milliseconds of the processor, medians of three, added
up over all programmes of a search, reading the prices back included; *writing down* is the
part that hands the programme to the solver. In the order of the searches: {named}.
*Times* is the median over them, relative to the way in use. Why which was chosen is in
decision 0018.

{
        table(
            [
                "what",
                "how many",
                "largest, rows × columns",
                "way",
                "ms",
                "of which writing down",
                "proved",
                "times",
            ],
            _lines(rows),
        )
    }
{_small(rows)}"""


def _lines(rows: Rows) -> list[list[str]]:
    lines = []
    for name, title in PARTS.items():
        these = [row for row in rows if row["name"] == name]
        usual = {
            (row["seed"], row["budget_share"]): row["seconds"] for row in reversed(these)
        }  # the first way of each search is kept
        for at, method in enumerate(dict.fromkeys(row["method"] for row in these)):
            of = [row for row in these if row["method"] == method]
            times = median(row["seconds"] / usual[row["seed"], row["budget_share"]] for row in of)
            sizes = [f"{row['rows']:,} × {row['columns']:,}" for row in of if "rows" in row]
            lines.append(
                [
                    "" if at else title,
                    "" if at else " / ".join(f"{row['programmes']:,}" for row in of),
                    "" if at else " / ".join(sizes),
                    method,
                    " / ".join(_milliseconds(row["seconds"]) for row in of),
                    " / ".join(
                        _milliseconds(row["building_seconds"])
                        for row in of
                        if "building_seconds" in row
                    ),
                    " / ".join(str(row["proved"]) for row in of if "proved" in row),
                    f"{times:.2g}" if times is not None and times < 10 else f"{times:,.0f}",
                ]
            )
    return lines


def _small(rows: Rows) -> str:
    these = [row for row in rows if row["name"] == "small"]
    loading = {row["method"]: row["seconds"] for row in rows if row["name"] == "loading"}
    if not these:
        return ""
    lines = []
    for method in dict.fromkeys(row["method"] for row in these):
        of = [row for row in these if row["method"] == method]
        lines.append(
            [
                method,
                *(
                    " / ".join(f"{row[key]:.2f}" for row in of)
                    for key in ("first", "loading", "warm")
                ),
            ]
        )
    compiled = ", ".join(
        f"{seconds:.1f} s when they are {'' if method == 'warm' else 'not '}kept on disk"
        for method, seconds in loading.items()
    )
    if compiled:
        compiled = f", which would take {compiled}"
    seeds = dict.fromkeys(row["seed"] for row in these)
    options = dict.fromkeys(f"{row['options']:,}" for row in these)
    return f"""The demo county's waiting children, whole: seeds {", ".join(map(str, seeds))}, with
{" / ".join(options)} options. All ways prove the same value; the first and the last also tell
equally good plans apart. *First* is the first answer of a process, medians of three processes,
seconds of the processor. None of them loads compiled functions{compiled}.

{table(["way", "first, s", "of which loading solvers", "again, s"], lines)}"""


def _milliseconds(seconds: float) -> str:
    value = 1000 * seconds
    return f"{value:,.{0 if value >= 10 else 1}f}"
