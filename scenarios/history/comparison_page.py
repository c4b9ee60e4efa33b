"""A council beside others as a page of charts, one a measure, each with its table."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from scenarios.charts.chart import UNKNOWN, Chart, Scale, Table, written
from scenarios.charts.lines import Line, time_series
from scenarios.report.page import Section, render_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scenarios.history.comparison import Compared, Comparison

PARTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "near",
        "Near home",
        (
            "Near home, of known",
            "Near home, of all",
            "Distance not known",
            "More than 20 miles and outside the area",
            "Inside the area",
        ),
    ),
    (
        "numbers",
        "Children in care",
        (
            "Looked after, of children aged 0 to 17",
            "Looked after on 31 March",
            "Started in the year",
            "Ceased in the year",
            "Unaccompanied children",
        ),
    ),
    (
        "mix",
        "Where they live, and whose homes these are",
        (
            "Foster placements",
            "Children's and secure homes",
            "Supported accommodation",
            "Own provision",
            "Private provision",
        ),
    ),
    (
        "stability",
        "Stability",
        ("Three or more placements in the year", "Same carer for two years"),
    ),
)
"""The parts of the page: an id, a heading, and the measures in order."""

_HEIGHT = 290
_OVER_WHOLE = {"children"}
"""Units of which region and England are so many times larger that they are left to the table."""


def comparison_page(comparison: Comparison) -> str:
    """Return the page.

    Parameters
    ----------
    comparison
        From :func:`scenarios.history.comparison.compare`.

    Returns
    -------
    str
        HTML in one file that works offline.

    Raises
    ------
    UsageError
        If the JavaScript of the charts has not been fetched.
    """
    by_name = {each.measure: each for each in comparison.measures}
    first, last = comparison.years[0], comparison.years[-1]
    sections = [
        Section(
            id=part,
            title=heading,
            blocks=tuple(_chart(comparison, by_name[name]) for name in names if name in by_name),
            side_by_side=True,
        )
        for part, heading, names in PARTS
    ]
    known_sources = dict.fromkeys(each.source for each in comparison.measures)
    return render_page(
        title=f"{comparison.name} beside others, {first} to {last}",
        subtitle=f"Held beside its {len(comparison.neighbours)} statistical neighbours, "
        f"{comparison.region} and England.",
        blocks=[
            Section(
                id="at-a-glance",
                title="At a glance",
                paragraphs=(
                    f"The neighbours, the most alike first: {', '.join(comparison.neighbours)}. "
                    "Their figures are pooled: their children over their children. Of a number of "
                    "children they are the mean of a neighbour.",
                ),
                blocks=(_glance(comparison),),
            ),
            *sections,
            Section(
                id="neighbours",
                title=f"Each neighbour in {last}",
                blocks=(_neighbours(comparison),),
            ),
        ],
        footer=[
            f"“{UNKNOWN.capitalize()}” is suppressed or not published; it is never zero.",
            *(f"Source: {source}. Open Government Licence v3.0." for source in known_sources),
        ],
    )


def _scale(measure: Compared) -> Scale:
    return Scale.PER_CENT if measure.unit == "per cent" else Scale.COUNT


def _change(measure: Compared) -> str:
    scale = Scale.POINTS if measure.unit == "per cent" else Scale.COUNT
    return written(measure.change, scale, signed=True)


def _figures(
    by_year: Mapping[int, float | None], comparison: Comparison
) -> tuple[float | None, ...]:
    return tuple(by_year[year] for year in comparison.years)


def _chart(comparison: Comparison, measure: Compared) -> Chart:
    lines = [
        Line(comparison.name, _figures(measure.council, comparison)),
        Line("Statistical neighbours", _figures(measure.neighbours, comparison)),
    ]
    wide = [
        Line(comparison.region, _figures(measure.region, comparison)),
        Line("England", _figures(measure.england, comparison), is_reference=True),
    ]
    is_number = measure.unit in _OVER_WHOLE
    chart = time_series(
        re.sub(r"[^a-z0-9]+", "-", measure.measure.lower()).strip("-"),
        title=measure.measure,
        sentence=_sentence(comparison, measure),
        times=[str(year) for year in comparison.years],
        lines=lines if is_number else [*lines, *wide],
        scale=_scale(measure),
        unit="" if measure.unit == "per cent" else measure.unit,
        note="" if not is_number else f"{comparison.region} and England are in the table above.",
    )
    return replace(chart, height=_HEIGHT)


def _sentence(comparison: Comparison, measure: Compared) -> str:
    """Return the figure of the latest year, the change, and the others' figures."""
    first, last = comparison.years[0], comparison.years[-1]
    scale = _scale(measure)
    parts = [f"{comparison.name}: {written(measure.council[last], scale)} in {last}"]
    if measure.change is not None:
        parts[0] += f", {_change(measure)} since {first}"
    others = {"neighbours": measure.neighbours}
    if measure.unit not in _OVER_WHOLE:
        others |= {comparison.region: measure.region, "England": measure.england}
    parts.append(", ".join(f"{name} {written(each[last], scale)}" for name, each in others.items()))
    if measure.place is not None:
        parts.append(f"place {measure.place} of {measure.known_neighbours + 1}, 1 the best")
    return "; ".join(parts) + "."


def _glance(comparison: Comparison) -> Table:
    last = comparison.years[-1]
    return Table(
        caption=f"31 March {last}, and the change since {comparison.years[0]}",
        head=(
            "Measure",
            comparison.name,
            "Change",
            "Neighbours",
            comparison.region,
            "England",
            "Place",
        ),
        rows=tuple(
            (
                _label(each),
                written(each.council[last], _scale(each)),
                _change(each),
                *(
                    written(beside[last], _scale(each))
                    for beside in (each.neighbours, each.region, each.england)
                ),
                "" if each.place is None else f"{each.place} of {each.known_neighbours + 1}",
            )
            for each in comparison.measures
        ),
        note="Place 1 is the best, where one end is better than the other.",
    )


def _label(measure: Compared) -> str:
    return measure.measure if measure.unit == "per cent" else f"{measure.measure} ({measure.unit})"


def _neighbours(comparison: Comparison) -> Table:
    shown = [each for each in comparison.measures if each.place is not None]
    last = comparison.years[-1]
    rows = [(comparison.name, *(written(each.council[last], _scale(each)) for each in shown))]
    rows += [
        (name, *(written(each.each_neighbour.get(name), _scale(each)) for each in shown))
        for name in comparison.neighbours
    ]
    return Table(
        caption="Measures of which one end is better",
        head=("Authority", *(each.measure for each in shown)),
        rows=tuple(rows),
    )
