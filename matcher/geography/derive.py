"""Derives ``data/areas.csv`` from the postcodes: run ``python -m matcher.geography.derive``.

The map is cut into squares of 250 metres. A square belongs to the authority of most of
its postcodes; an empty one to that of the nearest occupied square within four
kilometres. Two authorities adjoin when squares of theirs share an edge. Sea and empty
moor farther than that belong to nobody.
"""

from __future__ import annotations

import csv
import string
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from matcher.geography.authorities import authority_of, is_authority
from matcher.geography.letters import NO_REFERENCE
from matcher.geography.postcodes import Postcodes, default_cache_dir

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

SQUARE_METRES = 250
"""Edge of a square."""

REACH_METRES = 4_000
"""How far from an occupied square an empty one still belongs to its authority."""

NOBODY = -1

# Postcodes cannot tell a mere from a moor. These pairs face each other over an estuary or
# the sea, with no bridge or tunnel between them. Calling them distant asks for one
# approval more; calling them adjoining would spare one that the regulations may want.
ACROSS_OPEN_WATER = frozenset(
    {
        ("E06000001", "E06000003"),  # Hartlepool, Redcar and Cleveland: mouth of the Tees
        ("E06000010", "E06000013"),  # Hull, North Lincolnshire: Humber, the bridge is upstream
        ("E06000011", "E06000012"),  # East Riding, North East Lincolnshire: Humber
        ("E06000023", "W06000021"),  # Bristol, Monmouthshire: Severn
        ("E06000024", "W06000021"),  # North Somerset, Monmouthshire: Severn
        ("E06000024", "W06000022"),  # North Somerset, Newport: Severn
        ("E06000033", "E06000035"),  # Southend-on-Sea, Medway: Thames
        ("E06000033", "E10000016"),  # Southend-on-Sea, Kent: Thames
        ("E06000034", "E06000035"),  # Thurrock, Medway: Thames
        ("E06000035", "E10000012"),  # Medway, Essex: Thames
        ("E06000044", "E06000046"),  # Portsmouth, Isle of Wight: Solent
        ("E06000046", "E10000014"),  # Isle of Wight, Hampshire: Solent
        ("E06000050", "E08000012"),  # Cheshire West and Chester, Liverpool: Mersey
        ("E08000014", "E08000015"),  # Sefton, Wirral: mouth of the Mersey
        ("E08000015", "W06000005"),  # Wirral, Flintshire: Dee
        ("S12000018", "S12000035"),  # Inverclyde, Argyll and Bute: Clyde
        ("S12000018", "S12000039"),  # Inverclyde, West Dunbartonshire: Clyde
        ("S12000021", "S12000035"),  # North Ayrshire, Argyll and Bute: Clyde
        ("S12000040", "S12000047"),  # West Lothian, Fife: Forth
        ("S12000041", "S12000047"),  # Angus, Fife: Tay
        ("W06000001", "W06000003"),  # Isle of Anglesey, Conwy: Conwy Bay
    }
)

# The boundary runs through country with no postcode for more than four kilometres.
THROUGH_EMPTY_COUNTRY = (("S12000017", "S12000048"),)  # Highland, Perth and Kinross


def touching(
    eastings: NDArray[np.int32],
    northings: NDArray[np.int32],
    authorities: NDArray[np.int16],
) -> set[tuple[int, int]]:
    """Return which authorities have squares that share an edge.

    Parameters
    ----------
    eastings, northings
        Metres on the National Grid of each postcode, shape (n,).
    authorities
        Number of each postcode's authority from 0, shape (n,).

    Returns
    -------
    set of tuple of int
        Pairs of numbers, the lesser first.
    """
    squares = _belonging(_occupied(eastings, northings, authorities))
    pairs: set[tuple[int, int]] = set()
    for here, there in ((squares[:, :-1], squares[:, 1:]), (squares[:-1], squares[1:])):
        edge = (here != there) & (here != NOBODY) & (there != NOBODY)
        lesser = np.minimum(here[edge], there[edge])
        greater = np.maximum(here[edge], there[edge])
        both = np.unique(np.stack([lesser, greater], axis=1), axis=0)
        pairs.update((int(a), int(b)) for a, b in both)
    return pairs


