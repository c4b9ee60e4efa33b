"""The states of a home: how many of its last beds short and long stayers take.

A home with more room than :data:`MOST_ROOM` is described by its last beds only: what is
scarce is the last bed, not the tenth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_ROOM = 6
SHORT, LONG = 0, 1

STATES: tuple[tuple[int, int], ...] = tuple(
    (short, long)
    for taken in range(MOST_ROOM + 1)
    for long in range(taken + 1)
    for short in (taken - long,)
)
"""How many short and long stayers: 28 of them, the empty home first."""
AT = {state: at for at, state in enumerate(STATES)}
TAKEN: NDArray[np.intp] = np.array([sum(state) for state in STATES], dtype=np.intp)


def _after() -> NDArray[np.intp]:
    found = np.full((2, MOST_ROOM + 1, len(STATES)), -1, dtype=np.intp)
    for at, (short, long) in enumerate(STATES):
        for beds in range(MOST_ROOM + 1):
            found[SHORT, beds, at] = AT.get((short + beds, long), -1)
            found[LONG, beds, at] = AT.get((short, long + beds), -1)
    return found


AFTER = _after()
"""The state after so many of a class arrive, shape (2, beds, states); -1 where they do not fit."""


def _one_fewer() -> NDArray[np.intp]:
    found = np.full((2, len(STATES)), -1, dtype=np.intp)
    for at, (short, long) in enumerate(STATES):
        found[SHORT, at] = AT.get((short - 1, long), -1)
        found[LONG, at] = AT.get((short, long - 1), -1)
    return found


ONE_FEWER = _one_fewer()
"""The state after one of a class leaves, shape (2, states); -1 where there is none."""


def state_of(room: int, free: int, long: int) -> int:
    """Return the state of a home.

    Parameters
    ----------
    room
        Beds that it can ever have for our children.
    free
        How many of them are free now.
    long
        How many long stayers there are.
    """
    last = min(max(room, 0), MOST_ROOM)
    taken = last - min(max(free, 0), last)
    everybody = max(room - free, 1)
    those = min(taken, round(taken * min(long, everybody) / everybody))
    return AT[(taken - those, those)]
