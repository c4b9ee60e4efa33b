"""An auction whose plan keeps to everything: budgets by prices, the rest by barring.

The auction knows beds and prices. What a plan uses of a budget or a cap gets a price at which
the plan keeps to it; whoever pays least of a company that a household rule refuses, or of
those on more prepaid beds than there are, is barred from there and bids again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.solving.auction import Auction
from matcher.solving.limits import FewInts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.solving.configurations.instance import Floats, Instance
    from matcher.solving.limits import Limit
    from matcher.solving.options import Ints
    from matcher.solving.problem import Ground
    from matcher.solving.shortlists import Shortlists
    from matcher.solving.stopwatch import Stopwatch

SWEEPS, DOUBLINGS, HALVINGS = 3, 20, 6
"""How often budgets and caps are gone through, and auctions for the price of one."""
REFUSED_ROUNDS = 300
"""How often what is refused is barred and bid for again, at most."""
PATIENCE = 4
"""A home that has refused so many companies takes nobody else any more."""


class LawfulAuction:
    """Holds auctions until nothing is refused.

    Parameters
    ----------
    ground
        Whom and what the plan is about.
    lists
        The options.
    at_home
        Those of them in a home where one of the children lives: never barred.
    instance
        Any instance with the same items, families and splits.
    limits
        Those that concern all options, as ``lists.use`` counts them.
    room
        Places in each home.
    watch
        Ends it when time is up.
    """

    def __init__(
        self,
        ground: Ground,
        lists: Shortlists,
        at_home: Ints,
        instance: Instance,
        *,
        limits: Sequence[Limit],
        room: Ints,
        watch: Stopwatch,
    ) -> None:
        self.ground = ground
        self.lists = lists
        self.at_home = at_home
        self.instance = instance
        self.limits = limits
        self.room = room
        self.watch = watch
        #: Of budgets and caps, at the end.
        self.limit_prices = np.zeros(len(limits))
        self._refused_at = np.zeros(ground.homes.n, dtype=np.int64)

    def run(self) -> Auction:
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
        most = np.array([each.limit for each in self.limits])
        prices = np.zeros(len(lists.use))
        whole = self._staying_alone()

        def held() -> tuple[Auction, Floats]:
            auction = Auction(
                lists,
                self.instance,
                self.room,
                whole=whole,
                extra=prices @ lists.use if prices.any() else None,
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

    def _staying_alone(self) -> Ints:
        """Return the options by which a child who must live alone stays, with nobody else there.

        Rooms do not say so of who lives there already: they may stay with whom they live with.
        """
        ground, lists, at_home = self.ground, self.lists, self.at_home
        lives_at = ground.lives_at
        living = np.bincount(lives_at[lives_at >= 0], minlength=ground.homes.n)
        solo = np.array(
            [
                len(each.children) == 1
                and ground.world.children[ground.items.child_ids[each.children[0]]].solo
                for each in ground.items.items
            ],
            dtype=np.bool_,
        )
        alone = solo[lists.item[at_home]] & (living[lists.home[at_home]] == 1)
        found: Ints = at_home[alone]
        return found

    def _refused(self, auction: Auction) -> Ints:
        """Return options to bar: of every company refused, or limit exceeded, who pay least."""
        ground = self.ground
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
            self._refused_at[home] += 1
            if self._refused_at[home] == PATIENCE:
                tired.append(home)
        if not refused:
            return self._beyond_limits(auction)
        item, home = np.array(refused).T
        found = self.lists.positions(item, home)
        if tired:
            theirs = self._elsewhere(np.array(tired))
            theirs = theirs[auction.lives[self.lists.item[theirs]] != self.lists.home[theirs]]
            found = np.union1d(found, theirs)
        return found

    def _elsewhere(self, homes: Ints) -> Ints:
        """Return the options in some homes of items of which nobody lives there."""
        there = np.zeros(self.ground.homes.n, dtype=np.bool_)
        there[homes] = True
        found: Ints = np.setdiff1d(np.flatnonzero(there[self.lists.home]), self.at_home)
        return found

    def _beyond_limits(self, auction: Auction) -> Ints:
        """Return options to bar where limits on few options are exceeded.

        Those are on the prepaid beds of a block. Who pays most may stay, nobody else may come.
        """
        ground, lists, taken = self.ground, self.lists, auction.taken
        problem = ground.problem(ground.maker.described(lists.bare(taken)))
        exceeded: list[tuple[Ints, Ints]] = []
        for limit in problem.limits[len(lists.use) :]:
            assert isinstance(limit.use, FewInts)  # prepaid beds concern few options
            users, use = limit.use.at, limit.use.values
            if use.sum() <= limit.limit:
                continue
            paid = np.array(auction.paid_by(lists.item[taken[users]].tolist()))
            order = np.argsort(-paid, kind="stable")
            stays = users[order[np.cumsum(use[order]) <= limit.limit]]
            homes = ground.maker.prepaid_under(int(problem.options.agreement[users[0]]))
            exceeded.append((homes, lists.item[taken[stays]]))
        if not exceeded:
            return np.zeros(0, dtype=np.int64)
        # All their homes' options are looked up at once: there are many, and many limits.
        options = self._elsewhere(np.concatenate([homes for homes, _ in exceeded]))
        options = options[np.argsort(lists.home[options], kind="stable")]
        home = lists.home[options]
        found = []
        for homes, stays in exceeded:
            low, high = np.searchsorted(home, homes), np.searchsorted(home, homes, "right")
            theirs = np.concatenate(
                [options[a:b] for a, b in zip(low.tolist(), high.tolist(), strict=True)]
            )
            found.append(theirs[~np.isin(lists.item[theirs], stays)])
        return np.unique(np.concatenate(found))
