"""Some of the homes: their columns, cut out of the whole when they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.evidence.arrays import HomeArrays

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.evidence.arrays import Flags

SHARED = frozenset({"world", "ids", "index", "authorities", "purchases", "records"})
MAPPINGS = frozenset({"connected_to", "home_of_occupant", "avoided_by_occupants"})


class HomeRows(HomeArrays):
    """Some of the homes of a :class:`HomeArrays`, for criteria, which are asked of few.

    Identifiers, records and mappings are those of the whole, and so are the positions in
    them; every other column has one entry for each of these homes. Rules are asked of the
    whole.

    Parameters
    ----------
    whole
        All the homes.
    positions
        Which of them, shape (n,).
    """

    positions: NDArray[np.intp]

    def __init__(self, whole: HomeArrays, positions: NDArray[np.intp]) -> None:
        self.__dict__.update(
            _whole=whole,
            positions=positions,
            _kept={},
            _kept_for_now={},
            _kept_today={},
            _codes={},
            _n=len(positions),
        )

    def __getattr__(self, name: str) -> Any:
        # Only asked for what is not there yet: a column, the first time it is used.
        found = getattr(self.__dict__["_whole"], name)
        if name not in SHARED and name not in MAPPINGS:
            found = found.take(self.__dict__["positions"], axis=-1)
        self.__dict__[name] = found
        return found

    @property
    def whole(self) -> HomeArrays:
        """All homes."""
        found: HomeArrays = self.__dict__["_whole"]
        return found

    def cut(self, column: NDArray[Any]) -> NDArray[Any]:
        """Return the entries of these homes in an array over the whole."""
        found: NDArray[Any] = column.take(self.__dict__["positions"], axis=-1)
        return found

    @property
    def n(self) -> int:
        """How many homes these are."""
        found: int = self.__dict__["_n"]
        return found

    def at(self, positions: tuple[int, ...]) -> Flags:
        """Return which of these homes stand at some positions of the whole."""
        mine = self.__dict__["positions"]
        if len(positions) == 1:
            found: Flags = mine == positions[0]
            return found
        return np.isin(mine, positions)
