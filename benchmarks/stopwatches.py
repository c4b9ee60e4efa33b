"""Where the time goes: a stopwatch around every call from one module of the solver to another.

No profiler: functions that a module of the solver imports from another are replaced, while
:func:`phases` is open, by ones that note the time, each second counted for the innermost.
Nothing in the solver knows of it, so new functions in these modules are measured as well.
"""

from __future__ import annotations

import functools
import importlib
import sys
import time
from contextlib import contextmanager
from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Function = Callable[..., Any]

REST = "everything else"
SOLVING = "matcher.solving"
PHASES = {
    "children, homes and options": ("problem", "options", "space", "items", "model"),
    "today's practice": ("search_order",),
    "arrays": ("by_configurations", "configurations.instance", "configurations.splits"),
    "first prices": (
        "relaxation",
        "multipliers",
        "configurations.loosely",
        "configurations.prices",
    ),
    "linear programmes over configurations": ("configurations.master",),
    "pricing every home": ("configurations.pricing",),
    "bound in integers": ("bound", "configurations.bound"),
    "integer programmes": (
        "integers",
        "mending",
        "configurations.integers",
        "configurations.compact",
        "configurations.diving",
    ),
    "enumeration for the proof": (),
    "household rules": ("households",),
    "reasons for those without a home": ("reasons",),
}
"""Phases, and which modules under ``matcher.solving`` they are."""
ENUMERATION = ("within",)
"""Methods of pricing that enumerate for the proof."""
WORKERS = ("Pricer", "Households")
"""Classes whose methods are phases; the others' are too small to be worth a stopwatch."""


class Phases:
    """Seconds of each phase.

    Parameters
    ----------
    names
        Of the phases.
    """

    def __init__(self, names: Iterable[str] = PHASES) -> None:
        self._seconds: dict[str, float] = dict.fromkeys([*names, REST], 0.0)
        self._open: list[str] = [REST]
        self._since = time.perf_counter()

    def turn(self, phase: str | None) -> None:
        """Enter a phase, or leave the innermost for None."""
        now = time.perf_counter()
        self._seconds[self._open[-1]] += now - self._since
        self._since = now
        if phase is None:
            self._open.pop()
        else:
            self._open.append(phase)

    @property
    def seconds(self) -> dict[str, float]:
        """Seconds of each phase that took any, to milliseconds."""
        return {name: round(each, 3) for name, each in self._seconds.items() if each >= 0.0005}


@contextmanager
def phases() -> Iterator[Phases]:
    """Measure phases while open."""
    found = Phases()
    of_module = {
        f"{SOLVING}.{name}": phase for phase, modules in PHASES.items() for name in modules
    }
    # What is imported while running could not be replaced.
    importlib.import_module(f"{SOLVING}.solve")
    for name in list(of_module):
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            # The solver has been rearranged: its time is counted for whoever does the work now.
            del of_module[name]
    put_back: list[tuple[object, str, object]] = []
    try:
        for name, module in list(sys.modules.items()):
            if name.startswith(SOLVING):
                _replace_functions(name, module, of_module, found, put_back)
        for name, phase in of_module.items():
            _replace_methods(sys.modules[name], phase, found, put_back)
        yield found
    finally:
        found.turn(None)
        for place, attribute, original in reversed(put_back):
            setattr(place, attribute, original)


def _replace_functions(
    name: str,
    module: object,
    of_module: dict[str, str],
    found: Phases,
    put_back: list[tuple[object, str, object]],
) -> None:
    """Replace what a module has from others."""
    for attribute, value in list(vars(module).items()):
        if isinstance(value, FunctionType) and value.__module__ != name:
            phase = of_module.get(value.__module__)
            if phase is not None:
                setattr(module, attribute, timed(value, phase, found))
                put_back.append((module, attribute, value))


def _replace_methods(
    module: Any, phase: str, found: Phases, put_back: list[tuple[object, str, object]]
) -> None:
    """Replace the public methods of a module's classes that do the work of a phase."""
    for value in list(vars(module).values()):
        if not isinstance(value, type) or value.__module__ != module.__name__:
            continue
        if value.__name__ not in WORKERS:
            continue
        for attribute, method in list(vars(value).items()):
            if isinstance(method, FunctionType) and not attribute.startswith("_"):
                at = "enumeration for the proof" if attribute in ENUMERATION else phase
                setattr(value, attribute, timed(method, at, found))
                put_back.append((value, attribute, method))


def timed(function: Function, phase: str, found: Phases) -> Function:
    """Return a function that notes its time as a phase.

    Parameters
    ----------
    function
        What is measured.
    phase
        What its time counts as.
    found
        Where it is noted.
    """

    @functools.wraps(function)
    def timed(*arguments: Any, **named: Any) -> Any:
        found.turn(phase)
        try:
            return function(*arguments, **named)
        finally:
            found.turn(None)

    return timed
