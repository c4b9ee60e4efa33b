"""A placement: its papers, visits, reviews and watch, notice, its end, and what goes along."""

from collections.abc import Callable
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.casework import ending, placements
from api.casework.catalogue import CATALOGUE
from api.casework.ending import End, NoticeGiven
from api.casework.placements import PackContents, ReviewHeld, WatchBegun
from api.casework.procedure import procedure_of
from api.errors import ConflictError, InvalidError, ServiceError, StaleError
from api.pages.asking import CurrentWork, Form, PageRoute, allowed, see_other
from api.pages.forms import day_in, text_in, version_in
from api.pages.names import names_of
from api.pages.picking import built, needed, one_of, pence_in
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.records.care_placement import (
    Agreed,
    CarePlacement,
    HandoverPack,
    NoticeBy,
    Participation,
    PlacementState,
    ReasonCeased,
    Review,
)
from api.records.concerns import Sign, Watch, WatchState
from api.records.task import Task, TaskState
from api.records.text import without_free_text
from api.storage.history import history_of
from api.storage.work import Work
from matcher.domain.codes import ReasonPlaceChange
from matcher.errors import NotFoundError

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_READ = Annotated[Actor, Depends(allowed(Permission.READ_REFERRALS))]
MAY_PLACE = Annotated[Actor, Depends(allowed(Permission.WRITE_PLACEMENTS))]
MAY_CORRECT = Annotated[Actor, Depends(allowed(Permission.CORRECT_RECORDS))]
IN_PACK = {
    "health_papers": "Health papers",
    "school_papers": "School papers",
    "belongings": "Belongings",
    "memories": "Photographs and memories",
    "contact_plan": "Contact plan",
    "medication": "Medication",
}
LONGEST_NOTICE = 180


def _agree(work: Work, stay: CarePlacement, form: Form) -> None:
    fee = pence_in(form, "weekly_fee")
    if fee is None:
        raise InvalidError("Enter the fee a week; 0 when there is none.", field="weekly_fee")
    days = str(form.get("notice_days", "")).strip()
    if not days.isdecimal() or not 1 <= int(days[:9]) <= LONGEST_NOTICE:
        raise InvalidError(f"Enter days of notice from 1 to {LONGEST_NOTICE}.", field="notice_days")
    agreed = built(
        Agreed,
        otherwise="day",
        agreed_on=needed(day_in(form, "day"), "day", "Say when all had signed."),
        weekly_fee_pence=fee,
        notice_days=int(days),
        no_move_without_purchaser=form.get("no_move") == "yes",
    )
    placements.agree(work, stay.placement_id, agreed, expected=version_in(form))


def _plan(work: Work, stay: CarePlacement, form: Form) -> None:
    day = needed(day_in(form, "day"), "day", "Say when the plan was made.")
    placements.plan_made(work, stay.placement_id, day, expected=version_in(form))


def _meeting(work: Work, stay: CarePlacement, form: Form) -> None:
    day = needed(day_in(form, "day"), "day", "Say when the meeting was held.")
    placements.meeting_held(work, stay.placement_id, day, expected=version_in(form))


def _visit(work: Work, stay: CarePlacement, form: Form) -> None:
    day = needed(day_in(form, "day"), "day", "Say when the visit was made.")
    placements.record_visit(work, stay.placement_id, day)


def _review(work: Work, stay: CarePlacement, form: Form) -> None:
    made = ReviewHeld(
        held_on=needed(day_in(form, "day"), "day", "Say when the review was held."),
        participation=one_of(
            form, "participation", Participation, "Choose how the child took part."
        ),
        move_agreed=form.get("move_agreed") == "yes",
    )
    placements.record_review(work, stay.child_id, made)


def _notice(work: Work, stay: CarePlacement, form: Form) -> None:
    given = NoticeGiven(
        given_on=needed(day_in(form, "day"), "day", "Say when notice was given."),
        ends_on=day_in(form, "ends_on"),
        by=one_of(form, "by", NoticeBy, "Choose who gave notice."),
        reason=one_of(form, "reason", ReasonPlaceChange, "Choose why."),
        remarks=text_in(form, "remarks"),
    )
    ending.give_notice(work, stay.placement_id, given, expected=version_in(form))


