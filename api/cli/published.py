"""``nearhome history published`` and ``compare``: from published figures, without returns."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import print_json, say
from api.cli.options import AsJson
from api.cli.returns import print_table

Statistics = Annotated[
    Path,
    typer.Option(
        "--statistics",
        help="Folder of your own download of the published statistics; "
        "docs/explanation/forecast.md names the files.",
    ),
]


def compare(
    authority: Annotated[str, typer.Option(help="ONS code of an English authority.")],
    statistics: Statistics,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE.html",
            help="Write a page of charts, too: one file that works offline.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Hold a council beside its statistical neighbours, region and England over five years."""
    from scenarios.history.comparison import compare as hold_beside

    found = hold_beside(statistics, authority)
    if out is not None:
        from scenarios.history.comparison_page import comparison_page
        from scenarios.report.files import write_text

        write_text(out, comparison_page(found))
    if as_json:
        print_json(found)
        return
    say(f"{found.name} ({found.region}) beside {', '.join(found.neighbours)}.")
    last = found.years[-1]
    rows = []
    for each in found.measures:
        places = 1 if each.unit == "per cent" else 0
        cells = [_figure(each.council[year], places) for year in found.years]
        cells.append("-" if each.change is None else f"{each.change:+,.{places}f}")
        cells += [
            _figure(beside[last], places) for beside in (each.neighbours, each.region, each.england)
        ]
        cells.append("" if each.place is None else f"{each.place} of {each.known_neighbours + 1}")
        unit = "%" if each.unit == "per cent" else each.unit
        rows.append((f"{each.measure} ({unit})", cells))
    print_table(
        [
            "31 March",
            *(str(year) for year in found.years),
            "change",
            f"neighbours {last}",
            f"region {last}",
            f"England {last}",
            "place",
        ],
        rows,
    )
    say("A dash is not known (suppressed or not published), never zero. Place 1 is the best.")
    for source in dict.fromkeys(each.source for each in found.measures):
        say(f"Source: {source}.")
    if out is not None:
        say(f"Charts: {out}")


def published(
    statistics: Statistics,
    authority: Annotated[
        str | None, typer.Option(help="ONS code of an English authority, to forecast it.")
    ] = None,
    years: Annotated[int, typer.Option(help="Years ahead, 1 to 10.", min=1, max=10)] = 3,
    as_json: AsJson = False,
) -> None:
    """Forecast from published yearly figures; without --authority, test that on all of them."""
    from scenarios.history.published import read_published
    from scenarios.history.published_report import published_backtest, published_forecast

    series = read_published(statistics)
    if authority is None:
        tested = published_backtest(series)
        if as_json:
            print_json(tested)
            return
        say(f"{tested.authorities} authorities; each forecast trained on what came before it.")
        for name, lines in tested.series.items():
            say()
            methods = list(lines[0].mae) if lines else []
            print_table(
                [name, "forecasts", *methods, "in 90 % interval", "its width"],
                [
                    (
                        f"{each.years_ahead} ahead, mean absolute error",
                        [
                            f"{each.forecasts:,}",
                            *(f"{each.mae[method]:.1f}" for method in methods),
                            f"{100 * each.coverage:.1f} %",
                            f"{each.width:.0f}",
                        ],
                    )
                    for each in lines
                ],
            )
        return
    found = published_forecast(series, authority, years=years)
    if as_json:
        print_json(found)
        return
    say(f"{found.name}, from figures up to {found.since}. Source: {found.source}.")
    for name, ahead in found.forecast.items():
        past = found.published[name]
        say()
        print_table(
            [name, *(str(year) for year in past), *(str(each.year) for each in ahead)],
            [
                (
                    "published, then the middle",
                    [
                        *(_figure(value, 0) for value in past.values()),
                        *(_figure(each.p50, 0) for each in ahead),
                    ],
                ),
                *(
                    (end, ["" for _ in past] + [_figure(getattr(each, key), 0) for each in ahead])
                    for end, key in (("5 %", "p05"), ("95 %", "p95"))
                ),
            ],
        )


def _figure(value: float | None, places: int) -> str:
    return "-" if value is None else f"{value:,.{places}f}"
