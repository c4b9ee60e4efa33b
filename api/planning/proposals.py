"""What a plan for everybody proposes for each referral, to be chosen by a person or left."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from api.casework.picking import HomePicked
from api.errors import ConflictError
from api.planning.asking import read_result
from api.records.job import AssignmentAsked, JobState
from api.records.referral_case import CaseState, ReferralCase
from matcher.errors import NotFoundError
from matcher.explaining.assignment import AssignReport

if TYPE_CHECKING:
    from api.records.actor import Actor
    from api.records.job import Job
    from api.storage.jobs import JobStore
    from api.storage.work import Work
    from matcher.explaining.assignment import PlacedChild

PLAN = "plan.json"
OPEN = (CaseState.SUBMITTED, CaseState.SEARCHING)
"""Where a home may still be chosen."""


class Proposal(NamedTuple):
    """What a plan proposes for the children of one referral.

    Parameters
    ----------
    referral_id
        None for a child for whom no referral asks: a move, or one whose referral has gone.
    state
        Where the referral stands now; None without one.
    children
        Those of its children whom the plan places.
    open
        Whether somebody may still choose it: no home is chosen yet, and the plan has one for each
        of its children.
    """

    referral_id: str | None
    state: CaseState | None
    children: tuple[PlacedChild, ...]
    open: bool


def read_plan(work: Work, jobs: JobStore, actor: Actor, job_id: str) -> AssignReport:
    """Return the plan that a job has made, and note who read it.

    Raises
    ------
    NotFoundError
        If there is no such job, or it has made no plan.
    NotAllowedError
        If who asks may not read about children.
    """
    content = read_result(work, jobs, actor, job_id, PLAN).content
    return AssignReport.model_validate_json(content)


def check_plan(job: Job) -> None:
    """Raise :class:`NotFoundError` unless a job is to make a plan for everybody."""
    if not isinstance(job.asked, AssignmentAsked):
        raise NotFoundError("That job makes no plan. Begin again from the list.")


def has_plan(job: Job, names: frozenset[str]) -> bool:
    """Whether a job has ended with a plan.

    Parameters
    ----------
    job
        Which.
    names
        Of its files.
    """
    return job.state in (JobState.DONE, JobState.CANCELLED) and PLAN in names


def proposals(work: Work, report: AssignReport) -> list[Proposal]:
    """Return what a plan proposes, referral by referral, what may be chosen first.

    Parameters
    ----------
    work
        The transaction.
    report
        The plan.
    """
    asks: dict[str, ReferralCase] = {}
    for case in (held.record for held in work.find(ReferralCase)):
        for child_id in case.child_ids:
            before = asks.get(child_id)
            if before is None or (case.state.waits, case.received_on) > (
                before.state.waits,
                before.received_on,
            ):
                asks[child_id] = case
    found: dict[str, list[PlacedChild]] = defaultdict(list)
    for placed in report.placements:
        case_of = asks.get(placed.child_id)
        found[placed.child_id if case_of is None else case_of.referral_id].append(placed)
    cases = {case.referral_id: case for case in asks.values()}
    made = [_proposal(cases.get(key), tuple(children)) for key, children in found.items()]
    return sorted(
        made, key=lambda each: (not each.open, each.referral_id or "", each.children[0].child_id)
    )


def _proposal(case: ReferralCase | None, children: tuple[PlacedChild, ...]) -> Proposal:
    if case is None:
        return Proposal(None, None, children, open=False)
    whole = {each.child_id for each in children} == set(case.child_ids)
    return Proposal(case.referral_id, case.state, children, open=whole and case.state in OPEN)


def homes_proposed(report: AssignReport, case: ReferralCase) -> tuple[HomePicked, ...]:
    """Return the homes of a plan for the children of a referral, as somebody would pick them.

    Parameters
    ----------
    report
        The plan.
    case
        The referral.

    Raises
    ------
    ConflictError
        If the plan does not place all of its children.
    """
    there: dict[str, list[PlacedChild]] = defaultdict(list)
    for each in report.placements:
        if each.child_id in case.child_ids:
            there[each.home_id].append(each)
    if sum(map(len, there.values())) != len(case.child_ids):
        raise ConflictError(
            f"The plan has no home for every child of {case.referral_id}. Choose from the ranking."
        )
    return tuple(
        HomePicked(
            home_id=home_id,
            child_ids=tuple(sorted(each.child_id for each in children)),
            route=children[0].route,
        )
        for home_id, children in sorted(there.items())
    )
