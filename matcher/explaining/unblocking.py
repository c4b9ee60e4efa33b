"""What stands in the way of a home for a child, and the changes that would place them.

The smallest set of rules is found home by home: with any one of them left standing the home
stays closed. Every change is made to the World and solved again,
so that what is promised is what a plan then does.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from matcher.candidates import Appraiser
from matcher.columns import columns_of
from matcher.domain.placement import Exemption
from matcher.domain.plan import first_days
from matcher.domain.record import Record
from matcher.domain.sibling_group import AssessorRole, Together
from matcher.errors import UsageError
from matcher.evidence.verdict import Verdict
from matcher.explaining.alternatives import Solved, solve_and_check
from matcher.explaining.beds import one_more_bed
from matcher.rules.catalogue import BARS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matcher.candidates import Appraisal
    from matcher.domain.child import Child
    from matcher.domain.world import World
    from matcher.policy import Policy
    from matcher.rules.rule import HouseholdRule, PairRule

NO_ROOM = frozenset({"BEDS_FREE", "APPROVAL_NUMBER", "BEDROOM_SHARING"})
"""Rules that one more bed, approved and with a room of its own, can meet."""
BUDGET_STEPS = 3
"""How often a budget is raised to the next cheapest home before giving up."""


class ChangeKind(StrEnum):
    """What is changed."""

    BED = "bed"
    EXEMPTION = "exemption"
    BUDGET = "budget"


class Remedy(Record):
    """One change that would place the child, confirmed by solving again.

    Parameters
    ----------
    kind
        What is changed.
    home_id
        The home it is about; null for money.
    rule
        The rule that is excepted from; null otherwise.
    weekly_pence
        How much more money a week is allowed; null otherwise.
    lives_in
        The home that the new plan gives the child.
    gain_points
        What everybody together gains.
    status
        ``optimal`` when both plans are proved.
    sentence
        In words.
    """

    kind: ChangeKind
    home_id: str | None
    rule: str | None
    weekly_pence: int | None
    lives_in: str
    gain_points: float
    status: str
    sentence: str


class Blockage(Record):
    """What stands in the way of a home for one child.

    Parameters
    ----------
    child_id
        The child.
    together_with
        Siblings who must be placed with the child.
    lives_in
        The home that today's best plan gives the child; null when left without one.
    smallest_rules
        The fewest rules that close a home which would otherwise be open; empty when some
        home is open and beds or money stand in the way.
    smallest_home_id
        That home.
    remedies
        Changes that would place the child, the most worthwhile first.
    to_ask
        Homes that no rule closes and of which a fact is missing.
    sentence
        In words.
    """

    child_id: str
    together_with: tuple[str, ...]
    lives_in: str | None
    smallest_rules: tuple[str, ...]
    smallest_home_id: str | None
    remedies: tuple[Remedy, ...]
    to_ask: tuple[str, ...]
    sentence: str


def what_would_place(
    world: World,
    policy: Policy,
    child_id: str,
    *,
    tried: int = 5,
    seconds: float | None = None,
    seed: int = 1,
) -> Blockage:
    """Return what stands in the way of a home for a child, and what would place them.

    Parameters
    ----------
    world, policy
        What plans are made for.
    child_id
        A child who waits.
    tried
        How many homes are tried for each kind of change, the best match first, from 1.
    seconds, seed
        For each plan.

    Raises
    ------
    NotFoundError, UsageError
        If there is no such child, or they do not wait.
    """
    child = world.child(child_id)
    best = solve_and_check(world, policy, seconds=seconds, seed=seed)
    if child_id not in best.home_of or child_id in world.placements:
        raise UsageError(f"{child_id} does not wait for a home.")
    lives_in = best.home_of[child_id]
    family = _must_come_along(world, child)
    if lives_in is not None:
        return Blockage(
            child_id=child_id,
            together_with=tuple(each.child_id for each in family if each != child),
            lives_in=lives_in,
            smallest_rules=(),
            smallest_home_id=None,
            remedies=(),
            to_ask=(),
            sentence=f"Nothing: today's best plan places {child_id} in {lives_in}.",
        )
    appraiser = Appraiser(columns_of(world), policy)
    found = appraiser.appraise(family, first_days(world, best.home_of)[child_id])
    rules, at = smallest_rules(found)
    remedies = sorted(
        _remedies(best, family, appraiser, found, tried, seconds=seconds, seed=seed),
        key=lambda each: (-each.gain_points, each.kind.value, each.home_id or ""),
    )
    ids = appraiser.homes.ids
    order = _best_first(found, found.to_check)[:tried]
    return Blockage(
        child_id=child_id,
        together_with=tuple(each.child_id for each in family if each != child),
        lives_in=None,
        smallest_rules=tuple(rule.code for rule in rules),
        smallest_home_id=ids[at] if rules else None,
        remedies=tuple(remedies),
        to_ask=tuple(ids[each] for each in order),
        sentence=_sentence(
            child_id,
            ids[at] if rules else None,
            rules,
            len(remedies),
            open_homes=bool(found.eligible.any()),
        ),
    )


def smallest_rules(found: Appraisal) -> tuple[tuple[PairRule | HouseholdRule, ...], int]:
    """Return the fewest rules that close a home, and the home; none when a home is open.

    Only homes count that something could open: a rule that nothing can change is no lever.
    Verdicts are of each rule by itself, so the set is exactly what closes the home: with all
    of them set aside it is open, with any one of them left standing it is not.
    """
    if bool(found.eligible.any()) or not len(found.score):
        return (), 0
    failed = found.bars == Verdict.NOT_MET
    fixed = np.array([not rule.changeable for rule in BARS], dtype=np.bool_)
    hopeless = failed[fixed].any(axis=0) | (found.bars == Verdict.UNKNOWN).any(axis=0)
    count = np.where(hopeless, len(BARS) + 1, found.rules_failed)
    if int(count.min(initial=len(BARS) + 1)) > len(BARS):
        return (), 0
    order = np.lexsort((np.arange(len(count)), -np.round(found.score, 6), count))
    at = int(order[0])
    return tuple(rule for rule, closes in zip(BARS, failed[:, at], strict=True) if closes), at


def _must_come_along(world: World, child: Child) -> tuple[Child, ...]:
    """Return the child with the waiting siblings who must be placed with them."""
    if child.sibling_group_id is None:
        return (child,)
    group = world.sibling_groups[child.sibling_group_id]
    waiting = [each for each in world.members[child.sibling_group_id] if each in world.waiting]
    family = {child.child_id}
    grown = True
    while grown:
        more = {
            other
            for member in family
            for other in waiting
            if other != member and group.between(member, other) is Together.REQUIRED
        }
        grown = not more <= family
        family |= more
    return tuple(world.children[each] for each in sorted(family))


def _best_first(found: Appraisal, wanted: np.ndarray) -> list[int]:
    positions = np.flatnonzero(wanted)
    order = np.argsort(-np.round(found.score[positions], 6), kind="stable")
    chosen: list[int] = positions[order].tolist()
    return chosen


def _remedies(
    best: Solved,
    family: tuple[Child, ...],
    appraiser: Appraiser,
    found: Appraisal,
    tried: int,
    *,
    seconds: float | None,
    seed: int,
) -> Iterator[Remedy]:
    world, ids = best.world, appraiser.homes.ids
    failed = found.bars == Verdict.NOT_MET
    unknown = (found.bars == Verdict.UNKNOWN).any(axis=0)
    good = found.lowest_score >= best.policy.minimum_match_points
    no_room = np.array([rule.code in NO_ROOM for rule in BARS], dtype=np.bool_)

    # One more bed, where room is all that is missing, or where others have the beds.
    only_room = failed[no_room].any(axis=0) & ~failed[~no_room].any(axis=0)
    for at in _best_first(found, (only_room | found.eligible) & ~unknown & good)[:tried]:
        home = world.homes[ids[at]]
        for _ in family:
            home = one_more_bed(home)
        changed = world.replace(homes={**world.homes, home.home_id: home})
        beds = len(family)
        yield from _confirmed(
            best,
            changed,
            family,
            seconds=seconds,
            seed=seed,
            kind=ChangeKind.BED,
            home_id=home.home_id,
            sentence=f"{'One more bed' if beds == 1 else f'{beds} more beds'} in {home.home_id}",
        )

    # A lawful exemption from the one rule that closes a home.
    exemptible = np.array([bool(rule.exemption) for rule in BARS], dtype=np.bool_)
    one = (found.rules_failed == 1) & failed[exemptible].any(axis=0)
    for at in _best_first(found, one & ~unknown & good)[:tried]:
        rule = BARS[int(np.flatnonzero(failed[:, at])[0])]
        exemption = Exemption(
            exemption_id="WHAT-IF",
            rule=rule.code,
            child_ids=frozenset(each.child_id for each in family),
            home_id=ids[at],
            granted_by=AssessorRole.NOMINATED_OFFICER,
            granted_on=world.as_of,
        )
        changed = world.replace(exemptions={**world.exemptions, "WHAT-IF": exemption})
        yield from _confirmed(
            best,
            changed,
            family,
            seconds=seconds,
            seed=seed,
            kind=ChangeKind.EXEMPTION,
            home_id=ids[at],
            rule=rule.code,
            sentence=f"An exemption from {rule.code} for {ids[at]} ({rule.exemption.rstrip('.')})",
        )

    # More money, where a lawful home costs more than is left.
    costs = found.weekly_cost[(found.eligible & good) & (found.weekly_fee >= 0)]
    if world.budgets:
        for more in sorted(set(costs.tolist()))[:BUDGET_STEPS]:
            budgets = tuple(
                each.replace(weekly_pence=each.weekly_pence + more) for each in world.budgets
            )
            confirmed = list(
                _confirmed(
                    best,
                    world.replace(budgets=budgets),
                    family,
                    seconds=seconds,
                    seed=seed,
                    kind=ChangeKind.BUDGET,
                    weekly_pence=more,
                    sentence=f"£{more / 100:,.0f} a week more in the budgets",
                )
            )
            if confirmed:
                yield from confirmed
                break


def _confirmed(
    best: Solved,
    changed: World,
    family: tuple[Child, ...],
    *,
    seconds: float | None,
    seed: int,
    kind: ChangeKind,
    sentence: str,
    home_id: str | None = None,
    rule: str | None = None,
    weekly_pence: int | None = None,
) -> Iterator[Remedy]:
    """Yield the remedy when the changed World's best plan places every one of the family."""
    solved = solve_and_check(changed, best.policy, seconds=seconds, seed=seed)
    homes = [solved.home_of[each.child_id] for each in family]
    lives_in = homes[0]
    if lives_in is None or None in homes:
        return
    gain = best.solution.objective - solved.solution.objective
    proved = {best.solution.status.value, solved.solution.status.value} == {"optimal"}
    others = sum(
        before is not None and solved.home_of[child_id] is None
        for child_id, before in best.home_of.items()
    )
    warning = f" Another {others} would be left without a home." if others else ""
    yield Remedy(
        kind=kind,
        home_id=home_id,
        rule=rule,
        weekly_pence=weekly_pence,
        lives_in=lives_in,
        gain_points=round(gain, 3),
        status="optimal" if proved else "feasible",
        sentence=f"{sentence}: then the best plan has them in {lives_in}.{warning}",
    )


def _sentence(
    child_id: str,
    home_id: str | None,
    rules: tuple[PairRule | HouseholdRule, ...],
    remedies: int,
    *,
    open_homes: bool,
) -> str:
    if home_id is not None:
        codes = ", ".join(rule.code for rule in rules)
        blocked = (
            f"No home is open to {child_id}; the nearest to it is {home_id}, closed by {codes}."
        )
    else:
        blocked = (
            f"Homes are open to {child_id}, and others have the beds or the money."
            if open_homes
            else f"No home is open to {child_id}: facts are missing, or no rule can be set aside."
        )
    if not remedies:
        return (
            f"{blocked} No single bed, exemption or sum of money that was tried would place them."
        )
    return f"{blocked} {remedies} of the changes that were tried would place them."
