"""A plan for a region or a country: sought over few options, bounded over all of them.

::

    shortlists  the cheapest options of every item, and what all others cost at least
    auction     a plan and prices; what household rules and limits refuse is barred, and bid
                for again
    choice      of every item the best options at these prices, and what is worth taking
    prices      better ones over the chosen options, put to all options, until few are worth
                taking that are not chosen
    company     where there are few enough items, column generation and a dive from there

Every bound is one over all options: what is chosen includes every option with a negative
reduced cost, and one with another lowers no home's least sum.

References
----------
.. [1] M. E. Lübbecke and J. Desrosiers, "Selected topics in column generation", Operations
   Research 53 (2005).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.plan import decided_children
from matcher.solving.auction import Auction
from matcher.solving.by_configurations import instance_of
from matcher.solving.configurations.bound import bound_of
from matcher.solving.configurations.found import Learnt
from matcher.solving.configurations.prices import Prices, better_prices
from matcher.solving.configurations.pricing import Pricer
from matcher.solving.configurations.search import search
from matcher.solving.model import weighted_model
from matcher.solving.search_order import search_in_order, staying
from matcher.solving.shortlists import NEVER, Lister, Shortlists
from matcher.solving.space import Fit
from matcher.solving.stopwatch import StopReason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.domain.world import World
    from matcher.policy import Policy
    from matcher.solving.configurations.bound import Bound
    from matcher.solving.configurations.instance import Floats, Instance
    from matcher.solving.model import Model
    from matcher.solving.options import Ints
    from matcher.solving.problem import Ground, Problem
    from matcher.solving.shortlists import Store
    from matcher.solving.stopwatch import Stopwatch

LARGE = 20_000_000
"""With more pairs of a child and a home than this a plan is sought over some options."""
FIRST = 4
"""So many options of an item say which splits a family has."""
CHOSEN = 24
"""So many options of an item are chosen at first."""
ROUNDS, STEPS = 4, 60
"""How often prices are put to all options, and subgradient steps before each, at most."""
FIRST_STEP = 0.5
SWEEPS, DOUBLINGS, HALVINGS = 3, 20, 6
"""How often budgets and caps are gone through, and auctions for the price of one."""
REFUSED_ROUNDS = 60
"""How often what is refused is barred and bid for again, at most."""
PATIENCE = 4
"""A home that has refused so many companies takes nobody else any more in the auction."""
COMPANY = 10_000
"""With more items than this, column generation would take most of an hour."""


def is_large(world: World, policy: Policy) -> bool:
    """Whether a plan is sought over some of its options."""
    children = len(decided_children(world, may_move=policy.may_move))
    return children * len(world.homes) > LARGE


@dataclass(eq=False)
class Sought:
    """What is known; complete at every moment.

    Parameters
    ----------
    problem
        What a plan decides over the options chosen.
    plan
        Options of the problem that the best plan takes.
    bound
        What no plan can be below, whatever options it takes; None when nothing is known.
    stopped
        Why the search ended.
    """

    problem: Problem
    plan: list[int]
    bound: int | None = None
    stopped: StopReason = StopReason.WORK_LIMIT


def search_shortlists(
    ground: Ground, *, watch: Stopwatch, seed: int = 0, store: Store | None = None
) -> Sought:
    """Find a good plan for the policy's weighted aims, and a bound over all options.

    Parameters
    ----------
    ground
        Whom and what the plan is about.
    watch
        Ends the search when time is up.
    seed
        Of the solvers.
    store
        Where finished parts of the work are kept, so that another run goes on from there.
    """
    lister = Lister(ground, store=store)
    found: Sought | None = None
    try:
        lists = lister.lists(watch.halted)
        if lists is not None:
            run = _Search(lister, lists, watch, seed)
            found = run.found
            run.run()
    except KeyboardInterrupt:
        watch.interrupt()
    if found is None:
        problem = lister.problem_at_home()
        found = Sought(problem, staying(problem))
    value = weighted_model(found.problem).value(found.plan)
    if found.bound is not None and found.bound >= value:
        found.stopped = StopReason.PROVED
    else:
        found.stopped = watch.reason or StopReason.WORK_LIMIT
    return found


class _View:
    """Some options of the shortlists as a problem, a model and arrays."""

    def __init__(self, lister: Lister, lists: Shortlists, chosen: Ints) -> None:
        self.chosen = chosen
        problem = lister.ground.problem(lister.ground.maker.described(lists.bare(chosen)))
        # Room and weights as they are over all options.
        fit = Fit(lister.room.room, lister.room.weight(problem.options))
        self.problem: Problem = replace(problem, space=replace(problem.space, loosest=fit))
        self.model: Model = weighted_model(self.problem)
        options = self.problem.options
        self.order: Ints = np.lexsort((options.item, options.home))
        self.place = np.empty(len(self.order), dtype=np.int64)
        self.place[self.order] = np.arange(len(self.order))
        self.instance: Instance = instance_of(self.model, self.order, reduced=False)

    def plan_of(self, taken: Ints) -> list[int]:
        """Return options of the shortlists, all of them chosen, as options of the problem."""
        return np.searchsorted(self.chosen, taken).tolist()

    def arranged(self, plan: Sequence[int]) -> list[int]:
        """Return options of the problem as options of the arrays."""
        return self.place[np.array(sorted(plan), dtype=np.int64)].tolist()


class _Search:
    def __init__(self, lister: Lister, lists: Shortlists, watch: Stopwatch, seed: int) -> None:
        self.lister = lister
        self.lists = lists
        self.watch = watch
        self.seed = seed
        self.refused_at = np.zeros(lister.ground.homes.n, dtype=np.int64)
        self.limit_prices = np.zeros(len(lists.use))
        self.at_home = self._at_home()
        self.view = self._view(np.union1d(self._cheapest(lists.value, FIRST), self.at_home))
        self.found = Sought(self.view.problem, staying(self.view.problem))

    def run(self) -> None:
        """Improve plan and bound until they are near each other, or time or work is up."""
        auction = self._auction()
        prices = auction.prices()
        best = self._cheapest(auction.dearness(np.arange(len(self.lists))), CHOSEN)
        taken = auction.taken
        self._choose(np.union1d(best, taken))
        if auction.all_placed:
            self._improve(self.view.plan_of(taken))
        del auction
        if self.found.plan == staying(self.view.problem):
            self._improve(search_in_order(self.view.problem))
        if not self.watch.halted():
            self._price(prices)

    def _view(self, chosen: Ints) -> _View:
        return _View(self.lister, self.lists, chosen)

    def _at_home(self) -> Ints:
        """Return the options in homes where one of the item's children lives."""
        ground, lists = self.lister.ground, self.lists
        pairs = [
            (at, int(ground.lives_at[child]))
            for at, item in enumerate(ground.items.items)
            for child in item.children
            if ground.lives_at[child] >= 0
        ]
        item, home = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        names = lists.item.astype(np.int64) << 32 | lists.home
        found = np.unique(np.searchsorted(names, wanted := item << 32 | home))
        found = found[found < len(names)]
        return found[np.isin(names[found], wanted)].astype(np.int64)

    def _cheapest(self, value: Floats | Ints, most: int) -> Ints:
        """Return the first few options of every item by some value, rising."""
        first = self.lists.first.tolist()
        found = []
        for low, high in zip(first[:-1], first[1:], strict=True):
            if high - low <= most:
                found.append(np.arange(low, high))
            else:
                found.append(low + np.argpartition(value[low:high], most)[:most])
        return np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *found]))

    def _auction(self) -> Auction:
        """Return an auction at whose end no rule or limit refuses anything, if time allows."""
        auction = self._within_budgets()
        for _ in range(REFUSED_ROUNDS):
            refused = self._refused(auction)
            if not len(refused) or self.watch.halted():
                break
            auction.bar(refused)
            auction.run(self.watch)
        return auction

    def _within_budgets(self) -> Auction:
        """Return an auction at prices of budgets and caps at which they are kept to."""
        lists = self.lists
        most = np.array([each.limit for each in self.view.model.limits[: len(lists.use)]])
        prices = np.zeros(len(lists.use))

        def held() -> tuple[Auction, Floats]:
            auction = Auction(
                lists,
                self.view.instance,
                self.lister.room.room,
                prices @ lists.use if prices.any() else None,
            )
            auction.run(self.watch)
            return auction, lists.use[:, auction.taken].sum(axis=1) - most

        auction, over = held()
        for _ in range(SWEEPS):
            for at in np.flatnonzero(over > 0).tolist():
                low, high = prices[at], prices[at]
                usual = np.abs(lists.value).mean() / max(np.abs(lists.use[at]).mean(), 1e-9)
                for _ in range(HALVINGS + DOUBLINGS):
                    if self.watch.halted():
                        return auction
                    if over[at] > 0 and high <= low:
                        low = prices[at]
                        prices[at] = max(2.0 * low, usual / 100)
                    elif high - low > (high + low) / 2**HALVINGS:
                        prices[at] = (low + high) / 2
                    else:
                        break
                    auction, over = held()
                    if over[at] > 0:
                        low = prices[at]
                    else:
                        high = prices[at]
                prices[at] = high
                auction, over = held()
        self.limit_prices = prices
        return auction

    def _refused(self, auction: Auction) -> Ints:
        """Return options to bar: of every company refused, or limit exceeded, who pay least."""
        ground = self.lister.ground
        items, lives_at = ground.items.items, ground.lives_at
        by_home: dict[int, list[int]] = {}
        for item in np.flatnonzero(auction.lives >= 0).tolist():
            by_home.setdefault(int(auction.lives[item]), []).append(item)
        refused: list[tuple[int, int]] = []
        tired: list[int] = []
        for home, company in by_home.items():
            children = [child for item in company for child in items[item].children]
            if len(company) < 2 or ground.households.allowed(home, children):
                continue
            comes = [
                item for item in company if any(lives_at[c] != home for c in items[item].children)
            ]
            paid = auction.paid_by(comes)
            refused.append((comes[paid.index(min(paid))], home))
            self.refused_at[home] += 1
            if self.refused_at[home] == PATIENCE:
                tired.append(home)
        if not refused:
            return self._beyond_limits(auction)
        item, home = np.array(refused).T
        found = self.lists.positions(item, home)
        if tired:
            theirs = np.isin(self.lists.home, tired)
            theirs &= auction.lives[self.lists.item] != self.lists.home
            theirs[self.at_home] = False
            found = np.union1d(found, np.flatnonzero(theirs))
        return found

    def _beyond_limits(self, auction: Auction) -> Ints:
        """Return options to bar where limits on few options are exceeded.

        Those are on the prepaid beds of a block. Who pays most may stay, nobody else may come.
        """
        ground, lists, taken = self.lister.ground, self.lists, auction.taken
        problem = ground.problem(ground.maker.described(lists.bare(taken)))
        found = [np.zeros(0, dtype=np.int64)]
        for limit in problem.limits[len(lists.use) :]:
            use = np.asarray(limit.use[np.arange(len(taken))])
            users = np.flatnonzero(use > 0)
            if use.sum() <= limit.limit:
                continue
            paid = np.array(auction.paid_by(lists.item[taken[users]].tolist()))
            users = users[np.argsort(-paid, kind="stable")]
            stays = np.cumsum(use[users]) <= limit.limit
            agreement = int(problem.options.agreement[users[0]])
            theirs = np.isin(lists.home, ground.maker.prepaid_under(agreement))
            theirs &= ~np.isin(lists.item, lists.item[taken[users[stays]]])
            theirs[self.at_home] = False
            found.append(np.flatnonzero(theirs))
        return np.unique(np.concatenate(found))

    def _choose(self, more: Ints) -> bool:
        """Let options join; return whether any is new."""
        chosen = np.union1d(self.view.chosen, more)
        if len(chosen) == len(self.view.chosen):
            return False
        taken = self.view.chosen[self.found.plan]
        self.view = self._view(chosen)
        self.found.problem, self.found.plan = self.view.problem, self.view.plan_of(taken)
        return True

    def _improve(self, plan: list[int]) -> None:
        model = self.view.model
        if model.value(plan) < model.value(self.found.plan) and self.view.instance.lawful(
            self.view.arranged(plan)
        ):
            self.found.plan = plan

    def _price(self, items: Floats) -> None:
        """Find better prices, put them to all options, and improve the plan by company."""
        limits = np.zeros(self.view.instance.limits)
        limits[: len(self.limit_prices)] = self.limit_prices
        prices = Prices(items, limits, -np.inf)
        for _ in range(ROUNDS):
            instance = self.view.instance
            pricer = Pricer(instance)
            prices = better_prices(
                pricer,
                prices,
                upper=self.view.model.value(self.found.plan),
                steps=STEPS,
                first_step=FIRST_STEP,
                halted=self.watch.halted,
            )
            if not self._bound(prices) or self.watch.halted():
                break
            prices = replace(prices, bound=-np.inf)
        if len(self.lister.ground.items.items) <= COMPANY and not self.watch.halted():
            self._company(prices)

    def _company(self, prices: Prices) -> None:
        instance = self.view.instance
        found = search(
            instance,
            watch=self.watch,
            known=self.view.arranged(self.found.plan),
            seed=self.seed,
            learnt=Learnt(prices, (), Pricer(instance).refusals),
        )
        if found.chosen is not None:
            self._improve(sorted(self.view.order[list(found.chosen)].tolist()))
        if found.learnt is not None:
            self._bound(found.learnt.prices)

    def _bound(self, prices: Prices) -> bool:
        """Put prices to all options and keep the bound; return whether any has joined."""
        joined = False
        while True:
            bound = bound_of(self.view.instance, prices)
            more = self._worth_taking(bound)
            if not len(more):
                break
            joined |= self._choose(more)
        if self.found.bound is None or bound.value > self.found.bound:
            self.found.bound = bound.value
        return joined

    def _worth_taking(self, bound: Bound) -> Ints:
        """Return the options not chosen whose reduced cost is negative, in exact integers.

        Limits that only some options use are left out: they make those options dearer.
        """
        lists = self.lists
        dense = bound.limits[: len(lists.use)]
        # An item of which dearer options were left out, that could be worth taking now.
        least = dense @ lists.spare - bound.items
        short = np.flatnonzero((lists.rest < NEVER) & (lists.rest < -(least // bound.scale)))
        if len(short):
            self._complete(short)
            lists = self.lists
        reduced = lists.value.astype(np.int64) * bound.scale - bound.items[lists.item]
        for price, use in zip(dense.tolist(), lists.use, strict=True):
            if price:
                reduced += price * use
        worth = np.flatnonzero(reduced < 0)
        fits = lists.weight[worth] <= self.lister.room.room[lists.home[worth]]
        return np.setdiff1d(worth[fits], self.view.chosen)

    def _complete(self, items: Ints) -> None:
        """Keep every option of some items."""
        old, chosen, at_home = self.lists, self.view.chosen, self.at_home
        self.lists = self.lister.completed(old, items.tolist())
        for name, which in (("chosen", chosen), ("at_home", at_home)):
            where = self.lists.positions(old.item[which], old.home[which])
            if name == "chosen":
                self.view.chosen = where
            else:
                self.at_home = where
