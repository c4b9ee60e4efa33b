"""Use cases about a child: what somebody may see of them, and their name kept apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.access.names import check_sees_name
from api.records.child_details import ChildDetails
from matcher.domain.child import Child
from matcher.geography.spelling import outcode_of

if TYPE_CHECKING:
    from api.records.actor import Actor
    from api.storage.reading import Held
    from api.storage.work import Work


def seen_by(actor: Actor, child: Child) -> Child:
    """Return a child as somebody sees them.

    Whoever may not see the child's name sees the first half of postcodes and the month of
    birth, written as its first day: more would tell who the child is.

    Parameters
    ----------
    actor
        Who looks.
    child
        As stored.
    """
    if actor.sees_name_of(child.child_id):
        return child
    changes: dict[str, Any] = {}
    if child.home_postcode is not None:
        changes["home_postcode"] = outcode_of(child.home_postcode)
    if child.date_of_birth is not None:
        changes["date_of_birth"] = child.date_of_birth.replace(day=1)
    if child.school is not None:
        postcode = outcode_of(child.school.postcode)
        changes["school"] = child.school.model_copy(update={"postcode": postcode, "urn": None})
    changes["contacts"] = tuple(
        each.model_copy(update={"postcode": outcode_of(each.postcode)}) for each in child.contacts
    )
    changes["safety_zones"] = tuple(
        each.model_copy(update={"postcode": outcode_of(each.postcode)}) if each.postcode else each
        for each in child.safety_zones
    )
    return child.model_copy(update=changes)


def read_details(work: Work, child_id: str) -> Held[ChildDetails]:
    """Return a child's name and address; that somebody looked is written down.

    Raises
    ------
    NotAllowedError
        If they may not see this child's name.
    NotFoundError
        If there is no such child, or nothing is recorded.
    """
    work.get(Child, child_id)
    check_sees_name(work.actor, child_id)
    held = work.get(ChildDetails, child_id)
    work.read(child_id, why="name and address")
    return held


def keep_details(
    work: Work, details: ChildDetails, *, expected: int, reason: str = ""
) -> Held[ChildDetails]:
    """Store a child's name and address.

    Raises
    ------
    NotFoundError
        If there is no such child.
    StaleError
        If the stored version is another.
    """
    work.get(Child, details.child_id)
    if expected:
        work.get(ChildDetails, details.child_id)
    return work.put(details, reason=reason, expected=expected)
