"""What a peer comes to, and the loop in which household rules refuse what it proposes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from matcher.solving.mending import mend
from matcher.solving.refusals import Refusals, refuse
from matcher.solving.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from matcher.solving.model import Model
    from matcher.solving.refusals import Refusal


@dataclass(frozen=True)
class PeerPlan:
    """What a peer comes to.

    Parameters
    ----------
    chosen
        Options of a lawful plan; None when none was found.
    bound
        What the peer itself shows that no plan costs less than; None when nothing.
    status
        In words.
    model_seconds, search_seconds
        To write the model down, and to search.
    rounds
        How often household rules were asked about a proposed plan.
    """

    chosen: tuple[int, ...] | None
    bound: int | None
    status: str
    model_seconds: float
    search_seconds: float
    rounds: int = 1


class Round(NamedTuple):
    """What one solve came to: options, a bound, whether it was proved best."""

    chosen: tuple[int, ...] | None
    bound: int | None
    proved: bool


class Solver(Protocol):
    """A model that can be solved, refused and solved again."""

    def refuse(self, refusal: Refusal) -> None:
        """Add a constraint."""

    def solve(self, seconds: float) -> Round:
        """Solve for so long at most."""


def ask_and_solve(model: Model, write: Callable[[], Solver], *, seconds: float) -> PeerPlan:
    """Solve until the household rules refuse nothing, or time is up.

    Parameters
    ----------
    model
        The aim.
    write
        Writes the same as the peer has it.
    seconds
        How long to search, writing not counted. A plan refused when time is up is mended.
    """
    began = time.perf_counter()
    solver = write()
    model_seconds = time.perf_counter() - began
    watch = Stopwatch(seconds)
    kept = np.arange(len(model.problem.options), dtype=np.int64)
    refusals = Refusals()
    best: tuple[int, ...] | None = None
    bound: int | None = None
    rounds, proved = 0, False
    while not watch.halted():
        rounds += 1
        found = solver.solve(watch.remaining() or 0.0)
        if found.bound is not None:
            bound = found.bound if bound is None else max(bound, found.bound)
        if found.chosen is None:
            break
        known = len(refusals.known)
        refused = refuse(model.problem, found.chosen, kept, refusals)
        lawful = mend(model, found.chosen, kept) if refused else found.chosen
        if lawful is not None and (best is None or model.value(lawful) < model.value(best)):
            best = lawful
        if not refused:
            proved = found.proved
            break
        for refusal in list(refusals.known)[known:]:
            solver.refuse(refusal)
    status = "no plan" if best is None else "proved" if proved else "time limit"
    return PeerPlan(best, bound, status, model_seconds, watch.elapsed, rounds)
