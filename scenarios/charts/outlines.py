"""Outlines of an authority and those around it, made from the postcodes in each.

No boundary file is shipped or fetched. Every cell of a grid belongs to the authority that most
of its postcodes lie in, or the nearest postcode's where it has none; cells of one authority
are joined, and the borders between two are simplified once, so that neighbours still meet.
Good for seeing where things are; not for saying in whose area a house stands.

References
----------
.. [1] Office for National Statistics, ONS Postcode Directory. Contains OS data © Crown
   copyright and database right 2026; contains Royal Mail data © Royal Mail copyright and
   database right 2026. Open Government Licence v3.0.
.. [2] G. Rong and T.-S. Tan, "Jump flooding in GPU with applications to Voronoi diagram and
   distance transform", I3D 2006.
.. [3] D. Douglas and T. Peucker, "Algorithms for the reduction of the number of points
   required to represent a digitized line or its caricature", Cartographica 10, 1973.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.errors import NotFoundError
from matcher.geography.areas import adjoining, letters_of
from matcher.geography.authorities import authority_name, authority_of
from matcher.geography.letters import NO_REFERENCE
from scenarios.charts.borders import polygons

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.geography.postcodes import Postcodes

FINEST, COARSEST = 100, 500
"""Metres a side of a cell: of a borough of a city, and of a county."""

_STRAY = 0.05
"""Per cent of postcodes, at each end, that the map need not show."""

_CELLS = 150
"""Cells across the map, about."""

SOURCE = (
    "Outlines are indicative, made from the ONS Postcode Directory. Contains OS data © Crown "
    "copyright and database right 2026; contains Royal Mail data © Royal Mail copyright and "
    "database right 2026. Open Government Licence v3.0."
)
"""What must be said under a map."""

_NOBODY = -1
_FAR = -(10**6)
_LAND, _SHORE = 5_000, 1_000
"""Metres from a postcode beyond which there is sea, or moor without a soul; and metres of a
coast beyond its last postcodes."""


@dataclass(frozen=True, slots=True)
class Outlines:
    """An authority and the parts of others around it.

    Parameters
    ----------
    authority
        ONS code of the one in the middle.
    shapes
        GeoJSON; coordinates are kilometres east and north on the National Grid. Of each area
        the ``name``, the ONS ``code`` and the ``share`` of the map.
    west, south, east, north
        Edges of the map in kilometres.
    """

    authority: str
    shapes: dict[str, Any]
    west: float
    south: float
    east: float
    north: float

    def holds(self, east: float, north: float) -> bool:
        """Return whether a place, in kilometres, is on the map."""
        return self.west <= east <= self.east and self.south <= north <= self.north


def outlines_around(postcodes: Postcodes, code: str, *, margin: int = 10_000) -> Outlines:
    """Return the outlines of an authority and of those around it.

    Parameters
    ----------
    postcodes
        The directory.
    code
        ONS code of an authority, or of a district, which counts as its authority.
    margin
        Metres shown beyond the authority on every side.

    Returns
    -------
    Outlines
        The same on every machine for the same directory.

    Raises
    ------
    NotFoundError
        If the directory has no postcode of the authority.
    """
    own = authority_of(code)
    inside = postcodes.in_authority(own)
    if not len(inside):
        raise NotFoundError(f"{postcodes.source} has no postcodes of {code}: no map can be drawn.")
    cell = _cell(inside.eastings, inside.northings, margin)
    west, east = _edges(inside.eastings, margin, cell)
    south, north = _edges(inside.northings, margin, cell)
    wide, tall = (east - west) // cell, (north - south) // cell
    codes = sorted({own, *adjoining(own)})
    letters = sorted({letter for each in codes for letter in letters_of(each)})
    found: dict[str, int] = {}
    cells: list[NDArray[np.int64]] = []
    owners: list[NDArray[np.int64]] = []
    for letter in letters:
        columns = postcodes.letter(letter)
        here = np.flatnonzero(
            (columns.eastings != NO_REFERENCE)
            & (columns.districts >= 0)
            & (columns.eastings >= west)
            & (columns.eastings < east)
            & (columns.northings >= south)
            & (columns.northings < north)
        )
        names = [authority_of(each) for each in columns.codes]
        numbers = np.array([found.setdefault(name, len(found)) for name in names], dtype=np.int64)
        if not here.size:
            continue
        row = (columns.northings[here].astype(np.int64) - south) // cell
        cells.append(row * wide + (columns.eastings[here].astype(np.int64) - west) // cell)
        owners.append(numbers[columns.districts[here]])
    grid = _most(np.concatenate(cells), np.concatenate(owners), wide * tall, len(found))
    grid = _smooth(_fill(grid.reshape(tall, wide), _LAND // cell, _SHORE // cell), len(found))
    features = []
    # The one in the middle comes last, so that its border lies on top.
    for name, number in sorted(found.items(), key=lambda item: (item[0] == own, item[0])):
        rings = polygons(grid, number)
        if rings:
            features.append(
                {
                    "type": "Feature",
                    "properties": {
                        "name": authority_name(name),
                        "code": name,
                        "share": round(float((grid == number).mean()), 4),
                    },
                    "geometry": {
                        "type": "MultiPolygon",
                        "coordinates": [
                            [
                                [_place(point, west, south, cell) for point in ring]
                                for ring in polygon
                            ]
                            for polygon in rings
                        ],
                    },
                }
            )
    return Outlines(
        authority=own,
        shapes={"type": "FeatureCollection", "features": features},
        west=west / 1000,
        south=south / 1000,
        east=east / 1000,
        north=north / 1000,
    )


def _cell(eastings: NDArray[np.int32], northings: NDArray[np.int32], margin: int) -> int:
    span = max(int(np.ptp(eastings)), int(np.ptp(northings))) + 2 * margin
    return max(FINEST, min(COARSEST, span // _CELLS // 50 * 50))


def _edges(metres: NDArray[np.int32], margin: int, cell: int) -> tuple[int, int]:
    # A few postcodes lie far outside their authority, by mistake or for large users of post.
    ends = np.percentile(metres, [_STRAY, 100 - _STRAY])
    low, high = int(ends[0]) - margin, int(ends[1]) + margin
    return low // cell * cell, (high // cell + 1) * cell


def _place(point: tuple[float, float], west: int, south: int, cell: int) -> list[float]:
    return [round((west + point[0] * cell) / 1000, 2), round((south + point[1] * cell) / 1000, 2)]


def _most(
    cells: NDArray[np.int64], owners: NDArray[np.int64], size: int, count: int
) -> NDArray[np.int64]:
    """Return the authority of most postcodes in each cell; the lower number in a tie."""
    votes = np.bincount(cells * count + owners, minlength=size * count).reshape(size, count)
    return np.where(votes.any(axis=1), votes.argmax(axis=1), _NOBODY)


def _fill(grid: NDArray[np.int64], land: int, shore: int) -> NDArray[np.int64]:
    """Give each empty cell to the nearest that has postcodes, but for the sea.

    What lies further than ``land`` cells from any postcode is sea where it reaches the edge of
    the map, and moor otherwise. What lies so near to the sea that only the reach of that rule
    made it land is sea, too, less a shore: gaps between villages close, and the coast stays
    where the last postcodes are.
    """
    tall, wide = grid.shape
    row, column, away = _nearest(grid != _NOBODY)
    owner = grid[row.clip(0, tall - 1), column.clip(0, wide - 1)]
    is_sea = _from_the_edge(away > land**2)
    if is_sea.any():
        _, _, from_sea = _nearest(is_sea)
        is_sea = (from_sea <= (land - shore) ** 2) & (grid == _NOBODY)
    return np.where(is_sea, _NOBODY, owner)


def _from_the_edge(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return what of a mask hangs together with the edge of the grid."""
    reached = np.zeros_like(mask)
    reached[[0, -1]], reached[:, [0, -1]] = mask[[0, -1]], mask[:, [0, -1]]
    while True:
        wider = reached.copy()
        wider[1:] |= reached[:-1]
        wider[:-1] |= reached[1:]
        wider[:, 1:] |= reached[:, :-1]
        wider[:, :-1] |= reached[:, 1:]
        wider &= mask
        if (wider == reached).all():
            return reached
        reached = wider


