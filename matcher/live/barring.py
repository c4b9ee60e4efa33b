"""Which homes no rule excludes, for children who would arrive together.

Free beds, refusals and rules about homes alone leave some fifteen homes of five hundred: of
these, rules are asked one by one, in plain Python and the hardest to meet first, and what they
answer is remembered as long as the records they were asked about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.candidates import group_of
from matcher.evidence.arrays import child_facts
from matcher.evidence.cases import HouseholdCase, PairCase
from matcher.evidence.purchases import purchases_on
from matcher.evidence.verdict import Verdict
from matcher.live.remembering import LASTING, Asked, Joined, Lawful
from matcher.rules.catalogue import HOUSEHOLD_RULES, PAIR_RULES
from matcher.rules.rule import Effect

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from matcher.domain.agreement import Agreement
    from matcher.domain.child import Child
    from matcher.domain.home import Home
    from matcher.evidence.arrays import ChildFacts, HomeArrays
    from matcher.live.remembering import Memory, Remembered
    from matcher.policy import Policy

    Flags = NDArray[np.bool_]

_FIRST = (
    "APPROVAL_AGE",
    "NEEDS_NON_NEGOTIABLE",
    "FEE_KNOWN",
    "UNDER_16_REGULATED",
    "SETTING_SOUGHT",
)
"""The rules that most homes fail, the hardest to meet first."""
PAIR_BARS = tuple(
    sorted(
        (rule for rule in PAIR_RULES if rule.effect is Effect.BAR and not rule.of_home),
        key=lambda rule: _FIRST.index(rule.code) if rule.code in _FIRST else len(_FIRST),
    )
)
PASSING = tuple(rule for rule in PAIR_BARS if rule.code not in LASTING)
"""Rules whose answer may be another every time."""
HOME_BARS = tuple(
    rule
    for rule in PAIR_RULES
    if rule.effect is Effect.BAR and (rule.of_home or rule.code == "CONNECTED_ONLY")
)
"""Rules that ask nothing of most children: only of those for whom a connected person offers."""
HOME_CODES = frozenset(rule.code for rule in HOME_BARS)
HOUSEHOLD_BARS = tuple(
    rule for rule in HOUSEHOLD_RULES if rule.effect is Effect.BAR and rule.code != "BEDS_FREE"
)
"""Free beds are counted before anything else is asked."""
EXCLUDED = Verdict.UNKNOWN
_MET = Verdict.MET


class Bars:
    """Asks rules about children and homes under one policy.

    Parameters
    ----------
    homes
        All the homes, as they are now.
    policy
        What counts for how much.
    memory
        What is known already; one that serves this policy.
    """

    def __init__(self, homes: HomeArrays, policy: Policy, memory: Memory) -> None:
        self.homes = homes
        self.policy = policy
        self._memory = memory
        self._facts: dict[str, ChildFacts] = {}
        self._day: date | None = None
        self._rules_for: tuple[date, Any] | None = None
        self._excepted_children: frozenset[str] = frozenset()
        self._lasting: tuple[Any, ...] = ()
        self._codes = ""
        self._together: tuple[Any, ...] = ()
        self._named: frozenset[str] = frozenset()
        self._varied: frozenset[str] = frozenset()
        self._nobody: Child | None = None

    def begin(self) -> None:
        """Forget what was only so for one decision: something may have changed."""
        self._day = None

    def _set_day(self, day: date) -> None:
        """Note which rules are asked on a first day, and whom exemptions are for."""
        self._day = day
        self._facts.clear()
        exempted = self.homes.world.exemptions_by_rule
        # The same mapping as long as no exemption is put or dropped.
        if self._rules_for is not None and self._rules_for == (day, exempted):
            return
        self._rules_for = (day, exempted)
        self._excepted_children = frozenset(
            child_id
            for code in HOME_CODES & exempted.keys()
            for exemption in exempted[code]
            for child_id in exemption.child_ids
        )
        standing = [
            exemption
            for exemptions in exempted.values()
            for exemption in exemptions
            if exemption.granted_on <= day and (exemption.until is None or day <= exemption.until)
        ]
        # An exemption names children, or varies the terms of a home for any child.
        self._named = frozenset(child_id for each in standing for child_id in each.child_ids)
        self._varied = frozenset(
            each.home_id for each in standing if not each.child_ids and each.home_id is not None
        )
        self._lasting = tuple(
            rule for rule in PAIR_BARS if rule.code in LASTING and rule.in_force(day)
        )
        self._codes = " ".join(rule.code for rule in self._lasting)
        self._together = tuple(rule for rule in HOUSEHOLD_BARS if rule.in_force(day))

    def _remembered(self, child: Child, day: date) -> Remembered:
        homes = self.homes
        referral = homes.world.referral_by_child.get(child.child_id)
        connected = homes.connected_to.get(child.child_id, ())
        return self._memory.of(
            child,
            Asked(
                child.age_on(day),
                None if referral is None else referral.settings_sought,
                None if referral is None else referral.timescale,
                tuple(homes.ids[at] for at in connected),
                self._codes,
            ),
        )

    def facts_of(self, child: Child, day: date) -> ChildFacts:
        """Return a child as the vectorised rules and criteria see them on a first day."""
        found = self._facts.get(child.child_id)
        if found is None:
            found = self._facts[child.child_id] = child_facts(child, day, self.homes)
        return found

    def _open(self, children: Sequence[Child], day: date) -> Flags:
        """Return the homes that rules about homes alone do not exclude on a day."""
        homes, policy = self.homes, self.policy
        # The policy is kept beside the answer, so that no other can come to have its identity.
        _, found = homes.kept_today(
            ("open", day, id(policy), id(self._rules_for)),
            lambda: (
                (policy, self._rules_for),
                self._open_to(self._somebody(children[0]), day),
            ),
        )
        open_homes: Flags = found
        excepted, connected = self._excepted_children, homes.connected_to
        named = [
            each for each in children if each.child_id in excepted or each.child_id in connected
        ]
        if not named:
            return open_homes
        for_named = [self._open_to(each, day) for each in named]
        if len(named) < len(children):
            for_named.append(open_homes)
        everyone: Flags = np.logical_and.reduce(for_named)
        return everyone

    def _somebody(self, child: Child) -> Child:
        """Return a child without a name: any other would do as well."""
        if self._nobody is None:
            self._nobody = child.model_copy(update={"child_id": ""})
        return self._nobody

    def _open_to(self, child: Child, day: date) -> Flags:
        """Return the homes that rules about homes alone do not exclude for a child.

        These rules look at nothing of the child but whether the child lives there already,
        whose connected person it is and who an exemption names: of somebody without a name they
        say what holds for all others.
        """
        facts = child_facts(child, day, self.homes)
        return _none_excludes(HOME_BARS, self.homes, facts, self.policy)

    def lawful_homes(
        self,
        children: Sequence[Child],
        day: date,
        *,
        avoid: NDArray[np.intp] | None = None,
        only: Flags | None = None,
    ) -> tuple[list[Remembered], dict[int, Joined]]:
        """Return what is remembered of children, and the homes that no rule excludes.

        Points, budgets and where siblings live are not looked at.

        Parameters
        ----------
        children, day, avoid, only
            As for :meth:`perhaps`.
        """
        places = self.perhaps(children, day, avoid=avoid, only=only).tolist()
        if not places:
            return [], {}
        known = self.remembered(children, day)
        return known, dict(self.lawful(known, day, places))

    def perhaps(
        self,
        children: Sequence[Child],
        day: date,
        *,
        avoid: NDArray[np.intp] | None = None,
        only: Flags | None = None,
    ) -> NDArray[np.intp]:
        """Return where the homes are of which rules have to be asked, rising.

        Parameters
        ----------
        children
            Who would arrive together, in the order of identifiers.
        day
            The first day.
        avoid
            Positions of homes that are no choice; None for none.
        only
            The homes that are looked at, shape (n,); None for all.
        """
        if day != self._day:
            self._set_day(day)
        allowed = self.homes.beds_free(day.toordinal()) >= len(children)
        if avoid is not None:
            allowed[avoid] = False
        if only is not None:
            allowed &= only
        allowed &= self._open(children, day)
        return allowed.nonzero()[0]

    def remembered(self, children: Sequence[Child], day: date) -> list[Remembered]:
        """Return what is remembered of children for a first day."""
        return [self._remembered(child, day) for child in children]

    def lawful(
        self, known: Sequence[Remembered], day: date, places: Iterable[int]
    ) -> Iterator[tuple[int, Joined]]:
        """Yield those of some homes that no rule excludes, each asked when its turn comes.

        Parameters
        ----------
        known
            What is remembered of children who would arrive together.
        day
            The first day, for which :meth:`perhaps` was asked last.
        places
            Positions of homes.
        """
        item = purchases_on(self.homes, day.toordinal()).agreement.item
        ids, homes = self.homes.ids, self.homes.world.homes
        for place in places:
            agreement = self.agreement_at(item(place))
            home = homes[ids[place]]
            for each in known:
                if not self._lawful(each, home, agreement):
                    break
            else:
                joined = self._joined(known, place, day)
                if joined is not None:
                    yield place, joined

    def agreement_at(self, at: int) -> Agreement | None:
        """Return the agreement at a position; None at -1."""
        return None if at < 0 else self.homes.world.agreements[self.homes.purchases.ids[at]]

    def _lawful(self, known: Remembered, home: Home, agreement: Agreement | None) -> bool:
        """Whether no rule about pairs excludes a home for a child."""
        home_id = home.home_id
        if home_id in self._varied or known.child.child_id in self._named:
            named = self._case(known, home)
            return all(rule.verdict(named).verdict < EXCLUDED for rule in PAIR_BARS)
        found = known.lawful.get(home_id)
        case: PairCase | None = None
        if found is None or found.home is not home or found.agreement is not agreement:
            case = self._case(known, home)
            lawful = True
            for rule in self._lasting:  # in force, and nobody is exempted
                if rule.judge(case).verdict >= EXCLUDED:
                    lawful = False
                    break
            found = known.lawful[home_id] = Lawful(home, agreement, lawful)
        if not found.lawful:
            return False
        for rule in PASSING:
            case = case or self._case(known, home)
            if rule.verdict(case).verdict >= EXCLUDED:
                return False
        return True

    def _case(self, known: Remembered, home: Home) -> PairCase:
        if self._day is None:
            raise AssertionError("no day has been set")
        return PairCase(known.child, home, self.homes.world, self.policy, self._day)

    def _joined(self, known: Sequence[Remembered], place: int, day: date) -> Joined | None:
        """Return what is found of children joining a household; None where a rule excludes it."""
        world = self.homes.world
        home_id = self.homes.ids[place]
        home = world.homes[home_id]
        occupants = world.occupants_of(home_id)
        group = group_of(known[0].child, world)
        siblings = () if group is None else world.siblings_in_care.get(group.sibling_group_id, ())
        reserved = world.beds_reserved(home_id, day)
        if home_id in self._varied or any(each.child.child_id in self._named for each in known):
            case = self._household(known, home, day)
            if any(rule.verdict(case).verdict >= EXCLUDED for rule in HOUSEHOLD_BARS):
                return None
            return Joined(
                home, occupants, reserved, group, tuple(siblings), tuple(known[1:]), lawful=True
            )
        key = (home_id, *(each.child.child_id for each in known[1:]))
        found = known[0].joined.get(key)
        if (
            found is None
            or found.home is not home
            or (found.occupants is not occupants and found.occupants != occupants)
            or found.reserved != reserved
            or found.group is not group
            or found.siblings != tuple(siblings)
            or any(a is not b for a, b in zip(found.with_whom, known[1:], strict=True))
        ):
            case = self._household(known, home, day)
            lawful = True
            for rule in self._together:
                if rule.judge(case).verdict >= EXCLUDED:
                    lawful = False
                    break
            found = known[0].joined[key] = Joined(
                home, occupants, reserved, group, tuple(siblings), tuple(known[1:]), lawful
            )
        return found if found.lawful else None

    def _household(self, known: Sequence[Remembered], home: Home, day: date) -> HouseholdCase:
        children = tuple(each.child for each in known)
        return HouseholdCase(home, children, self.homes.world, self.policy, day)


def _none_excludes(
    rules: Sequence[Any], homes: HomeArrays, asked: ChildFacts, policy: Policy
) -> Flags:
    """Return the homes that no rule excludes, and none cannot tell."""
    worst = homes.fresh(_MET)
    for rule in rules:
        np.maximum(worst, rule.verdicts(homes, asked, policy), out=worst)
    found: Flags = worst < np.int8(EXCLUDED)
    return found
