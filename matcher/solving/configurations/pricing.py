"""The best configurations of every home under given prices.

Exact: what is returned is what brute force over all subsets of all eligible items would
return, the household asked. :mod:`matcher.solving.configurations.kernel` does the search;
this module decides whether it runs compiled, asks the household about what is found, and
searches again where it was refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matcher.solving.configurations import kernel
from matcher.solving.configurations.compiling import compiled as compiled_functions
from matcher.solving.configurations.compiling import worth_compiling
from matcher.solving.configurations.refusals import Refusals

if TYPE_CHECKING:
    from matcher.solving.configurations.instance import Flags, Floats, Instance, Ints

FORBIDDEN = 1e15
"""Less this, no item is worth taking."""
NODES = 20_000
"""Steps of a home's search at most, except where everything is enumerated."""
MARGIN = 0.2
"""Options worth less than nothing by up to this share of a price are looked at again first."""
NARROW = 1e-6
"""Spread of a search for the best alone, as a share of the dearest price."""
MOST_AT_A_TIME = 1_000
ROUNDS = 200
"""How many configurations of a home are asked about at a time, and how many times, at most."""


@dataclass(frozen=True, eq=False)
class Priced:
    """Configurations of homes, with their profits.

    Parameters
    ----------
    home
        Of each configuration.
    first, option
        Where each configuration's options begin, and the options.
    profit
        Of each configuration: prices of its items, less costs, limits and opening.
    best
        For every home the most a configuration is worth, at least 0; shape (homes,).
    exact
        Whether ``best`` is exact and, when everything was asked for, nothing is missing;
        shape (homes,). Where it is not, ``best`` is too high rather than too low.
    """

    home: Ints
    first: Ints
    option: Ints
    profit: Floats
    best: Floats
    exact: Flags

    def __len__(self) -> int:
        return len(self.home)

    def options(self, at: int) -> Ints:
        """Return the options of one configuration."""
        return self.option[self.first[at] : self.first[at + 1]]


@dataclass(frozen=True, eq=False)
class Worth:
    """The options that matter under prices: where each home's begin, which, their profit."""

    first: Ints
    option: Ints
    profit: Floats


@dataclass(frozen=True, eq=False)
class _Near:
    """Options that were worth nearly something under prices not long ago."""

    prices: Floats
    limits: Floats
    margin: float
    options: Worth
    most_use: Floats

    def covers(self, prices: Floats, limits: Floats) -> bool:
        """Whether no option outside can be worth anything under other prices."""
        dearer = float((prices - self.prices).max(initial=0.0))
        dearer += float(np.abs(limits - self.limits) @ self.most_use)
        return dearer <= self.margin


