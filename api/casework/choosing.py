"""A person's choice: checked against the present, bed kept, gates and approvals asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from api.casework.beds import book, let_go
from api.casework.calendar import end_of
from api.casework.catalogue import CATALOGUE
from api.casework.emergencies import stands_against
from api.casework.moving import begin, move
from api.casework.picking import ChoiceMade, home_chosen, rank_of, take_offer
from api.casework.policies import (
    check_children_chosen,
    check_emergency,
    check_present,
    unsettled,
)
from api.casework.procedure import procedure_of, standing_asked
from api.casework.providers import dependence, waiver_sentence
from api.casework.tasks import drop_open, gates_of, open_task
from api.errors import ConflictError, InvalidError
from api.records.approval import Approval, ApprovalState
from api.records.capacity import BookingPurpose
from api.records.care_placement import CarePlacement
from api.records.choice import Choice, ChoiceState
from api.records.finding import FindingKind
from api.records.identity import new_id
from api.records.referral_case import CaseState, ReferralCase
from api.records.search import Matches
from api.records.task import Standing, Task, TaskState
from matcher.domain.home import Home, Setting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.casework.present import Judge
    from api.records.approval import Procedure
    from api.records.finding import Finding
    from api.storage.reading import Held
    from api.storage.work import Work


TEMPORARY = "TEMPORARY_APPROVAL_CLOCK"


def choose(
    work: Work,
    referral_id: str,
    made: ChoiceMade,
    *,
    judge: Judge,
    expected: int | None = None,
) -> Held[Choice]:
    """Choose a home: the bed is kept, gates become tasks, approvals are asked for.

    Parameters
    ----------
    work
        The transaction.
    referral_id
        Whose search it ends.
    made
        The choice.
    judge
        Asks the rules how things stand.
    expected
        The version of the referral that the caller has seen.

    Raises
    ------
    ConflictError
        If a rule fails, no bed is free, or an offer no longer stands.
    InvalidError
        If it lacks why it is not the first-ranked, or how the bed is bought.
    """
    work.lock()
    held = work.get(ReferralCase, referral_id)
    case = held.record
    changed = move(work, held, "choose", expected=expected)
    matches = work.get(Matches, made.matches_id).record
    if matches.referral_id != referral_id:
        raise InvalidError(f"Ranking {made.matches_id} is of another referral.", field="matches_id")
    if made.starts_on < work.today:
        raise InvalidError("A placement that is chosen starts today or later.", field="starts_on")
    rank = rank_of(matches.report, case, made)
    if rank != 1 and made.why_not_first is None:
        raise InvalidError(
            "This is not the home ranked first. Say why it was chosen before that one.",
            field="why_not_first",
        )
    choice = Choice(
        choice_id=new_id("C", work.at),
        referral_id=referral_id,
        matches_id=made.matches_id,
        rank=rank,
        homes=tuple(home_chosen(work, case, matches.report, each) for each in made.homes),
        starts_on=made.starts_on,
        reasons=made.reasons,
        why_not_first=made.why_not_first if rank != 1 else None,
        chosen_at=work.at,
        chosen_by=work.actor.actor_id,
    )
    check_children_chosen(case, choice)
    _check_elsewhere(work, choice)
    home_of = {child: home.home_id for home in choice.homes for child in home.child_ids}
    if made.outside_terms:
        check_emergency(case)
    findings = judge(work, home_of)
    check_present(stands_against(work, findings, outside_terms=made.outside_terms))
    chosen = begin(work, choice, "choose")
    for home in choice.homes:
        record = work.get(Home, home.home_id).record
        for child_id in home.child_ids:
            book(
                work,
                record,
                child_id,
                made.starts_on,
                purpose=BookingPurpose.RESERVATION,
                over_terms=made.outside_terms and record.setting is Setting.FOSTER,
            )
        take_offer(work, home)
    procedure = procedure_of(work)
    _open_gates(work, choice, findings)
    _ask_for_money(work, case, choice, procedure)
    _see_dependence(work, choice, procedure)
    return _settle(work, chosen, changed, judge=None)


def _check_elsewhere(work: Work, choice: Choice) -> None:
    """Refuse the home in which a child lives already."""
    for home in choice.homes:
        for child_id in home.child_ids:
            for stay in work.find(CarePlacement, living=child_id):
                if stay.record.home_id == home.home_id:
                    raise ConflictError(
                        f"Child {child_id} lives in {home.home_id} already. If only the status "
                        "of the placement changes, change its code.",
                        field="homes",
                        rule="LIVES_THERE",
                    )


def settled(work: Work, choice_id: str, *, judge: Judge) -> Held[Choice]:
    """Look whether a choice has everything now; re-checked, it is approved or stopped.

    Parameters
    ----------
    work
        The transaction.
    choice_id
        Which.
    judge
        Asks the rules how things stand: what has failed since stops the choice.

    Returns
    -------
    Held
        The choice as it is now: still proposed, approved, or stopped with the reasons.
    """
    work.lock()
    chosen = work.get(Choice, choice_id)
    case = work.get(ReferralCase, chosen.record.referral_id)
    return _settle(work, chosen, case, judge=judge)


def _settle(
    work: Work, chosen: Held[Choice], case: Held[ReferralCase], *, judge: Judge | None
) -> Held[Choice]:
    choice = chosen.record
    if choice.state is not ChoiceState.PROPOSED:
        return chosen
    if case.record.state is not CaseState.CHOSEN:
        return chosen
    gates = [held.record for held in gates_of(work, choice)]
    refused = [task for task in gates if task.state is TaskState.REFUSED]
    if refused:
        why = tuple(f"{CATALOGUE[task.code].title}: refused." for task in refused)
        stop_choice(work, choice.referral_id, why)
        move(work, case, "stop")
        return work.get(Choice, choice.choice_id)
    asked = [held.record for held in work.find(Approval, choice_id=choice.choice_id)]
    if unsettled(gates) or any(each.state is not ApprovalState.APPROVED for each in asked):
        return chosen
    if judge is not None:
        failing = fails_now(work, choice, judge)
        if failing:
            stop_choice(work, choice.referral_id, failing)
            move(work, case, "stop")
            return work.get(Choice, choice.choice_id)
    approved = move(work, chosen, "approve")
    move(work, case, "approve")
    return approved


def fails_now(work: Work, choice: Choice, judge: Judge) -> tuple[str, ...]:
    """Return why a choice cannot be carried out any more; empty when it can."""
    home_of = {child: home.home_id for home in choice.homes for child in home.child_ids}
    failing = [each for each in judge(work, home_of) if each.kind is FindingKind.FAILS]
    return tuple(dict.fromkeys(each.sentence for each in failing))


def stop(
    work: Work, referral_id: str, why: str, *, expected: int | None = None
) -> Held[ReferralCase]:
    """Stop a choice and search again: the bed is free, what was asked for is dropped."""
    work.lock()
    held = work.get(ReferralCase, referral_id)
    changed = move(work, held, "stop", expected=expected)
    stop_choice(work, referral_id, (why,))
    return changed


def stop_choice(work: Work, referral_id: str, why: tuple[str, ...]) -> None:
    """Stop the choice of a referral that is under way, with everything that hangs on it."""
    under_way = (ChoiceState.PROPOSED, ChoiceState.APPROVED)
    for chosen in work.find(Choice, referral_id=referral_id, state=under_way):
        choice = chosen.record
        for home in choice.homes:
            for child_id in home.child_ids:
                let_go(work, child_id, home.home_id)
        for approval in work.find(Approval, choice_id=choice.choice_id):
            if approval.record.state in (ApprovalState.ASKED, ApprovalState.APPROVED):
                move(work, approval, "stop")
        drop_open(
            work, work.find(Task, choice_id=choice.choice_id), remarks="The choice was stopped."
        )
        move(work, chosen, "stop", stopped_at=work.at, stopped_why=why)


def stop_old_choices(work: Work) -> int:
    """Stop choices whose bed has been kept for longer than the council keeps beds."""
    kept = timedelta(days=procedure_of(work).reservation_days)
    count = 0
    for chosen in work.find(Choice, state=ChoiceState.PROPOSED):
        choice = chosen.record
        since = max(choice.chosen_at.date(), choice.starts_on)
        if since + kept < work.today:
            stop(
                work,
                choice.referral_id,
                f"The bed was kept for {kept.days} days and the approvals did not come.",
            )
            count += 1
    return count


def _open_gates(work: Work, choice: Choice, findings: Sequence[Finding]) -> None:
    for finding in findings:
        if finding.kind is FindingKind.FAILS:
            continue  # lawful outside the terms, for as long as that clock runs
        code = finding.rule if finding.kind is FindingKind.GATE else "FACT_TO_CHECK"
        if code == TEMPORARY:
            _see_approval_runs(work, choice, finding)
            continue
        detail = finding.sentence
        if code == "CONTRACT_TO_BE_MADE" and finding.home_id is not None:
            detail += waiver_sentence(work, finding.home_id, choice)
        open_task(
            work,
            code,
            detail=detail,
            referral_id=choice.referral_id,
            choice_id=choice.choice_id,
            home_id=finding.home_id,
            child_ids=finding.child_ids or choice.child_ids,
        )


def _see_approval_runs(work: Work, choice: Choice, finding: Finding) -> None:
    """Open the clock of a temporary approval, unless it runs already."""
    home_id = finding.home_id
    if home_id is None or work.find(Task, code=TEMPORARY, home_id=home_id, state=TaskState.OPEN):
        return
    until = work.get(Home, home_id).record.temporary_approval_until
    open_task(
        work,
        TEMPORARY,
        due_at=None if until is None else end_of(until),
        since_day=choice.starts_on,
        detail=finding.sentence,
        home_id=home_id,
        child_ids=finding.child_ids or choice.child_ids,
    )


def _ask_for_money(work: Work, case: ReferralCase, choice: Choice, procedure: Procedure) -> None:
    for home in choice.homes:
        standing = standing_asked(
            procedure,
            setting=work.get(Home, home.home_id).record.setting,
            route=home.route,
            weekly_fee_pence=home.weekly_fee_pence,
        )
        if standing is Standing.OFFICER:
            continue
        approval = Approval(
            approval_id=new_id("A", work.at),
            referral_id=choice.referral_id,
            choice_id=choice.choice_id,
            home_id=home.home_id,
            weekly_fee_pence=home.weekly_fee_pence,
            standing=standing,
            asked_at=work.at,
        )
        begin(work, approval, "ask")
    for share in case.funding:
        if share.agreed_on is None and share.funder != "social_care":
            open_task(
                work,
                "FUNDING_SHARE",
                since=work.at,
                detail=f"{share.percent} % from {share.funder.replace('_', ' ')}",
                referral_id=choice.referral_id,
                choice_id=choice.choice_id,
                child_ids=choice.child_ids,
            )


def _see_dependence(work: Work, choice: Choice, procedure: Procedure) -> None:
    """Ask for agreement where one provider would have more than the council's cap."""
    for home in choice.homes:
        provider_id = work.get(Home, home.home_id).record.provider_id
        share = dependence(work, provider_id, more=len(home.child_ids), route=home.route)
        if share is not None and share > procedure.dependence_percent:
            open_task(
                work,
                "PROVIDER_DEPENDENCE",
                detail=f"{provider_id} would have {share:.0f} % of the bought placements; the "
                f"council's cap is {procedure.dependence_percent} %.",
                referral_id=choice.referral_id,
                choice_id=choice.choice_id,
                home_id=home.home_id,
                child_ids=home.child_ids,
            )
