"""Fit whole numbers of children to published totals, one variable at a time.

Each variable is spread over groups of children by iterative proportional fitting of a table
of affinities, and the fitted table is rounded at random so that every row and every column
keeps its exact total. The affinities say what goes with what; the totals are the published
ones, whatever the affinities say.

References
----------
.. [1] Deming and Stephan, "On a least squares adjustment of a sampled frequency table",
   Annals of Mathematical Statistics 11 (1940).
.. [2] Gandhi, Khuller, Parthasarathy and Srinivasan, "Dependent rounding and its
   applications to approximation algorithms", Journal of the ACM 53 (2006).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

IMPLAUSIBLE = 1e-9
"""Stands for an affinity of nothing: used only where the totals leave no other way."""

_WHOLE = 1e-9


def apportion(weights: Sequence[float] | NDArray[np.generic], total: int) -> NDArray[np.int64]:
    """Return whole numbers in proportion to weights that add up to a total.

    Largest remainders; ties go to the earlier.

    Parameters
    ----------
    weights
        Not negative; all zero counts as all equal.
    total
        What the numbers add up to, 0 or more.

    Examples
    --------
    >>> apportion([1, 1, 1], 10).tolist()
    [4, 3, 3]
    """
    share = np.asarray(weights, dtype=np.float64)
    if share.sum() <= 0:
        share = np.ones_like(share)
    exact = share / share.sum() * total
    whole: NDArray[np.int64] = np.floor(exact + _WHOLE).astype(np.int64)
    short = total - int(whole.sum())
    if short > 0:
        order = np.argsort(-(exact - whole), kind="stable")
        whole[order[:short]] += 1
    return whole


def fit_table(
    rows: NDArray[np.int64], columns: NDArray[np.int64], affinity: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return a table near the affinities with the given row and column totals.

    Parameters
    ----------
    rows, columns
        Totals, both adding up to the same number.
    affinity
        Shape (rows, columns), 0 or more.
    """
    table = np.maximum(affinity, IMPLAUSIBLE).astype(np.float64)
    table[rows == 0] = 0
    table[:, columns == 0] = 0
    for _ in range(2000):
        sums = table.sum(axis=0)
        table *= np.divide(columns, sums, out=np.zeros_like(sums), where=sums > 0)
        sums = table.sum(axis=1)
        table *= np.divide(rows, sums, out=np.zeros_like(sums), where=sums > 0)[:, None]
        if np.abs(table.sum(axis=0) - columns).max() < 1e-7:
            break
    return table


def round_table(
    table: NDArray[np.float64],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return whole numbers near a table with the given row and column totals.

    Fractional cells are made whole along cycles of cells in turn, at random and without bias.

    Parameters
    ----------
    table
        Its totals are near those given.
    rows, columns
        Totals, both adding up to the same number.
    rng
        Its stream.
    """
    whole = np.floor(table + 1e-6)
    part = table - whole
    part[part < 1e-6] = 0
    while True:
        cycle = _cycle(part)
        if cycle is None:
            break
        even, odd = cycle[0::2], cycle[1::2]
        up = min(min(1 - part[c] for c in even), min(part[c] for c in odd))
        down = min(min(part[c] for c in even), min(1 - part[c] for c in odd))
        step = up if rng.random() < down / (up + down) else -down
        for sign, cells in ((1, even), (-1, odd)):
            for cell in cells:
                value = part[cell] + sign * step
                part[cell] = 0 if value < _WHOLE else 1 if value > 1 - _WHOLE else value
    result: NDArray[np.int64] = whole.astype(np.int64) + np.rint(part).astype(np.int64)
    _settle(result, rows, columns, table)
    return result


def _cycle(part: NDArray[np.float64]) -> list[tuple[int, int]] | None:
    """Return a cycle of fractional cells, row and column steps in turn; None when none is left.

    The walk closes as soon as it meets a row or a column again, so that no cell stands in a
    cycle twice.
    """
    fractional = (part > 0) & (part < 1)
    for start in np.flatnonzero(fractional.sum(axis=1) >= 2):
        path: list[tuple[int, int]] = []
        rows: dict[int, int] = {int(start): 0}
        columns: dict[int, int] = {}
        row, came = int(start), -1
        while True:
            onward = [int(c) for c in np.flatnonzero(fractional[row]) if c != came]
            if not onward:
                break
            column = onward[0]
            if column in columns:
                return [*path[columns[column] + 1 :], (row, column)]
            across = [int(r) for r in np.flatnonzero(fractional[:, column]) if r != row]
            if not across:
                break
            columns[column] = len(path)
            path += [(row, column), (across[0], column)]
            row, came = across[0], column
            if row in rows:
                return path[rows[row] :]
            rows[row] = len(path)
    return None


def _settle(
    result: NDArray[np.int64],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    table: NDArray[np.float64],
) -> None:
    """Mend totals that an unfinished fit has left out by one or two, in place."""
    for axis, totals in ((1, rows), (0, columns)):
        for at in np.flatnonzero(result.sum(axis=axis) > totals):
            line = result[at] if axis == 1 else result[:, at]
            while line.sum() > totals[at]:
                line[int(np.argmax(line))] -= 1
    while True:
        short = np.flatnonzero(result.sum(axis=1) < rows)
        lacking = np.flatnonzero(result.sum(axis=0) < columns)
        if not len(short) or not len(lacking):
            return
        best = int(np.argmax(table[np.ix_(short, lacking)]))
        result[short[best // len(lacking)], lacking[best % len(lacking)]] += 1


def spread(
    groups: NDArray[np.int64],
    totals: NDArray[np.int64],
    affinity: NDArray[np.float64],
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Give every child a category, so that the categories have their exact totals.

    Parameters
    ----------
    groups
        The group of each child, shape (children,), 0 to rows - 1.
    totals
        How many children each category has; adds up to the number of children.
    affinity
        How well each group goes with each category, shape (rows, categories).
    rng
        Its stream.

    Returns
    -------
    ndarray of int64, shape (children,)
        The category of each child.
    """
    sizes = np.bincount(groups, minlength=affinity.shape[0]).astype(np.int64)
    counts = round_table(fit_table(sizes, totals, affinity), sizes, totals, rng)
    found = np.empty(len(groups), dtype=np.int64)
    for group in np.flatnonzero(sizes):
        dealt = np.repeat(np.arange(len(totals)), counts[group])
        rng.shuffle(dealt)
        found[groups == group] = dealt
    return found
