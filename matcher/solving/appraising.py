"""What rules and criteria say of an item in the homes that could be lawful for it.

A plan asks the same rules as a ranking, of far more pairs, and needs less of each answer:
whether any rule excludes, the points, the cost. And most homes are out of the question for
most children: no room, an old vacancy, other ages. So items are looked at in blocks of about
one age, each against the homes that a few telling rules leave to at least one child of the
block. Nothing is lost by that: a home left out is one that some rule excludes, or cannot
tell, for every child of the block.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matcher.candidates import Appraiser, ChildAppraisal, group_of
from matcher.evidence.arrays import Arrivals, child_facts
from matcher.evidence.purchases import full_fees, transport_costs
from matcher.evidence.subset import some_homes
from matcher.evidence.verdict import Verdict
from matcher.rules.catalogue import HOUSEHOLD_RULES, PAIR_RULES
from matcher.rules.rule import Effect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from matcher.domain.child import Child
    from matcher.domain.world import World
    from matcher.evidence.arrays import Flags, Floats, HomeArrays, Verdicts
    from matcher.policy import Policy
    from matcher.solving.items import Items

    Ints = NDArray[np.int64]

TELLING = frozenset(
    {
        "SETTING_OFFERED",
        "VACANCY_CONFIRMED",
        "APPROVAL_AGE",
        "CONNECTED_ONLY",
        "HOLD",
        "FEE_KNOWN",
    }
)
"""Pair rules that exclude most, and are asked first; any choice gives the same options."""
ITEMS_A_BLOCK = 120
"""About so many items at least are worth arrays of their own."""
MOST_ITEMS_A_BLOCK = 1_000
"""More have so many options that they take much memory at once."""
NO_AGE = 99

_PAIR_BARS = tuple(rule for rule in PAIR_RULES if rule.effect is Effect.BAR)
_FIRST_BARS = tuple(rule for rule in _PAIR_BARS if rule.code in TELLING)
_HOUSEHOLD_BARS = tuple(rule for rule in HOUSEHOLD_RULES if rule.effect is Effect.BAR)


@dataclass(frozen=True, eq=False)
class ItemAppraisal:
    """What is said of the children of one item, in every home of a block.

    Parameters
    ----------
    eligible
        Every excluding rule is met, exempted or not applicable; shape (n,).
    points
        Of each child, 0 to 100; shape (children, n).
    fee
        Weekly fees together after sibling discount, pence; -1 unknown.
    transport
        Weekly school transport together, pence.
    """

    eligible: Flags
    points: Floats
    fee: Ints
    transport: Ints


class ItemAppraiser(Appraiser):
    """An appraiser that asks only what a plan needs to know."""

    def _appraise_child(self, child: Child, day: date) -> ChildAppraisal:
        homes, policy = self.homes, self.policy
        facts = child_facts(child, day, homes)
        worst = np.zeros(homes.n, dtype=np.int8)
        for rule in _PAIR_BARS:
            np.maximum(worst, rule.verdicts(homes, facts, policy), out=worst)
        alone = Arrivals((facts,), group_of(child, homes.world))
        return ChildAppraisal(
            facts=facts,
            bars=worst[None, :],
            gates=np.zeros((0, homes.n), dtype=np.int8),
            points=self._points(self._alone, facts, alone),
            fee=full_fees(homes, facts),
            transport=transport_costs(
                facts,
                pence_a_mile=policy.value.transport_pence_a_mile,
                days_a_week=policy.value.school_days_a_week,
            ),
        )

    def item(self, children: Sequence[Child], day: date) -> ItemAppraisal:
        """Return what is said of children who would arrive in one home together.

        Parameters
        ----------
        children
            One child, or siblings, in the order of identifiers.
        day
            The first day of the placement.
        """
        members = [self.child(child, day) for child in children]
        arrivals = Arrivals(
            tuple(each.facts for each in members), group_of(children[0], self.homes.world)
        )
        worst: Verdicts = np.maximum.reduce([each.bars[0] for each in members])
        for rule in _HOUSEHOLD_BARS:
            worst = np.maximum(worst, rule.verdicts(self.homes, arrivals, self.policy))
        fee, transport = self.costs(children, day)
        return ItemAppraisal(
            eligible=worst < Verdict.UNKNOWN,
            points=np.stack([self.points(each, arrivals) for each in members]),
            fee=fee,
            transport=transport,
        )

    def costs(self, children: Sequence[Child], day: date) -> tuple[Ints, Ints]:
        """Return weekly fees after sibling discount (-1 unknown), and school transport."""
        members = [self.child(child, day) for child in children]
        return self._fees(members, day), np.add.reduce([each.transport for each in members])


@dataclass(frozen=True, eq=False)
class Block:
    """Some items, and the homes that could be lawful for them.

    Parameters
    ----------
    items
        Positions of the items.
    homes
        The homes looked at; a last row may stand for the others.
    kept
        The position of each home looked at among all homes, rising.
    """

    items: tuple[int, ...]
    homes: HomeArrays
    kept: Ints


def block_of(
    world: World,
    policy: Policy,
    homes: HomeArrays,
    items: Items,
    lives_at: Ints,
    positions: Sequence[int],
    *,
    elsewhere: bool = True,
) -> Block:
    """Return some items with every home that could be lawful for one of them.

    Parameters
    ----------
    world, policy
        What the plan is for.
    homes
        All homes, without the children who may move.
    items
        Whom the plan decides about.
    lives_at
        Where each child decided about lives now, by position; -1 nowhere.
    positions
        The items.
    elsewhere
        Whether homes are looked at where none of the children lives.
    """
    members = {child for each in positions for child in items.items[each].children}
    wanted = np.zeros(homes.n, dtype=np.bool_)
    for child in sorted(members) if elsewhere else ():
        facts = child_facts(world.children[items.child_ids[child]], items.days[child], homes)
        possible = homes.beds_free(facts.day_ordinal) > 0
        for rule in _FIRST_BARS:
            possible &= rule.verdicts(homes, facts, policy) < Verdict.UNKNOWN
        wanted |= possible
    here = lives_at[sorted(members)]
    wanted[here[here >= 0]] = True
    some, kept = some_homes(homes, wanted)
    return Block(tuple(positions), some, kept)


def about_one_age(world: World, items: Items) -> Iterator[list[int]]:
    """Yield the positions of all items, families whole, by the age of the youngest."""
    families: dict[str, list[int]] = {}
    for at, item in enumerate(items.items):
        # A child on their own is a family of one; a slash cannot begin an identifier.
        families.setdefault(item.group or f"/{item.children[0]}", []).append(at)
    by_age: dict[tuple[bool, int], list[int]] = {}
    for positions in families.values():
        theirs = [items.items[each] for each in positions]
        ages = (
            world.children[items.child_ids[child]].age_on(item.day)
            for item in theirs
            for child in item.children
        )
        youngest = min((age for age in ages if age is not None), default=NO_AGE)
        by_age.setdefault((theirs[0].group is not None, youngest), []).extend(positions)
    block: list[int] = []
    for _, positions in sorted(by_age.items()):
        block += positions
        if len(block) >= ITEMS_A_BLOCK:
            yield from _in_parts(block, items)
            block = []
    yield from _in_parts(block, items)


def _in_parts(block: list[int], items: Items) -> Iterator[list[int]]:
    """Yield a block in parts of at most about so many items, families whole."""
    part: list[int] = []
    for position in block:
        group = items.items[position].group
        if len(part) >= MOST_ITEMS_A_BLOCK and (
            group is None or items.items[part[-1]].group != group
        ):
            yield part
            part = []
        part.append(position)
    if part:
        yield part
