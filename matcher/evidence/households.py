"""Households that are alike in some fields, counted once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

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
        self.codes = np.fromiter(map(self.code, homes), np.intp, len(homes))
        """Shape (n,): the position of each home's values among :attr:`values`."""

    @property
    def values(self) -> tuple[tuple[Any, ...], ...]:
        """The different values, in the order of their numbers."""
        return tuple(self._at)

    @property
    def count(self) -> int:
        """How many different values there are."""
        return len(self._at)

    def code(self, home: Home) -> int:
        """Return the number of a home's values, a new one if they are new."""
        household = home.household
        values = tuple([getattr(household, each) for each in self.fields])
        return self._at.setdefault(values, len(self._at))
