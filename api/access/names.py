"""Use cases about leave to see children's names, for a reason and a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.access.permissions import permissions_of
from api.errors import ConflictError, NotAllowedError
from api.records.actor import ActorKind, Permission
from api.records.identity import new_id
from api.records.making import changed, made
from api.records.user import NamePermission, NamePurpose, User
from api.storage.kinds import kind_of
from api.storage.reading import not_found
from matcher.domain.child import Child

if TYPE_CHECKING:
    from datetime import date

    from api.records.actor import Actor
    from api.storage.reading import Held
    from api.storage.work import Work


_NOT_ONESELF = "Nobody permits themselves to see names. Ask another manager."


def permit_names(
    work: Work,
    *,
    user_id: str,
    purpose: NamePurpose,
    reason: str,
    child_ids: frozenset[str],
    starts: date,
    until: date,
) -> Held[NamePermission]:
    """Let somebody whose role does not see names see them for a time.

    Raises
    ------
    NotAllowedError
        If they are who asks.
    ConflictError
        If their role sees names anyway.
    """
    if user_id == work.actor.actor_id:
        raise NotAllowedError(_NOT_ONESELF, rule="SEPARATION_OF_DUTIES")
    user = work.get(User, user_id).record
    if Permission.READ_NAMES in permissions_of(user.roles):
        raise ConflictError("Their role sees names already.", field="user_id")
    return _store(
        work,
        "permitted to see names",
        user_id=user_id,
        granted_by=work.actor.actor_id,
        purpose=purpose,
        reason=reason,
        child_ids=child_ids,
        starts=starts,
        until=until,
    )


def ask_for_names(
    work: Work,
    *,
    purpose: NamePurpose,
    reason: str,
    child_ids: frozenset[str],
    starts: date,
    until: date,
) -> Held[NamePermission]:
    """Ask, for oneself, to see names for a time; nothing is seen before somebody grants it.

    Raises
    ------
    NotAllowedError
        If it is another system that asks.
    ConflictError
        If who asks sees names anyway.
    """
    if work.actor.kind is not ActorKind.USER:
        raise NotAllowedError(
            "Only a person asks to see names. Another system reads them by its own scope.",
            rule="PERSON",
        )
    if Permission.READ_NAMES in work.actor.permissions:
        raise ConflictError("You see names already.")
    return _store(
        work,
        "asked to see names",
        user_id=work.actor.actor_id,
        granted_by=None,
        purpose=purpose,
        reason=reason,
        child_ids=child_ids,
        starts=starts,
        until=until,
    )


def _store(
    work: Work, action: str, *, child_ids: frozenset[str], purpose: NamePurpose, **terms: Any
) -> Held[NamePermission]:
    for child_id in sorted(child_ids):
        work.get(Child, child_id)
    permission = made(
        NamePermission,
        permission_id=new_id("NP", work.at),
        child_ids=child_ids,
        purpose=purpose,
        **terms,
    )
    return work.put(permission, reason=purpose.value, expected=0, action=action)


def own_request(work: Work, permission_id: str) -> Held[NamePermission]:
    """Return what whoever acts asked for, or was permitted.

    Raises
    ------
    NotFoundError
        If there is none of theirs.
    """
    held = work.get(NamePermission, permission_id)
    if held.record.user_id != work.actor.actor_id:
        raise not_found(kind_of(NamePermission), permission_id)
    return held


def grant_names(
    work: Work, permission_id: str, *, expected: int | None = None
) -> Held[NamePermission]:
    """Grant what somebody else has asked for, as it was asked.

    Raises
    ------
    NotAllowedError
        If who grants it asked for it.
    ConflictError
        If it is granted already, or its last day is over.
    """
    asked = work.get(NamePermission, permission_id).record
    if asked.user_id == work.actor.actor_id:
        raise NotAllowedError(_NOT_ONESELF, rule="SEPARATION_OF_DUTIES")
    if asked.granted_by is not None:
        raise ConflictError("That was granted already.")
    if asked.until < work.today:
        raise ConflictError("The last day that was asked for is over. Ask anew.")
    return work.put(
        changed(asked, granted_by=work.actor.actor_id),
        reason=asked.purpose.value,
        expected=expected,
        action="permitted to see names",
    )


def end_permission(work: Work, permission_id: str, *, expected: int, reason: str = "") -> None:
    """End leave to see names before its day, or refuse what was asked for."""
    work.retire(NamePermission, permission_id, reason=reason, expected=expected)


def check_sees_name(actor: Actor, child_id: str) -> None:
    """Raise :class:`NotAllowedError` unless somebody may see this child's name now."""
    if not actor.sees_name_of(child_id):
        raise NotAllowedError(
            "You may not see this child's name. A manager can permit it for a reason and a time.",
            rule=Permission.LOOK_UP_NAME.value,
        )
