"""Approval of funding: by the standing that the matrix asks for, and by a second person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.casework.choosing import fails_now, settled, stop_choice
from api.casework.delegation import check_second_person, check_standing, standings
from api.casework.moving import move
from api.casework.tasks import done_by
from api.records.approval import Approval, ApprovalState
from api.records.care_placement import CarePlacement, PlacementState
from api.records.choice import Choice, ChoiceState
from api.records.referral_case import ReferralCase

if TYPE_CHECKING:
    from api.casework.present import Judge
    from api.storage.reading import Held
    from api.storage.work import Work


def decide(
    work: Work,
    approval_id: str,
    *,
    approve: bool,
    reasons: str,
    judge: Judge,
    expected: int | None = None,
) -> Held[Approval]:
    """Approve or refuse funding.

    Approving looks at the present again: a bed that is gone, or a rule that has failed since
    the choice, stops the choice with the reasons, and the search goes on.

    Parameters
    ----------
    work
        The transaction.
    approval_id
        Which.
    approve
        Whether it is approved.
    reasons
        Why.
    judge
        Asks the rules how things stand.
    expected
        The version that the caller has seen.

    Returns
    -------
    Held
        Approved or refused; or stopped, when the choice cannot be carried out any more.

    Raises
    ------
    NotAllowedError
        If their standing is too low, or they made the choice themselves.
    """
    work.lock()
    held = work.get(Approval, approval_id)
    approval = held.record
    chosen = work.get(Choice, approval.choice_id)
    check_second_person(chosen.record, work.actor.actor_id)
    used = check_standing(approval.standing, standings(work), what="This approval")
    case = work.get(ReferralCase, approval.referral_id)
    failing: tuple[str, ...] = ()
    if approve and chosen.record.state is ChoiceState.PROPOSED:
        failing = fails_now(work, chosen.record, judge)
    decided = move(
        work,
        held,
        "approve" if approve else "refuse",
        expected=expected,
        details={"as": str(used), "weekly_fee_pence": approval.weekly_fee_pence},
        decided_at=work.at,
        decided_by=work.actor.actor_id,
        decided_as=used,
        reasons=reasons,
    )
    if approval.retrospective:
        _after_the_start(work, approval)
        return decided
    if failing or not approve:
        why = failing or (f"Funding was refused by the {approval.standing.label}.",)
        stop_choice(work, approval.referral_id, why)
        move(work, case, "stop")
        return work.get(Approval, approval_id)
    settled(work, approval.choice_id, judge=judge)
    return work.get(Approval, approval_id)


def _after_the_start(work: Work, approval: Approval) -> None:
    """Confirm placements that started in an emergency, once every approval is there."""
    every = [held.record for held in work.find(Approval, choice_id=approval.choice_id)]
    for stay in work.find(CarePlacement, referral_id=approval.referral_id):
        if stay.record.choice_id != approval.choice_id:
            continue
        done_by(
            work,
            "RETROSPECTIVE_APPROVAL",
            placement_id=stay.record.placement_id,
            remarks="Funding was decided.",
        )
        if stay.record.state is PlacementState.UNAPPROVED and all(
            each.state is ApprovalState.APPROVED for each in every
        ):
            move(work, stay, "confirm")
