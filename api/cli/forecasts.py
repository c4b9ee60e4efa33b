"""``nearhome history rates``, ``forecast`` and ``backtest``: a history carried forward."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import print_json, say, working
from api.cli.options import AsJson
from api.cli.returns import Folder, day_of, number_text, print_table, read_returns

TrainTo = Annotated[
    datetime | None,
    typer.Option(
        "--train-to",
        formats=["%Y-%m-%d"],
        help="Last day to learn from; the last day of the returns if not given.",
    ),
]
Seed = Annotated[int, typer.Option(help="The same seed gives the same answer.")]
Draws = Annotated[int, typer.Option(help="Futures to simulate.")]


def rates(folder: Folder, train_to: TrainTo = None, as_json: AsJson = False) -> None:
    """Show what a forecast stands on: every rate with its events, exposure and interval."""
    from scenarios.history.rate_report import rate_report

    report = rate_report(read_returns(folder, None, locate=False), day_of(train_to))
    if as_json:
        print_json(report)
        return
    say(f"Learnt from {report.years:.1f} years up to {report.train_to}.")
    print_table(
        ["rate a year", "events", "exposure (years)", "mean", "5 %", "95 %"],
        [
            (
                f"{each.kind}: {each.of}",
                [
                    f"{each.events:,.0f}",
                    f"{each.exposure:,.1f}",
                    f"{each.mean:.3f}",
                    f"{each.p05:.3f}",
                    f"{each.p95:.3f}",
                ],
            )
            for each in report.rates
        ],
    )
    say()
    print_table(
        [
            "years in care until ... have left, by age on entry",
            "a quarter",
            "half",
            "three quarters",
        ],
        [
            (
                f"aged {stay.age_band} on entry",
                [number_text(value) for value in (stay.quarter, stay.half, stay.most)],
            )
            for stay in report.stays
        ],
    )


def forecast(
    folder: Folder,
    months: Annotated[int, typer.Option(help="Months ahead.")] = 12,
    train_to: TrainTo = None,
    population: Annotated[
        Path | None,
        typer.Option(help="CSV of children in the population: year, age_band, children."),
    ] = None,
    draws: Draws = 1000,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Forecast children in care month by month, with 5, 50 and 95 per cent."""
    from scenarios.history.forecast import forecast as make

    history = read_returns(folder, None, locate=False)
    with working("Simulating"):
        found = make(
            history,
            months=months,
            train_to=day_of(train_to),
            draws=draws,
            seed=seed,
            population=population,
        )
    if as_json:
        print_json(found)
        return
    say(
        f"{found.in_care_then:,} children in care on {found.train_to}. Arrivals: "
        f"{found.arrivals_a_year:,.0f} a year over all, {found.arrivals_then_a_year:,.0f} as they "
        "stand now. Nine futures in ten lie between 5 % and 95 %."
    )
    headings = ["end of", "mean", "5 %", "50 %", "95 %", *found.by_category]
    rows = []
    for i, day in enumerate(found.months):
        band = found.in_care
        numbers = [f"{band.mean[i]:,.1f}"]
        numbers += [f"{each[i]:,.0f}" for each in (band.p05, band.p50, band.p95)]
        rows.append(
            (
                day.isoformat(),
                numbers + [f"{each.mean[i]:,.1f}" for each in found.by_category.values()],
            )
        )
    print_table(headings, rows)


def backtest(
    folder: Folder,
    horizon: Annotated[int, typer.Option(help="Months forecast from each origin.")] = 12,
    step: Annotated[
        int, typer.Option(help="Months between origins; 12 holds out each year in turn.")
    ] = 12,
    peer: Annotated[
        Path | None,
        typer.Option(
            help="Python of an environment with cs-demand-model 0.5.1 (make peers sets it up), "
            "to run it on the same files."
        ),
    ] = None,
    draws: Draws = 1000,
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Test the forecast on what happened next, beside naive ones and cs-demand-model."""
    from scenarios.history.backtest import backtest as test

    history = read_returns(folder, None, locate=False)
    with working("Forecasting from each origin"):
        found = test(history, horizon=horizon, step=step, draws=draws, seed=seed, peer=peer)
    if as_json:
        print_json(found)
        return
    say(f"{len(found.origins)} origins, {found.horizon} months from each: mean absolute error.")
    print_table(
        ["", "all months", "last month", "a category", "bias", "own count"],
        [
            (
                name,
                [
                    f"{score.mae:.1f}",
                    f"{score.mae_last_month:.1f}",
                    f"{score.mae_by_category:.1f}",
                    f"{score.bias:+.1f}",
                    "" if score.mae_own_count is None else f"{score.mae_own_count:.1f}",
                ],
            )
            for name, score in found.scores.items()
        ],
    )
    say()
    rows = [
        ("in care", [f"{each.in_care:,}" for each in found.origins]),
        (f"{found.horizon} months after", [f"{each.actual[-1]:,}" for each in found.origins]),
        (
            "months in 90 % interval",
            [f"{each.covered}/{len(each.actual)}" for each in found.origins],
        ),
    ]
    rows += [(name, [f"{each.mae[name]:.1f}" for each in found.origins]) for name in found.scores]
    print_table(["origin", *(each.day.strftime("%b %y") for each in found.origins)], rows)
    say(f"The 90 per cent interval covered {100 * found.coverage:.1f} % of all months.")
    say(found.caution)
