"""What happens while a child lives in a home: papers, reviews, visits, watch, outcomes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from api.casework.calendar import add_months
from api.casework.moving import begin, move
from api.casework.tasks import done_by, open_task
from api.errors import ConflictError, InvalidError
from api.records.care_placement import (
    Agreed,
    CarePlacement,
    HandoverPack,
    LegalSpell,
    Participation,
    Review,
)
from api.records.concerns import Sign, Watch, WatchState
from api.records.identity import new_id
from api.records.text import Words
from matcher.domain.child import Child
from matcher.domain.record import Identifier, Record, SortedSet

if TYPE_CHECKING:
    from api.records.task import Task
    from api.storage.reading import Held
    from api.storage.work import Work
    from matcher.domain.codes import LegalStatus


def agree(
    work: Work, placement_id: str, agreed: Agreed, *, expected: int | None = None
) -> Held[CarePlacement]:
    """Record the individual placement agreement."""
    work.lock()
    held = work.get(CarePlacement, placement_id)
    changed = move(
        work,
        held,
        "amend",
        expected=expected,
        details={"paper": "agreement", "weekly_fee_pence": agreed.weekly_fee_pence},
        agreed=agreed,
        weekly_fee_pence=agreed.weekly_fee_pence,
    )
    done_by(work, "PLACEMENT_AGREEMENT", placement_id=placement_id, remarks="Signed.")
    done_by(work, "CONTRACT_TO_BE_MADE", placement_id=placement_id, remarks="Signed.")
    return changed


def plan_made(
    work: Work, placement_id: str, day: date, *, expected: int | None = None
) -> Held[CarePlacement]:
    """Record that the placement plan was made and signed."""
    work.lock()
    held = work.get(CarePlacement, placement_id)
    changed = move(
        work, held, "amend", expected=expected, details={"paper": "plan"}, plan_made_on=day
    )
    done_by(work, "PLACEMENT_PLAN", placement_id=placement_id, remarks=f"Made on {day}.")
    return changed


def meeting_held(
    work: Work, placement_id: str, day: date, *, expected: int | None = None
) -> Held[CarePlacement]:
    """Record that the placement meeting was held."""
    work.lock()
    held = work.get(CarePlacement, placement_id)
    changed = move(
        work, held, "amend", expected=expected, details={"paper": "meeting"}, meeting_held_on=day
    )
    done_by(work, "PLACEMENT_MEETING", placement_id=placement_id, remarks=f"Held on {day}.")
    return changed


def stays_after_18(
    work: Work, placement_id: str, *, stays: bool, expected: int | None = None
) -> Held[CarePlacement]:
    """Record whether the young person stays on after 18: then the bed stays taken."""
    work.lock()
    held = work.get(CarePlacement, placement_id)
    return move(work, held, "amend", expected=expected, post_18=stays)


class ReviewHeld(Record):
    """A review of a child's case.

    Parameters
    ----------
    held_on
        When.
    participation
        How the child took part, as returned in REVIEW_CODE.
    move_agreed
        The review agreed that a move may be looked for (regulation 14).
    """

    held_on: date
    participation: Participation
    move_agreed: bool = False


REVIEW_TASKS = ("FIRST_REVIEW", "SECOND_REVIEW", "NEXT_REVIEW")


def record_review(work: Work, child_id: str, made: ReviewHeld) -> Held[Review]:
    """Record a review: its task is done, the next one is due, a move may be looked for.

    Raises
    ------
    InvalidError
        If it lies in the future.
    """
    work.lock()
    work.get(Child, child_id)
    if made.held_on > work.today:
        raise InvalidError("A review is recorded once it was held.", field="held_on")
    earlier = work.find(Review, child_id=child_id)
    review = Review(
        review_id=new_id("V", work.at),
        child_id=child_id,
        held_on=made.held_on,
        participation=made.participation,
        move_agreed=made.move_agreed,
    )
    held = work.put(review, reason="review held", expected=0, action="review.record")
    stays = work.find(CarePlacement, living=child_id)
    for stay in stays:
        placement_id = stay.record.placement_id
        for code in REVIEW_TASKS:
            done_by(work, code, placement_id=placement_id, remarks=f"Held on {made.held_on}.")
        open_task(
            work,
            "NEXT_REVIEW" if earlier else "SECOND_REVIEW",
            since_day=made.held_on,
            placement_id=placement_id,
            child_ids=(child_id,),
        )
        if made.move_agreed:
            work.put(
                stay.record.replace(may_move=True),
                reason="a review agreed to a move",
                action="placement.move_agreed",
            )
    return held


def record_visit(work: Work, placement_id: str, day: date) -> Held[Task]:
    """Record a statutory visit; the next one is due (regulation 28).

    Raises
    ------
    ConflictError
        If the child no longer lives there.
    """
    work.lock()
    stay = work.get(CarePlacement, placement_id).record
    if not stay.state.lived_in:
        raise ConflictError(
            f"Placement {placement_id} is {stay.state}: nobody is visited there.", rule="LIVES"
        )
    if not stay.started_on <= day <= work.today:
        raise InvalidError(
            "A visit was made on a day from the start until today.", field="visited_on"
        )
    for code in ("FIRST_VISIT", "NEXT_VISIT", "PERMANENT_VISIT"):
        done_by(work, code, placement_id=placement_id, remarks=f"Made on {day}.")
    settled = stay.long_term and day >= add_months(stay.started_on, 12)
    return open_task(
        work,
        "PERMANENT_VISIT" if settled else "NEXT_VISIT",
        since_day=day,
        placement_id=placement_id,
        home_id=stay.home_id,
        child_ids=(stay.child_id,),
    )


def change_legal_status(
    work: Work, child_id: str, status: LegalStatus, day: date
) -> Held[LegalSpell]:
    """Record a change of the legal status under which a child is looked after.

    Raises
    ------
    ConflictError
        If the child is not looked after, or that was before the present status began.
    """
    work.lock()
    child = work.get(Child, child_id)
    now = [each for each in work.find(LegalSpell, child_id=child_id) if not each.record.ended_on]
    if not now or now[0].record.starts >= day or day > work.today:
        raise ConflictError(
            f"A new legal status of child {child_id} begins after the present one and until today.",
            field="starts",
            rule="LEGAL_STATUS",
        )
    work.put(now[0].record.replace(ended_on=day), reason="another status follows")
    work.put(child.record.replace(legal_status=status), reason="legal status changed")
    spell = LegalSpell(
        spell_id=new_id("L", work.at), child_id=child_id, legal_status=status, starts=day
    )
    return work.put(spell, reason="legal status changed", expected=0, action="legal_status.begin")


class WatchBegun(Record):
    """Why a placement is watched.

    Parameters
    ----------
    signs
        What was noticed.
    next_look_on
        When it is looked at again.
    support
        What is put in to keep the placement.
    """

    signs: SortedSet[Sign]
    next_look_on: date
    support: Words | None = None


def watch(work: Work, placement_id: str, begun: WatchBegun) -> Held[Watch]:
    """Put a placement on the watch-list.

    Raises
    ------
    ConflictError
        If it is on it already, or over.
    """
    work.lock()
    stay = work.get(CarePlacement, placement_id).record
    if not stay.state.lived_in or work.find(
        Watch, placement_id=placement_id, state=WatchState.WATCHED
    ):
        raise ConflictError(
            f"Placement {placement_id} is over, or is watched already.", rule="WATCH_ONCE"
        )
    record = Watch(
        watch_id=new_id("Y", work.at),
        placement_id=placement_id,
        child_id=stay.child_id,
        signs=begun.signs,
        since=work.today,
        next_look_on=begun.next_look_on,
        support=begun.support,
    )
    return begin(work, record, "watch")


def look_again(
    work: Work, watch_id: str, begun: WatchBegun, *, expected: int | None = None
) -> Held[Watch]:
    """Record another look at a placement that is watched."""
    work.lock()
    return move(work, work.get(Watch, watch_id), "look", expected=expected, **dict(begun))


def steady(work: Work, watch_id: str, *, expected: int | None = None) -> Held[Watch]:
    """Take a placement off the watch-list: it is steady again."""
    work.lock()
    return move(work, work.get(Watch, watch_id), "steady", expected=expected, closed_on=work.today)


class PackContents(Record):
    """What is in a handover pack.

    Parameters
    ----------
    health_papers, school_papers, belongings, memories, contact_plan, medication
        Whether each is in it.
    shared_with
        Providers and services to which it was given.
    """

    health_papers: bool = False
    school_papers: bool = False
    belongings: bool = False
    memories: bool = False
    contact_plan: bool = False
    medication: bool = False
    shared_with: tuple[Identifier, ...] = ()


def fill_pack(
    work: Work, pack_id: str, contents: PackContents, *, expected: int | None = None
) -> Held[HandoverPack]:
    """Record what is in a handover pack; once it is complete its task is done."""
    work.lock()
    held = work.get(HandoverPack, pack_id)
    pack = held.record.replace(**dict(contents))
    if pack.complete and pack.ready_on is None:
        pack = pack.replace(ready_on=work.today)
        done_by(work, "HANDOVER_PACK", placement_id=pack.placement_id, remarks="Complete.")
    return work.put(
        pack, reason="handover pack", expected=expected or held.version, action="handover.fill"
    )