class Pricer:
    """Prices the homes of one instance.

    Parameters
    ----------
    instance
        Items, homes and options.
    compiled
        Whether to run compiled; None decides by size.
    """

    def __init__(self, instance: Instance, *, compiled: bool | None = None) -> None:
        self.instance = instance
        self.refusals = Refusals(instance)
        if compiled is None:
            compiled = worth_compiling(instance.options, int(instance.room.sum()))
        self.compiled = compiled
        self.passes = 0
        self.scans = 0
        none = np.zeros(0, dtype=np.int64)
        self._everything = Worth(instance.start.astype(np.int64), none, none.astype(np.float64))
        self._near: _Near | None = None
        self._most_use = instance.use.most
        self._all = np.arange(instance.homes, dtype=np.int64)

    def worth(self, prices: Floats, limits: Floats, *, above: Floats | None = None) -> Worth:
        """Return the options worth more than ``above`` (of each home; 0) under prices."""
        instance = self.instance
        if above is not None:
            return self._collect(self._everything, prices, limits, above)
        near = self._near
        if near is None or not near.covers(prices, limits):
            self.scans += 1
            margin = MARGIN * float(np.abs(prices).sum()) / max(len(prices), 1)
            found = self._collect(
                self._everything, prices, limits, np.full(instance.homes, -margin)
            )
            near = self._near = _Near(prices, limits, margin, found, self._most_use)
        return self._collect(near.options, prices, limits, np.zeros(instance.homes))

    def _collect(self, among: Worth, prices: Floats, limits: Floats, above: Floats) -> Worth:
        """Return those of some options that are worth more than ``above``."""
        instance = self.instance
        whole = among is self._everything
        used = instance.use.priced(limits, None if whole else among.option)
        if self.compiled:
            found = compiled_functions(kernel)["collect"](
                among.first,
                among.option,
                whole,
                instance.item,
                instance.cost,
                prices,
                np.zeros(0) if used is None else used,
                above,
            )
            return Worth(*found)
        at = slice(None) if whole else among.option
        profit = prices[instance.item[at]] - instance.cost[at]
        if used is not None:
            profit -= used
        kept = np.flatnonzero(profit > above[instance.home[at]])
        option = kept if whole else among.option[kept]
        return Worth(np.searchsorted(kept, among.first), option, profit[kept])

    def best(self, prices: Floats, limits: Floats) -> Priced:
        """Return the best configuration of every home that is worth anything.

        The household is not asked. Left out is what it has refused before whoever else
        might join: no allowed configuration is worth more than what is returned.

        Parameters
        ----------
        prices, limits
            Of items, and of limits.
        """
        self.passes += 1
        scale = float(np.abs(prices).max(initial=1.0))
        return self._search(
            self._all,
            self.worth(prices, limits),
            floor=np.zeros(len(self._all)),
            spread=NARROW * scale,
            most=1,
            nodes=NODES,
            exactly=False,
        )

    def columns(
        self,
        prices: Floats,
        limits: Floats,
        *,
        floor: Floats,
        spread: float,
        most: int,
        rounds: int = ROUNDS,
    ) -> Priced:
        """Return the best configurations of every home; the household allows them all.

        Parameters
        ----------
        prices, limits
            Of items, and of limits.
        floor
            What a configuration of each home must be worth more than; shape (homes,).
        spread
            How far below its home's best a configuration may be.
        most
            How many for each home.
        rounds
            How often a home is searched again whose best is refused.
        """
        self.passes += 1
        excepted = self.refusals.excepted
        worth = self.worth(prices, limits, above=self._company(prices, limits))

        def search(homes: Ints, most: int) -> Priced:
            return self._search(
                homes, worth, floor=floor[homes], spread=spread, most=most, nodes=NODES
            )

        found = search(self._all, most)
        if self.instance.household is None:
            return found
        allowed = self._asked(found)
        for _ in range(rounds):
            # A home's search was exact only if its best was allowed.
            again = self._refused_best(found, allowed)
            if not len(again):
                break
            if excepted != self.refusals.excepted:
                excepted = self.refusals.excepted
                worth = self.worth(prices, limits, above=self._company(prices, limits))
            # Where much is refused, more is asked about at a time.
            most = min(2 * most, MOST_AT_A_TIME)
            found, allowed = _merged(found, allowed, search(again, most), again)
            fresh = ~allowed & np.isin(found.home, again)
            allowed[fresh] = self._asked(found, np.flatnonzero(fresh))
        return _taken(found, allowed)

    def _company(self, prices: Floats, limits: Floats) -> Floats | None:
        """Return from what worth on an option can be in a home's best configuration.

        Only where a home refuses exactly some company can an option of no worth help: with
        it the company is another. It must not cost more than the company is worth.
        """
        if not self.refusals.excepted:
            return None
        found = np.zeros(self.instance.homes)
        homes = np.array(sorted(self.refusals.excepted))
        found[homes] = -self.best(prices, limits).best[homes]
        return found

    def within(self, prices: Floats, limits: Floats, *, least: Floats, most: int) -> Priced:
        """Return every configuration that is worth more than ``least`` of its home.

        The household is not asked; what it has refused before is left out.

        Parameters
        ----------
        prices, limits
            Of items, and of limits.
        least
            For every home; negative where even a configuration that costs more than its
            items are worth is wanted.
        most
            For each home; where there are more, ``exact`` is False.
        """
        self.passes += 1
        # Whatever is worth less than this cannot be made up for by any company: without it
        # the company would be allowed too, but for refusals of exactly that company.
        company = self.best(prices, limits).best
        worth = self.worth(prices, limits, above=least - company - 1e-6)
        return self._search(
            self._all, worth, floor=least, spread=np.inf, most=most, nodes=50 * most
        )

    def _search(
        self,
        homes: Ints,
        worth: Worth,
        *,
        floor: Floats,
        spread: float,
        most: int,
        nodes: int,
        exactly: bool = True,
    ) -> Priced:
        instance = self.instance
        search = compiled_functions(kernel)["search"] if self.compiled else kernel.search
        busy = homes[worth.first[homes + 1] > worth.first[homes]]
        home_first, first, option, profit, ended, relaxed = search(
            busy,
            worth.first,
            worth.option,
            worth.profit,
            instance.item,
            instance.weight,
            instance.room,
            instance.opening,
            instance.family,
            instance.splits.families,
            *instance.adjacent,
            *self.refusals.arrays(exactly=exactly),
            floor[np.isin(homes, busy)] if len(busy) < len(homes) else floor,
            float(spread),
            most,
            nodes,
            instance.most_items,
        )
        counts = np.diff(home_first)
        home = np.repeat(busy, counts)
        best = np.zeros(instance.homes)
        np.maximum.at(best, home, profit)
        best[busy[ended]] = np.maximum(relaxed[ended], 0.0)
        exact = np.ones(instance.homes, dtype=np.bool_)
        exact[busy[ended]] = False
        return Priced(home, first, option, profit, best, exact)

    def _asked(self, found: Priced, which: Ints | None = None) -> Flags:
        """Ask the household about configurations."""
        items = self.instance.item[found.option]
        at = range(len(found)) if which is None else which.tolist()
        first = found.first.tolist()
        return np.array(
            [
                self.refusals.allows(
                    int(found.home[each]), items[first[each] : first[each + 1]].tolist()
                )
                for each in at
            ],
            dtype=np.bool_,
        )

    def _refused_best(self, found: Priced, allowed: Flags) -> Ints:
        best = np.zeros(self.instance.homes)
        np.maximum.at(best, found.home[allowed], found.profit[allowed])
        refused = np.zeros(self.instance.homes)
        np.maximum.at(refused, found.home[~allowed], found.profit[~allowed])
        again: Ints = np.flatnonzero(refused > best).astype(np.int64)
        return again


