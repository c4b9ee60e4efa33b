"""The shape of an answer to why a home is, or is not, offered."""

from __future__ import annotations

from matcher.domain.record import Record
from matcher.explaining.report import Option, Stamp


class RuleAnswer(Record):
    """What one rule says of one home.

    Parameters
    ----------
    rule, title
        The rule.
    effect
        Bar or gate.
    verdict
        Met, not applicable, exempted, unknown or not met.
    sentence
        Why; empty when met or not applicable.
    change
        What would have to change, or the task; empty when nothing.
    exemption
        For a rule that is not met: the lawful exemption and who may grant it; null when
        there is none.
    """

    rule: str
    title: str
    effect: str
    verdict: str
    sentence: str
    change: str
    exemption: str | None


class Explanation(Record):
    """Why a home is, or is not, offered for a referral.

    Parameters
    ----------
    referral_id, home_id, children
        The question.
    status
        Eligible, to check, needs exemption, or excluded.
    position
        Among the eligible homes for all the children together, from 1; null when not one.
    eligible_count
        How many there are.
    sentence
        The answer in one sentence.
    answers
        Of every rule, the gravest first.
    option
        The home as an option, with points and costs.
    points_behind_best
        Points less than the best eligible home; null when there is none.
    stamp
        What it was made from.
    """

    referral_id: str
    home_id: str
    children: tuple[str, ...]
    status: str
    position: int | None
    eligible_count: int
    sentence: str
    answers: tuple[RuleAnswer, ...]
    option: Option
    points_behind_best: float | None
    stamp: Stamp
