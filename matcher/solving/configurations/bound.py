"""What no plan can beat, recomputed in exact integers from the prices alone.

For any price ``u`` of every item and any price ``p >= 0`` of every limit, every plan costs at
least

    constant + sum over families of the least (split cost + p . split use + sum of u in it)
    - sum(p * limit) + sum over homes of the least (sum of cost + p . use - u of company),

by weak duality [1]_. The prices are rounded to integer fractions and everything after that
is integer, over all options, with a search of its own: nothing of the pricing, the linear
programmes or floating point is believed.

References
----------
.. [1] A. M. Geoffrion, "Lagrangean relaxation for integer programming", Mathematical
   Programming Study 2 (1974).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matcher.solving.configurations import least as least_module
from matcher.solving.configurations.compiling import compiled as compiled_functions
from matcher.solving.configurations.compiling import worth_compiling
from matcher.solving.configurations.refusals import Refusals

if TYPE_CHECKING:
    from matcher.solving.configurations.instance import Flags, Instance, Ints
    from matcher.solving.configurations.prices import Prices

NEVER = 2**62
FINEST = 1_000_000
"""Prices are integers in millionths, or coarser where sums might become too large."""
STEPS, STEPS_COMPILED = 20_000, 2_000_000
"""After so many steps in one home, conflicts there are left out of account."""


@dataclass(frozen=True, eq=False)
class Bound:
    """A lower bound on every plan, and on every plan that takes a given option.

    Parameters
    ----------
    scaled
        The bound, times ``scale``.
    scale
        Into how many parts a unit of cost is divided.
    least
        The least reduced cost of a configuration of each home, opening included, times
        ``scale``; at most 0; shape (homes,).
    through
        The bound for plans that take the option, times ``scale``; shape (options,).
    dearer
        By how much the cheapest split of its family with an item costs more than the cheapest
        of all, times ``scale``; :data:`NEVER` for an item in no split; shape (items,).
    items, limits
        The prices that were used, times ``scale``.
    """

    scaled: int
    scale: int
    least: Ints
    through: Ints
    dearer: Ints
    items: Ints
    limits: Ints

    @property
    def value(self) -> int:
        """The bound; costs are integers, so it is rounded up."""
        return -(-self.scaled // self.scale)

    def worth_keeping(self, upper: int) -> Flags:
        """Return the options that a plan of at most this cost can take."""
        found: Flags = self.through <= upper * self.scale
        return found


def bound_of(
    instance: Instance,
    prices: Prices,
    refusals: Refusals | None = None,
    *,
    whole: bool = True,
    compiled: bool | None = None,
) -> Bound:
    """Return the bound that prices give.

    Parameters
    ----------
    instance
        What is bounded.
    prices
        Any prices; negative ones of limits count as 0.
    refusals
        What households have refused; without them the bound is lower, and valid.
    whole
        Whether the instance has all options there are. If not, company that was refused only as
        it was might be allowed with others, and its refusal does not count.
    compiled
        Whether to run compiled; None decides by size.
    """
    refusals = Refusals(instance) if refusals is None else refusals
    scale = _scale(instance, prices)
    items: Ints = np.rint(prices.items * scale).astype(np.int64)
    limits = np.maximum(np.rint(prices.limits * scale), 0).astype(np.int64)
    reduced = instance.cost.astype(np.int64) * scale - items[instance.item]
    used = instance.use.priced(limits)
    if used is not None:
        reduced += used
    total: int = instance.constant * scale
    for price, limit in zip(limits.tolist(), instance.limit.tolist(), strict=True):
        total -= price * limit
    families, dearer = _families(instance, items, limits, scale)
    total += families
    if compiled is None:
        compiled = worth_compiling(instance.options, int(instance.room.sum()))
    least, most_saved = _homes(instance, reduced, refusals, scale, whole=whole, fast=compiled)
    total += int(least.sum())
    opening = (instance.opening * scale)[instance.home]
    through = reduced + most_saved + opening - least[instance.home]
    through += total
    never = (dearer == NEVER)[instance.item] | (instance.weight > instance.room[instance.home])
    through = np.where(never, NEVER, through + np.where(never, 0, dearer[instance.item]))
    return Bound(int(total), scale, least, through, dearer, items, limits)


def _families(instance: Instance, items: Ints, limits: Ints, scale: int) -> tuple[int, Ints]:
    """Return what all families cost at least, and how much more with each item."""
    splits = instance.splits
    value = splits.cost * scale
    used = splits.use.priced(limits)
    if used is not None:
        value += used
    np.add.at(value, splits.of_item, items[splits.item])
    least = np.minimum.reduceat(value, splits.start[:-1]) if len(splits) else value
    more = value - least[splits.family]
    dearer = np.full(instance.items, NEVER)
    np.minimum.at(dearer, splits.item, more[splits.of_item])
    return int(least.sum()), dearer


def _homes(
    instance: Instance,
    reduced: Ints,
    refusals: Refusals,
    scale: int,
    *,
    whole: bool,
    fast: bool,
) -> tuple[Ints, Ints]:
    """Return the least reduced cost of each home, and what others add at least to an option."""
    search = compiled_functions(least_module)["least_costs"] if fast else least_module.least_costs

    def searched(homes: Ints, option: Ints, *, exactly: bool) -> tuple[Ints, Ints, Ints]:
        first = np.searchsorted(instance.home[option], homes)
        found: tuple[Ints, Ints, Ints] = search(
            homes,
            np.append(first, len(option)).astype(np.int64),
            option,
            reduced[option],
            instance.item,
            instance.weight,
            instance.room,
            instance.family,
            instance.splits.families,
            *instance.adjacent,
            *refusals.arrays(exactly=exactly),
            STEPS_COMPILED if fast else STEPS,
        )
        return found

    negative = np.flatnonzero(reduced < 0)
    busy = np.unique(instance.home[negative]).astype(np.int64)
    found, table_first, tables = searched(busy, negative, exactly=False)
    opening = instance.opening.astype(np.int64) * scale
    least: Ints = np.zeros(instance.homes, dtype=np.int64)
    least[busy] = np.minimum(found + opening[busy], 0)
    odd = np.array(sorted(refusals.excepted.intersection(busy.tolist())), dtype=np.int64)
    if whole and len(odd):
        # An option of no worth may turn refused company into company that is allowed.
        every = np.flatnonzero(np.isin(instance.home, odd) & (reduced < -least[instance.home]))
        exact, _, _ = searched(odd, every, exactly=True)
        least[odd] = np.minimum(exact + opening[odd], 0)
    start = np.full(instance.homes, -1, dtype=np.int64)
    start[busy] = table_first[:-1]
    rest = np.maximum(instance.room[instance.home] - instance.weight, 0)
    at = start[instance.home]
    saved: Ints = np.zeros(instance.options, dtype=np.int64)
    some = at >= 0
    saved[some] = tables[(at + rest)[some]]
    return least, saved


def _scale(instance: Instance, prices: Prices) -> int:
    """Return into how many parts a unit may be divided so that no sum overflows."""
    entries = np.diff(instance.splits.first).max(initial=1)
    largest = float(
        max(np.abs(instance.cost).max(initial=1), np.abs(instance.splits.cost).max(initial=1))
        + entries * np.abs(prices.items).max(initial=1.0)
        + np.abs(prices.limits) @ instance.use.most
        + np.abs(prices.limits) @ instance.splits.use.most
        + instance.opening.max(initial=0)
    )
    scale = FINEST
    while scale > 1 and largest * scale * (instance.items + instance.homes) > 2.0**61:
        scale //= 10
    return scale
