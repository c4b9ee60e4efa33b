"""A place on the map, with the precision at which it is known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Precision(StrEnum):
    """How exactly a location is known."""

    POSTCODE = "postcode"
    """The full postcode is in the directory: right to about a street, where it has metres."""
    OUTCODE = "outcode"
    """Only the first half is known: the middle of the outcode, out by 1.2 km at the median."""
    UNKNOWN = "unknown"
    """Not a postcode that any directory holds."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where a postcode lies.

    Parameters
    ----------
    postcode
        As written by Royal Mail, with one space ("HP13 7PR"), or an outcode alone.
    easting, northing
        Metres on the Ordnance Survey National Grid (EPSG:27700); None when unknown.
    authority
        ONS code of the authority that answers for children's services there (E06000060),
        never of a county's district; None when unknown. L99999999 and M99999999 stand for
        the Channel Islands and the Isle of Man, which have no grid reference.
    precision
        How exactly the location is known.
    """

    postcode: str
    easting: int | None
    northing: int | None
    authority: str | None
    precision: Precision

    @property
    def known(self) -> bool:
        """Whether the location has a grid reference."""
        return self.easting is not None and self.northing is not None


def unknown_location(postcode: str) -> Location:
    """Return the location of a postcode that no directory holds."""
    return Location(postcode, None, None, None, Precision.UNKNOWN)
