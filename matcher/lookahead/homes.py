"""What each home in each state is worth to those who come: policy iteration, home by home.

The recipe of mean-field decomposition: what the other homes do is taken as it was in the
replay, so that each home is a small problem of its own [1]_, [2]_.

References
----------
.. [1] R. A. Howard, "Dynamic Programming and Markov Processes", MIT Press (1960).
.. [2] D. Bertsimas and A. J. Mersereau, "A learning approach for interactive marketing to a
   customer segment", Operations Research 55 (2007), on decomposing weakly coupled programmes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.lookahead.states import AFTER, MOST_ROOM, ONE_FEWER, STATES, TAKEN, state_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.lookahead.meetings import Meetings, Stays
    from matcher.lookahead.replay import Regrets
    from matcher.lookahead.start import Start

    Floats = NDArray[np.float64]

GRID: Floats = np.concatenate([[0.0], np.geomspace(0.25, 2000.0, 24)])
"""Prices at which what families would gain is added up."""


def value_homes(
    meetings: Meetings,
    stays: Stays,
    start: Start,
    regrets: Regrets,
    values: Floats,
    *,
    rounds: int = 2,
) -> Floats:
    """Return what each home in each state is worth to those who come, shape (homes, states).

    Each home by itself: families come as often as in the replay, each gains by living there
    what it would lose elsewhere, and a home takes those who gain more than the room is worth.
    Others take beds that are free. The values are relative: those of the full home are 0.

    Parameters
    ----------
    meetings, stays
        Who comes and how long they stay.
    start
        How often others take a free bed.
    regrets
        What they met with.
    values
        Where to start, shape (homes, states).
    rounds
        Of policy iteration.
    """
    kinds = meetings.kind[regrets.family]
    beds = meetings.beds[regrets.family]
    a_visit = float(meetings.per_week.sum()) / regrets.visits
    classes = []
    for kind in range(2):
        for size in range(1, MOST_ROOM + 1):
            which = (kinds == kind) & (beds == size)
            if which.any():
                gain = regrets.gain[which]
                more = np.stack([np.maximum(gain - p, 0.0).sum(axis=0) for p in GRID], axis=1)
                many = np.stack([(gain > p).sum(axis=0) for p in GRID], axis=1)
                classes.append((kind, size, more * a_visit, many * a_visit))
    for _ in range(rounds):
        values = _evaluate(meetings, stays, start, classes, values)
    return values


def _evaluate(
    meetings: Meetings,
    stays: Stays,
    start: Start,
    classes: list[tuple[int, int, Floats, Floats]],
    values: Floats,
) -> Floats:
    """Return the relative values of taking those who gain more than the room is worth."""
    homes, states = values.shape
    everywhere = np.arange(homes)[:, None]
    last = np.minimum(meetings.room, MOST_ROOM)
    inside = TAKEN[None, :] <= last[:, None]
    moves = np.zeros((homes, states, states))
    reward = np.zeros((homes, states))
    here = np.arange(states)
    for kind, size, more, many in classes:
        after = AFTER[kind, size]
        fits = (after >= 0)[None, :] & (TAKEN[None, :] + size <= last[:, None])
        price = np.clip(values - values[:, np.maximum(after, 0)], 0.0, GRID[-1])
        at = np.clip(np.searchsorted(GRID, price, side="right") - 1, 0, len(GRID) - 2)
        share = (price - GRID[at]) / (GRID[at + 1] - GRID[at])
        gains = more[everywhere, at] * (1 - share) + more[everywhere, at + 1] * share
        rate = many[everywhere, at] * (1 - share) + many[everywhere, at + 1] * share
        rate = np.where(fits, rate, 0.0)
        reward += np.where(fits, gains, 0.0) + rate * price
        for state in here[after >= 0]:
            moves[:, state, after[state]] += rate[:, state]
    taken = AFTER[start.kind, 1]
    free = np.maximum(last[:, None] - TAKEN[None, :], 0) * start.shared[:, None]
    for state in here[taken >= 0]:
        moves[:, state, taken[state]] += start.take_per_week * free[:, state]
    # Beds beyond the last few empty too, and then it is the last few that have room.
    beyond = (meetings.room - last)[:, None] / np.maximum(TAKEN, 1)[None, :]
    for state, (short, long) in enumerate(STATES):
        for kind, count in enumerate((short, long)):
            if count:
                fewer = ONE_FEWER[kind, state]
                leaving = count / stays.mean_weeks[kind]
                moves[:, state, fewer] += leaving * (1 + beyond[:, state])
    moves *= inside[:, :, None] & inside[:, None, :]
    generator = moves - np.eye(states)[None] * moves.sum(axis=2, keepdims=True)
    # One equation a state: reward + moves to better and worse states = the mean reward.
    full = _full_state(last)
    system = np.zeros((homes, states + 1, states + 1))
    system[:, :states, :states] = generator
    system[:, :states, states] = -1.0
    system[np.arange(homes), states, full] = 1.0
    outside = ~inside
    row, state = np.nonzero(outside)
    system[row, state, :] = 0.0
    system[row, state, state] = 1.0
    target = np.zeros((homes, states + 1, 1))
    target[:, :states, 0] = np.where(inside, -reward, 0.0)
    found: Floats = np.linalg.solve(system, target)[:, :states, 0]
    # Room is never worth less than nothing.
    found = np.maximum(found, 0.0)
    return np.where(inside, found, 0.0)


def _full_state(last: NDArray[np.intp]) -> NDArray[np.intp]:
    return np.array([state_of(int(room), 0, int(room)) for room in last], dtype=np.intp)
