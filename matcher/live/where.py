"""Where the homes of people stand in the arrays, read from the records whenever it is asked.

Homes that open and close move all others in the arrays. Nobody has to write down anew what the
records say already.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matcher.live.arrays import LiveArrays


class HomeOfOccupant(Mapping[str, int]):
    """The position of the home in which each occupant lives.

    Parameters
    ----------
    arrays
        Whose positions.
    """

    def __init__(self, arrays: LiveArrays) -> None:
        self._arrays = arrays

    def __getitem__(self, who: str) -> int:
        """Return where somebody lives; raise KeyError where they live nowhere."""
        view = self._arrays.view
        record = view.placements.get(who) or view.residents[who]
        return self._arrays.homes.index[record.home_id]

    def __iter__(self) -> Iterator[str]:
        """Yield everybody who lives in a home."""
        yield from self._arrays.view.placements
        yield from self._arrays.view.residents

    def __len__(self) -> int:
        """Return how many live in homes."""
        return len(self._arrays.view.placements) + len(self._arrays.view.residents)


class ConnectedTo(Mapping[str, tuple[int, ...]]):
    """The positions of the homes that are connected to each child, rising.

    Parameters
    ----------
    arrays
        Whose positions.
    """

    def __init__(self, arrays: LiveArrays) -> None:
        self._arrays = arrays

    def __getitem__(self, child_id: str) -> tuple[int, ...]:
        """Return the homes connected to a child; raise KeyError when there are none."""
        index = self._arrays.homes.index
        there = self._arrays.view.connected_homes[child_id]
        return tuple(sorted(index[home_id] for home_id in there))

    def __iter__(self) -> Iterator[str]:
        """Yield the children to whom homes are connected."""
        return iter(self._arrays.view.connected_homes)

    def __len__(self) -> int:
        """Return how many children they are."""
        return len(self._arrays.view.connected_homes)
