"""What options use of every limit, held sparsely where few options use any.

A budget concerns every option. The prepaid beds of a block concern those in a home or two,
and a region has hundreds of blocks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
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
    def of(cls, rows: Sequence[NDArray[np.integer]], options: int) -> Uses:
        """Return what options use, given one array an option for every limit."""
        users: list[Ints | None] = []
        amounts: list[NDArray[np.integer]] = []
        for row in rows:
            some = np.flatnonzero(row)
            sparse = len(some) < SPARSE * options
            users.append(some if sparse else None)
            amounts.append(in_few_bits(row[some] if sparse else row))
        return cls(options, tuple(users), tuple(amounts))

    def __len__(self) -> int:
        return len(self.amounts)

    def and_(self, row: NDArray[np.integer]) -> Uses:
        """Return the same with one limit more."""
        more = Uses.of([row], self.options)
        return Uses(self.options, self.users + more.users, self.amounts + more.amounts)

    def at(self, options: Ints) -> Ints:
        """Return what some options use, shape (limits, of them)."""
        found = np.zeros((len(self), len(options)), dtype=np.int64)
        for each, (users, amounts) in enumerate(zip(self.users, self.amounts, strict=True)):
            if users is None:
                found[each] = amounts[options]
            elif len(users):
                place = np.minimum(np.searchsorted(users, options), len(users) - 1)
                found[each] = np.where(users[place] == options, amounts[place], 0)
        return found

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
        some = np.flatnonzero(prices)
        if not len(some):
            return None
        if among is not None:
            asked: NDArray[Any] = prices @ self.at(among)
            return asked
        found: NDArray[Any] = np.zeros(self.options, dtype=prices.dtype)
        for each in some:
            users = self.users[each]
            if users is None:
                found += prices[each] * self.amounts[each]
            else:
                found[users] += prices[each] * self.amounts[each]
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
