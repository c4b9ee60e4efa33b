"""The configurations that have been made so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matcher.solving.configurations.highs import Rows
    from matcher.solving.configurations.instance import Floats, Instance, Ints
    from matcher.solving.configurations.pricing import Priced


class Columns:
    """Configurations, each once, and what they cost, cover and use.

    Parameters
    ----------
    instance
        Whose options they are made of.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._seen: dict[tuple[int, ...], int] = {}
        self.options: list[tuple[int, ...]] = []

    def __len__(self) -> int:
        return len(self.options)

    def add(self, configurations: Iterable[Sequence[int]]) -> list[int]:
        """Add configurations, each the options taken in one home; return which are new."""
        fresh = []
        for each in configurations:
            key = tuple(sorted(each))
            if key and key not in self._seen:
                self._seen[key] = len(self.options)
                fresh.append(len(self.options))
                self.options.append(key)
        return fresh

    def add_priced(self, found: Priced) -> list[int]:
        """Add what pricing has found; return which are new."""
        option, first = found.option.tolist(), found.first.tolist()
        return self.add(option[first[at] : first[at + 1]] for at in range(len(found)))

    def add_plan(self, chosen: Iterable[int]) -> list[int]:
        """Add the configurations that a plan consists of; return which are new."""
        by_home: dict[int, list[int]] = {}
        for option in chosen:
            by_home.setdefault(int(self.instance.home[option]), []).append(int(option))
        return self.add(by_home.values())

    def position(self, options: Sequence[int]) -> int:
        """Return which configuration takes these options."""
        return self._seen[tuple(sorted(options))]

    def of_plan(self, chosen: Iterable[int]) -> list[int]:
        """Return which configurations a plan consists of; all have been added."""
        by_home: dict[int, list[int]] = {}
        for option in chosen:
            by_home.setdefault(int(self.instance.home[option]), []).append(int(option))
        return [self.position(each) for each in by_home.values()]

    def block(self, which: Sequence[int]) -> Block:
        """Return the numbers of some configurations."""
        return Block(self.instance, [self.options[each] for each in which])


class Block:
    """Some configurations as numbers.

    Parameters
    ----------
    instance
        Whose options they are made of.
    options
        Those of each configuration, at least one.
    """

    def __init__(self, instance: Instance, options: Sequence[Sequence[int]]) -> None:
        sizes = np.array([len(each) for each in options], dtype=np.int64)
        flat = np.array([at for each in options for at in each], dtype=np.int64)
        self.count = len(sizes)
        self.of = np.repeat(np.arange(self.count), sizes)
        begin = np.concatenate([[0], np.cumsum(sizes)])[:-1].astype(np.int64)
        self.home: Ints = instance.home[flat[begin]].astype(np.int64)
        cost = np.zeros(self.count, dtype=np.int64)
        np.add.at(cost, self.of, instance.cost[flat])
        self.cost: Ints = cost + instance.opening[self.home]
        used = instance.use.at(flat)
        self.use = np.zeros((instance.limits, self.count), dtype=np.int64)
        for each in range(instance.limits):
            np.add.at(self.use[each], self.of, used[each])
        #: The items taken: which configuration, which item; each once.
        self.item: Ints = instance.item[flat].astype(np.int64)

    def matrix(self, rows: Rows, row_of_home: Ints | None = None) -> tuple[Ints, Ints, Floats]:
        """Return the columns of a linear programme, compressed: begin, row, value.

        Parameters
        ----------
        rows
            Of the programme.
        row_of_home
            Which of its rows of homes each configuration is in; by the home's position when
            None.
        """
        home = self.home if row_of_home is None else row_of_home
        use_of, limit = np.nonzero(self.use.T)
        of = np.concatenate([self.of, np.arange(self.count), use_of])
        row = np.concatenate([self.item, rows.homes_at + home, rows.limits_at + limit])
        value = np.concatenate(
            [
                np.ones(len(self.item) + self.count),
                self.use[limit, use_of] / rows.scale[limit],
            ]
        )
        order = np.lexsort((row, of))
        of, row, value = of[order], row[order], value[order]
        begin = np.searchsorted(of, np.arange(self.count + 1))
        return begin.astype(np.int64), row, value
