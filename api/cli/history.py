"""``nearhome history``: a council's SSDA903 returns, checked, measured and carried forward."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli import forecasts, published
from api.cli.console import print_json, say
from api.cli.options import AsJson, PostcodeFile
from api.cli.returns import (
    Folder,
    capital,
    number_text,
    print_table,
    read_returns,
    refuse_unknown_authority,
    share_text,
    year_text,
)

app = typer.Typer(
    help="Read SSDA903 returns of any years: faults, indicators, forecasts.", no_args_is_help=True
)

AuthorityOption = Annotated[
    str | None,
    typer.Option(
        "--authority",
        help="ONS code of the authority whose returns these are, for in-area rates.",
    ),
]
SHOWN = 8
"""Findings of one rule printed with their rows; the JSON has more, and counts all."""


@app.command("check")
def check(
    folder: Folder,
    postcodes: PostcodeFile = None,
    as_json: AsJson = False,
) -> None:
    """Read and join the returns; name every fault by file, row and rule, and count every row."""
    history = read_returns(folder, postcodes)
    findings = history.findings
    rows = list(history.row_counts.values())
    totals = {
        "rows": sum(each.rows for each in rows),
        "used": sum(each.used for each in rows),
        "merged": sum(each.merged for each in rows),
        "set_aside": sum(each.set_aside for each in rows),
    }
    if as_json:
        print_json(
            {
                "schema_version": "1.0",
                "years": list(history.years),
                "returns": [
                    {
                        "first_year": each.first,
                        "last_year": each.last,
                        "files": sorted({raw.file for raw in each.tables}),
                    }
                    for each in history.returns
                ],
                "totals": totals,
                "files": [
                    {
                        "file": file,
                        "table": table,
                        "rows": count.rows,
                        "used": count.used,
                        "merged": count.merged,
                        "set_aside": count.set_aside,
                    }
                    for (file, table), count in sorted(history.row_counts.items())
                ],
                "rules": [
                    {
                        "rule": rule.code,
                        "outcome": rule.outcome.value,
                        "count": count,
                        "sentence": rule.sentence,
                        "advice": rule.advice,
                        "by_file": {
                            file: n for (each, file), n in findings.by_file.items() if each is rule
                        },
                    }
                    for rule, count in findings.counts.items()
                ],
                "findings": [
                    {
                        "rule": each.rule.code,
                        "file": each.file,
                        "row": each.row,
                        "column": each.column,
                        "value": each.value,
                        "sentence": each.sentence,
                    }
                    for each in findings.listed
                ],
                "children": int(history.episodes["child"].nunique()),
                "episodes": len(history.episodes),
                "periods": int(history.episodes["period"].nunique()),
            }
        )
        return
    for each in history.returns:
        span = year_text(each.last)
        if not each.yearly:
            span = f"{year_text(each.first)} to {span}"
        files = {raw.file for raw in each.tables}
        say(f"{span}: {len(files)} {'file' if len(files) == 1 else 'files'}")
    say(
        f"{totals['rows']:,} rows: {totals['used']:,} used, {totals['merged']:,} merged with "
        f"another, {totals['set_aside']:,} set aside. "
        f"{history.episodes['child'].nunique():,} children, {len(history.episodes):,} episodes, "
        f"{history.episodes['period'].nunique():,} periods of care."
    )
    for rule, count in findings.counts.items():
        say()
        say(f"{rule.code}: {count:,} ({rule.outcome.value}). {capital(rule.sentence)}.")
        say(rule.advice, indent=2)
        own = [each for each in findings.listed if each.rule is rule]
        for finding in own[:SHOWN]:
            place = finding.file if finding.row is None else f"{finding.file}, row {finding.row}"
            more = [each for each in (finding.column, finding.value, finding.note) if each]
            say(": ".join([place, ", ".join(more)] if more else [place]), indent=2)
        if count > SHOWN:
            say(f"... and {count - min(SHOWN, len(own)):,} more", indent=2)


@app.command("indicators")
def indicators(
    folder: Folder,
    authority: AuthorityOption = None,
    same_carer_counts: Annotated[
        bool,
        typer.Option(
            "--same-carer-counts",
            help="Count changes of placement with the same carer (RNE T, U) in NI 62.",
        ),
    ] = False,
    postcodes: PostcodeFile = None,
    as_json: AsJson = False,
) -> None:
    """Work out the measures of each year, each with what it is a share of."""
    from scenarios.history.indicators import indicators as measure

    history = read_returns(folder, postcodes)
    refuse_unknown_authority(authority)
    report = measure(history, authority=authority, same_carer_counts=same_carer_counts)
    if as_json:
        print_json(report)
        return
    years = report.years
    rows: list[tuple[str, list[str]]] = [
        ("In care on 31 March", [f"{each.in_care:,}" for each in years]),
        ("  in that year's return", [f"{each.in_care_returned:,}" for each in years]),
        ("Started in the year", [f"{each.started:,}" for each in years]),
        ("Ceased in the year", [f"{each.ceased:,}" for each in years]),
        ("Short breaks, apart", [f"{each.short_breaks:,}" for each in years]),
        ("Unaccompanied", [f"{each.unaccompanied:,}" for each in years]),
    ]
    for title, name in (("Placement", "by_placement"), ("Provider", "by_provider")):
        for key in dict.fromkeys(key for each in years for key in getattr(each, name)):
            counts = [getattr(each, name).get(key, 0) for each in years]
            if any(counts):
                rows.append((f"{title}: {key[:44]}", [f"{count:,}" for count in counts]))
    rows += [
        ("Near home, of known", [share_text(each.near_home.of_known) for each in years]),
        ("Near home, of all", [share_text(each.near_home.of_all) for each in years]),
        ("Near home, where it applies", [share_text(y.near_home.of_applicable) for y in years]),
        ("  distance unknown", [f"{each.near_home.unknown:,}" for each in years]),
        ("In area, of known", [share_text(y.in_area and y.in_area.of_known) for y in years]),
        ("NI 62 three or more placements", [share_text(each.ni_62) for each in years]),
        ("  same-carer changes counted", [share_text(y.ni_62_same_carer_counted) for y in years]),
        ("  over two years", [share_text(each.ni_62_two_years) for each in years]),
        ("NI 63 same carer two years", [share_text(each.ni_63_same_carer) for each in years]),
        ("NI 63 same placement two years", [share_text(y.ni_63_same_placement) for y in years]),
        ("Moves a child-year", [number_text(each.moves.per_child_year) for each in years]),
        ("Siblings together", [share_text(each.siblings_together) for each in years]),
        ("NI 61 adopted in time", [share_text(each.ni_61) for each in years]),
        ("NI 147 leavers suitably housed", [share_text(each.ni_147) for each in years]),
        ("NI 148 leavers occupied", [share_text(each.ni_148) for each in years]),
    ]
    for key in dict.fromkeys(key for each in years for key in each.education or {}):
        shares = [(each.education or {}).get(key) for each in years]
        rows.append((f"Education: {key} (as given)", [share_text(each) for each in shares]))
    print_table(["", *(year_text(each.year) for each in years)], rows)
    if years[-1].on.month != 3 or years[-1].on.day != 31:
        say(f"{year_text(years[-1].year)} is not over: its figures are those of {years[-1].on}.")
    if report.authority is None:
        say("In-area rates need the authority: give its ONS code with --authority.")
    elif report.authority_from != "given":
        say(f"The authority, {report.authority}, was taken from the home postcodes.")


app.command("rates")(forecasts.rates)
app.command("forecast")(forecasts.forecast)
app.command("backtest")(forecasts.backtest)
app.command("published")(published.published)
app.command("compare")(published.compare)
