"""A plan for a region or a country: sought over few options, bounded over all of them.

::

    shortlists  the cheapest options of every item, and what all others cost at least
    auction     a plan and prices; what household rules and limits refuse is barred, and bid
                for again
    choice      of every item the best options at these prices
    prices      better ones over the chosen options, by subgradient steps [1]_ between
                questions to the households
    bound       the prices put to all options, until none that is not chosen could lower it
    districts   a better plan, part by part of the map [2]_; and again from the prices on
    company     where there are few enough items: column generation over the chosen options
                [3]_, a plan from there district by district, and the relaxation once more from
                prices settled over all options

Every bound is one over all options: no company of a home with one that is not chosen comes
below the home's least sum, or else the bound is so much lower.

References
----------
.. [1] M. L. Fisher, "The Lagrangian relaxation method for solving integer programming
   problems", Management Science 27 (1981).
.. [2] P. Shaw, "Using constraint programming and local search methods to solve vehicle routing
   problems", CP98, Lecture Notes in Computer Science 1520 (1998).
.. [3] M. E. Lübbecke and J. Desrosiers, "Selected topics in column generation", Operations
   Research 53 (2005).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.plan import decided_children
from matcher.policy import Method
from matcher.solving.chosen import View, could_lower, options_at_home
from matcher.solving.configurations.bound import bound_of
from matcher.solving.configurations.columns import Columns
from matcher.solving.configurations.districts import Districts, Taken, cut, solve_districts
from matcher.solving.configurations.loosely import option_prices
from matcher.solving.configurations.master import relax
from matcher.solving.configurations.prices import Prices, better_prices
from matcher.solving.configurations.pricing import NARROW, Pricer
from matcher.solving.configurations.refusals import Refusals
from matcher.solving.lawful_auction import LawfulAuction
from matcher.solving.model import weighted_model
from matcher.solving.search_order import search_in_order, staying
from matcher.solving.shortlists import NEVER, Lister, Shortlists
from matcher.solving.stopwatch import StopReason
from matcher.solving.work_folder import WorkFolder, list_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.domain.world import World
    from matcher.policy import Policy
    from matcher.solving.auction import Auction
    from matcher.solving.configurations.bound import Bound
    from matcher.solving.configurations.instance import Floats, Instance
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
KEPT_PRICES = "prices"
"""The name of prices of limits and items in a store."""
LESSONS, STEPS, ASKED_AGAIN = 5, 40, 8
"""How often households are asked, the most steps before that, and how often who refuses is."""
SHORTER = 0.7
"""The first step after each time, as a share of that before."""
FIRST_STEP, LATER_STEP, LAST_STEP = 0.5, 0.1, 0.03
"""The length of the first of them, as a share of Polyak's."""
JOININGS, MORE = 12, 8
"""How often options join before prices are final, and how many for a home at a time."""
LISTINGS = 2
"""How often the auction is held, each time with longer lists for whom they were too short."""
SLACK = 0.01
"""A price may rise by so much before an item's options are looked for another time."""
NEAR = 0.05
"""How much narrower the box is when the relaxation is solved once more for all options."""
TURNS, TURN = 2, 0.7
"""How often the map is cut into districts, and the angle by which it is turned each time."""
DISTRICT = 1_500.0
"""So many items live in a district at most."""
COMPANY = 10_000
"""With more items than this, column generation would take most of an hour."""


