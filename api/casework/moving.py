"""How a record goes from one state to the next: by the table, and with the trail kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from api.casework.states import Noun, transition
from api.records.approval import Approval
from api.records.care_placement import CarePlacement
from api.records.choice import Choice
from api.records.concerns import Allegation, Watch
from api.records.offer import Offer
from api.records.referral_case import ReferralCase
from api.records.search import ProviderRequest, SearchStep
from api.records.task import Task

if TYPE_CHECKING:
    from api.storage.reading import Held
    from api.storage.work import Work
    from matcher.domain.record import Record

Moving = TypeVar(
    "Moving",
    ReferralCase,
    SearchStep,
    ProviderRequest,
    Offer,
    Choice,
    Task,
    Approval,
    CarePlacement,
    Allegation,
    Watch,
)

NOUNS: dict[type[Record], Noun] = {
    ReferralCase: Noun.REFERRAL,
    SearchStep: Noun.STEP,
    ProviderRequest: Noun.REQUEST,
    Offer: Noun.OFFER,
    Choice: Noun.CHOICE,
    Task: Noun.TASK,
    Approval: Noun.APPROVAL,
    CarePlacement: Noun.PLACEMENT,
    Allegation: Noun.ALLEGATION,
    Watch: Noun.WATCH,
}
"""Which noun each kind of record is."""


def begin(work: Work, record: Moving, action: str) -> Held[Moving]:
    """Store a record that begins with an action.

    Parameters
    ----------
    work
        The transaction.
    record
        In the state with which the action begins.
    action
        Of the table of transitions.

    Raises
    ------
    WrongStateError
        If nothing begins with it.
    StaleError
        If there is such a record already.
    """
    step = transition(NOUNS[type(record)], action, None)
    if step.after is not record.state:
        raise AssertionError(f"{step.audit_action} begins as {step.after}, not {record.state}")
    return work.put(record, reason=step.title, expected=0, action=step.audit_action)


def move(
    work: Work,
    held: Held[Moving],
    action: str,
    *,
    expected: int | None = None,
    details: dict[str, Any] | None = None,
    **changes: Any,
) -> Held[Moving]:
    """Take a record to the state that an action leads to, with other changes.

    Parameters
    ----------
    work
        The transaction.
    held
        The record as read in it.
    action
        Of the table of transitions.
    expected
        The version that the caller has seen; None for the one that was read.
    details
        More for the audit trail: codes and numbers.
    **changes
        Other fields.

    Raises
    ------
    WrongStateError
        If the state does not allow it.
    StaleError
        If the version is another.
    """
    step = transition(NOUNS[type(held.record)], action, held.record.state)
    changed = held.record.replace(state=step.after, **changes)
    return work.put(
        changed,
        reason=step.title,
        expected=held.version if expected is None else expected,
        action=step.audit_action,
        details={"from": str(held.record.state), "to": str(step.after), **(details or {})},
    )
