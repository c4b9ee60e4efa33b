"""Why a child is left without a home, in reasons that a placement officer can act on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from matcher.candidates import Appraiser
from matcher.domain.phrases import counted
from matcher.evidence.verdict import Verdict
from matcher.rules.catalogue import BARS
from matcher.solving.limits import LimitsInUse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from matcher.candidates import Appraisal
    from matcher.solving.options import Ints
    from matcher.solving.problem import Problem

RULES_NAMED = 3
"""The commonest rules that stand in the way are named, at most so many."""


class ReasonKind(StrEnum):
    """What stands in the way."""

    RULES = "rules"
    """No home is lawful."""
    TO_CHECK = "to_check"
    """Homes that no rule excludes, of which a fact is missing."""
    BELOW_MINIMUM = "below_minimum"
    """Lawful homes, all below the policy's minimum match: a person may choose one."""
    SIBLINGS = "siblings"
    """Lawful homes for this child, but not together with siblings as required."""
    LIMIT = "limit"
    """Homes with room, and a budget or cap that stands in the way."""
    HOUSEHOLD = "household"
    """Homes with room, in which others would live with whom the child may not."""
    TAKEN = "taken"
    """Every lawful home is taken by other children of the plan."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason.

    Parameters
    ----------
    kind
        What stands in the way.
    homes
        How many homes it concerns.
    rule
        The code of the rule, where it is one.
    sentence
        In words.
    """

    kind: ReasonKind
    homes: int
    sentence: str
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A child left without a home, and why.

    Parameters
    ----------
    child_id
        The child.
    reasons
        The first matters most.
    """

    child_id: str
    reasons: tuple[Reason, ...]


def reasons_unplaced(
    problem: Problem, chosen: Iterable[int], *, among: Collection[int] | None = None
) -> tuple[Unplaced, ...]:
    """Say for each child left without a home what stands in the way.

    Parameters
    ----------
    problem
        Children, homes, options.
    chosen
        Options that the plan takes.
    among
        Say it of these children only, by position; None for all.
    """
    taken = sorted(chosen)
    items = problem.items.items
    placed = {
        child for option in taken for child in items[int(problem.options.item[option])].children
    }
    everybody = range(len(problem.items.child_ids)) if among is None else sorted(among)
    left = [child for child in everybody if child not in placed]
    if not left:
        return ()
    finder = _Finder(problem, taken)
    return tuple(Unplaced(problem.items.child_ids[child], finder.reasons(child)) for child in left)


class _Finder:
    """Looks at what the plan leaves free."""

    def __init__(self, problem: Problem, taken: list[int]) -> None:
        self.problem = problem
        self.appraiser = Appraiser(problem.homes, problem.policy)
        options = problem.options
        self.living: dict[int, list[int]] = {}
        self.used = np.zeros(problem.homes.n, dtype=np.int64)
        self.items_of: dict[int, list[int]] = {}
        for at, item in enumerate(problem.items.items):
            for child in item.children:
                self.items_of.setdefault(child, []).append(at)
        for option in taken:
            home = int(options.home[option])
            self.used[home] += int(problem.weight[option])
            children = problem.items.items[int(options.item[option])].children
            self.living.setdefault(home, []).extend(children)
        self.limits = LimitsInUse(problem.limits, taken)
        self.flags = np.zeros(len(options), dtype=np.bool_)

    def reasons(self, child: int) -> tuple[Reason, ...]:
        """Return what stands in the way of one child."""
        problem = self.problem
        ranges = [
            tuple(problem.first_option[at : at + 2].tolist()) for at in self.items_of.get(child, ())
        ]
        none = np.zeros(0, dtype=np.int64)
        options = np.concatenate([none, *[np.arange(low, high) for low, high in ranges]])
        over = [each for low, high in ranges for each in self.limits.exceeding(low, high)]
        return self._after_options(options, over) if len(options) else self._no_options(child)

    def _no_options(self, child: int) -> tuple[Reason, ...]:
        problem = self.problem
        found = self.appraiser.appraise(
            [problem.world.children[problem.items.child_ids[child]]], problem.items.days[child]
        )
        lawful = int(found.eligible.sum())
        fitting = int(
            (found.eligible & (found.lowest_score >= problem.policy.minimum_match_points)).sum()
        )
        reasons = []
        if fitting:
            sentence = (
                f"{_homes(fitting)} would suit the child alone, and no home suits them together "
                "with the siblings they must stay with, or every fee is unknown."
            )
            reasons.append(Reason(ReasonKind.SIBLINGS, fitting, sentence))
        elif lawful:
            sentence = (
                f"{_homes(lawful)} {'is' if lawful == 1 else 'are'} lawful, and none reaches the "
                f"minimum match of {problem.policy.minimum_match_points:g} points: a person may "
                "choose."
            )
            reasons.append(Reason(ReasonKind.BELOW_MINIMUM, lawful, sentence))
        to_check = int(found.to_check.sum())
        if to_check:
            missing = (found.bars[:, found.to_check] == Verdict.UNKNOWN).sum(axis=1)
            rule = BARS[int(missing.argmax())]
            sentence = (
                f"{_homes(to_check)} could be lawful: a fact is missing, most often whether "
                f"{rule.title[0].lower()}{rule.title[1:]}."
            )
            reasons.append(Reason(ReasonKind.TO_CHECK, to_check, sentence))
        if not lawful:
            reasons += _rules_in_the_way(found)
        if not reasons:
            reasons.append(Reason(ReasonKind.RULES, 0, "There is no home in the data."))
        return tuple(reasons)

    def _after_options(
        self, options: Ints, exceeding: Sequence[tuple[str, Ints]]
    ) -> tuple[Reason, ...]:
        problem = self.problem
        columns = problem.options
        home = columns.home[options]
        roomy = options[self.used[home] + problem.weight[options] <= problem.room[home]]
        limited: dict[str, set[int]] = {}
        open_ = self.flags
        open_[roomy] = True
        for name, where in exceeding:
            homes = columns.home[where[open_[where]]].tolist()
            if homes:
                limited.setdefault(name, set()).update(homes)
        for _, where in exceeding:
            open_[where] = False
        shared = set(columns.home[roomy[open_[roomy]]].tolist())
        open_[roomy] = False
        everywhere = len(set(home.tolist()))
        reasons = [
            Reason(
                ReasonKind.LIMIT,
                len(homes),
                f"{_homes(len(homes))} with room would exceed {name}.",
            )
            for name, homes in sorted(limited.items(), key=lambda each: (-len(each[1]), each[0]))
        ]
        if shared:
            sentence = (
                f"{_homes(len(shared))} with room: the plan gives it to others, or the child may "
                "not live with those who would be there."
            )
            reasons.append(Reason(ReasonKind.HOUSEHOLD, len(shared), sentence))
        full = everywhere - len(set(columns.home[roomy].tolist()))
        if full:
            sentence = f"{_homes(full)} would suit, and the plan needs the beds for other children."
            reasons.append(Reason(ReasonKind.TAKEN, full, sentence))
        return tuple(reasons)


def _rules_in_the_way(found: Appraisal) -> list[Reason]:
    """Return the rules that alone keep homes away, which can be acted on, then the commonest."""
    failed = found.bars == Verdict.NOT_MET
    alone = (failed & (found.rules_failed == 1)).sum(axis=1)
    reasons: list[Reason] = []
    for counts, said in (
        (alone, "{homes} would do but for one rule ({code}): {title}."),
        (failed.sum(axis=1), "In {homes} this is not so ({code}): {title}."),
    ):
        told = {reason.rule for reason in reasons}
        most = sorted(range(len(BARS)), key=lambda row: (-int(counts[row]), row))[:RULES_NAMED]
        for rule, count in ((BARS[row], int(counts[row])) for row in most):
            if count and rule.code not in told:
                title = rule.title[0].lower() + rule.title[1:]
                sentence = said.format(homes=_homes(count), code=rule.code, title=title)
                reasons.append(Reason(ReasonKind.RULES, count, sentence, rule.code))
    return reasons


def _homes(count: int) -> str:
    return counted(count, "home")
