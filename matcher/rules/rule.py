"""What a rule is: its code, its source, its two tests and its sentences, side by side."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from matcher.evidence.cases import HouseholdCase, PairCase, PlanCase
from matcher.evidence.verdict import NOT_APPLICABLE, Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from matcher.evidence.arrays import Arrivals, ChildFacts, HomeArrays, Verdicts
    from matcher.policy import Policy

Case = TypeVar("Case", PairCase, HouseholdCase, PlanCase)


class Effect(StrEnum):
    """What becomes of an option when the rule is not met."""

    BAR = "bar"
    """The option is excluded, unless a lawful exemption is recorded."""
    GATE = "gate"
    """The option stands, and a task must be done first."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule or criterion comes from.

    Parameters
    ----------
    citation
        Statute, guidance or council procedure, as lawyers cite it.
    address
        Where it can be read; empty when not online.
    """

    citation: str
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Rule(Generic[Case]):
    """What every rule has.

    Parameters
    ----------
    code
        Never changes, never is used again.
    title
        The rule as one statement.
    family
        The file it stands in, for the reference.
    effect
        Bar or gate.
    sources
        Statute or practice it rests on.
    starts, ends
        First and last day on which it applies; None when open.
    needs
        The fields it looks at, as "child.date_of_birth".
    judge
        The test in plain Python, which the checker asks.
    sentence
        Why not, with the placeholders of the judgement's facts; {child} and {home} are
        always there for pairs, {children} and {home} for households.
    unknown
        What is missing and whom to ask.
    change
        What would have to change; for a gate: the task.
    exemption
        The lawful exemption and who may grant it; empty when there is none.
    changeable
        Whether anything but the child's own assessment could change so that the rule is met.
        Homes that fail only a rule that nothing else can change are no near misses: nobody
        should be led to weaken an assessment to fill a bed.
    """

    code: str
    title: str
    family: str
    effect: Effect = Effect.BAR
    sources: tuple[Source, ...]
    starts: date | None = None
    ends: date | None = None
    needs: tuple[str, ...]
    judge: Callable[[Case], Judgement]
    sentence: str
    unknown: str = ""
    change: str
    exemption: str = ""
    changeable: bool = True
    dated: bool = field(init=False, repr=False)
    """Whether it does not apply on every day."""

    @property
    def exemptible(self) -> bool:
        """Whether a home that fails only this rule is shown as one that needs an exemption.

        Not where nothing could change it: a secure home is no choice for a child whom nobody
        asked a court to lock up, although 72 hours may be lawful for another child.
        """
        return self.changeable and bool(self.exemption)

    def __post_init__(self) -> None:
        object.__setattr__(self, "dated", self.starts is not None or self.ends is not None)

    def in_force(self, day: date) -> bool:
        """Whether the rule applies to placements that start on a day."""
        return (self.starts is None or self.starts <= day) and (
            self.ends is None or day <= self.ends
        )


@dataclass(frozen=True, kw_only=True)
class PairRule(Rule[PairCase]):
    """A rule about one child and one home.

    Parameters
    ----------
    mask
        The same test over all homes at once: verdicts, shape (n,).
    of_home
        Whether it asks nothing of the child but the day, as long as they live nowhere.
    """

    mask: Callable[[HomeArrays, ChildFacts, Policy], Verdicts]
    of_home: bool = False

    def verdict(self, case: PairCase) -> Judgement:
        """Return the judgement, with dates and exemptions considered."""
        if self.dated and not self.in_force(case.day):
            return NOT_APPLICABLE
        judgement = self.judge(case)
        if judgement.verdict is Verdict.NOT_MET and self.exemption:
            found = case.world.exemption(
                self.code, (case.child.child_id,), case.home.home_id, case.day
            )
            if found is not None:
                return exempted(judgement, by=found.granted_by.value, until=found.until)
        return judgement

    def verdicts(self, homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
        """Return the verdict for every home, with dates and exemptions considered.

        Others may share the array: never change it.
        """
        if not self.in_force(child.day):
            return homes.all(Verdict.NOT_APPLICABLE)
        found = self.mask(homes, child, policy)
        if self.exemption and self.code in homes.world.exemptions_by_rule:
            return _exempt(found, self.code, (child.child.child_id,), homes, child.day)
        return found


@dataclass(frozen=True, kw_only=True)
class HouseholdRule(Rule[HouseholdCase]):
    """A rule about a home, those living there and those arriving.

    Parameters
    ----------
    mask
        The same test for one set of arrivals over all homes at once: verdicts, shape (n,).
    """

    mask: Callable[[HomeArrays, Arrivals, Policy], Verdicts]

    def verdict(self, case: HouseholdCase) -> Judgement:
        """Return the judgement, with dates and exemptions considered."""
        if self.dated and not self.in_force(case.day):
            return NOT_APPLICABLE
        judgement = self.judge(case)
        if judgement.verdict is Verdict.NOT_MET and self.exemption:
            found = case.world.exemption(
                self.code,
                [child.child_id for child in case.arrivals],
                case.home.home_id,
                case.day,
            )
            if found is not None:
                return exempted(judgement, by=found.granted_by.value, until=found.until)
        return judgement

    def verdicts(self, homes: HomeArrays, arrivals: Arrivals, policy: Policy) -> Verdicts:
        """Return the verdict for every home, with dates and exemptions considered.

        Others may share the array: never change it.
        """
        day = arrivals.members[0].day
        if not self.in_force(day):
            return homes.all(Verdict.NOT_APPLICABLE)
        found = self.mask(homes, arrivals, policy)
        if self.exemption and self.code in homes.world.exemptions_by_rule:
            ids = [member.child.child_id for member in arrivals.members]
            return _exempt(found, self.code, ids, homes, day)
        return found


@dataclass(frozen=True, slots=True)
class Breach:
    """One way in which a plan breaks a plan rule.

    Parameters
    ----------
    child_ids
        The children it concerns.
    judgement
        The verdict with the figures of the sentence.
    """

    child_ids: tuple[str, ...]
    judgement: Judgement


@dataclass(frozen=True, kw_only=True)
class PlanRule(Rule[PlanCase]):
    """A rule about a whole plan: together, apart, budgets, caps.

    ``judge`` answers for the plan; ``breaches`` lists every way in which it is broken.

    Parameters
    ----------
    breaches
        Every breach; empty when the rule is met.
    """

    breaches: Callable[[PlanCase], list[Breach]]


def exempted(judgement: Judgement, *, by: str, until: date | None) -> Judgement:
    """Return a judgement turned from not met into exempted, by whom and until when."""
    return Judgement(
        Verdict.EXEMPTED, {**judgement.facts, "exempted_by": by, "exempted_until": until}
    )


def _exempt(
    found: Verdicts, code: str, child_ids: Sequence[str], homes: HomeArrays, day: date
) -> Verdicts:
    exemptions = homes.world.exemptions_by_rule[code]
    children = frozenset(child_ids)
    verdicts = found.copy()
    for exemption in exemptions:
        if not exemption.covers(code, children, exemption.home_id, day):
            continue
        if exemption.home_id is None:
            verdicts[verdicts == Verdict.NOT_MET] = Verdict.EXEMPTED
        else:
            at = homes.index.get(exemption.home_id)
            if at is not None and verdicts[at] == Verdict.NOT_MET:
                verdicts[at] = np.int8(Verdict.EXEMPTED)
    return verdicts
