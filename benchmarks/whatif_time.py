"""Where the time of a simulated year goes: a stopwatch around the calls of its parts."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from benchmarks.stopwatches import Phases, timed
from matcher.live.asking import Asker
from matcher.live.barring import Bars
from matcher.live.changing import ChangingWorld
from matcher.live.world import LiveWorld
from scenarios import placing, simulation
from scenarios.demand import Demand
from scenarios.ledger import Ledger
from scenarios.life import Life
from scenarios.offers import Offers
from scenarios.placing import Placing
from scenarios.register import Register
from scenarios.supply import Supply

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS: dict[str, tuple[tuple[Any, tuple[str, ...]], ...]] = {
    "homes no rule excludes": (
        (Bars, ("lawful_homes", "perhaps", "remembered", "_lawful", "_joined")),
    ),
    "what these are worth": ((Asker, ("_appraised",)),),
    "choosing among them": ((LiveWorld, ("batch", "hopeless")),),
    "the checker, each decision": ((placing, ("check_choices",)),),
    "the checker, each week and quarter": ((simulation, ("check_touched", "check_everything")),),
    "who offers": ((Offers, ("declining", "make_places")),),
    "columns kept current": ((ChangingWorld, ("_settle", "set_day", "put", "drop", "take")),),
    "searches and moves": ((Placing, ("decide",)),),
    "families who come": ((Demand, ("arrivals",)),),
    "homes that come and go": ((Supply, ("begin_week", "end_week")),),
    "stays, birthdays, moves asked for": ((Life, ("birthdays", "due", "events", "after_placing")),),
    "counting": (
        (Register, ("begin", "end", "stand", "begin_week", "end_week")),
        (Ledger, ("close_week",)),
    ),
    "the first day": ((simulation, ("as_simulated", "settle_in")),),
}
"""Parts of a simulated future, and what they are: methods of classes, functions of modules."""


@contextmanager
def parts() -> Iterator[Phases]:
    """Measure the parts while open, each second counted for the innermost."""
    found = Phases(PARTS)
    put_back = []
    try:
        for part, places in PARTS.items():
            for place, names in places:
                for name in names:
                    original = vars(place)[name]
                    setattr(place, name, timed(original, part, found))
                    put_back.append((place, name, original))
        yield found
    finally:
        found.turn(None)
        for place, name, original in reversed(put_back):
            setattr(place, name, original)
