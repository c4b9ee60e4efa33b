"""Batch by batch: prices from what is known, then the best assignment of those who wait."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matcher.errors import UsageError
from matcher.solving.online.fluid import Fluid
from matcher.solving.online.seats import NOWHERE, seat
from matcher.solving.stopwatch import Stopwatch, check_seconds

if TYPE_CHECKING:
    from matcher.solving.online.tables import Floats, Ints, OnlineInstance, Units


@dataclass(frozen=True)
class OnlineResult:
    """What came of an instance.

    Parameters
    ----------
    assignment
        The place of each unit, in the order of arrival; None for nowhere.
    total
        What it is worth.
    greedy_total
        What the best assignment of each batch by itself is worth, one after the other.
    hindsight_optimum
        What the best assignment is worth had everything been known; None when it was not
        proved in time.
    hindsight_bound
        No assignment is worth more; the same when it was proved.
    ratio
        Of the total to the optimum, or to the bound where there is no optimum; where nothing
        can be had, 1 if nothing was lost either, and otherwise 0.
    seconds
        That all decisions took, prices included and hindsight not.
    hindsight_seconds
        That the optimum took.
    trained_on
        How many units of an earlier period prices were learnt from.
    left_out
        How many units were left out, because nothing that they may go to had room.
    """

    assignment: dict[str, str | None]
    total: float
    greedy_total: float
    hindsight_optimum: float | None
    hindsight_bound: float
    ratio: float
    seconds: float
    hindsight_seconds: float
    trained_on: int
    left_out: int


def play(
    instance: OnlineInstance, *, batch: int = 10, seconds: float | None = None
) -> OnlineResult:
    """Assign units as they arrive, and say how good that was.

    A decision depends on the earlier period, on the units that have arrived, and on how many
    are still to come; on nothing else.

    Parameters
    ----------
    instance
        Who arrives, and where there is room.
    batch
        How many units are decided about together, from 1.
    seconds
        That proving the optimum in hindsight may take, up to a week; None for as long as it
        takes.

    Raises
    ------
    UsageError
        If the batch or the seconds make no sense.
    """
    if batch < 1:
        raise UsageError(f"The batch is {batch}; it must be at least 1.")
    check_seconds(seconds)
    units = instance.units
    watch = Stopwatch(None)
    place = decide(instance, batch=batch)
    taken = watch.elapsed
    greedy = decide(instance, batch=batch, priced=False)
    watch = Stopwatch(seconds)
    scale = _scale(units)
    best = seat(
        units.weights / scale, units.sizes, units.compatible, instance.capacities, watch=watch
    )
    total, greedy_total = worth(units, place), worth(units, greedy)
    # The solver tells apart what differs by a billionth of the largest weight, and no less.
    optimum = max(worth(units, best.place), total, greedy_total)
    bound = optimum if best.proved else max(best.bound * scale, optimum)
    return OnlineResult(
        assignment={
            label: None if at == NOWHERE else instance.places[at]
            for label, at in zip(units.labels, place.tolist(), strict=True)
        },
        total=total,
        greedy_total=greedy_total,
        hindsight_optimum=optimum if best.proved else None,
        hindsight_bound=bound,
        ratio=total / bound if bound > 0 else float(total >= 0),
        seconds=taken,
        hindsight_seconds=watch.elapsed,
        trained_on=len(instance.training),
        left_out=int((place == NOWHERE).sum()),
    )


def decide(
    instance: OnlineInstance, *, batch: int, priced: bool = True, refusing: bool = False
) -> Ints:
    """Return the place of each unit by position, :data:`NOWHERE` for none; shape (units,).

    Parameters
    ----------
    instance, batch
        As for :func:`play`.
    priced
        Whether room is kept for those who come later; otherwise each batch takes the best.
    refusing
        Whether a unit may be left out although something fits. Never for people: it tells what
        the rule costs.
    """
    units, room = instance.units, instance.capacities.copy()
    found = np.full(len(units), NOWHERE, dtype=np.int64)
    known = instance.training if len(instance.training) else units.some(slice(0, batch))
    scale = _scale(known)
    fluid = Fluid(len(instance.places))
    fluid.learn(instance.training, scale=scale)
    for first in range(0, len(units), batch):
        waiting = units.some(slice(first, first + batch))
        prices = np.zeros(len(room))
        if priced:
            fluid.learn(waiting, scale=scale)
            # The last batch has nobody to keep room for.
            if first + batch < len(units):
                prices = fluid.prices(room, len(units) - first)
        net = waiting.weights / scale - prices[None, :] * waiting.sizes[:, None]
        place = _decide_batch(net, waiting, room, refusing=refusing)
        found[first : first + len(waiting)] = place
        placed = place != NOWHERE
        np.subtract.at(room, place[placed], waiting.sizes[placed])
    return found


def _decide_batch(net: Floats, units: Units, room: Ints, *, refusing: bool) -> Ints:
    """Return the best places of a batch that leave nobody out for whom there is room.

    Prices alone might turn somebody away to keep room for others. Whoever is left out although
    something would fit gets a bonus that outweighs everything else, until there is nobody.
    """
    bonus = np.zeros(len(units))
    possible = np.abs(net, where=units.compatible, out=np.zeros_like(net))
    outweighs = 1.0 + 2.0 * float(possible.max(axis=1).sum())
    while True:
        worth = net + bonus[:, None]
        place = seat(worth, units.sizes, units.compatible, room, watch=Stopwatch(None)).place
        placed = place != NOWHERE
        left = room.copy()
        np.subtract.at(left, place[placed], units.sizes[placed])
        fits = (units.compatible & (units.sizes[:, None] <= left[None, :])).any(axis=1)
        turned_away = ~placed & fits & (bonus == 0)
        if refusing or not turned_away.any():
            return place
        bonus[turned_away] = outweighs


def _scale(units: Units) -> float:
    """Return what makes weights of the order of 1, as the solver likes them.

    Only those that can be had: a million that stands for *never* would make them all vanish.
    """
    return float(units.weights.max(initial=0.0, where=units.compatible)) or 1.0


def worth(units: Units, place: Ints) -> float:
    """Return what an assignment adds up to.

    Parameters
    ----------
    units, place
        Who, and the position of the place of each.
    """
    at = np.flatnonzero(place != NOWHERE)
    return math.fsum(units.weights[at, place[at]].tolist())
