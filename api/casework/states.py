"""What may happen next: one table of every state, every action and who may take it.

*Who may* is a permission, declared by the route. *Which state allows it* is asked here, of
the table; what else must hold is in :mod:`api.casework.policies`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from api.errors import WrongStateError
from api.records.actor import Permission
from api.records.approval import ApprovalState
from api.records.care_placement import PlacementState
from api.records.choice import ChoiceState
from api.records.concerns import AllegationState, WatchState
from api.records.offer import OfferState
from api.records.referral_case import CaseState
from api.records.search import RequestState, StepState
from api.records.task import TaskState

if TYPE_CHECKING:
    from collections.abc import Iterator


class Noun(StrEnum):
    """What has a state."""

    REFERRAL = "referral"
    STEP = "search step"
    REQUEST = "provider request"
    OFFER = "offer"
    CHOICE = "choice"
    TASK = "task"
    APPROVAL = "approval"
    PLACEMENT = "placement"
    ALLEGATION = "allegation"
    WATCH = "watch"


STATES: dict[Noun, type[StrEnum]] = {
    Noun.REFERRAL: CaseState,
    Noun.STEP: StepState,
    Noun.REQUEST: RequestState,
    Noun.OFFER: OfferState,
    Noun.CHOICE: ChoiceState,
    Noun.TASK: TaskState,
    Noun.APPROVAL: ApprovalState,
    Noun.PLACEMENT: PlacementState,
    Noun.ALLEGATION: AllegationState,
    Noun.WATCH: WatchState,
}
"""The states of each noun."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One thing that may happen.

    Parameters
    ----------
    noun
        To what.
    action
        What happens, in one word or a few; also the action in the audit trail.
    before
        The state in which it may; None when the thing begins with it.
    after
        The state that follows.
    permission
        Who may; None for what follows from another action by itself.
    title
        The action as people write it.
    """

    noun: Noun
    action: str
    before: StrEnum | None
    after: StrEnum
    permission: Permission | None
    title: str

    @property
    def audit_action(self) -> str:
        """How the audit trail calls it: "referral.submit"."""
        return f"{self.noun.name.lower()}.{self.action}"


_ROWS: tuple[tuple[Noun, str, str, Permission | None, str], ...] = (
    (Noun.REFERRAL, "draft", "draft", Permission.WRITE_REFERRALS, "new > drafted"),
    (
        Noun.REFERRAL,
        "amend",
        "amend",
        Permission.WRITE_REFERRALS,
        "drafted, submitted, searching > same",
    ),
    (Noun.REFERRAL, "submit", "submit", Permission.WRITE_REFERRALS, "drafted > submitted"),
    (
        Noun.REFERRAL,
        "hand_back",
        "hand back with questions",
        Permission.SEARCH_HOMES,
        "submitted > drafted",
    ),
    (
        Noun.REFERRAL,
        "open_search",
        "open the search",
        Permission.SEARCH_HOMES,
        "submitted > searching",
    ),
    (Noun.REFERRAL, "split", "split off children", Permission.WRITE_REFERRALS, "searching > same"),
    (Noun.REFERRAL, "choose", "choose a home", Permission.CHOOSE_HOME, "searching > chosen"),
    (
        Noun.REFERRAL,
        "stop",
        "stop, and search again",
        Permission.CHOOSE_HOME,
        "chosen, approved > searching",
    ),
    (Noun.REFERRAL, "approve", "all approvals and gates are there", None, "chosen > approved"),
    (
        Noun.REFERRAL,
        "start",
        "start the placement",
        Permission.WRITE_PLACEMENTS,
        "approved > placed",
    ),
    (
        Noun.REFERRAL,
        "start_in_emergency",
        "start in an emergency",
        Permission.WRITE_PLACEMENTS,
        "chosen > placed",
    ),
    (Noun.REFERRAL, "end", "the last placement ended", None, "placed > ended"),
    (
        Noun.REFERRAL,
        "withdraw",
        "withdraw",
        Permission.WRITE_REFERRALS,
        "drafted, submitted, searching, chosen, approved > withdrawn",
    ),
    (Noun.REFERRAL, "reopen", "re-open", Permission.WRITE_REFERRALS, "withdrawn > drafted"),
    (
        Noun.REFERRAL,
        "undo_start",
        "its placements were recorded by mistake",
        Permission.CORRECT_RECORDS,
        "placed, ended > searching",
    ),
    (Noun.REFERRAL, "undo_end", "an end was recorded by mistake", None, "ended > placed"),
    (Noun.STEP, "open", "open a tier", Permission.SEARCH_HOMES, "new > open"),
    (
        Noun.STEP,
        "exhaust",
        "record that it is exhausted",
        Permission.SEARCH_HOMES,
        "open > exhausted",
    ),
    (Noun.STEP, "reopen", "re-open a tier", Permission.SEARCH_HOMES, "exhausted > open"),
    (Noun.REQUEST, "send", "ask providers", Permission.REQUEST_OFFERS, "new > sent"),
    (Noun.REQUEST, "close", "close", Permission.REQUEST_OFFERS, "sent > closed"),
    (Noun.OFFER, "receive", "record an offer", Permission.REQUEST_OFFERS, "new > received"),
    (Noun.OFFER, "accept", "accept", Permission.CHOOSE_HOME, "received > accepted"),
    (Noun.OFFER, "decline", "decline", Permission.REQUEST_OFFERS, "received, accepted > declined"),
    (
        Noun.OFFER,
        "withdraw",
        "the provider withdraws it",
        Permission.REQUEST_OFFERS,
        "received, accepted > withdrawn",
    ),
    (Noun.OFFER, "expire", "its last day is over", None, "received > expired"),
    (Noun.CHOICE, "choose", "choose", Permission.CHOOSE_HOME, "new > proposed"),
    (Noun.CHOICE, "approve", "all approvals and gates are there", None, "proposed > approved"),
    (
        Noun.CHOICE,
        "carry_out",
        "start the placement",
        Permission.WRITE_PLACEMENTS,
        "proposed, approved > carried_out",
    ),
    (
        Noun.CHOICE,
        "stop",
        "stop",
        Permission.CHOOSE_HOME,
        "proposed, approved, carried_out > stopped",
    ),
    (Noun.TASK, "open", "open", None, "new > open"),
    (Noun.TASK, "do", "record as done", Permission.COMPLETE_TASKS, "open > done"),
    (Noun.TASK, "refuse", "refuse", Permission.COMPLETE_TASKS, "open > refused"),
    (Noun.TASK, "drop", "record as not needed", Permission.COMPLETE_TASKS, "open > not_needed"),
    (
        Noun.TASK,
        "reopen",
        "re-open",
        Permission.CORRECT_RECORDS,
        "done, refused, not_needed > open",
    ),
    (Noun.APPROVAL, "ask", "ask for approval", None, "new > asked"),
    (Noun.APPROVAL, "approve", "approve", Permission.APPROVE_FUNDING, "asked > approved"),
    (Noun.APPROVAL, "refuse", "refuse", Permission.APPROVE_FUNDING, "asked > refused"),
    (Noun.APPROVAL, "stop", "the choice was stopped", None, "asked, approved > stopped"),
    (Noun.PLACEMENT, "start", "start", Permission.WRITE_PLACEMENTS, "new > current"),
    (
        Noun.PLACEMENT,
        "start_in_emergency",
        "start in an emergency",
        Permission.WRITE_PLACEMENTS,
        "new > unapproved",
    ),
    (Noun.PLACEMENT, "confirm", "the approvals came", None, "unapproved > current"),
    (
        Noun.PLACEMENT,
        "amend",
        "amend",
        Permission.WRITE_PLACEMENTS,
        "current, unapproved, notice > same",
    ),
    (
        Noun.PLACEMENT,
        "give_notice",
        "record notice",
        Permission.WRITE_PLACEMENTS,
        "current, unapproved > notice",
    ),
    (
        Noun.PLACEMENT,
        "take_notice_back",
        "record that notice was taken back",
        Permission.WRITE_PLACEMENTS,
        "notice > current",
    ),
    (
        Noun.PLACEMENT,
        "end",
        "end",
        Permission.WRITE_PLACEMENTS,
        "current, unapproved, notice > ended",
    ),
    (
        Noun.PLACEMENT,
        "undo_end",
        "correct an end recorded by mistake",
        Permission.CORRECT_RECORDS,
        "ended > current",
    ),
    (
        Noun.PLACEMENT,
        "undo_start",
        "correct a start recorded by mistake",
        Permission.CORRECT_RECORDS,
        "current, unapproved, notice, ended > mistaken",
    ),
    (Noun.ALLEGATION, "record", "record", Permission.RECORD_ALLEGATIONS, "new > open"),
    (
        Noun.ALLEGATION,
        "close",
        "close with its outcome",
        Permission.RECORD_ALLEGATIONS,
        "open > closed",
    ),
    (Noun.WATCH, "watch", "put on the watch-list", Permission.WRITE_PLACEMENTS, "new > watched"),
    (Noun.WATCH, "look", "look again", Permission.WRITE_PLACEMENTS, "watched > same"),
    (
        Noun.WATCH,
        "steady",
        "take off as steady again",
        Permission.WRITE_PLACEMENTS,
        "watched > steady",
    ),
    (Noun.WATCH, "end", "the placement ended", None, "watched > ended"),
)
"""Noun, action, title, who may, and from which states to which."""


def _transitions() -> Iterator[Transition]:
    for noun, action, title, permission, move in _ROWS:
        states = STATES[noun]
        befores, after = move.split(" > ")
        for name in befores.split(", "):
            before = None if name == "new" else states(name)
            following = before if after == "same" else states(after)
            if following is None:
                raise AssertionError(f"{noun} {action}: nothing begins as the same")
            yield Transition(noun, action, before, following, permission, title)


TRANSITIONS: tuple[Transition, ...] = tuple(_transitions())
"""Everything that may happen, noun by noun."""

_BY_STEP = {(each.noun, each.action, each.before): each for each in TRANSITIONS}


def transition(noun: Noun, action: str, before: StrEnum | None) -> Transition:
    """Return what an action does to a thing in a state.

    Parameters
    ----------
    noun, action, before
        What happens to what; ``before`` is None for something that begins.

    Raises
    ------
    WrongStateError
        If the state does not allow it; the sentence says which states do.
    """
    found = _BY_STEP.get((noun, action, before))
    if found is not None:
        return found
    allowing = [each for each in TRANSITIONS if (each.noun, each.action) == (noun, action)]
    if not allowing:
        raise LookupError(f"{noun} has no action {action!r}")
    states = ", ".join(f"{each.before}" for each in allowing if each.before is not None)
    possible = ", ".join(each.title for each in actions_in(noun, before)) or "nothing"
    raise WrongStateError(
        f"This {noun} is {before}: it cannot {_verb(allowing[0])} now. That is possible when it "
        f"is {states or 'new'}; what is possible now: {possible}.",
        rule=allowing[0].audit_action,
    )


def _verb(of: Transition) -> str:
    return of.action.replace("_", " ")


def allowed(noun: Noun, action: str, before: StrEnum | None) -> bool:
    """Whether a state allows an action."""
    return (noun, action, before) in _BY_STEP


def actions_in(noun: Noun, state: StrEnum | None) -> Iterator[Transition]:
    """Yield what may happen to a thing in a state, in the order of the table."""
    return (each for each in TRANSITIONS if each.noun is noun and each.before == state)
