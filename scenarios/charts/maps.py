"""A map of homes, and of where children live or are placed, on outlines of the authority."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scenarios.charts.chart import Chart, Scale, Table, written
from scenarios.charts.look import LINE, QUIET, Stroke, legend, shared, text, tooltip
from scenarios.charts.outlines import SOURCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scenarios.charts.outlines import Outlines

HOMES = Stroke("#0b0c0c", "solid", "diamond")
LIVE = Stroke("#c8500a", "solid", "circle")
PLACED = Stroke("#0b5cad", "solid", "circle")
"""Looks that fit the three layers there usually are."""

_SMALLEST, _LARGEST = 7.0, 38.0
MILE = 1.609344
"""Kilometres."""
_NAMED = 0.012
"""Share of the map from which an area has room for its name."""
_WIDTH = 960
"""Pixels of a map on a wide screen; its height follows from its shape."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a map.

    Parameters
    ----------
    name
        What stands in the table and the hover label, such as an outcode.
    east, north
        Kilometres on the National Grid.
    count
        What the size of the mark says.
    """

    name: str
    east: float
    north: float
    count: float


@dataclass(frozen=True, slots=True)
class Layer:
    """Places of one kind.

    Parameters
    ----------
    name
        Of the kind, for the legend.
    spots
        The places; those of one layer are drawn to one scale with all others of the map.
    look
        Colour and symbol.
    counted
        What the count counts, such as "children" or "beds".
    scale
        How the count is written.
    is_sized
        Whether the size of a mark says the count; otherwise all are small.
    """

    name: str
    spots: tuple[Spot, ...]
    look: Stroke
    counted: str
    scale: Scale = Scale.COUNT
    is_sized: bool = True


def map_chart(
    chart_id: str,
    *,
    title: str,
    sentence: str,
    outlines: Outlines,
    layers: Sequence[Layer],
    note: str = "",
) -> Chart:
    """Return a map.

    Parameters
    ----------
    chart_id, title, sentence, note
        Of the chart.
    outlines
        The authority and those around it.
    layers
        From the bottom up; rings and filled marks by turns, so that two can be told apart
        where they lie on each other.

    Returns
    -------
    Chart
        Places beyond the edge are not drawn but counted under the map; the table has all.
    """
    shown = [
        (layer, [spot for spot in layer.spots if outlines.holds(spot.east, spot.north)])
        for layer in layers
    ]
    beyond = [
        f"{layer.name}: {written(away, layer.scale)} {layer.counted}"
        for layer, _ in shown
        if (away := sum(s.count for s in layer.spots if not outlines.holds(s.east, s.north)))
    ]
    outside = (
        f"Beyond the edge of the map, but in the table: {'; '.join(beyond)}." if beyond else ""
    )
    most = max(
        (spot.count for layer, inside in shown if layer.is_sized for spot in inside), default=1.0
    )
    name = f"{chart_id}-map"
    series = [_marks(layer, inside, most, n) for n, (layer, inside) in enumerate(shown)]
    option = shared(sentence) | {
        "legend": legend([{"name": layer.name, "itemStyle": {"opacity": 1}} for layer, _ in shown])
        | {"itemWidth": 16},
        "tooltip": tooltip("nearhome:place", trigger="item"),
        "geo": _land(name, outlines),
        "series": [*series, _miles(outlines)],
    }
    rows = tuple(
        (layer.name, spot.name, f"{written(spot.count, layer.scale)} {layer.counted}")
        for layer, _ in shown
        for spot in sorted(layer.spots, key=lambda each: (-each.count, each.name))
    )
    return Chart(
        id=chart_id,
        title=title,
        sentence=sentence,
        option=option,
        table=Table(caption=title, head=("What", "Where", "How many"), rows=rows, text_columns=2),
        height=_height(outlines),
        maps={name: outlines.shapes},
        note=" ".join(each for each in (note, outside, SOURCE) if each),
    )


def _height(outlines: Outlines) -> int:
    shape = (outlines.north - outlines.south) / (outlines.east - outlines.west)
    return max(320, min(760, round(_WIDTH * shape) + 48))


def _land(name: str, outlines: Outlines) -> dict[str, Any]:
    own = {"areaColor": "#fbf6e6", "borderColor": "#0b0c0c", "borderWidth": 1.5}
    quiet = text(11, colour=QUIET)
    regions = [
        {
            "name": feature["properties"]["name"],
            "itemStyle": own,
            "label": {"show": False},
            "emphasis": {"itemStyle": own, "label": {"show": False}},
        }
        for feature in outlines.shapes["features"]
        if feature["properties"]["code"] == outlines.authority
    ]
    regions += [
        {"name": feature["properties"]["name"], "label": {"show": False}}
        for feature in outlines.shapes["features"]
        if feature["properties"]["code"] != outlines.authority
        and feature["properties"]["share"] < _NAMED
    ]
    return {
        "map": name,
        "roam": False,
        "aspectScale": 1,
        "preserveAspect": "contain",
        "preserveAspectAlign": "left",
        "top": 40,
        "bottom": 8,
        "left": 8,
        "right": 8,
        "boundingCoords": [[outlines.west, outlines.north], [outlines.east, outlines.south]],
        "itemStyle": {"areaColor": "#f3f2f1", "borderColor": LINE, "borderWidth": 1},
        "label": quiet | {"show": True},
        "emphasis": {"disabled": True},
        "select": {"disabled": True},
        "regions": regions,
        "silent": True,
    }


def _marks(layer: Layer, spots: Sequence[Spot], most: float, place: int) -> dict[str, Any]:
    is_ring = layer.is_sized and place % 2 == 1
    style = (
        {"color": "transparent", "borderColor": layer.look.colour, "borderWidth": 2}
        if is_ring
        else {"color": layer.look.colour, "borderColor": "#ffffff", "borderWidth": 1}
    )
    return {
        "type": "scatter",
        "name": layer.name,
        "coordinateSystem": "geo",
        "symbol": layer.look.symbol,
        "itemStyle": style
        | {"opacity": 0.75 if layer.is_sized and not is_ring else 1, "decal": {"symbol": "none"}},
        "emphasis": {"disabled": True},
        "data": [
            {
                "name": spot.name,
                "value": [spot.east, spot.north, spot.count],
                # Area, not width, says how many.
                "symbolSize": max(_SMALLEST, _LARGEST * math.sqrt(max(0.0, spot.count) / most))
                if layer.is_sized
                else _SMALLEST + 2,
                "hover": f"{spot.name}\n{layer.name}: "
                f"{written(spot.count, layer.scale)} {layer.counted}",
            }
            # The largest first, so that small marks lie on top of them.
            for spot in sorted(spots, key=lambda each: (-each.count, each.name))
        ],
        "z": 3 + place,
    }


def _miles(outlines: Outlines) -> dict[str, Any]:
    """Return a measure of five, ten or twenty miles in the south-west corner."""
    wide = (outlines.east - outlines.west) / MILE
    miles = max((each for each in (1, 2, 5, 10, 20) if each <= wide / 4), default=1)
    west = outlines.west + 2
    south = outlines.south + (outlines.north - outlines.south) * 0.02
    return {
        "type": "lines",
        "coordinateSystem": "geo",
        "name": "scale",
        "silent": True,
        "lineStyle": {"color": "#0b0c0c", "width": 3, "opacity": 1},
        "label": text(13)
        | {
            "show": True,
            "position": "end",
            "formatter": f" {miles} mile{'' if miles == 1 else 's'}",
        },
        "data": [{"coords": [[west, south], [west + miles * MILE, south]]}],
        "z": 9,
    }
