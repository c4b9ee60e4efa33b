"""Households that are alike in some fields, counted once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from numpy.typing import NDArray

    from matcher.domain.home import Home


class HouseholdCodes:
    """A number for each home, the same where some fields of the household have the same values.

    Parameters
    ----------
    fields
        Fields of :class:`~matcher.domain.home.Household`.
    homes
        In the order of the arrays.
    """

    def __init__(self, fields: tuple[str, ...], homes: Sequence[Home]) -> None:
        self.fields = fields
        self._at: dict[tuple[Any, ...], int] = {}
        self._shares: dict[Hashable, NDArray[np.float64]] = {}
        self.codes = np.fromiter(map(self.code, homes), np.intp, len(homes))
        """Shape (n,): the number of each home's values, in the order in which they came up."""

    def shares(
        self, key: Hashable, share: Callable[[tuple[Any, ...]], float | None]
    ) -> NDArray[np.float64]:
        """Return what a share is for each of the different values; nan when unknown.

        Parameters
        ----------
        key
            Everything that it depends on beside the values.
        share
            From the values of one household: 0 to 1, or None when unknown.
        """
        found = self._shares.get(key)
        if found is None or len(found) < len(self._at):
            shares = [share(each) for each in self._at]
            found = np.array([np.nan if each is None else each for each in shares])
            found.flags.writeable = False
            self._shares[key] = found
        return found

    def code(self, home: Home) -> int:
        """Return the number of a home's values, a new one if they are new."""
        household = home.household
        values = tuple([getattr(household, each) for each in self.fields])
        return self._at.setdefault(values, len(self._at))