def _occupied(
    eastings: NDArray[np.int32], northings: NDArray[np.int32], authorities: NDArray[np.int16]
) -> NDArray[np.int16]:
    """Squares with the authority of most of their postcodes, the lesser number on a tie."""
    margin = REACH_METRES // SQUARE_METRES + 1
    columns = (eastings // SQUARE_METRES).astype(np.int64)
    rows = (northings // SQUARE_METRES).astype(np.int64)
    columns += margin - columns.min()
    rows += margin - rows.min()
    height, width = int(rows.max()) + margin + 1, int(columns.max()) + margin + 1
    how_many = int(authorities.max()) + 1
    votes, counts = np.unique((rows * width + columns) * how_many + authorities, return_counts=True)
    squares, numbers = votes // how_many, votes % how_many
    order = np.lexsort((numbers, -counts, squares))
    first = np.ones(len(order), dtype=bool)
    first[1:] = squares[order][1:] != squares[order][:-1]
    winners = order[first]
    grid = np.full(height * width, NOBODY, dtype=np.int16)
    grid[squares[winners]] = numbers[winners]
    return grid.reshape(height, width)


def _belonging(occupied: NDArray[np.int16]) -> NDArray[np.int16]:
    """Give each empty square to the nearest occupied one, ring by ring."""
    reach = REACH_METRES // SQUARE_METRES
    height, width = occupied.shape
    source = occupied.ravel()
    filled = source.copy()
    inner = np.zeros((height, width), dtype=bool)
    inner[reach:-reach, reach:-reach] = True
    empty = np.flatnonzero((source == NOBODY) & inner.ravel())
    steps = range(-reach, reach + 1)
    offsets = sorted(
        (right * right + up * up, up * width + right)
        for up in steps
        for right in steps
        if 0 < right * right + up * up <= reach * reach
    )
    for _, offset in offsets:
        nearest = source[empty + offset]
        hit = nearest != NOBODY
        filled[empty[hit]] = nearest[hit]
        empty = empty[~hit]
    return filled.reshape(height, width)


def neighbours_of(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return the neighbours of each authority, corrected where postcodes cannot tell.

    Parameters
    ----------
    pairs
        Pairs of ONS codes whose squares touch, the lesser first.

    Returns
    -------
    dict of str to set of str
        Neighbours by ONS code, both ways round.
    """
    neighbours: dict[str, set[str]] = defaultdict(set)
    for a, b in {*pairs, *THROUGH_EMPTY_COUNTRY} - ACROSS_OPEN_WATER:
        neighbours[a].add(b)
        neighbours[b].add(a)
    return dict(neighbours)


def derive(postcodes: Postcodes) -> list[tuple[str, str, str]]:
    """Return the rows of ``areas.csv``.

    Parameters
    ----------
    postcodes
        A directory of the whole country.

    Returns
    -------
    list of tuple of str
        ONS code, first letters of its postcodes, neighbours with a space between;
        in order of code.
    """
    numbers: dict[str, int] = {}
    letters: dict[str, set[str]] = defaultdict(set)
    parts: list[tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int16]]] = []
    for letter in string.ascii_uppercase:
        columns = postcodes.letter(letter)
        names = [authority_of(code) for code in columns.codes]
        for name in names:
            letters[name].add(letter)
            numbers.setdefault(name, len(numbers))
        index = np.array([*(numbers[name] for name in names), NOBODY], dtype=np.int16)
        authorities = index[columns.districts]
        placed = (columns.eastings != NO_REFERENCE) & (authorities != NOBODY)
        parts.append((columns.eastings[placed], columns.northings[placed], authorities[placed]))
    eastings, northings, authorities = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    codes = list(numbers)
    touch = touching(eastings, northings, authorities)
    pairs = (sorted((codes[a], codes[b])) for a, b in touch)
    neighbours = neighbours_of((a, b) for a, b in pairs)
    return [
        (code, "".join(sorted(letters[code])), " ".join(sorted(neighbours.get(code, ()))))
        for code in sorted(letters)
        if is_authority(code)
    ]


def write_table(postcodes: Postcodes, path: Path) -> None:
    """Write ``areas.csv``.

    Parameters
    ----------
    postcodes
        A directory of the whole country.
    path
        The file to write.
    """
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(("code", "letters", "adjoining"))
        writer.writerows(derive(postcodes))


if __name__ == "__main__":
    write_table(
        Postcodes.from_package(default_cache_dir()), Path(__file__).parent / "data" / "areas.csv"
    )
