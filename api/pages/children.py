"""One child: what matters for a home, where they live and have lived, who looked at the record."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.capacity.children import seen_by
from api.pages.asking import CurrentWork, PageRoute, allowed
from api.pages.names import names_of
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.records.care_placement import CarePlacement, LegalSpell, Review
from api.records.concerns import Watch
from api.records.permanence import PermanenceStep
from api.records.referral_case import ReferralCase
from api.records.task import Task, TaskState
from api.records.text import without_free_text
from api.storage.history import history_of
from matcher.domain.child import Child
from matcher.domain.need import LEVEL_LABELS

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_READ = Annotated[Actor, Depends(allowed(Permission.READ_CHILDREN))]


@router.get("/children/{child_id}")
def child(actor: MAY_READ, request: Request, work: CurrentWork, child_id: str) -> Response:
    """Show a child; that somebody looked is written down."""
    record = seen_by(actor, work.get(Child, child_id).record)
    work.read(child_id, why="looked at a child's page")
    referrals = actor.may(Permission.READ_REFERRALS)
    stays = (
        [held.record for held in work.find(CarePlacement, child_id=child_id)] if referrals else []
    )
    tasks = work.find(Task, state=TaskState.OPEN) if referrals else []
    siblings = (
        [
            held.record.child_id
            for held in work.find(Child, sibling_group_id=record.sibling_group_id)
            if held.record.child_id != child_id
        ]
        if record.sibling_group_id
        else []
    )
    cases = work.find(ReferralCase) if referrals else []
    return render(
        request,
        "children/child.html",
        actor=actor,
        child=record,
        levels=LEVEL_LABELS,
        stays=sorted(stays, key=lambda each: each.started_on, reverse=True),
        cases=[held.record for held in cases if child_id in held.record.child_ids],
        tasks=[held.record for held in tasks if child_id in held.record.child_ids],
        spells=[held.record for held in work.find(LegalSpell, child_id=child_id)],
        reviews=[held.record for held in work.find(Review, child_id=child_id)],
        watches=[without_free_text(held.record) for held in work.find(Watch, child_id=child_id)],
        steps=[
            held.record if actor.see_names else without_free_text(held.record)
            for held in work.find(PermanenceStep, child_id=child_id)
        ],
        siblings=siblings,
        names=names_of(work, [child_id, *siblings]),
        history=history_of(work, Child, child_id)[::-1],
    )
