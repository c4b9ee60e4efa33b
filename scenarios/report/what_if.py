"""The report of a run: one HTML page that works offline, prints, and reads aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenarios.charts.chart import Chart, Table
from scenarios.report.assumed import assumption_rows
from scenarios.report.drawings import differences_of, fans_of
from scenarios.report.figures import in_header, wanted
from scenarios.report.files import write_text
from scenarios.report.page import SYNTHETIC, own_file, render_page
from scenarios.report.panels import cards, day, grouped, rows
from scenarios.report.places import map_of
from scenarios.report.stamping import stamp_rows
from scenarios.report.summary import summarise
from scenarios.report.words import counted

if TYPE_CHECKING:
    from pathlib import Path

    from scenarios.results import RunResult, RunSummary


def write_report(run: RunResult, path: Path) -> None:
    """Write a run as one self-contained HTML page.

    Parameters
    ----------
    run
        A finished run.
    path
        Where to; replaced, whole, if it is there.

    Raises
    ------
    UsageError
        If it cannot be written, or the charts' JavaScript is not installed.
    """
    write_text(path, report_page(run))


def report_page(run: RunResult) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    run
        A finished run.

    Raises
    ------
    UsageError
        If the charts' JavaScript is not installed.
    """
    summary = run.summary
    said = summarise(run)
    others = [variant for variant in summary.variants if not variant.is_base]
    fans = fans_of(summary, said.lead)
    drawn = [differences_of(summary, variant) for variant in others]
    differences = [chart for chart in drawn if chart is not None]
    maps = [chart for chart in [map_of(summary)] if chart is not None]
    charts: list[Chart] = [*differences, *maps]
    charts += [chart for pair in fans for chart in pair if chart is not None]
    return render_page(
        title=summary.name,
        subtitle=_subtitle(summary),
        synthetic=SYNTHETIC if summary.stamp.synthetic else "",
        template="what_if.html",
        styles=own_file("templates", "what_if.css"),
        charts=charts,
        summary=summary,
        said=said,
        others=others,
        cards={variant.name: cards(summary, variant) for variant in others},
        differences=differences,
        fans=fans,
        maps=maps,
        headline=rows(summary, [each for each in summary.measures if each.headline]),
        groups=grouped(summary),
        levers=_levers(summary),
        assumptions=_assumptions(summary),
        stamp=_stamp(summary),
        unit_of=in_header,
        wanted=wanted,
    )


def _subtitle(summary: RunSummary) -> str:
    compared = len(summary.variants) - 1
    beside = f"{counted(compared, 'variant', 'variants')} beside today, " if compared else ""
    return (
        f"{summary.authority_name}, {counted(summary.years, 'year', 'years')} from "
        f"{day(summary.start)}: {beside}"
        f"{counted(summary.replications, 'simulated future', 'simulated futures')}."
    )


def _levers(summary: RunSummary) -> Table:
    return Table(
        caption="Every lever",
        head=("Variant", "Lever", "What it does", "From", "Until", "Where the idea comes from"),
        rows=tuple(
            (
                variant.title,
                lever.title,
                lever.sentence,
                day(lever.starts),
                day(lever.ends),
                lever.source,
            )
            for variant in summary.variants
            for lever in variant.levers
        ),
        text_columns=6,
        note="A dash under From means from the first day; under Until, to the last.",
    )


def _assumptions(summary: RunSummary) -> Table:
    return Table(
        caption="Every assumption",
        head=("What it means", "Value", "90% interval", "In", "Set by", "Source"),
        rows=assumption_rows(summary.assumptions),
        text_columns=6,
        note="An interval means that every future drew its own value; a dash, that all futures "
        "took the value as given.",
    )


def _stamp(summary: RunSummary) -> Table:
    return Table(
        caption="What this was made from",
        head=("What", "Which"),
        rows=stamp_rows(summary),
        text_columns=2,
        note="The same scenario, data, assumptions, policy, seed and software give the same "
        "figures to the last digit.",
    )
