"""A ranking on a map: where the child comes from, school, family time, options, and what to avoid.

Whoever may not see a child's name is shown the middle of postcode districts, as everywhere else.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from api.pages.maps import METRES, directory, outlines_of, spot_of
from matcher.domain.phrases import counted, listed
from matcher.geography.authorities import authority_name
from scenarios.charts.chart import Chart, Table
from scenarios.charts.look import INK, Stroke, text
from scenarios.charts.maps import MILE, Layer, map_chart

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matcher.domain.child import Child, SafetyZone
    from matcher.domain.home import Home
    from matcher.explaining.report import Option
    from matcher.geography.location import Location
    from scenarios.charts.outlines import Outlines

MOST_OPTIONS = 20
CORNERS = 48
"""Of the polygon that stands for a circle."""
NUMBER_PIXELS = 24
LOWEST = "Home before care"
"""Drawn largest, since family time, and an option next door, are often at the same place."""
AVOID = "#942514"
HOME = Stroke("#c8500a", "solid", "circle")
SCHOOL = Stroke("#0a8f66", "solid", "rect")
FAMILY = Stroke("#42145f", "solid", "triangle")
OPTION = Stroke("#0b5cad", "solid", "circle")


class _Place(NamedTuple):
    kind: str
    name: str
    postcode: str
    number: str = ""
    more: str = ""


class _Look(NamedTuple):
    kind: str
    stroke: Stroke


_LAYERS = (
    _Look("Home before care", HOME),
    _Look("School", SCHOOL),
    _Look("Family time", FAMILY),
    _Look("Options, by rank", OPTION),
)


def match_map(
    authority: str,
    children: Sequence[Child],
    options: Sequence[Option],
    homes: Mapping[str, Home],
    names: Mapping[str, str],
) -> Chart | None:
    """Return a map of a ranking; None where the authority's outlines are not known.

    Parameters
    ----------
    authority
        ONS code.
    children
        As whoever looks may see them.
    options
        Best first; those of lower rank than :data:`MOST_OPTIONS` are left out.
    homes
        Of the options, by identifier; one that is no longer there is left out.
    names
        What each child is called.
    """
    outlines = outlines_of(authority)
    if outlines is None:
        return None
    places = [
        *_of_children(children, names),
        *_of_options(options[:MOST_OPTIONS], homes),
    ]
    zones = [zone for child in children for zone in child.safety_zones]
    wanted = {each.postcode for each in places} | {zone.postcode for zone in zones if zone.postcode}
    found = directory().find_all(sorted(each for each in wanted if each))
    chart = map_chart(
        "ranking",
        title="Where the options are",
        sentence=_sentence(places, zones),
        outlines=outlines,
        layers=[_layer(look, places, found) for look in _LAYERS],
    )
    return replace(
        chart,
        option=_drawn(chart.option, places, zones, found, outlines),
        table=Table(
            caption="What is on the map",
            head=("What", "Where", "More"),
            rows=(
                *((each.kind, each.postcode or "not known", _said(each)) for each in places),
                *(_zone_row(zone) for zone in zones),
            ),
            text_columns=3,
        ),
    )


def _of_children(children: Sequence[Child], names: Mapping[str, str]) -> Iterator[_Place]:
    for child in children:
        who = names.get(child.child_id, child.child_id)
        if not child.unaccompanied:
            yield _Place("Home before care", who, child.home_postcode or "")
        if child.school is not None:
            kept = "to be kept" if child.school.keep else ""
            yield _Place("School", who, child.school.postcode, more=kept)
        for contact in child.contacts:
            often = f"{contact.times_a_month:g} times a month"
            whom = contact.with_whom.value.replace("_", " ")
            yield _Place("Family time", who, contact.postcode, more=f"{whom}, {often}")


def _of_options(options: Sequence[Option], homes: Mapping[str, Home]) -> Iterator[_Place]:
    for option in options:
        for part in option.parts:
            home = homes.get(part.home_id)
            if home is None:
                continue
            far = (
                "" if part.distance_miles is None else f"{part.distance_miles:.1f} miles from home"
            )
            yield _Place(
                "Options, by rank", part.home_id, home.postcode or "", str(option.rank), far
            )


def _said(place: _Place) -> str:
    number = f"{place.number}. " if place.number else ""
    return f"{number}{place.name}" + (f": {place.more}" if place.more else "")


def _layer(look: _Look, places: Sequence[_Place], found: Mapping[str, Location]) -> Layer:
    spots = (
        spot_of(each.name, found.get(each.postcode)) for each in places if each.kind == look.kind
    )
    return Layer(
        look.kind,
        tuple(spot for spot in spots if spot is not None),
        look.stroke,
        "places",
        is_sized=False,
    )


def _drawn(
    option: Mapping[str, Any],
    places: Sequence[_Place],
    zones: Sequence[SafetyZone],
    found: Mapping[str, Location],
    outlines: Outlines,
) -> dict[str, Any]:
    """Return the option of the chart with hover labels of ours, numbers, circles and areas."""
    known: dict[tuple[str, str], list[_Place]] = defaultdict(list)
    for place in places:
        known[place.kind, place.name].append(place)
    series = []
    for each in option["series"]:
        data = [dict(mark) for mark in each["data"]]
        for mark in data:
            here = known.get((each["name"], mark.get("name", "")))
            if here is None:
                continue
            mark["hover"] = "\n".join((each["name"], *map(_said, here)))
            if here[0].number:
                mark["symbolSize"] = NUMBER_PIXELS
                mark["label"] = text(12, colour="#ffffff", bold=True) | {
                    "show": True,
                    "formatter": ",".join(dict.fromkeys(place.number for place in here)),
                }
            else:
                mark["symbolSize"] = (
                    NUMBER_PIXELS * 3 // 2 if each["name"] == LOWEST else NUMBER_PIXELS * 2 // 3
                )
        series.append({**each, "data": data})
    circles = [ring for zone in zones if (ring := _ring(zone, found)) is not None]
    avoided = _avoided(zones, outlines)
    changed = {**option, "series": series}
    if avoided:
        names = {each["name"] for each in avoided}
        others = [each for each in option["geo"]["regions"] if each["name"] not in names]
        changed["geo"] = {**option["geo"], "regions": [*others, *avoided]}
    if circles or avoided:
        series.append(
            {
                "type": "lines",
                "coordinateSystem": "geo",
                "name": "Keep away",
                "polyline": True,
                "silent": True,
                "lineStyle": {"color": AVOID, "width": 3, "type": [6, 4], "opacity": 1},
                "data": [{"coords": ring} for ring in circles],
                "z": 2,
            }
        )
        label = {"name": "Keep away", "icon": "circle", "itemStyle": {"color": AVOID}}
        shown = option["legend"]
        changed["legend"] = {
            **shown,
            "data": [*shown["data"], label],
            "textStyle": text(colour=INK),
        }
    return changed


def _avoided(zones: Sequence[SafetyZone], outlines: Outlines) -> list[dict[str, Any]]:
    """Return the areas of the map to keep away from, as they are drawn."""
    codes = {zone.authority for zone in zones if zone.authority is not None}
    style = {"areaColor": "#f4d7d3", "borderColor": AVOID, "borderWidth": 3, "borderType": "dashed"}
    return [
        {"name": each["properties"]["name"], "itemStyle": style, "label": {"show": True}}
        for each in outlines.shapes["features"]
        if each["properties"]["code"] in codes
    ]


def _ring(zone: SafetyZone, found: Mapping[str, Location]) -> list[list[float]] | None:
    middle = found.get(zone.postcode) if zone.postcode else None
    if middle is None or middle.easting is None or middle.northing is None:
        return None
    radius = (zone.radius_miles or 0) * MILE
    east, north = middle.easting / METRES, middle.northing / METRES
    turns = [2 * math.pi * each / CORNERS for each in range(CORNERS + 1)]
    return [
        [round(east + radius * math.cos(t), 3), round(north + radius * math.sin(t), 3)]
        for t in turns
    ]


def _zone_row(zone: SafetyZone) -> tuple[str, str, str]:
    where = zone.postcode or (authority_name(zone.authority) if zone.authority else "")
    around = "all of it" if zone.radius_miles is None else f"{zone.radius_miles:g} miles around it"
    return ("Keep away", where, around)


def _sentence(places: Sequence[_Place], zones: Sequence[SafetyZone]) -> str:
    options = len({each.number for each in places if each.number})
    said = [counted(options, "option")]
    said += [
        word
        for kind, word in (
            ("Home before care", "the home before care"),
            ("School", "the school"),
            ("Family time", "where family time is"),
        )
        if any(each.kind == kind for each in places)
    ]
    if zones:
        said.append("what to keep away from")
    return f"{listed(said)[0].upper()}{listed(said)[1:]}. Numbers are ranks."
