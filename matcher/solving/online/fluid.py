"""Prices of places: what a unit of room is worth to those who are still to come.

The units still to come are taken to be like those that are known, in fractions: a linear
programme gives the best that could be done with them in the room that is left, and the dual
values of the room are its prices [1]_, [2]_.

References
----------
.. [1] N. Ahani, P. Gölz, A. D. Procaccia, A. Teytelboym and A. C. Trapp, "Dynamic placement in
   refugee resettlement", Operations Research 72 (2024).
.. [2] K. Talluri and G. van Ryzin, "An analysis of bid-price controls for network revenue
   management", Management Science 44 (1998).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import highspy
import numpy as np

from matcher.solving.configurations.highs import INFINITE, Programme
from matcher.solving.stopwatch import Stopwatch

if TYPE_CHECKING:
    from matcher.solving.online.tables import Floats, Ints, Units


class Fluid:
    """What is known of units, as a linear programme that is solved again and again.

    Parameters
    ----------
    places
        How many there are.
    """

    def __init__(self, places: int) -> None:
        self._programme = Programme(np.full(places, -INFINITE), np.zeros(places))
        self._places = places
        self._units = 0
        self._place: Ints = np.zeros(0, dtype=np.int64)
        self._size: Ints = np.zeros(0, dtype=np.int64)

    def learn(self, units: Units, *, scale: float) -> None:
        """Take in units that are known now.

        Parameters
        ----------
        units
            Of an earlier period, or arrived.
        scale
            What weights are divided by.
        """
        count = len(units)
        if not count:
            return
        none = np.zeros(0, dtype=np.int32)
        self._programme.highs.addRows(
            count,
            np.full(count, -INFINITE),
            np.ones(count),
            0,
            np.zeros(count, dtype=np.int32),
            none,
            none.astype(np.float64),
        )
        unit, place = np.nonzero(units.compatible & (units.weights > 0))
        size = units.sizes[unit]
        row = np.stack([place, self._places + self._units + unit], axis=1).ravel()
        value = np.stack([size.astype(np.float64), np.ones(len(unit))], axis=1).ravel()
        self._programme.add(
            -units.weights[unit, place] / scale,
            np.full(len(unit), INFINITE),
            np.arange(0, 2 * len(unit), 2),
            row,
            value,
        )
        self._units += count
        self._place = np.concatenate([self._place, place])
        self._size = np.concatenate([self._size, size])

    def prices(self, room: Ints, to_come: int) -> Floats:
        """Return what a unit of room is worth in each place, shape (places,).

        Parameters
        ----------
        room
            What is left in each place.
        to_come
            How many units are still to come, those now waiting included.
        """
        if not self._units or not to_come:
            return np.zeros(self._places)
        highs = self._programme.highs
        # Who is too large for what is left of a place cannot go there, not even in part.
        columns = np.arange(len(self._place), dtype=np.int32)
        most = np.where(self._size <= room[self._place], INFINITE, 0.0)
        highs.changeColsBounds(len(columns), columns, np.zeros(len(columns)), most)
        # Room is scaled, not units: then only these numbers change from batch to batch.
        limits = room * (self._units / to_come)
        for at, limit in enumerate(limits.tolist()):
            highs.changeRowBounds(at, -INFINITE, limit)
        status = self._programme.solve(Stopwatch(None))
        if status != highspy.HighsModelStatus.kOptimal:
            raise AssertionError(f"The programme for prices ended {status}.")
        duals = np.asarray(highs.getSolution().row_dual[: self._places])
        found: Floats = np.maximum(-duals, 0.0)
        return found
