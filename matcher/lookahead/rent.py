"""Rents: one price a bed and week for each home, at which demand and beds balance.

The simpler of the two ways: a steady flow of families in fractions, each to where its points
less the rent of its stay are best, and rents that rise where more want to live than can. The
rents are near the dual values of the linear programme of that flow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.lookahead.states import STATES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.lookahead.meetings import Meetings, Stays

    Floats = NDArray[np.float64]

ROUNDS = 250
FIRST_STEP, LAST_STEP = 0.2, 0.01
SOFTNESS_POINTS = 1.0
"""Homes that differ by less than this share those who come, which keeps rents from swinging."""


def rents(meetings: Meetings, stays: Stays, *, unplaced_points: float) -> Floats:
    """Return the rent of each home, points a bed and week; shape (homes,).

    Parameters
    ----------
    meetings, stays
        Who comes, where they may live, for how long.
    unplaced_points
        What it costs that a child finds no home.
    """
    weeks = np.array(stays.mean_weeks)[meetings.kind]
    bed_weeks = meetings.beds * weeks
    room = np.maximum(meetings.room, 1e-9)
    nothing = unplaced_points * meetings.beds
    rent = np.zeros(len(meetings.home_ids))
    total = np.zeros_like(rent)
    scale = (
        float(
            np.median(
                np.where(np.isfinite(meetings.loss), meetings.loss, np.nan).ravel()[
                    np.isfinite(meetings.loss).ravel()
                ]
            )
        )
        if np.isfinite(meetings.loss).any()
        else 1.0
    )
    unit = max(scale, 1.0) / max(float(np.mean(bed_weeks)), 1e-9)
    for number in range(ROUNDS):
        cost = meetings.loss + rent[None, :] * bed_weeks[:, None]
        least = np.minimum(cost.min(axis=1), nothing)
        share = np.exp(-(cost - least[:, None]) / SOFTNESS_POINTS)
        none = np.exp(-(nothing - least) / SOFTNESS_POINTS)
        share /= share.sum(axis=1, keepdims=True) + none[:, None]
        used = (share * (meetings.per_week * bed_weeks)[:, None]).sum(axis=0)
        step = FIRST_STEP * (LAST_STEP / FIRST_STEP) ** (number / ROUNDS)
        rent = np.maximum(rent + step * unit * np.clip(used / room - 1.0, -1.0, 1.0), 0.0)
        if number >= ROUNDS // 2:
            total += rent
    found: Floats = total / (ROUNDS - ROUNDS // 2)
    return found


def as_values(rent: Floats, stays: Stays) -> Floats:
    """Return rents as what each home in each state is worth, shape (homes, states)."""
    taken = np.array(
        [short * stays.mean_weeks[0] + long * stays.mean_weeks[1] for short, long in STATES]
    )
    found: Floats = rent[:, None] * (taken.max() - taken)[None, :]
    return found
