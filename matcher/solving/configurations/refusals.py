"""Who may not share a home, as far as it has come up.

The household is asked when a configuration is first made. What it refuses is remembered for
that home: a smallest part that no company could make acceptable, or else exactly the items
asked about. The search keeps away from both, so that the same is never refused twice, and
so does the bound: leaving refusals out would make it lower, never wrong.

References
----------
.. [1] G. Codato and M. Fischetti, "Combinatorial Benders' cuts for mixed-integer linear
   programming", Operations Research 54 (2006).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matcher.solving.configurations.instance import Flags, Instance, Ints


class Refusals:
    """What the household of an instance has refused.

    Parameters
    ----------
    instance
        Items, homes, and the household to ask.
    """

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._known: dict[tuple[int, frozenset[int]], bool] = {}
        self.excepted: frozenset[int] = frozenset()
        """Homes that refuse some company exactly, and might not if more joined it."""
        self.by_home: dict[int, dict[tuple[frozenset[int], bool], None]] = {}
        self._pairs: dict[int, set[int]] = {}
        self._arrays: dict[bool, tuple[Ints, Ints, Ints, Ints, Ints, Flags]] = {}

    def __len__(self) -> int:
        return sum(map(len, self.by_home.values()))

    @property
    def asked(self) -> int:
        """How many configurations the household has been asked about."""
        return len(self._known)

    def allows(self, home: int, items: Iterable[int]) -> bool:
        """Whether a home may take exactly these items together; remembers a refusal.

        Parameters
        ----------
        home
            Position of the home.
        items
            Positions of the items.
        """
        household = self._instance.household
        together = frozenset(items)
        if household is None or len(together) < 2:
            return True
        key = (home, together)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = household.allows(home, sorted(together))
            if not found:
                part, exactly = self._smallest(home, together)
                self.by_home.setdefault(home, {})[part, exactly] = None
                if not exactly and len(part) == 2:
                    code = min(part) * self._instance.items + max(part)
                    self._pairs.setdefault(home, set()).add(code)
                if exactly:
                    self.excepted |= {home}
                self._arrays.clear()
        return found

    def _smallest(self, home: int, items: frozenset[int]) -> tuple[frozenset[int], bool]:
        household = self._instance.household
        assert household is not None  # only asked when there is one
        if not household.refuses_with_others(home, sorted(items)):
            return items, True
        for item in sorted(items):
            fewer = items - {item}
            if len(fewer) > 1 and household.refuses_with_others(home, sorted(fewer)):
                items = fewer
        return items, False

    def arrays(self, *, exactly: bool = True) -> tuple[Ints, Ints, Ints, Ints, Ints, Flags]:
        """Return all that is refused as the search reads it.

        Parameters
        ----------
        exactly
            Whether to include what was refused only as it was, and not with others.

        Returns
        -------
        tuple of ndarray
            Where each home's refused pairs begin; the pairs, each as one number, rising.
            Where each home's other refused sets begin; where each set's items begin; the
            items; whether exactly the set is refused, and not what contains it.
        """
        if exactly not in self._arrays:
            pairs: list[int] = []
            pair_counts = np.zeros(self._instance.homes + 1, dtype=np.int64)
            set_counts = np.zeros(self._instance.homes + 1, dtype=np.int64)
            first, items, exact = [0], [], []
            for home in sorted(self.by_home):
                codes = sorted(self._pairs.get(home, ()))
                pair_counts[home + 1] = len(codes)
                pairs += codes
                for part, only in self.by_home[home]:
                    if (exactly or not only) and (only or len(part) > 2):
                        set_counts[home + 1] += 1
                        items.extend(sorted(part))
                        first.append(len(items))
                        exact.append(only)
            self._arrays[exactly] = (
                np.cumsum(pair_counts),
                np.array(pairs, dtype=np.int64),
                np.cumsum(set_counts),
                np.array(first, dtype=np.int64),
                np.array(items, dtype=np.int64),
                np.array(exact, dtype=np.bool_),
            )
        return self._arrays[exactly]

    def refuse(self, home: int, items: frozenset[int]) -> bool:
        """Whether what is known already excludes a configuration."""
        return any(
            items == part if exactly else items >= part
            for part, exactly in self.by_home.get(home, ())
        )
