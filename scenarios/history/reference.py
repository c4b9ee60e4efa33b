"""Makes the reference page of histories from what it describes."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from matcher.docstrings import meanings_of
from scenarios.history.backtest import Backtest, Origin, Score
from scenarios.history.comparison import MEASURES, Compared, Comparison
from scenarios.history.forecast import Band, Forecast, Stamp
from scenarios.history.groups import Category, PlacementGroup, category_of, group_of
from scenarios.history.measures import (
    Flow,
    InArea,
    IndicatorReport,
    Moves,
    NearHome,
    Share,
    YearIndicators,
)
from scenarios.history.published_report import (
    HorizonScore,
    PublishedBacktest,
    PublishedForecast,
    YearForecast,
)
from scenarios.history.rate_report import RateLine, RateReport, Stay
from scenarios.history.row_rules import Rule
from scenarios.history.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matcher.domain.record import Record

_COMMANDS: tuple[tuple[str, tuple[type[Record], ...]], ...] = (
    ("indicators", (IndicatorReport, YearIndicators, Share, NearHome, InArea, Moves, Flow)),
    ("rates", (RateReport, RateLine, Stay)),
    ("forecast", (Forecast, Band, Stamp)),
    ("backtest", (Backtest, Score, Origin)),
    (
        "published",
        (PublishedForecast, YearForecast, PublishedBacktest, HorizonScore),
    ),
    ("compare", (Comparison, Compared)),
)


def history_page() -> str:
    """Return the reference of histories, in Markdown."""
    return "\n".join(
        [
            "# Histories",
            "",
            "What `nearhome history` reads, what it holds rows to, and what its answers mean. "
            "How to bring returns: [Bring your SSDA903 returns]"
            "(../how-to/bring-your-903-returns.md). How a forecast is made: "
            "[Forecasts](../explanation/forecast.md).",
            "",
            *_tables(),
            *_rules(),
            *_groups(),
            *_answers(),
            *_compared(),
        ]
    )


def _tables() -> Iterator[str]:
    yield from (
        "## Tables",
        "",
        "A file is the table whose columns it has, all of them, in any order and case.",
        "",
        "| table | it is known by | also read |",
        "|---|---|---|",
    )
    for table in TABLES:
        yield f"| {table.title} | {_codes(table.columns)} | {_codes(table.optional)} |"
    yield ""


def _rules() -> Iterator[str]:
    yield from (
        "## Rules of rows and files",
        "",
        "Every finding is counted under its rule, by file; the first 200 of each rule are listed "
        "with file and row. No row is dropped without being counted.",
        "",
        "| rule | what is found | what is done | what to do |",
        "|---|---|---|---|",
    )
    for rule in Rule:
        yield f"| `{rule.code}` | {rule.sentence} | {rule.outcome.value} | {rule.advice} |"
    yield ""


def _groups() -> Iterator[str]:
    from matcher.domain.codes import PlaceCode

    yield from (
        "## Placement categories and kinds",
        "",
        "Categories are those of forecasts, kinds those of the published statistics.",
        "",
        "| category | codes |",
        "|---|---|",
    )
    for category in Category:
        codes = [code.value for code in PlaceCode if category_of(code.value) is category]
        yield f"| {category.value} | {_codes(codes)} |"
    yield from ("", "| kind | codes |", "|---|---|")
    for group in PlacementGroup:
        codes = [code.value for code in PlaceCode if group_of(code.value) is group]
        if codes:
            yield f"| {group.value} | {_codes(codes)} |"
    yield ""


def _answers() -> Iterator[str]:
    yield from (
        "## Answers in JSON",
        "",
        "`null` means not known or not applicable, never zero. A share from 0 to 1 is never "
        "given without its numerator and denominator.",
        "",
    )
    for command, models in _COMMANDS:
        yield from (f"### nearhome history {command} --json", "")
        for model in models:
            text = inspect.getdoc(model) or ""
            meanings = meanings_of(text)
            yield from (f"**{model.__name__}.** {text.splitlines()[0]}", "")
            yield from ("| field | meaning |", "|---|---|")
            for name in model.model_fields:
                yield f"| `{name}` | {meanings[name]} |"
            yield ""


def _compared() -> Iterator[str]:
    yield from (
        "## Measures of nearhome history compare",
        "",
        "| measure | unit | counts | of | publication |",
        "|---|---|---|---|---|",
    )
    for each in MEASURES:
        top, bottom = ("; ".join(keys).replace(" | ", ": ") for keys in (each.count, each.of))
        yield f"| {each.name} | {each.unit} | {top} | {bottom} | {each.file.title} |"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