def _end(work: Work, stay: CarePlacement, form: Form) -> None:
    reason = str(form.get("reason", ""))
    how = End(
        ended_on=needed(day_in(form, "day"), "day", "Say on which day the child left."),
        ceased=one_of(
            form, "ceased", ReasonCeased, "Choose whether the child stays in care, or why not."
        ),
        reason=next((each for each in ReasonPlaceChange if each.value == reason), None),
    )
    ending.end(work, stay.placement_id, how, expected=version_in(form))


def _watch(work: Work, stay: CarePlacement, form: Form) -> None:
    begun = built(
        WatchBegun,
        otherwise="signs",
        signs=frozenset(str(each) for each in form.getlist("signs")),
        next_look_on=needed(day_in(form, "day"), "day", "Say when it is looked at again."),
        support=text_in(form, "support"),
    )
    if not begun.signs:
        raise InvalidError("Tick what was noticed.", field="signs")
    watched = _watched(work, stay)
    if watched is None:
        placements.watch(work, stay.placement_id, begun)
    else:
        placements.look_again(work, watched.watch_id, begun)


def _pack(work: Work, stay: CarePlacement, form: Form) -> None:
    held = next(iter(work.find(HandoverPack, placement_id=stay.placement_id)), None)
    if held is None:
        raise ConflictError("There is no handover pack for this placement.")
    inside = {str(each) for each in form.getlist("inside")}
    contents = PackContents(
        **{name: name in inside for name in IN_PACK}, shared_with=held.record.shared_with
    )
    placements.fill_pack(work, held.record.pack_id, contents, expected=version_in(form))


class Step(NamedTuple):
    """Something that may be recorded of a placement."""

    label: str
    """As a link."""
    title: str
    """As the heading of its form."""
    record: Callable[[Work, CarePlacement, Form], None]


STEPS: dict[str, Step] = {
    "agreement": Step("Agreement signed", "The individual placement agreement", _agree),
    "plan": Step("Placement plan made", "The placement plan", _plan),
    "meeting": Step("Placement meeting held", "The placement meeting", _meeting),
    "visit": Step("Visit made", "A visit to the child", _visit),
    "review": Step("Review held", "A review of the child’s case", _review),
    "watch": Step("Watch this placement", "Signs that it may end before it should", _watch),
    "pack": Step("Fill the handover pack", "What goes with the child", _pack),
    "notice": Step("Notice given", "Notice that the placement is to end", _notice),
    "end": Step("End the placement", "The end of the placement", _end),
}
"""By the last part of the address of its form."""


@router.get("/placements/{placement_id}")
def placement(actor: MAY_READ, request: Request, work: CurrentWork, placement_id: str) -> Response:
    """Show where a placement stands, and what may be recorded."""
    held = work.get(CarePlacement, placement_id)
    stay = held.record
    work.read(stay.child_id, why="looked at a placement")
    shown = stay if actor.see_names else without_free_text(stay)
    open_tasks = work.find(Task, placement_id=placement_id, state=TaskState.OPEN)
    watches = [each.record for each in work.find(Watch, placement_id=placement_id)]
    packs = work.find(HandoverPack, placement_id=placement_id)
    may_place = actor.may(Permission.WRITE_PLACEMENTS) and stay.state.lived_in
    return render(
        request,
        "placements/placement.html",
        actor=actor,
        stay=shown,
        version=held.version,
        names=names_of(work, [stay.child_id]),
        tasks=sorted(
            (each.record for each in open_tasks),
            key=lambda each: (each.due_at is None, each.due_at and each.due_at.timestamp()),
        ),
        catalogue=CATALOGUE,
        watches=watches if actor.see_names else list(map(without_free_text, watches)),
        reviews=[each.record for each in work.find(Review, child_id=stay.child_id)],
        pack=packs[0].record if packs else None,
        in_pack=IN_PACK,
        steps=[(name, _label(name, work, stay)) for name in _possible(work, stay)]
        if may_place
        else [],
        may_place=may_place,
        may_undo=actor.may(Permission.CORRECT_RECORDS) and stay.state is PlacementState.ENDED,
        history=history_of(work, CarePlacement, placement_id)[::-1],
    )


@router.get("/placements/{placement_id}/record/{what}")
def record_page(
    actor: MAY_PLACE, request: Request, work: CurrentWork, placement_id: str, what: str
) -> Response:
    """Ask for what happened."""
    return _form(request, work, actor, placement_id, what)


