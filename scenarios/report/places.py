"""The map of a report: where children come from, where they live, and where homes are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from matcher.errors import NotFoundError
from matcher.geography.postcodes import Postcodes
from scenarios.charts.chart import Scale
from scenarios.charts.look import Stroke
from scenarios.charts.maps import HOMES, LIVE, PLACED, Layer, Spot, map_chart
from scenarios.charts.outlines import outlines_around
from scenarios.report.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scenarios.charts.chart import Chart
    from scenarios.results import HomesShown, RunSummary

WEEKS_A_YEAR = 52
"""Of a simulated year."""

OPENED = Stroke("#00805e", "solid", "triangle")
FROM, IN = "children_from", "children_in"
ELSEWHERE = "unknown"
"""What places without a postcode are counted under."""


def map_of(summary: RunSummary, postcodes: Postcodes | None = None) -> Chart | None:
    """Return the map of a run.

    Parameters
    ----------
    summary
        The run.
    postcodes
        Says where districts lie; the shipped directory where none is given.

    Returns
    -------
    Chart or None
        None where the directory does not know the authority, or nothing was counted by place.
    """
    if not any(summary.base.areas.get(name) for name in (FROM, IN)):
        return None
    directory = Postcodes.default() if postcodes is None else postcodes
    try:
        outlines = outlines_around(directory, summary.authority)
    except NotFoundError:
        return None
    return map_chart(
        "map",
        title="Where children come from, where they live, and where homes are",
        sentence=_sentence(summary),
        outlines=outlines,
        layers=_layers(summary, directory),
        note="Each mark stands for a postcode district. Its area says how many children, today: "
        "the mean over all years and futures, as a picture and not as a measure. Homes are those "
        "at the start, and those that the changes open." + _unplaced(summary),
    )


def _layers(summary: RunSummary, directory: Postcodes) -> tuple[Layer, ...]:
    weeks = WEEKS_A_YEAR * summary.years
    children = {
        name: {
            district: total / weeks
            for district, total in summary.base.areas.get(name, {}).items()
            if district != ELSEWHERE
        }
        for name in (FROM, IN)
    }
    layers = [
        Layer(name, _spots(children[kind], directory), look, "children", Scale.TENTHS)
        for name, kind, look in (
            ("Homes before care", FROM, LIVE),
            ("Where they live", IN, PLACED),
        )
    ]
    layers.append(
        Layer(
            "Homes at the start",
            _spots(_beds(summary.homes), directory),
            HOMES,
            "beds",
            is_sized=False,
        )
    )
    opening = [each for each in summary.variants if each.homes_added and not each.is_base]
    opened = tuple(
        replace(spot, name=f"{spot.name} ({each.title})" if len(opening) > 1 else spot.name)
        for each in opening
        for spot in _spots(_beds(each.homes_added), directory)
    )
    layers.append(Layer("Homes that open", opened, OPENED, "beds", is_sized=False))
    return tuple(layer for layer in layers if layer.spots)


def _beds(homes: Iterable[HomesShown]) -> dict[str, float]:
    beds: defaultdict[str, float] = defaultdict(float)
    for each in homes:
        beds[each.district] += each.beds
    return dict(beds)


def _spots(counts: Mapping[str, float], directory: Postcodes) -> tuple[Spot, ...]:
    found = []
    for district, count in sorted(counts.items()):
        place = directory.find(district)
        if place.easting is not None and place.northing is not None:
            found.append(Spot(district, place.easting / 1000, place.northing / 1000, count))
    return tuple(found)


def _sentence(summary: RunSummary) -> str:
    origins, places = (_largest(summary.base.areas.get(name, {})) for name in (FROM, IN))
    said = f"Today most children come from {origins}; most live in {places}."
    for variant in summary.variants:
        if variant.homes_added and not variant.is_base:
            said += f" “{variant.title}” opens homes in {_largest(_beds(variant.homes_added))}."
    return said


def _largest(counts: Mapping[str, float], *, most: int = 3) -> str:
    known = {name: count for name, count in counts.items() if name != ELSEWHERE}
    names = sorted(known, key=lambda name: (-known[name], name))[:most]
    return listed(names) if names else "places not known"


def _unplaced(summary: RunSummary) -> str:
    weeks = WEEKS_A_YEAR * summary.years
    said = [
        f"{summary.base.areas[name][ELSEWHERE] / weeks:,.0f} {what}"
        for name, what in ((FROM, "come from"), (IN, "live in"))
        if summary.base.areas.get(name, {}).get(ELSEWHERE, 0) >= weeks
    ]
    return f" Of the children, {' and '.join(said)} a place without a postcode." if said else ""
