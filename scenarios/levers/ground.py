"""Where a lever acts: a town, an outcode, a postcode, a side of the county, or all of it.

Everything ends at real postcodes. The sides of a county are thirds: the *south* is the third
of the authority's postcodes with the smallest northings, the *west* that with the smallest
eastings, and so on; where people live, not acres, decides. A town is what lies within three
miles of its middle, in the authority in which that lies.
"""

from __future__ import annotations

import csv
import difflib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from matcher.errors import UsageError
from matcher.geography.areas import adjoining
from matcher.geography.authorities import authority_name, english_authorities
from matcher.geography.distance import distances_miles
from matcher.geography.location import Location, Precision
from matcher.geography.postcodes import Postcodes
from matcher.geography.spelling import normalise_postcode, outcode_of
from scenarios.county.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

NEAR_TOWN_MILES = 3.0
"""What counts as being near a town that a lever names."""

IN_TOWN_MILES = 1.0
"""A town lies in the authority that has a postcode so near its middle; the nearest counts."""

SIDES = ("north", "south", "east", "west")
ALL = "county"
"""The word for all of the authority."""


def place_words(where: str) -> str:
    """Return a ``near`` or ``area`` as it stands in a sentence.

    Examples
    --------
    >>> place_words("High Wycombe"), place_words("south"), place_words("hp11")
    ('near High Wycombe', 'in the south of the county', 'in HP11')
    """
    text = " ".join(where.split())
    if text.lower() == ALL:
        return "in the county"
    if text.lower() in SIDES:
        return f"in the {text.lower()} of the county"
    spelling = normalise_postcode(text)
    if spelling is not None:
        return f"{'at' if ' ' in spelling else 'in'} {spelling}"
    return f"near {text}"


@dataclass(frozen=True, eq=False)
class Ground:
    """Real postcodes among which a lever finds or draws homes.

    Parameters
    ----------
    name
        As it stands in a sentence: "near High Wycombe", "in the south of Buckinghamshire".
    postcodes, eastings, northings, authorities
        One entry a postcode, in ascending order.
    """

    name: str
    postcodes: tuple[str, ...]
    eastings: NDArray[np.int32]
    northings: NDArray[np.int32]
    authorities: tuple[str, ...]

    def draw(self, identity: str, *, authority: str, seed: int) -> Location:
        """Return a postcode, always the same for the same identity and seed.

        Parameters
        ----------
        identity
            Of what is to lie there.
        authority, seed
            Of the scenario.
        """
        rng = Streams(seed, authority).stream(f"levers.{identity}")
        at = int(rng.integers(len(self.postcodes)))
        return Location(
            self.postcodes[at],
            int(self.eastings[at]),
            int(self.northings[at]),
            self.authorities[at],
            Precision.POSTCODE,
        )

    def holds(self, location: Location | None) -> bool:
        """Whether a place is among the postcodes; a place that is not known never is."""
        if location is None or not location.known:
            return False
        return location.postcode in self._set

    @property
    def outcodes(self) -> tuple[str, ...]:
        """The outcodes that occur, in order."""
        return tuple(sorted({outcode_of(each) for each in self.postcodes}))

    @property
    def _set(self) -> frozenset[str]:
        return _as_set(self.postcodes)


@cache
def _as_set(postcodes: tuple[str, ...]) -> frozenset[str]:
    return frozenset(postcodes)


@cache
def _directory() -> Postcodes:
    return Postcodes.default()


@cache
def _towns() -> Mapping[str, tuple[tuple[str, int, int], ...]]:
    """Towns by name in lower case; several may bear one name."""
    found: dict[str, list[tuple[str, int, int]]] = {}
    source = files("scenarios").joinpath("levers", "towns", "towns.csv")
    with source.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            town = (row["town"], int(row["easting"]), int(row["northing"]))
            found.setdefault(row["town"].lower(), []).append(town)
    return MappingProxyType({name: tuple(each) for name, each in found.items()})


@cache
def _own(authority: str) -> Ground:
    return _in_authority(authority, f"in {authority_name(authority)}")


def _in_authority(authority: str, name: str) -> Ground:
    pool = _directory().in_authority(authority)
    return Ground(
        name, pool.postcodes, pool.eastings, pool.northings, (pool.authority,) * len(pool)
    )


