"""Referrals: drafted, submitted, handed back, split, withdrawn, opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.casework.choosing import stop_choice
from api.casework.moving import begin, move
from api.casework.policies import check_submit
from api.casework.tasks import drop_open, open_task
from api.casework.waiting import check_waits_once
from api.errors import ConflictError, InvalidError
from api.records.identity import new_id
from api.records.offer import Declined, Offer, OfferState
from api.records.referral_case import Advocacy, CaseState, EntryRoute, ReferralCase, ReferralDraft
from api.records.search import ProviderRequest, RequestState
from api.records.task import Task, TaskState
from matcher.domain.child import Child

if TYPE_CHECKING:
    from collections.abc import Collection

    from api.storage.reading import Held
    from api.storage.work import Work

ENTRY_TASKS = {
    EntryRoute.OUT_OF_HOURS: ("OUT_OF_HOURS_HANDOVER",),
    EntryRoute.POLICE_PROTECTION: ("POLICE_PROTECTION_ENDS",),
    EntryRoute.REMAND: ("DETENTION_PLACEMENT_PLAN",),
}
"""The clocks that a route brings with it."""


def draft(
    work: Work, asked: ReferralDraft, *, referral_id: str | None = None
) -> Held[ReferralCase]:
    """Begin a referral.

    Parameters
    ----------
    work
        The transaction.
    asked
        What is asked for.
    referral_id
        Its identifier; None for a new one.

    Raises
    ------
    NotFoundError
        If a child, or the referral before, is not known.
    """
    work.lock()
    for child_id in asked.child_ids:
        work.get(Child, child_id)
    if asked.before is not None:
        work.get(ReferralCase, asked.before)
    case = ReferralCase(referral_id=referral_id or new_id("R", work.at), **dict(asked))
    return begin(work, case, "draft")


def amend(
    work: Work, referral_id: str, asked: ReferralDraft, *, expected: int | None = None
) -> Held[ReferralCase]:
    """Change what is asked for, as long as no home is chosen.

    Raises
    ------
    WrongStateError
        If a home is chosen, or the referral is over.
    ConflictError
        If it is submitted and would lack what a submitted one must have, or name others.
    """
    work.lock()
    held = work.get(ReferralCase, referral_id)
    if held.record.state is not CaseState.DRAFTED:
        if set(asked.child_ids) != set(held.record.child_ids):
            raise ConflictError(
                f"Referral {referral_id} is submitted for its children. Split it, or withdraw it "
                "and draft another.",
                field="child_ids",
                rule="ALL_CHILDREN",
            )
        check_submit(held.record.replace(**dict(asked)))
    for child_id in asked.child_ids:
        work.get(Child, child_id)
    return move(work, held, "amend", expected=expected, **dict(asked))


def submit(work: Work, referral_id: str, *, expected: int | None = None) -> Held[ReferralCase]:
    """Submit a referral: the search may begin, and the clocks of its route run.

    Raises
    ------
    ConflictError
        If something is missing, or a child waits under another referral.
    """
    work.lock()
    held = work.get(ReferralCase, referral_id)
    case = held.record
    check_submit(case)
    check_waits_once(work, case)
    changed = move(work, held, "submit", expected=expected, submitted_at=work.at, questions=None)
    clocks = [(code, case.began_at) for code in ENTRY_TASKS.get(case.entry, ())]
    if case.advocacy is Advocacy.NOT_OFFERED:
        clocks.append(("ADVOCACY_OFFER", work.at))
    for code, since in clocks:
        open_task(work, code, since=since, referral_id=referral_id, child_ids=case.child_ids)
    return changed


def hand_back(
    work: Work, referral_id: str, questions: str, *, expected: int | None = None
) -> Held[ReferralCase]:
    """Hand a submitted referral back to who made it, with questions."""
    work.lock()
    held = work.get(ReferralCase, referral_id)
    changed = move(work, held, "hand_back", expected=expected, questions=questions)
    _drop_tasks(work, referral_id, "The referral was handed back.")
    return changed


def withdraw(
    work: Work, referral_id: str, why: str, *, expected: int | None = None
) -> Held[ReferralCase]:
    """Withdraw a referral: beds kept for it are free again, offers declined, tasks dropped."""
    work.lock()
    held = work.get(ReferralCase, referral_id)
    changed = move(work, held, "withdraw", expected=expected, withdrawn_why=why)
    if held.record.state in (CaseState.CHOSEN, CaseState.APPROVED):
        stop_choice(work, referral_id, ("The referral was withdrawn.",))
    close_search(work, referral_id)
    _drop_tasks(work, referral_id, "The referral was withdrawn.")
    return changed


def reopen(work: Work, referral_id: str, *, expected: int | None = None) -> Held[ReferralCase]:
    """Open a withdrawn referral again, as a draft."""
    work.lock()
    held = work.get(ReferralCase, referral_id)
    return move(work, held, "reopen", expected=expected, withdrawn_why=None, submitted_at=None)


def split(
    work: Work, referral_id: str, child_ids: Collection[str], *, expected: int | None = None
) -> tuple[Held[ReferralCase], Held[ReferralCase]]:
    """Split children off, so that a home can be chosen for some while others wait on.

    Parameters
    ----------
    work
        The transaction.
    referral_id
        Of all of them.
    child_ids
        Who goes to the new referral: some, and not all.
    expected
        The version that the caller has seen.

    Returns
    -------
    tuple of Held
        The referral that is left, and the new one, which is submitted.

    Raises
    ------
    InvalidError
        If they are not some of its children.
    """
    work.lock()
    held = work.get(ReferralCase, referral_id)
    going = set(child_ids)
    staying = [child_id for child_id in held.record.child_ids if child_id not in going]
    if not going <= set(held.record.child_ids) or not going or not staying:
        raise InvalidError(
            f"Name some of the children of referral {referral_id}, and not all of them.",
            field="child_ids",
        )
    left = move(work, held, "split", expected=expected, child_ids=tuple(staying))
    asked = {name: getattr(held.record, name) for name in ReferralDraft.model_fields}
    other = draft(
        work,
        ReferralDraft(**{**asked, "child_ids": tuple(sorted(going)), "before": referral_id}),
    )
    return left, submit(work, other.record.referral_id)


def close_search(work: Work, referral_id: str) -> None:
    """Close what is out with providers: requests, and offers that nobody took up."""
    for request in work.find(ProviderRequest, referral_id=referral_id, state=RequestState.SENT):
        move(work, request, "close", closed_at=work.at)
    for offer in work.find(Offer, referral_id=referral_id, state=OfferState.RECEIVED):
        move(
            work,
            offer,
            "decline",
            declined_why=Declined.NOT_NEEDED,
            decided_at=work.at,
            decided_by=work.actor.actor_id,
        )


def _drop_tasks(work: Work, referral_id: str, why: str) -> None:
    found = work.find(Task, referral_id=referral_id, state=TaskState.OPEN)
    drop_open(work, found, remarks=why)
