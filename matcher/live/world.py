"""A World that changes day by day, with decisions about who lives where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.plan import first_days
from matcher.errors import UsageError
from matcher.evidence.purchases import ROUTES, purchases_on
from matcher.live.asking import Asker
from matcher.live.changing import ChangingWorld
from matcher.live.choice import Choice
from matcher.live.deciding import decide
from matcher.live.families import MOST_SIBLINGS, Family, FamilyPlan, Pick, Pricing
from matcher.live.in_order import search_in_order
from matcher.live.looking_ahead import Exchange, look_ahead
from matcher.live.remembering import Memory
from matcher.live.slowly import choose_slowly
from matcher.policy import Method

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from matcher.domain.world import World
    from matcher.lookahead.values import BedValues
    from matcher.policy import Policy

    Avoided = frozenset[str] | NDArray[np.bool_]
    """Homes: their identifiers, or a flag for each of :attr:`LiveWorld.home_ids`."""


class LiveWorld(ChangingWorld):
    """A World kept current by small changes, in which families are placed.

    ::

        live = LiveWorld(world, policy)
        live.set_day(day)
        live.put(child, group, referral)          # arrive: children, group, what is asked for
        choice = live.choose(("C-1", "C-2"))      # the best lawful way to place them now
        live.take(choice)                         # they live there; the referral is closed
        live.drop(Placement, "C-1")               # a placement ends; drop(Child, ...) to leave
        live.put(hold); live.drop(Hold, hold.hold_id)
        live.put(home)                            # opens, or changes terms, beds, ...
        live.drop(Home, "H-1")                    # closes; nobody may live there any more

    Records are checked by their own classes; that they refer to each other rightly is only
    checked by :meth:`world`.

    Parameters
    ----------
    world
        What to begin with; it is not changed.
    policy
        What counts for how much.
    values
        What beds are worth to those who come next, for a policy that looks ahead; None for
        none.
    memory_of
        What other Worlds have found under a policy; None for a memory of its own. See
        :class:`matcher.live.remembering.Memory` for which Worlds may share one.
    """

    def __init__(
        self,
        world: World,
        policy: Policy,
        values: BedValues | None = None,
        *,
        memory_of: Callable[[Policy], Memory] | None = None,
    ) -> None:
        super().__init__(world, policy)
        self.bed_values = values
        """What beds are worth; may be learnt anew and set at any time."""
        self._memory_of = Memory if memory_of is None else memory_of
        self._asks: Asker | None = None
        self._prices: Pricing | None = None

    # Decisions ----------------------------------------------------------------------------

    @property
    def home_ids(self) -> tuple[str, ...]:
        """Every home, in the order in which flags of homes are given; another once one opens."""
        self._settle()
        return self._arrays.homes.ids

    def position(self, home_id: str) -> int | None:
        """Return the place of a home among :attr:`home_ids`; None when there is none."""
        self._settle()
        return self._arrays.homes.index.get(home_id)

    def choose(self, child_ids: Sequence[str], *, avoid: Avoided = frozenset()) -> Choice:
        """Return the best lawful way to place a family now: together, else the best split.

        The plan that :func:`matcher.engine.assign` would make were they the only ones to
        wait, under the policy's method. Budgets, caps and block beds hold as for a plan of
        theirs alone. The first day is that of their referral, today at the earliest.

        Parameters
        ----------
        child_ids
            A child, or siblings of one group, who wait: named by a referral and without a
            placement.
        avoid
            Homes that are no choice for them now, such as the one they had to leave:
            identifiers, or a flag for each of :attr:`home_ids`.

        Raises
        ------
        UsageError
            If one of them does not wait.
        """
        return self.batch([child_ids], avoid=[avoid])[0]

    def batch(
        self,
        families: Sequence[Sequence[str]],
        *,
        avoid: Sequence[Avoided] | None = None,
    ) -> list[Choice]:
        """Return the best lawful plan for several families at once, a choice for each.

        What :func:`matcher.engine.assign` would plan were they the only ones to wait.

        Parameters
        ----------
        families
            As for :meth:`choose`; no two of one sibling group.
        avoid
            For each family, homes that are no choice for them.

        Raises
        ------
        UsageError
            If somebody does not wait, or a sibling group is split over families.
        """
        barred: list[Avoided] = [frozenset()] * len(families) if avoid is None else list(avoid)
        self._refuse_who_does_not_wait(families)
        self._settle()
        plans = None
        if not any(map(self._only_the_solver, families)):
            plans = self._quickly(families, barred)
        if plans is None:
            ids = [self._named(each) for each in barred]
            return choose_slowly(self.world(), self._policy, families, ids)
        proved = self._policy.method is not Method.SEARCH_ORDER
        return [
            Choice(
                parts=tuple(
                    pick.offers.part(pick.place)
                    for pick in sorted(plan.picks, key=lambda each: min(each.child_ids))
                ),
                unplaced=plan.unplaced,
                proved=proved,
            )
            for plan in plans
        ]

    def hopeless(self, child_id: str, *, avoid: Avoided) -> bool:
        """Whether it is certain that no home would take a child now.

        For a child who lives somewhere and would leave for another home: to be told before
        anything is changed. Nobody is told more than that: where it is not certain, ask
        :meth:`choose`.

        Parameters
        ----------
        child_id
            Named by a referral.
        avoid
            As for :meth:`choose`, the home where the child lives among them.
        """
        view = self.view
        child, placement = view.children[child_id], view.placements.get(child_id)
        if placement is not None and placement.agreement_id is not None:
            agreement = view.agreements[placement.agreement_id]
            if agreement.block_beds:
                return False  # who leaves a prepaid bed changes what another home costs
        if self._policy.method is not Method.SEARCH_ORDER and self._only_the_solver([child_id]):
            return False
        self._settle()
        day = first_days(view, [child_id])[child_id]
        asker = self._asker()
        places = asker.perhaps([child], day, avoid=self._positions(avoid)).tolist()
        lawful = asker.lawful(asker.remembered([child], day), day, places)
        return not any(True for _ in lawful)

    def exchanged(self, child_ids: Sequence[str], home_id: str) -> str:
        """Return the home that looking ahead gives some children in place of one they could have.

        Parameters
        ----------
        child_ids
            One child, or siblings who would arrive together; waiting.
        home_id
            A home that is lawful for them; returned when there is none that others need less.
        """
        values = self.bed_values
        if values is None or not self._policy.look_ahead.margin_points:
            return home_id
        self._settle()
        view = self.view
        ids = sorted(child_ids)
        nobody = np.zeros(0, dtype=np.intp)
        children = [view.children[child_id] for child_id in ids]
        day = first_days(view, ids)[ids[0]]
        family = Family(self._asker(), self._pricing(), children, day, nobody)
        offers = family.offers((1 << len(ids)) - 1)
        if offers is None:
            return home_id
        # Where they are now is as good a place to start from as any.
        at = np.flatnonzero(offers.at == self._arrays.homes.index[home_id])
        if not len(at):
            return home_id
        pick = Pick(offers, int(at[0]))
        allowed = None
        if view.budgets:
            # A budget is the whole plan's: an exchange keeps it by costing no more.
            routes = purchases_on(self._arrays.homes, day.toordinal()).route[offers.at]
            same = routes == routes[pick.place]
            spared = [ROUTES.index(each.route) for each in view.budgets if each.route]
            allowed = (same | ~np.isin(routes, spared)) & (offers.cost <= offers.cost[pick.place])
        found = Exchange(view, self._policy, values, pick, allowed).best()
        return self._arrays.homes.ids[found.picks[0].home]

    def _quickly(
        self, families: Sequence[Sequence[str]], avoid: Sequence[Avoided]
    ) -> list[FamilyPlan] | None:
        """Return a plan for each family; None where it takes the solver to tell."""
        view, policy = self.view, self._policy
        asker = self._asker()
        in_order = policy.method is Method.SEARCH_ORDER
        pricing = None if in_order else self._pricing()
        days = first_days(view, [child_id for family in families for child_id in family])
        asked = [
            Family(
                asker,
                pricing,
                [view.children[child_id] for child_id in sorted(family)],
                days[family[0]],
                self._positions(homes),
            )
            for family, homes in zip(families, avoid, strict=True)
        ]
        if in_order:
            return search_in_order(view, policy, asker.homes, asked)
        plans = decide(view, policy, asked)
        if plans is None or self.bed_values is None or not policy.look_ahead.margin_points:
            return plans
        return look_ahead(view, policy, self.bed_values, plans)

    def _positions(self, avoided: Avoided) -> NDArray[np.intp]:
        if isinstance(avoided, np.ndarray):
            return avoided.nonzero()[0]
        index = self._arrays.homes.index
        return np.array([index[each] for each in avoided if each in index], dtype=np.intp)

    def _named(self, avoided: Avoided) -> frozenset[str]:
        if not isinstance(avoided, np.ndarray):
            return avoided
        ids = self._arrays.homes.ids
        return frozenset(ids[at] for at in avoided.nonzero()[0].tolist())

    def _pricing(self) -> Pricing:
        if self._prices is None or self._prices.policy is not self._policy:
            self._prices = Pricing(self._policy)
        return self._prices

    def _asker(self) -> Asker:
        arrays = self._arrays
        if self._asks is None or self._asks.policy is not self._policy:
            self._asks = Asker(arrays.homes, self._policy, self._memory_of(self._policy))
        self._asks.homes = arrays.homes
        self._asks.begin()
        return self._asks

    def _only_the_solver(self, family: Sequence[str]) -> bool:
        """Whether a family's splits are more than are looked at here."""
        return len(family) > MOST_SIBLINGS or (
            len(family) > 1
            and any(
                each.home_id is not None
                for each in self.view.exemptions_by_rule.get("STAY_TOGETHER", ())
            )
        )

    def _refuse_who_does_not_wait(self, families: Sequence[Sequence[str]]) -> None:
        view = self.view
        seen: set[str] = set()
        for child_ids in families:
            groups = {view.child(child_id).sibling_group_id for child_id in child_ids}
            if len(child_ids) != len(set(child_ids)) or not child_ids:
                raise UsageError("A family names each child once, and at least one.")
            if (len(child_ids) > 1 and (len(groups) > 1 or None in groups)) or seen & groups:
                raise UsageError(
                    f"{', '.join(child_ids)}: a family is one child, or siblings of one group, "
                    "and all who wait of a group are one family."
                )
            seen.update(each for each in groups if each is not None)
            for child_id in child_ids:
                if child_id in view.placements or child_id not in view.referral_by_child:
                    raise UsageError(
                        f"{child_id} does not wait: a child waits who is named by a referral and "
                        "has no placement."
                    )
