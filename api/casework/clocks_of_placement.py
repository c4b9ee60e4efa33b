"""The clocks that run from the start of a placement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.casework.calendar import end_of
from api.casework.catalogue import CATALOGUE, STATUTORY_NOTICES
from api.casework.periods import Period, Unit
from api.casework.procedure import procedure_of
from api.casework.tasks import open_task
from api.records.care_placement import HandoverPack
from api.records.identity import new_id
from api.records.referral_case import Camhs, EntryRoute
from api.records.task import Task, TaskState
from matcher.domain.home import Setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.records.care_placement import CarePlacement
    from api.records.referral_case import ReferralCase
    from api.storage.work import Work
    from matcher.domain.child import Child
    from matcher.domain.home import Home


def start_clocks(
    work: Work,
    stay: CarePlacement,
    home: Home,
    *,
    case: ReferralCase,
    child: Child,
    emergency: bool,
    first: bool,
    moved: bool,
) -> None:
    """Open every task that runs from the start of a placement.

    Parameters
    ----------
    work
        The transaction.
    stay, home, case, child
        What started, where, by which referral, and for whom.
    emergency
        Whether it started before approvals and gates were settled.
    first
        Whether the child begins to be looked after.
    moved
        Whether the child comes from another home.
    """
    own = Period(procedure_of(work).retrospective_days, Unit.WORKING_DAYS)
    retrospective = end_of(own.from_day(stay.started_on))
    for code in _codes(stay, home, case=case, child=child, emergency=emergency, first=first):
        open_task(
            work,
            code,
            since_day=stay.started_on,
            due_at=retrospective if code == "RETROSPECTIVE_APPROVAL" else None,
            emergency=emergency,
            referral_id=stay.referral_id,
            placement_id=stay.placement_id,
            home_id=stay.home_id,
            child_ids=(stay.child_id,),
        )
    if emergency:
        _let_gates_run(work, stay)
    if moved:
        pack = HandoverPack(
            pack_id=new_id("K", work.at),
            child_id=stay.child_id,
            placement_id=stay.placement_id,
        )
        work.put(pack, reason="the child moves", expected=0, action="handover.begin")
        open_task(
            work,
            "HANDOVER_PACK",
            since_day=stay.started_on,
            placement_id=stay.placement_id,
            child_ids=(stay.child_id,),
        )


def _codes(
    stay: CarePlacement,
    home: Home,
    *,
    case: ReferralCase,
    child: Child,
    emergency: bool,
    first: bool,
) -> Iterator[str]:
    if case.entry is EntryRoute.SHORT_BREAK:
        yield "FIRST_VISIT"  # regulation 48 sets aside plans, notices and reviews of this kind
        return
    yield from STATUTORY_NOTICES
    yield "PLACEMENT_PLAN"
    yield "PLACEMENT_MEETING"
    yield "FIRST_VISIT"
    if home.setting not in (Setting.CONNECTED, Setting.WITH_PARENTS):
        yield "PLACEMENT_AGREEMENT"
    if home.setting is Setting.CONNECTED:
        yield "CONNECTED_CARER_REVIEW"
    if first:
        yield "CARE_PLAN"
        yield "HEALTH_ASSESSMENT"
        yield "FIRST_REVIEW"
    if emergency and stay.state == "unapproved":
        yield "RETROSPECTIVE_APPROVAL"
    if stay.over_terms_until is not None:
        yield "OUTSIDE_TERMS"
    if case.camhs is Camhs.OPEN_OUT_OF_COUNTY:
        yield "CAMHS_TRANSFER"
    if child.ehcp and case.ehcp_named_school:
        yield "EHCP_TRANSFER"


def _let_gates_run(work: Work, stay: CarePlacement) -> None:
    """Give the gates that an emergency passed over the clock that follows."""
    for held in work.find(Task, choice_id=stay.choice_id, state=TaskState.OPEN):
        period = CATALOGUE[held.record.code].emergency
        if held.record.holds_up_start and period is not None:
            work.put(
                held.record.replace(
                    holds_up_start=False,
                    placement_id=stay.placement_id,
                    due_at=period.from_moment(work.at),
                ),
                reason="started in an emergency",
                action="task.follows_emergency",
            )
