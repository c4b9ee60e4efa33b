"""A placement whose status changes while the child and the carer stay: a new episode, no move."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from api.casework.moving import begin, move
from api.casework.policies import check_end_day
from api.errors import ConflictError
from api.records.care_placement import CarePlacement, PlacementState, ReasonCeased
from api.records.concerns import Watch, WatchState
from api.records.identity import new_id
from api.records.task import Task, TaskState
from matcher.domain.codes import PlaceCode, ReasonPlaceChange
from matcher.domain.record import Record

if TYPE_CHECKING:
    from api.storage.reading import Held
    from api.storage.work import Work


class NewCode(Record):
    """A change of a placement's status.

    Parameters
    ----------
    place_code
        PLACE from then on, such as U4 when it becomes long term, or A5 when the carer adopts.
    since
        Its first day.
    """

    place_code: PlaceCode
    since: date


def change_place_code(
    work: Work, placement_id: str, to: NewCode, *, expected: int | None = None
) -> Held[CarePlacement]:
    """End a stay and begin another in the same bed: REASON_PLACE_CHANGE is PLACE.

    One in four changes that England returns is of this kind, and it is no move: the episode
    begins with T, the same carer.

    Parameters
    ----------
    work
        The transaction.
    placement_id
        The stay so far.
    to
        The new status.
    expected
        The version that the caller has seen.

    Returns
    -------
    Held
        The stay that begins; open tasks and the watch go over to it.

    Raises
    ------
    ConflictError
        If it has that status already, is under notice, or still to be approved.
    """
    work.lock()
    held = work.get(CarePlacement, placement_id)
    stay = held.record
    check_end_day(stay, to.since, work.today)
    if (
        stay.state is not PlacementState.CURRENT
        or stay.place_code is to.place_code
        or stay.started_on == to.since
    ):
        raise ConflictError(
            f"Placement {placement_id} is {stay.state} with code {stay.place_code.value} since "
            f"{stay.started_on:%-d %B %Y}: it takes another code, on a later day, while it is "
            "neither under notice nor to be approved.",
            field="place_code",
            rule="PLACE_STATUS",
        )
    move(
        work,
        held,
        "end",
        expected=expected,
        ended_on=to.since,
        ceased=ReasonCeased.X1,
        end_reason=ReasonPlaceChange.PLACE,
        booking_id=None,
    )
    following = stay.replace(
        placement_id=new_id("P", work.at),
        started_on=to.since,
        place_code=to.place_code,
        long_term=stay.long_term or to.place_code in (PlaceCode.U1, PlaceCode.U4),
    )
    begun = begin(work, following, "start")
    for task in work.find(Task, placement_id=placement_id, state=TaskState.OPEN):
        work.put(
            task.record.replace(placement_id=following.placement_id),
            reason="the status of the placement changed",
        )
    for watch in work.find(Watch, placement_id=placement_id, state=WatchState.WATCHED):
        work.put(
            watch.record.replace(placement_id=following.placement_id),
            reason="the status of the placement changed",
        )
    return begun
