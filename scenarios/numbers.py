"""The values of assumptions in force: as drawn, then multiplied and added to by changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenarios.assumptions.assumption import Drawn
from scenarios.changes import NumberChanges

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from scenarios.assumptions import Assumptions
    from scenarios.changes import AnyChange


class Numbers:
    """Values of assumptions on the current day.

    Parameters
    ----------
    assumptions
        Their ranges.
    drawn
        Their values in this replication.
    changes
        Everything that changes; only changes of numbers matter here.
    """

    def __init__(
        self, assumptions: Assumptions, drawn: Mapping[str, float], changes: Sequence[AnyChange]
    ) -> None:
        self._assumptions = assumptions
        self.drawn = drawn
        self._changes = [each for each in changes if isinstance(each, NumberChanges)]
        self._in_force: tuple[int, ...] = ()
        self.version = 0
        """Counts the days on which values have changed."""
        self._by_name: dict[str, list[NumberChanges]] = {}
        self._limited: frozenset[str] = frozenset()
        self._values: dict[str, float] = {}

    def set_day(self, day: date) -> bool:
        """Move to a day; return whether any value may differ from the day before."""
        if not self._changes:
            return False
        now = tuple(at for at, each in enumerate(self._changes) if each.in_force(day))
        if now == self._in_force:
            return False
        self._in_force = now
        self.version += 1
        self._by_name = {}
        self._values = {}
        for at in now:
            self._by_name.setdefault(self._changes[at].name, []).append(self._changes[at])
        self._limited = frozenset(
            name
            for name, changes in self._by_name.items()
            if not all(each.for_everybody for each in changes)
        )
        return True

    def in_force(self, prefix: str) -> tuple[NumberChanges, ...]:
        """Return the changes in force of assumptions whose names begin so."""
        return tuple(
            self._changes[at] for at in self._in_force if self._changes[at].name.startswith(prefix)
        )

    def value(self, name: str) -> float:
        """Return the value for everybody: changes limited to some are left out."""
        found = self._values.get(name)
        if found is None:
            changes = [each for each in self._by_name.get(name, ()) if each.for_everybody]
            found = self._values[name] = self._changed(name, changes)
        return found

    def limited(self, name: str) -> bool:
        """Whether a change in force is limited to some children or homes."""
        return name in self._limited

    def value_where(self, name: str, fits: Callable[[NumberChanges], bool]) -> float:
        """Return the value for one child, family or home.

        Parameters
        ----------
        name
            The assumption.
        fits
            Whether a limited change is for them.
        """
        if name not in self._limited:
            return self.value(name)
        return self._changed(
            name, [each for each in self._by_name[name] if each.for_everybody or fits(each)]
        )

    def values(
        self,
        names: Sequence[str],
        which: NDArray[np.intp],
        mask: Callable[[NumberChanges], NDArray[np.bool_]],
    ) -> NDArray[np.float64]:
        """Return for each of several entities the value of the assumption that is theirs.

        Parameters
        ----------
        names
            Assumptions, one for each band or kind.
        which
            For each entity, the position of its own in ``names``.
        mask
            Who a limited change is for.
        """
        found = np.array([self.value(name) for name in names])[which]
        for at, name in enumerate(names):
            if not self.limited(name):
                continue
            changes = self._by_name[name]
            factor = np.full(len(which), self.drawn[name])
            plus = np.zeros(len(which))
            for each in changes:
                there = np.ones(len(which), dtype=bool) if each.for_everybody else mask(each)
                factor[there] *= each.multiply
                plus[there] += each.add
            own = which == at
            found[own] = self._bounded(name, factor + plus)[own]
        return found

    def one_value(
        self, name: str, count: int, mask: Callable[[NumberChanges], NDArray[np.bool_]]
    ) -> float | NDArray[np.float64]:
        """Return the value of one assumption for several entities: a number if all have it."""
        if not self.limited(name):
            return self.value(name)
        return self.values((name,), np.zeros(count, dtype=np.intp), mask)

    def _changed(self, name: str, changes: Sequence[NumberChanges]) -> float:
        value = self.drawn[name]
        for each in changes:
            value *= each.multiply
        for each in changes:
            value += each.add
        return float(self._bounded(name, np.float64(value)))

    def _bounded(self, name: str, value: NDArray[np.float64] | np.float64) -> NDArray[np.float64]:
        assumption = self._assumptions[name]
        share = assumption.drawn in (Drawn.BETA, Drawn.DIRICHLET)
        return np.clip(value, assumption.low, 1.0 if share else np.inf)
