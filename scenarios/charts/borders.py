"""Borders of areas on a grid, as rings that still meet those of their neighbours.

A border runs along the sides of cells from one place where three areas meet to the next; it is
simplified there and back alike, because which neighbour asks makes no difference to it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

Point = tuple[float, float]
Corner = tuple[int, int]
Ring = list[Point]

TOLERANCE = 0.75
"""Sides of a cell by which a simplified border may miss a corner: stairs become slopes."""


def polygons(grid: NDArray[np.int64], owner: int) -> list[list[Ring]]:
    """Return the area of one owner as polygons: a ring around, then rings of holes.

    Parameters
    ----------
    grid
        Owner of each cell, rows from south to north; negative for nobody.
    owner
        Whose area.

    Returns
    -------
    list of list of list of tuple
        Closed rings of column and row, anticlockwise around and clockwise for holes; the
        largest polygon first.
    """
    padded = np.pad(grid, 1, constant_values=-1)
    rings = [ring for ring in map(_simplified_ring, _rings(padded, owner)) if len(ring) > 3]
    outer = sorted((r for r in rings if area(r) > 0), key=area, reverse=True)
    holes = [ring for ring in rings if area(ring) < 0]
    found: list[list[Ring]] = [[ring] for ring in outer]
    for hole in holes:
        around = [polygon for polygon in found if _is_inside(hole, polygon[0])]
        if around:
            min(around, key=lambda polygon: area(polygon[0])).append(hole)
    return found


def area(ring: Ring) -> float:
    """Return the area inside a closed ring, negative when it runs clockwise."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring)) / 2


def _rings(padded: NDArray[np.int64], owner: int) -> Iterator[list[tuple[Corner, bool]]]:
    """Walk around each part with its cells on the left; a corner is marked where areas meet."""
    mine = padded == owner
    ways: dict[Corner, list[Corner]] = defaultdict(list)
    for row, column in np.argwhere(mine[:, 1:] != mine[:, :-1]).tolist():
        low, high = (column, row - 1), (column, row)
        ends = (high, low) if mine[row, column + 1] else (low, high)
        ways[ends[0]].append(ends[1])
    for row, column in np.argwhere(mine[1:] != mine[:-1]).tolist():
        left, right = (column - 1, row), (column, row)
        ends = (left, right) if mine[row + 1, column] else (right, left)
        ways[ends[0]].append(ends[1])
    while ways:
        start = min(ways)
        ring = [start]
        here = ways[start].pop()
        before = start
        while here != start:
            ring.append(here)
            before, here = here, _next(ways[here], before, here)
        for corner in ring:
            if not ways[corner]:
                del ways[corner]
        yield [(corner, _is_meeting(padded, corner)) for corner in ring]


def _next(choices: list[Corner], before: Corner, here: Corner) -> Corner:
    """Return where to go on; where two cells touch at a corner, keep to this cell."""
    if len(choices) == 1:
        return choices.pop()
    heading = (here[0] - before[0], here[1] - before[1])
    left = (here[0] - heading[1], here[1] + heading[0])
    choices.remove(left)
    return left


def _is_meeting(padded: NDArray[np.int64], corner: Corner) -> bool:
    """Return whether a corner must stay: three areas meet there, or two twice."""
    column, row = corner
    around = padded[row : row + 2, column : column + 2]
    return len(set(around.ravel().tolist())) > 2 or bool(
        around[0, 0] == around[1, 1]
        and around[0, 1] == around[1, 0]
        and around[0, 0] != around[0, 1]
    )


def _simplified_ring(ring: list[tuple[Corner, bool]]) -> Ring:
    meetings = [n for n, (_, is_meeting) in enumerate(ring) if is_meeting]
    if not meetings:  # an island or an enclave: cut it at its two ends, whoever asks
        corners = [corner for corner, _ in ring]
        meetings = sorted({corners.index(min(corners)), corners.index(max(corners))})
    turned = [corner for corner, _ in ring[meetings[0] :] + ring[: meetings[0]]]
    cuts = [n - meetings[0] for n in meetings] + [len(ring)]
    turned.append(turned[0])
    simple: Ring = []
    for start, end in pairwise(cuts):
        simple.extend(_simplified(turned[start : end + 1])[:-1])
    return [*simple, simple[0]]


def _simplified(line: list[Corner]) -> Ring:
    """Return a line with no more points than the tolerance asks for, the same both ways."""
    is_turned = line[0] > line[-1]
    points: Ring = [(float(x), float(y)) for x, y in (reversed(line) if is_turned else line)]
    keep = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        middle, miss = first, TOLERANCE
        for n in range(first + 1, last):
            away = _distance(points[n], points[first], points[last])
            if away > miss:
                middle, miss = n, away
        if middle != first:
            keep.add(middle)
            spans += [(first, middle), (middle, last)]
    chosen = [points[n] for n in sorted(keep)]
    return chosen[::-1] if is_turned else chosen


def _distance(point: Point, start: Point, end: Point) -> float:
    across, up = end[0] - start[0], end[1] - start[1]
    length = across * across + up * up
    along = 0.0
    if length:
        along = ((point[0] - start[0]) * across + (point[1] - start[1]) * up) / length
        along = min(1.0, max(0.0, along))
    return math.hypot(
        point[0] - start[0] - along * across,
        point[1] - start[1] - along * up,
    )


def _is_inside(ring: Ring, around: Ring) -> bool:
    """Return whether the middle of a ring's first side lies within another ring."""
    x = (ring[0][0] + ring[1][0]) / 2
    y = (ring[0][1] + ring[1][1]) / 2
    inside = False
    for (x1, y1), (x2, y2) in pairwise(around):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
