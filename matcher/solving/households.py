"""Who may share a home: the household rules' own judges, asked about whole households.

The model knows beds and little else. Everything that a rule says about people who would
live together (the fostering limit, solo, incompatibility, risks, bedrooms, and whatever is
added to the catalogue) is asked of the rule itself, once for each household that comes up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.evidence.cases import HouseholdCase, PairCase
from matcher.evidence.verdict import Verdict
from matcher.rules.catalogue import HOUSEHOLD_RULES, PAIR_RULES
from matcher.rules.rule import Effect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from matcher.domain.world import World
    from matcher.evidence.arrays import HomeArrays
    from matcher.policy import Policy
    from matcher.rules.rule import HouseholdRule
    from matcher.solving.items import Items

_PAIR_BARS = tuple(rule for rule in PAIR_RULES if rule.effect is Effect.BAR)
_HOUSEHOLD_BARS = tuple(rule for rule in HOUSEHOLD_RULES if rule.effect is Effect.BAR)

MORE_IS_NO_HELP = frozenset(
    {
        "BEDS_FREE",
        "APPROVAL_NUMBER",
        "FOSTERING_LIMIT",
        "BEDROOM_SHARING",
        "SOLO",
        "NAMED_INCOMPATIBILITY",
        "HOUSEHOLD_RISK",
        "BE_APART",
    }
)
"""Household rules that, once not met, stay so when more children join the household."""


class Households:
    """Answers whether children may live in a home together.

    Parameters
    ----------
    world, policy
        Where the rules look.
    items
        Whom the plan decides about.
    homes
        The homes; only their order is used.
    lives_at
        Where each child decided about lives now; -1 nowhere.
    """

    def __init__(
        self,
        world: World,
        policy: Policy,
        items: Items,
        homes: HomeArrays,
        lives_at: NDArray[np.int64],
    ) -> None:
        self._world = world
        self._policy = policy
        self._items = items
        self._homes = [world.homes[home_id] for home_id in homes.ids]
        self._lives_at = lives_at
        self._known: dict[tuple[int, tuple[int, ...]], bool] = {}
        self._for_good: dict[tuple[int, tuple[int, ...]], bool] = {}

    def allowed(self, home: int, children: Iterable[int]) -> bool:
        """Whether these children, and nobody else decided about, may live in a home.

        Parameters
        ----------
        home
            Position of the home.
        children
            Positions of the children, in any order.

        Returns
        -------
        bool
            True when no household rule excludes them and none cannot tell. Children who all
            live there now may always stay.
        """
        ordered = tuple(sorted(children))
        key = (home, ordered)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._judge(home, ordered)
        return found

    def _judge(self, home: int, children: tuple[int, ...]) -> bool:
        return next(self._refusing(home, children), None) is None

    def _refusing(
        self, home: int, children: tuple[int, ...]
    ) -> Iterator[tuple[HouseholdRule, Verdict]]:
        """Yield the household rules that exclude these children, or cannot tell."""
        arriving = [each for each in children if self._lives_at[each] != home]
        child_ids = self._items.child_ids
        arrivals = tuple(self._world.children[child_ids[each]] for each in children)
        for day in sorted({self._items.days[each] for each in arriving}):
            asked = HouseholdCase(
                home=self._homes[home],
                arrivals=arrivals,
                world=self._world,
                policy=self._policy,
                day=day,
                leaving=self._items.movable,
            )
            for rule in _HOUSEHOLD_BARS:
                verdict = rule.verdict(asked).verdict
                if verdict >= Verdict.UNKNOWN:
                    yield rule, verdict

    def refused_with_others(self, home: int, children: Iterable[int]) -> bool:
        """Whether these children may not live in a home together, whoever else joins them.

        True when a rule of :data:`MORE_IS_NO_HELP` is not met. An exemption names all
        children it is for, so it cannot cover more children and not these; a rule that
        cannot tell could be excepted from once it can, unless it knows no exemption.
        """
        ordered = tuple(sorted(children))
        key = (home, ordered)
        found = self._for_good.get(key)
        if found is None:
            found = self._for_good[key] = any(
                rule.code in MORE_IS_NO_HELP and (verdict is Verdict.NOT_MET or not rule.exemption)
                for rule, verdict in self._refusing(home, ordered)
            )
        return found

    def pairs_allowed(self, home: int, children: Sequence[int]) -> bool:
        """Whether no pair rule excludes any of the children from a home, or cannot tell."""
        for each in children:
            asked = PairCase(
                child=self._world.children[self._items.child_ids[each]],
                home=self._homes[home],
                world=self._world,
                policy=self._policy,
                day=self._items.days[each],
                leaving=self._items.movable,
            )
            if any(rule.verdict(asked).verdict >= Verdict.UNKNOWN for rule in _PAIR_BARS):
                return False
        return True