def _nearest(
    wanted: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return row, column and squared distance of the nearest wanted cell, by jump flooding."""
    rows, columns = np.indices(wanted.shape)
    near_row = np.where(wanted, rows, _FAR)
    near_column = np.where(wanted, columns, _FAR)
    away = (near_row - rows) ** 2 + (near_column - columns) ** 2
    longest = 1 << (max(wanted.shape) - 1).bit_length()
    jumps = [1, *(longest >> n for n in range(longest.bit_length())), 1]
    for jump in jumps:
        for down in (-jump, 0, jump):
            for across in (-jump, 0, jump):
                other_row = _moved(near_row, down, across)
                other_column = _moved(near_column, down, across)
                other_away = (other_row - rows) ** 2 + (other_column - columns) ** 2
                closer = other_away < away
                near_row = np.where(closer, other_row, near_row)
                near_column = np.where(closer, other_column, near_column)
                away = np.where(closer, other_away, away)
    return near_row, near_column, away


def _smooth(grid: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Give each cell to the owner of most of the nine around it, twice: no lone cells."""
    for _ in range(2):
        votes = np.zeros((count + 1, *grid.shape), dtype=np.int64)
        tall, wide = grid.shape
        edged = np.pad(grid, 1, mode="edge")
        for down in range(3):
            for across in range(3):
                owner = edged[down : down + tall, across : across + wide]
                votes += owner == np.arange(-1, count)[:, None, None]
        winner = votes.argmax(axis=0) - 1
        keeps = np.take_along_axis(votes, (grid + 1)[None], axis=0)[0] == votes.max(axis=0)
        grid = np.where(keeps, grid, winner)
    return grid


def _moved(values: NDArray[np.int64], down: int, across: int) -> NDArray[np.int64]:
    """Return the values shifted, with somewhere far away where nothing comes in."""
    tall, wide = values.shape
    moved = np.full_like(values, _FAR)
    if abs(down) >= tall or abs(across) >= wide:
        return moved
    to_rows = slice(max(0, down), tall + min(0, down))
    from_rows = slice(max(0, -down), tall + min(0, -down))
    to_columns = slice(max(0, across), wide + min(0, across))
    from_columns = slice(max(0, -across), wide + min(0, -across))
    moved[to_rows, to_columns] = values[from_rows, from_columns]
    return moved
