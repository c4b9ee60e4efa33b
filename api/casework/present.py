"""What casework asks of the World of today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from api.records.capacity import Booking, BookingPurpose
from api.records.finding import Finding, FindingKind
from matcher.evidence.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.storage.work import Work
    from api.worlds.worlds import Worlds

FOR_PEOPLE = {
    "MINIMUM_MATCH": "MINIMUM_MATCH",
    "STAY_TOGETHER": "STAY_TOGETHER",
    "BUDGET_TOTAL": "BUDGET_TOTAL",
    "BUDGET_ROUTE": "BUDGET_ROUTE",
    "OUT_OF_AREA_CAP": "OUT_OF_AREA_CAP",
    "SPOT_CAP": "SPOT_CAP",
    "MOVES_ALLOWED": "REVIEW_BEFORE_MOVE",
}
"""Rules that bar a solver's plan and that a person may decide, with the gate of each."""


class Judge(Protocol):
    """Says what the rules say of a choice at present, in the transaction itself."""

    def __call__(self, work: Work, home_of: Mapping[str, str]) -> Sequence[Finding]:
        """Return every rule that fails, lacks a fact, or asks for something to be done.

        Parameters
        ----------
        work
            The transaction, locked, before it changes anything of this choice.
        home_of
            The home of each child. Beds reserved for them do not stand against them.
        """
        ...


def judge_by(worlds: Worlds) -> Judge:
    """Return a judge that asks the rules' own judges, by the World of this process.

    Parameters
    ----------
    worlds
        Kept current with what is stored.
    """

    def judge(work: Work, home_of: Mapping[str, str]) -> Sequence[Finding]:
        kept = [
            held.record.booking_id
            for held in work.find(Booking, child_id=tuple(sorted(home_of)))
            if held.record.purpose is BookingPurpose.RESERVATION
        ]
        proposal = worlds.recheck(work, home_of, without_bookings=kept)
        found = [
            Finding(
                rule=FOR_PEOPLE.get(refusal.rule, refusal.rule),
                kind=_kind(refusal.rule, refusal.verdict),
                sentence=refusal.sentence,
                child_ids=refusal.child_ids,
                home_id=refusal.home_id,
            )
            for refusal in proposal.refusals
        ]
        found += [
            Finding(
                rule=task.rule,
                kind=FindingKind.GATE,
                sentence=task.sentence,
                child_ids=task.child_ids,
                home_id=task.home_id,
            )
            for task in proposal.tasks
        ]
        return found

    return judge


def _kind(rule: str, verdict: Verdict) -> FindingKind:
    if rule in FOR_PEOPLE:
        return FindingKind.GATE
    return FindingKind.UNKNOWN if verdict is Verdict.UNKNOWN else FindingKind.FAILS
