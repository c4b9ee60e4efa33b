"""Units into places that hold so much: the best assignment, proved, by integer programming."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np

from matcher.solving.configurations.highs import INFINITE, Programme

if TYPE_CHECKING:
    from matcher.solving.online.tables import Flags, Floats, Ints
    from matcher.solving.stopwatch import Stopwatch

NOWHERE = -1


@dataclass(frozen=True, eq=False)
class Seated:
    """Who goes where.

    Parameters
    ----------
    place
        Position of the place of each unit, :data:`NOWHERE` for none; shape (units,).
    bound
        No assignment is worth more than this.
    proved
        Whether none is worth more than this one.
    """

    place: Ints
    bound: float
    proved: bool


def seat(worth: Floats, sizes: Ints, allowed: Flags, room: Ints, *, watch: Stopwatch) -> Seated:
    """Return the assignment that is worth most; a unit may go nowhere, which is worth nothing.

    Parameters
    ----------
    worth
        Of each unit in each place, of the order of 1, shape (units, places).
    sizes, allowed, room
        What each unit takes, where it may go, what each place holds.
    watch
        Ends the search when time is up.
    """
    count, places = worth.shape
    unit, place = np.nonzero(allowed & (sizes[:, None] <= room[None, :]) & (worth > 0))
    options = len(unit)
    upper = np.concatenate([np.ones(count), room.astype(np.float64)])
    programme = Programme(np.full(count + places, -INFINITE), upper)
    row = np.stack([unit, count + place], axis=1).ravel()
    value = np.stack([np.ones(options), sizes[unit].astype(np.float64)], axis=1).ravel()
    begin = np.arange(0, 2 * options, 2)
    programme.add(-worth[unit, place], np.ones(options), begin, row, value)
    highs = programme.highs
    kinds = np.full(options, highspy.HighsVarType.kInteger, dtype=object)
    highs.changeColsIntegrality(options, np.arange(options, dtype=np.int32), kinds)
    programme.option("mip_rel_gap", 0.0)
    programme.option("mip_abs_gap", 1e-9)
    status = programme.solve(watch) if options else highspy.HighsModelStatus.kOptimal
    found = np.full(count, NOWHERE, dtype=np.int64)
    info = highs.getInfo()
    known = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if options and known:
        taken = np.asarray(highs.getSolution().col_value) > 0.5
        found[unit[taken]] = place[taken]
    # The solver is not believed about room.
    used = np.bincount(found[found >= 0], weights=sizes[found >= 0], minlength=places)
    if (used > room).any():
        raise AssertionError("A place was given more than it holds.")
    # Everybody in the best place: what is known before the solver has begun.
    most = float(np.where(allowed, worth, 0.0).max(axis=1, initial=0.0).sum())
    return Seated(
        place=found,
        bound=min(most, -float(info.mip_dual_bound)) if options else 0.0,
        proved=status == highspy.HighsModelStatus.kOptimal,
    )