def is_large(world: World, policy: Policy) -> bool:
    """Whether a plan is sought over some of its options: by the weighted sum of its aims."""
    children = len(decided_children(world, may_move=policy.may_move))
    return policy.method is Method.WEIGHTED and children * len(world.homes) > LARGE


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
    lister, lists
        Who finds options, and those that were found; None before all have been.
    """

    problem: Problem
    plan: list[int]
    lister: Lister
    lists: Shortlists | None = None
    bound: int | None = None
    stopped: StopReason = StopReason.WORK_LIMIT

    def listed(self, method: Method) -> Problem:
        """Return what a plan by another method decides over the shortlists."""
        problem = self.problem
        if self.lists is not None:
            ground, every = self.lister.ground, np.arange(len(self.lists))
            problem = ground.problem(ground.maker.described(self.lists.bare(every)))
        return replace(problem, policy=problem.policy.replace(method=method))


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
        if isinstance(store, WorkFolder):
            list_all(lister, processes=os.cpu_count() or 1, halted=watch.halted)
        lists = lister.lists(watch.halted)
        if lists is not None:
            run = _Search(lister, lists, watch, seed)
            found = run.found
            run.run()
    except KeyboardInterrupt:
        watch.interrupt()
    if found is None:
        problem = lister.problem_at_home()
        found = Sought(problem, staying(problem), lister)
    value = weighted_model(found.problem).value(found.plan)
    if found.bound is not None and found.bound >= value:
        found.stopped = StopReason.PROVED
    else:
        found.stopped = watch.reason or StopReason.WORK_LIMIT
    return found


class _Search:
    def __init__(self, lister: Lister, lists: Shortlists, watch: Stopwatch, seed: int) -> None:
        self.lister = lister
        self.lists = lists
        self.watch = watch
        self.seed = seed
        self.at_home = options_at_home(lister.ground, lists)
        first = self._cheapest(lists.value, FIRST)
        self.view = View(lister, lists, np.union1d(first, self.at_home))
        #: What households have refused: the same, whichever options are chosen.
        self.refusals = Refusals(self.view.instance)
        self.few = len(lister.ground.items.items) <= COMPANY
        homes = lister.ground.homes
        #: Where homes are; those of which nobody knows are all in one corner.
        self.place = np.nan_to_num(np.stack([homes.easting, homes.northing], axis=1))
        self.found = Sought(self.view.problem, staying(self.view.problem), lister, lists)

    def run(self) -> None:
        """Improve plan and bound until they are near each other, or time or work is up."""
        lawful, auction = self._auctioned()
        items, limits = auction.prices(), lawful.limit_prices
        kept = self.lister.store.get(KEPT_PRICES)
        if kept is not None:
            limits, items = kept[: len(limits)], kept[len(limits) :]
        self._choose(self._cheapest(auction.dearness(np.arange(len(self.lists))), CHOSEN))
        del auction, lawful
        if self.found.plan == staying(self.view.problem):
            self._improve(search_in_order(self.view.problem))
        if not self.watch.halted():
            self._price(items, limits)

    def _auctioned(self) -> tuple[LawfulAuction, Auction]:
        """Hold the auction; again with longer lists for whom they were too short."""
        for turn in range(LISTINGS):
            lawful = LawfulAuction(
                self.lister.ground,
                self.lists,
                self.at_home,
                self.view.instance,
                limits=self.view.model.limits[: len(self.lists.use)],
                room=self.lister.room.room,
                watch=self.watch,
            )
            auction = lawful.run()
            self._choose(auction.taken)
            if auction.all_placed:
                self._improve(self.view.plan_of(auction.taken))
            if turn == LISTINGS - 1 or self.watch.halted():
                break
            prices = auction.prices() - lawful.limit_prices @ self.lists.spare
            if not self._complete(np.ceil(prices).astype(np.int64)):
                break
        return lawful, auction

    def _cheapest(self, value: Floats | Ints, most: int) -> Ints:
        """Return the first few options of every item by some value, rising."""
        found = []
        for low, high in pairwise(self.lists.first.tolist()):
            if high - low <= most:
                found.append(np.arange(low, high))
            else:
                found.append(low + np.argpartition(value[low:high], most)[:most])
        return np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *found]))

    def _choose(self, more: Ints) -> None:
        """Let options join."""
        chosen = np.union1d(self.view.chosen, more)
        taken = self.view.chosen[self.found.plan]
        self.view = View(self.lister, self.lists, chosen)
        self.found.problem, self.found.plan = self.view.problem, self.view.plan_of(taken)

    def _improve(self, plan: list[int]) -> None:
        model = self.view.model
        if model.value(plan) < model.value(self.found.plan) and self.view.instance.lawful(
            self.view.arranged(plan)
        ):
            self.found.plan = plan

    def _price(self, items: Floats, dense: Floats) -> None:
        """Find better prices, put them to all options, and find a better plan, in turn."""
        limits = np.zeros(self.view.instance.limits)
        limits[: len(dense)] = dense
        prices = Prices(items, limits, -np.inf)
        for turn in range(1 if self.few else TURNS):
            prices = self._stepped(prices, LATER_STEP if turn else FIRST_STEP)
            prices = self._put_to_all(prices)
            if self.watch.halted():
                return
            self._by_districts(prices, turn)
        if self.few and not self.watch.halted():
            self._company(prices)

    def _pricer(self) -> Pricer:
        pricer = Pricer(self.view.instance)
        pricer.refusals = self.refusals
        return pricer

    def _stepped(self, prices: Prices, first_step: float) -> Prices:
        """Return prices made better by subgradient steps over the options chosen."""
        pricer, none = self._pricer(), np.zeros(self.view.instance.homes)
        for _ in range(LESSONS):
            prices = better_prices(
                pricer,
                Prices(prices.items, prices.limits, -np.inf),
                upper=self.view.model.value(self.found.plan),
                steps=STEPS,
                first_step=first_step,
                halted=self.watch.halted,
            )
            # The households say which of the best companies they refuse.
            spread = NARROW * float(np.abs(prices.items).max(initial=1.0))
            items, limits = prices.items, prices.limits
            pricer.columns(items, limits, floor=none, spread=spread, most=1, rounds=ASKED_AGAIN)
            first_step *= SHORTER
            if not self.few:
                prices = self._put_to_all(prices, joinings=1)
                pricer = self._pricer()
            if self.watch.halted():
                break
        return prices

    def _put_to_all(self, prices: Prices, joinings: int = JOININGS) -> Prices:
        """Bound over all options, and return the prices for the limits there are then."""
        for turn in range(joinings + 1):
            bound = bound_of(self.view.instance, prices, self.refusals, whole=self._has_all)
            more, below = self._worth_taking(bound)
            if not len(more) or turn == joinings or self.watch.halted():
                break
            names = self.view.limits
            self._choose(more)
            prices = self._named(prices, names)
        # Rounded down: what companies with options left out might come to is lower still.
        value = bound.value + below // bound.scale
        if self.found.bound is None or value > self.found.bound:
            self.found.bound = value
        # A run that goes on from here begins with them.
        dense = prices.limits[: len(self.lists.use)]
        self.lister.store.put(KEPT_PRICES, np.concatenate([dense, prices.items]))
        return prices

    @property
    def _has_all(self) -> bool:
        """Whether every option there is has been chosen."""
        lists = self.lists
        return len(self.view.chosen) == len(lists) and bool((lists.rest == NEVER).all())

    def _by_districts(self, prices: Prices, turn: int) -> None:
        """Improve the plan district by district."""
        view, instance = self.view, self.view.instance
        plan = np.array(view.arranged(self.found.plan), dtype=np.int64)
        districts = self._cut(instance, Taken.by_plan(instance, plan), turn)
        better = solve_districts(districts, prices, plan, watch=self.watch, seed=self.seed)
        assert better is not None  # it has one to begin with
        self._improve(sorted(view.order[better].tolist()))

    def _cut(self, instance: Instance, taken: Taken, turn: int) -> Districts:
        """Cut the map into districts where about as many items are taken each."""
        weight = np.zeros(instance.homes)
        np.add.at(weight, instance.home, taken.options)
        return Districts(instance, taken, cut(self.place, weight, DISTRICT, turn * TURN))

    def _company(self, prices: Prices) -> None:
        """Relax over columns of the chosen options, keep what that decides, decide the rest."""
        watch, seed = self.watch, self.seed
        prices = option_prices(self.view.instance, prices, watch=watch, seed=seed)
        prices = self._put_to_all(self._stepped(prices, LATER_STEP))
        if watch.halted():
            return
        view = self.view
        pricer, columns = self._pricer(), Columns(view.instance)
        upper = view.model.value(self.found.plan)
        relaxed = relax(pricer, columns, prices, upper=upper, watch=watch, seed=seed)
        prices = self._put_to_all(relaxed.prices)
        if watch.halted():
            return
        districts = self._cut(view.instance, Taken.by_relaxation(columns, relaxed), 0)
        near = solve_districts(districts, relaxed.prices, watch=watch, seed=seed)
        if near is not None:
            taken = self.view.instance.option_at(view.instance.home[near], view.instance.item[near])
            self._improve(sorted(self.view.order[taken].tolist()))
        if not watch.halted():
            self._by_districts(prices, 1)
        # The prices are best for few options, one way of many: nearby are some good for all.
        prices = self._put_to_all(self._stepped(prices, LAST_STEP))
        if watch.halted():
            return
        pricer, columns = self._pricer(), Columns(self.view.instance)
        upper = self.view.model.value(self.found.plan)
        settled = relax(pricer, columns, prices, upper=upper, watch=watch, seed=seed, near=NEAR)
        self._put_to_all(settled.prices)

    def _named(self, prices: Prices, names: Sequence[str]) -> Prices:
        """Return prices for the limits there are now; what is new costs nothing."""
        of = dict(zip(names, prices.limits.tolist(), strict=True))
        limits = np.array([of.get(name, 0.0) for name in self.view.limits])
        # What they bounded was a plan over fewer options.
        return Prices(prices.items, limits, -np.inf, prices.steps)

    def _worth_taking(self, bound: Bound) -> tuple[Ints, int]:
        """Return options not chosen that may lower a home's least sum, and by how much all may."""
        # An item of which dearer options were left out, that could be worth taking now.
        least = bound.limits[: len(self.lists.use)] @ self.lists.spare - bound.items
        self._complete(-(least // bound.scale))
        return could_lower(
            self.lists, self.view.chosen, self.lister.room.room, bound, every=self.few, most=MORE
        )

    def _complete(self, price: Ints) -> bool:
        """Find the options that items left out and that cost less than this; whether there are."""
        old = self.lists
        short = np.flatnonzero((old.rest < NEVER) & (old.rest < price))
        if not len(short):
            return False
        below = price[short] + (price[short] * SLACK).astype(np.int64)
        self.lists = self.found.lists = self.lister.completed(old, short, below)

        def moved(which: Ints) -> Ints:
            return self.lists.positions(old.item[which], old.home[which])

        self.view.chosen, self.at_home = moved(self.view.chosen), moved(self.at_home)
        return True
