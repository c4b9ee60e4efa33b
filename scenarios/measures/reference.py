"""Makes the reference page of measures from the measures."""

from __future__ import annotations

from itertools import groupby

from scenarios.measures.catalogue import MEASURES
from scenarios.results import Good, Unit, Verdict
from scenarios.tallies import BY_AREA, WEEKLY, YEARLY

_UNITS = {
    Unit.SHARE: "per cent",
    Unit.PENCE_A_YEAR: "pounds a year",
    Unit.PENCE_A_CHILD_WEEK: "pounds a child-week",
}
_GOOD = {Good.MORE: "more", Good.LESS: "less", Good.NEITHER: ""}
_VERDICTS = {
    Verdict.NO_DIFFERENCE: "the two agree in every future that was simulated",
    Verdict.INSIDE_THE_NOISE: "the interval of the mean holds 0: these runs cannot tell which "
    "way the difference goes",
    Verdict.ON_AVERAGE: "the mean difference is not 0, but the interval over futures holds 0: "
    "one future in twenty or more may go the other way",
    Verdict.CLEAR: "both intervals lie on one side of 0",
}


_FILES = [
    "## Files of a run",
    "",
    "| file | holds |",
    "|---|---|",
    "| `report.html`, `workbook.xlsx` | for people |",
    "| `results.csv`, `results.parquet` | a row for each `variant`, `replication`, `year` (from 1; "
    "0 is the whole run) and `measure`, with its `value` |",
    "| `summary.json` | levels, differences, both year by year, counts by postcode district, "
    "levers, assumptions, measures as defined then, stamp |",
    "| `run.json` | what the run is of, how far it is, what it was made on |",
    "| `scenario.toml` | the scenario file |",
    "| `replications/` | what was counted, a file for each future: what an interrupted run goes on "
    "from |",
    "",
]


def measures_page() -> str:
    """Return the reference of what a simulated future is measured by, in Markdown."""
    lines = [
        "# Measures of a what-if",
        "",
        "What `nearhome scenario run` reports, each defined once in `scenarios/measures/`. A "
        "measure is a function of tallies and of nothing else; the tallies are listed at the "
        "end. The measures of one day, of where children live now or after a plan, are "
        "[Indicators](indicators.md); those of returns, [Histories](history.md).",
        "",
        "A measure of several years is worked out from the tallies of all of them together. An "
        "amount *a year* is that of 365.25 days. A rate of nothing is shown as nothing. In JSON, "
        "CSV and Parquet shares are from 0 to 1 and money is in pence. Measures of education are "
        "no part of this: nothing here is optimised for them, and nothing is simulated about "
        "them.",
        "",
        "## Differences and their two intervals",
        "",
        "Each variant meets the same children, carers and chances as today in the same "
        "replication, so what is reported is the *paired difference*: variant less today, "
        "future by future. It never stands alone:",
        "",
        "| field | meaning |",
        "|---|---|",
        "| `mean` | mean of the paired differences |",
        "| `p05`, `p95` | 90 per cent interval *over futures*: a further future would fall "
        "inside nine times in ten. This is what a council that lives through one future should "
        "plan for. More replications make it steadier, not narrower. |",
        "| `mean_low`, `mean_high` | 90 per cent interval *of the mean*: where the mean of "
        "endlessly many replications would lie, by Student's t. It narrows with more "
        "replications; `--until` asks for half its width. |",
        "| `base`, `variant` | means of the two |",
        "| `verdict` | how sure the difference is, see below |",
        "",
        "With 19 replications or more the interval over futures is read off the ordered values "
        "(the k-th of n is the k/(n+1) quantile); with fewer it is Student's t for one more "
        "value. Two replications are the least.",
        "",
        "| verdict | when |",
        "|---|---|",
        *(f"| {verdict.value} | {_VERDICTS[verdict]} |" for verdict in Verdict),
        "",
        "Of ten measures that a lever does not touch and that differ by chance alone, one will "
        "all the same lie outside its interval of the mean. Read the headline measures first, "
        "and doubt a lone surprise far down the list.",
        "",
    ]
    for group, measures in groupby(MEASURES, key=lambda each: each.group):
        lines += [
            f"## {group}",
            "",
            "| measure | definition | worked out as | unit | good | source |",
            "|---|---|---|---|---|---|",
        ]
        lines += [
            f"| `{each.name}`<br>{'**' if each.headline else ''}{each.label}"
            f"{'**' if each.headline else ''} | {each.definition} | {each.formula} | "
            f"{_UNITS.get(each.unit, each.unit.value)} | {_GOOD[each.good]} | {each.source} |"
            for each in measures
        ]
        lines.append("")
    lines += ["Measures in bold stand in the table of headlines.", "", *_FILES, "## Tallies", ""]
    for title, tallies in (
        ("Counted every week", WEEKLY),
        ("Counted at the end of every simulated year", YEARLY),
        ("Counted by postcode district, for maps", BY_AREA),
    ):
        lines += [f"### {title}", "", "| tally | what it counts |", "|---|---|"]
        lines += [f"| `{name}` | {text} |" for name, text in tallies.items()]
        lines.append("")
    return "\n".join(lines)