@cache
def ground(where: str, authority: str) -> Ground:
    """Return the postcodes that a lever's ``near`` or ``area`` means.

    Parameters
    ----------
    where
        "county", a side of it ("south"), a town, an outcode, a postcode, or the name of
        another authority.
    authority
        ONS code of the council.

    Raises
    ------
    UsageError
        If it is none of these, or lies neither in the authority nor beside it.
    """
    text = " ".join(where.split())
    own = _own(authority)
    if not len(own.postcodes):
        raise UsageError(
            f"The postcode directory holds no postcode of {authority}, so no home can be placed "
            "there. Give the ONS code of an authority of England."
        )
    if text.lower() == ALL:
        return own
    if text.lower() in SIDES:
        return _side(text.lower(), own, authority)
    spelling = normalise_postcode(text)
    if spelling is not None:
        return _by_postcode(spelling, own)
    for code in english_authorities():
        if authority_name(code).lower() == text.lower() and code != authority:
            return _in_authority(code, f"in {authority_name(code)}")
    if authority_name(authority).lower() == text.lower():
        return own
    return _by_town(text, authority)


def _side(side: str, own: Ground, authority: str) -> Ground:
    along = own.northings if side in ("north", "south") else own.eastings
    first = side in ("south", "west")
    line = np.quantile(along, 1 / 3 if first else 2 / 3)
    chosen = along <= line if first else along >= line
    return _part(own, chosen, f"in the {side} of {authority_name(authority)}")


def _part(ground: Ground, chosen: NDArray[np.bool_], name: str) -> Ground:
    at = np.flatnonzero(chosen)
    return Ground(
        name,
        tuple(ground.postcodes[each] for each in at),
        ground.eastings[at],
        ground.northings[at],
        tuple(ground.authorities[each] for each in at),
    )


def _by_postcode(spelling: str, own: Ground) -> Ground:
    outcode, _, incode = spelling.partition(" ")
    if incode:
        place = _directory().find(spelling)
        if place.precision is not Precision.POSTCODE or not place.known:
            raise UsageError(
                f"{spelling} is not in the postcode directory. Correct it, or give its first "
                f"half ({outcode})."
            )
        return _one(place)
    here = np.array([each.startswith(f"{outcode} ") for each in own.postcodes])
    if here.any():
        return _part(own, here, f"in {outcode}")
    middle = _directory().find(outcode)
    if not middle.known:
        raise UsageError(f"{outcode} is not an outcode of the postcode directory. Correct it.")
    if middle.authority is None:
        raise UsageError(
            f"{outcode} lies in several authorities and not in this one. Give a whole postcode."
        )
    there = _in_authority(middle.authority, "")
    chosen = np.array([each.startswith(f"{outcode} ") for each in there.postcodes])
    return _part(there, chosen, f"in {outcode}")


def _one(place: Location) -> Ground:
    assert place.easting is not None
    assert place.northing is not None
    return Ground(
        f"at {place.postcode}",
        (place.postcode,),
        np.array([place.easting], dtype=np.int32),
        np.array([place.northing], dtype=np.int32),
        (place.authority or "",),
    )


def _by_town(text: str, authority: str) -> Ground:
    towns = _towns().get(text.lower(), ())
    there: dict[str, Ground] = {}
    for name, easting, northing in towns:
        nearest, code, pool = min(
            (
                (float(miles.min()), code, _part(pool, miles <= NEAR_TOWN_MILES, f"near {name}"))
                for code in (authority, *sorted(adjoining(authority)))
                if len((pool := _in_authority(code, "")).postcodes)
                for miles in [distances_miles(easting, northing, pool.eastings, pool.northings)]
            ),
            key=lambda each: each[:2],
        )
        if nearest <= IN_TOWN_MILES:
            there.setdefault(code, pool)
    if there:
        # Of towns of one name the council's own is meant.
        return there.get(authority) or there[min(there)]
    close = difflib.get_close_matches(text.lower(), _towns(), n=1, cutoff=0.8)
    guess = f" Did you mean {_towns()[close[0]][0][0]}?" if close and not towns else ""
    known = "is neither in the council's area nor beside it" if towns else "is not a place we know"
    raise UsageError(
        f'"{text}" {known}.{guess} Give a town in or beside {authority_name(authority)}, an '
        f'outcode ("HP11"), a postcode, a side of the county ({", ".join(SIDES)}) or "{ALL}".'
    )
