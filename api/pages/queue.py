"""The work queue: what needs doing now, the most urgent first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.casework.catalogue import CATALOGUE
from api.casework.delegation import standings
from api.pages.asking import CurrentWork, PageRoute, allowed
from api.pages.names import names_of
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.records.offer import Offer, OfferState
from api.records.referral_case import CaseState, ReferralCase
from api.records.task import Standing, Task, TaskState
from api.storage.work import Work

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_WORK = Annotated[Actor, Depends(allowed(Permission.COMPLETE_TASKS))]
KINDS = {
    "all": "Everything",
    "overdue": "Overdue",
    "today": "Due today",
    "offers": "Offers waiting for an answer",
    "gates": "Gates before a placement",
    "searches": "Children who wait",
}
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the queue."""

    kind: str
    title: str
    detail: str
    address: str
    child_ids: tuple[str, ...]
    due_at: datetime | None
    overdue: bool
    gate: bool = False
    standing: Standing | None = None
    mine: bool = True
    """Whether whoever looks may decide it."""


@router.get("/queue")
def queue(
    actor: MAY_WORK,
    request: Request,
    work: CurrentWork,
    show: Annotated[str, Query(max_length=20)] = "all",
    find: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """Show what needs doing now."""
    show = show if show in KINDS else "all"
    everything = [*_searches(work), *_offers(work), *_tasks(work)]
    counts = {kind: sum(_is(item, kind, work) for item in everything) for kind in KINDS}
    wanted = find.strip().lower()
    items = [
        item
        for item in everything
        if _is(item, show, work) and (not wanted or wanted in _text(item))
    ]
    items.sort(key=_urgency)
    shown = items[:MOST_SHOWN]
    children = sorted({child_id for item in shown for child_id in item.child_ids})
    work.read(*children, why="work queue")
    names = names_of(work, children)
    return render(
        request,
        "queue/queue.html",
        actor=actor,
        items=shown,
        left_out=len(items) - len(shown),
        names=names,
        counts=counts,
        kinds=KINDS,
        show=show,
        find=find,
    )


def _is(item: Item, kind: str, work: Work) -> bool:
    match kind:
        case "all":
            return True
        case "overdue":
            return item.overdue
        case "today":
            return item.due_at is not None and item.due_at.date() <= work.today
        case "gates":
            return item.gate
        case _:
            return item.kind == kind


def _text(item: Item) -> str:
    return " ".join((item.title, item.detail, item.address, *item.child_ids)).lower()


def _urgency(item: Item) -> tuple[bool, bool, float, str]:
    due = item.due_at
    return (
        not item.overdue,
        due is None,
        0.0 if due is None else due.timestamp(),
        item.address,
    )


def _searches(work: Work) -> list[Item]:
    """Return referrals whose children wait for somebody of the team to go on."""
    next_step = {
        CaseState.SUBMITTED: "Open the search",
        CaseState.SEARCHING: "Find a home",
        CaseState.APPROVED: "Start the placement",
    }
    return [
        Item(
            kind="searches",
            title=next_step[case.state],
            detail=", ".join(dict.fromkeys((case.timescale.label, case.entry.label))),
            address=f"/referrals/{case.referral_id}",
            child_ids=case.child_ids,
            due_at=_morning(case, work),
            overdue=case.needed_by < work.today,
        )
        for held in work.find(ReferralCase, state=tuple(next_step))
        for case in (held.record,)
    ]


def _morning(case: ReferralCase, work: Work) -> datetime:
    return work.at.replace(
        year=case.needed_by.year,
        month=case.needed_by.month,
        day=case.needed_by.day,
        hour=9,
        minute=0,
    )


def _offers(work: Work) -> list[Item]:
    return [
        Item(
            kind="offers",
            title="Answer an offer",
            detail=f"of {offer.home_id}",
            address=f"/referrals/{offer.referral_id}#offers",
            child_ids=work.get(ReferralCase, offer.referral_id).record.child_ids,
            due_at=None,
            overdue=False,
        )
        for held in work.find(Offer, state=OfferState.RECEIVED)
        for offer in (held.record,)
    ]


def _tasks(work: Work) -> list[Item]:
    have = standings(work)
    highest = max((each.height for each in have), default=Standing.OFFICER.height)
    return [
        Item(
            kind="tasks",
            title=CATALOGUE[task.code].title,
            detail=task.detail,
            address=f"/tasks/{task.task_id}",
            child_ids=task.child_ids,
            due_at=task.due_at,
            overdue=task.overdue(work.at),
            gate=task.holds_up_start,
            standing=task.standing,
            mine=task.standing is None or task.standing.height <= highest,
        )
        for held in work.find(Task, state=TaskState.OPEN)
        for task in (held.record,)
    ]