def _taken(found: Priced, kept: Flags) -> Priced:
    """Return some of the configurations."""
    sizes = np.diff(found.first)
    best = np.where(found.exact, 0.0, found.best)
    np.maximum.at(best, found.home[kept], found.profit[kept])
    return Priced(
        home=found.home[kept],
        first=np.concatenate([[0], np.cumsum(sizes[kept])]).astype(np.int64),
        option=found.option[np.repeat(kept, sizes)],
        profit=found.profit[kept],
        best=best,
        exact=found.exact,
    )


def _merged(found: Priced, allowed: Flags, again: Priced, homes: Ints) -> tuple[Priced, Flags]:
    """Return configurations with those of some homes replaced by newer ones.

    Newer ones are marked as not allowed yet.
    """
    kept = _taken(found, ~np.isin(found.home, homes))
    best, exact = found.best.copy(), found.exact.copy()
    best[homes], exact[homes] = again.best[homes], again.exact[homes]
    joined = Priced(
        home=np.concatenate([kept.home, again.home]),
        first=np.concatenate([kept.first, again.first[1:] + kept.first[-1]]),
        option=np.concatenate([kept.option, again.option]),
        profit=np.concatenate([kept.profit, again.profit]),
        best=best,
        exact=exact,
    )
    still = allowed[~np.isin(found.home, homes)]
    return joined, np.concatenate([still, np.zeros(len(again), dtype=np.bool_)])