@router.post("/placements/{placement_id}/record/{what}")
def record(
    actor: MAY_PLACE, request: Request, work: CurrentWork, placement_id: str, what: str, form: Form
) -> Response:
    """Record what happened."""
    stay = work.get(CarePlacement, placement_id).record
    try:
        _step(what).record(work, stay, form)
    except (InvalidError, ConflictError, StaleError) as error:
        return _form(request, work, actor, placement_id, what, wrong=error, typed=form)
    return see_other(f"/placements/{placement_id}")


@router.post("/placements/{placement_id}/taking-notice-back")
def take_notice_back(
    actor: MAY_PLACE, work: CurrentWork, placement_id: str, form: Form
) -> Response:
    """Go on as if no notice had been given."""
    ending.take_notice_back(work, placement_id, expected=version_in(form))
    return see_other(f"/placements/{placement_id}")


@router.post("/placements/{placement_id}/undoing-end")
def undo_end(actor: MAY_CORRECT, work: CurrentWork, placement_id: str, form: Form) -> Response:
    """Correct an end that was recorded by mistake."""
    ending.undo_end(work, placement_id, expected=version_in(form))
    return see_other(f"/placements/{placement_id}")


@router.post("/placements/{placement_id}/steady")
def steady(actor: MAY_PLACE, work: CurrentWork, placement_id: str) -> Response:
    """Take a placement off the watch-list."""
    stay = work.get(CarePlacement, placement_id).record
    watched = _watched(work, stay)
    if watched is None:
        raise ConflictError(f"Placement {placement_id} is not on the watch-list.")
    placements.steady(work, watched.watch_id)
    return see_other(f"/placements/{placement_id}")


def _step(what: str) -> Step:
    if what not in STEPS:
        raise NotFoundError(f"Nothing called {what[:40]!r} is recorded of a placement.")
    return STEPS[what]


def _watched(work: Work, stay: CarePlacement) -> Watch | None:
    found = work.find(Watch, placement_id=stay.placement_id, state=WatchState.WATCHED)
    return found[0].record if found else None


def _possible(work: Work, stay: CarePlacement) -> list[str]:
    """Return what may be recorded of a placement that goes on."""
    gone = {"notice"} if stay.state is PlacementState.NOTICE else set()
    if not work.find(HandoverPack, placement_id=stay.placement_id):
        gone.add("pack")
    return [name for name in STEPS if name not in gone]


def _label(name: str, work: Work, stay: CarePlacement) -> str:
    if name == "watch" and _watched(work, stay) is not None:
        return "Look at it again"
    return STEPS[name].label


def _form(
    request: Request,
    work: Work,
    actor: Actor,
    placement_id: str,
    what: str,
    *,
    wrong: ServiceError | None = None,
    typed: Form | None = None,
) -> Response:
    held = work.get(CarePlacement, placement_id)
    stay = held.record
    step = _step(what)
    work.read(stay.child_id, why="recording what happened in a placement")
    packs = work.find(HandoverPack, placement_id=placement_id)
    pack = packs[0] if packs else None
    watched = _watched(work, stay)
    picked = {"signs": [str(each) for each in watched.signs] if watched else [], "inside": []}
    if pack is not None:
        picked["inside"] = [name for name in IN_PACK if getattr(pack.record, name)]
    if typed is not None:
        picked = {name: [str(each) for each in typed.getlist(name)] for name in picked}
    return render(
        request,
        "placements/record.html",
        status=200 if wrong is None else 422,
        actor=actor,
        stay=stay,
        what=what,
        step=step,
        version=pack.version if what == "pack" and pack is not None else held.version,
        names=names_of(work, [stay.child_id]),
        notice_days=procedure_of(work).notice_days,
        ceased=ReasonCeased,
        reasons=ReasonPlaceChange,
        givers=NoticeBy,
        participations=Participation,
        signs=Sign,
        in_pack=IN_PACK,
        picked=picked,
        wrong=wrong,
        typed=typed or _before(stay, watched if actor.see_names else None),
    )


def _before(stay: CarePlacement, watched: Watch | None) -> dict[str, str]:
    """Return what the form begins with."""
    found = {"no_move": "yes"}
    if stay.weekly_fee_pence is not None:
        found["weekly_fee"] = f"{stay.weekly_fee_pence / 100:.2f}"
    if watched is not None and watched.support:
        found["support"] = watched.support
    return found
