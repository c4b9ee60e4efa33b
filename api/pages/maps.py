"""Maps on pages: outlines of an authority, kept once drawn, and marks by postcode district."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from matcher.errors import NotFoundError
from matcher.geography.postcodes import Postcodes
from scenarios.charts.maps import Layer, Spot
from scenarios.charts.outlines import Outlines, outlines_around

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matcher.geography.location import Location
    from scenarios.charts.look import Stroke

METRES = 1000.0


@cache
def directory() -> Postcodes:
    """Return the directory of postcodes that comes with Near Home."""
    return Postcodes.default()


@cache
def outlines_of(authority: str) -> Outlines | None:
    """Return the outlines of an authority and those around it; None where it is not known.

    Takes about a second the first time.
    """
    try:
        return outlines_around(directory(), authority)
    except NotFoundError:
        return None


def layer_of(name: str, counts: Mapping[str, float], look: Stroke, counted: str) -> Layer:
    """Return marks for counts by postcode district.

    Parameters
    ----------
    name
        Of what is counted, for the legend.
    counts
        By district; those that lie nowhere known are left out.
    look
        Colour and symbol.
    counted
        What the count counts, such as "children".
    """
    found = directory().find_all(sorted(counts))
    return Layer(
        name,
        tuple(
            spot
            for place, count in sorted(counts.items())
            if count and (spot := spot_of(place, found.get(place), count)) is not None
        ),
        look,
        counted,
    )


def spot_of(name: str, location: Location | None, count: float = 1) -> Spot | None:
    """Return a mark at a place; None when it is not known where that is."""
    if location is None or location.easting is None or location.northing is None:
        return None
    return Spot(name, location.easting / METRES, location.northing / METRES, count)
