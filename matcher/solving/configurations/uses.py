"""What options, or splits, use of every limit, held sparsely where few of them use any.

A budget concerns every option. The prepaid beds of a block concern those in a home or two,
and a region has hundreds of blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Row = NDArray[Any] | tuple[Ints, NDArray[Any]]
    Floats = NDArray[np.float64]

SPARSE = 0.2
"""A limit that a smaller share of the options uses is held sparsely."""
SMALL = 2**31 - 1


@dataclass(frozen=True, eq=False)
class Uses:
    """What each option uses of each limit.

    Parameters
    ----------
    options
        How many options there are.
    users
        For each limit the options that use it, rising; None stands for all of them.
    amounts
        What each of those uses, integers.
    """

    options: int
    users: tuple[NDArray[np.int64] | None, ...]
    amounts: tuple[NDArray[np.integer], ...]

    @classmethod
    def of(cls, rows: Sequence[Row], options: int) -> Uses:
        """Return what options use.

        Parameters
        ----------
        rows
            For every limit what each option uses of it; or which options use any, rising, and
            what these use.
        options
            How many options there are.
        """
        users: list[Ints | None] = []
        amounts: list[NDArray[np.integer]] = []
        for row in rows:
            if isinstance(row, tuple):
                some, amount = row
            else:
                some = np.flatnonzero(row)
                amount = row[some]
            if len(some) < SPARSE * options:
                users.append(some)
                amounts.append(in_few_bits(amount))
            else:
                whole = np.zeros(options, dtype=np.int64)
                whole[some] = amount
                users.append(None)
                amounts.append(in_few_bits(whole))
        return cls(options, tuple(users), tuple(amounts))

    @classmethod
    def of_entries(
        cls, option: Ints, limit: Ints, amount: NDArray[np.integer], *, options: int, limits: int
    ) -> Uses:
        """Return what options use, given who uses how much of which limit, by option."""
        order = np.argsort(limit, kind="stable")
        first = np.searchsorted(limit[order], np.arange(limits + 1)).tolist()
        return cls.of(
            [(option[order[low:high]], amount[order[low:high]]) for low, high in pairwise(first)],
            options,
        )

    def __len__(self) -> int:
        return len(self.amounts)

    def and_(self, row: NDArray[np.integer]) -> Uses:
        """Return the same with one limit more."""
        more = Uses.of([row], self.options)
        return Uses(self.options, self.users + more.users, self.amounts + more.amounts)

    def used_by(self, options: Ints) -> Ints:
        """Return the limits that any of some options may use, rising."""
        _, limit, _ = self._entries(options)
        found: Ints = np.union1d(limit, np.array(self._whole, dtype=np.int64))
        return found

    def part(self, options: Ints, limits: Ints) -> Uses:
        """Return the same for some options and some limits, these rising."""
        where, limit, amount = self._entries(options)
        kept = np.isin(limit, limits)
        found = Uses.of_entries(
            where[kept],
            np.searchsorted(limits, limit[kept]),
            amount[kept],
            options=len(options),
            limits=len(limits),
        )
        users, amounts = list(found.users), list(found.amounts)
        for each in np.intersect1d(limits, self._whole).tolist():
            at = int(np.searchsorted(limits, each))
            users[at], amounts[at] = None, self.amounts[each][options]
        return Uses(len(options), tuple(users), tuple(amounts))

    @cached_property
    def _few(self) -> tuple[Ints, Ints, Ints]:
        """What is held sparsely, all limits together: option, limit and amount, by option."""
        sparse = [at for at, users in enumerate(self.users) if users is not None]
        none = np.zeros(0, dtype=np.int64)
        option = np.concatenate([none, *(self.users[at] for at in sparse)])
        limit = np.repeat(np.array(sparse, np.int64), [len(self.amounts[at]) for at in sparse])
        amount = np.concatenate([none, *(self.amounts[at].astype(np.int64) for at in sparse)])
        order = np.argsort(option, kind="stable")
        return option[order], limit[order], amount[order]

    @cached_property
    def _whole(self) -> tuple[int, ...]:
        """The limits that are not held sparsely."""
        return tuple(at for at, users in enumerate(self.users) if users is None)

    def at(self, options: Ints) -> Ints:
        """Return what some options use, shape (limits, of them)."""
        found = np.zeros((len(self), len(options)), dtype=np.int64)
        for each in self._whole:
            found[each] = self.amounts[each][options]
        where, limit, amount = self._entries(options)
        found[limit, where] = amount
        return found

    def total(self, options: Ints) -> Ints:
        """Return what some options use of each limit together, shape (limits,)."""
        found = np.zeros(len(self), dtype=np.int64)
        for each in self._whole:
            found[each] = self.amounts[each][options].sum(dtype=np.int64)
        _, limit, amount = self._entries(options)
        np.add.at(found, limit, amount)
        return found

    def shared(self, options: Ints, share: Floats) -> Floats:
        """Return what some options use of each limit when only a share of each is taken."""
        found = np.zeros(len(self))
        for each in self._whole:
            found[each] = self.amounts[each][options] @ share
        where, limit, amount = self._entries(options)
        np.add.at(found, limit, amount * share[where])
        return found

    def _entries(self, options: Ints) -> tuple[Ints, Ints, Ints]:
        """Return what of ``_few`` concerns some options, these by their place."""
        option, limit, amount = self._few
        low, high = np.searchsorted(option, options), np.searchsorted(option, options, "right")
        count = high - low
        where = np.repeat(np.arange(len(options)), count)
        at = np.arange(len(where)) - np.repeat(np.cumsum(count) - count - low, count)
        return where, limit[at], amount[at]

    def priced(self, prices: NDArray[Any], among: Ints | None = None) -> NDArray[Any] | None:
        """Return what all that is used comes to at prices of the limits.

        Parameters
        ----------
        prices
            Of each limit; integers give integers.
        among
            Of these options only.

        Returns
        -------
        ndarray or None
            For every option, or those asked about; None where no limit has a price.
        """
        if not prices.any():
            return None
        count = self.options if among is None else len(among)
        found: NDArray[Any] = np.zeros(count, dtype=prices.dtype)
        for each in self._whole:
            if prices[each]:
                amounts = self.amounts[each]
                found += prices[each] * (amounts if among is None else amounts[among])
        where, limit, amount = self._few if among is None else self._entries(among)
        some = np.flatnonzero(prices[limit])
        np.add.at(found, where[some], prices[limit[some]] * amount[some])
        return found

    @property
    def most(self) -> Floats:
        """The most that any option uses of each limit, or gives back."""
        return np.array(
            [float(np.abs(each).max(initial=0)) for each in self.amounts], dtype=np.float64
        )

    @property
    def usual(self) -> Floats:
        """What an option that uses a limit uses of it on average; 1 at least."""
        found = np.ones(len(self))
        for each, amounts in enumerate(self.amounts):
            some = amounts[amounts != 0]
            if len(some):
                found[each] = max(float(np.abs(some).mean(dtype=np.float64)), 1.0)
        return found


def in_few_bits(numbers: NDArray[Any]) -> NDArray[Any]:
    """Return whole numbers in 32 bits where they fit: large problems are bound by memory."""
    if max(int(numbers.max(initial=0)), -int(numbers.min(initial=0))) <= SMALL:
        return numbers.astype(np.int32, copy=False)
    return numbers.astype(np.int64, copy=False)
