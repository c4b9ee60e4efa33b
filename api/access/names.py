"""Use cases about leave to see children's names, for a reason and a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.access.permissions import permissions_of
from api.errors import ConflictError, NotAllowedError
from api.records.actor import Permission
from api.records.identity import new_id
from api.records.making import made
from api.records.user import NamePermission, NamePurpose, User
from matcher.domain.child import Child

if TYPE_CHECKING:
    from datetime import date

    from api.records.actor import Actor
    from api.storage.reading import Held
    from api.storage.work import Work


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
        raise NotAllowedError(
            "Nobody permits themselves to see names. Ask another manager.",
            rule="SEPARATION_OF_DUTIES",
        )
    user = work.get(User, user_id).record
    if Permission.READ_NAMES in permissions_of(user.roles):
        raise ConflictError("Their role sees names already.", field="user_id")
    for child_id in sorted(child_ids):
        work.get(Child, child_id)
    permission = made(
        NamePermission,
        permission_id=new_id("NP", work.at),
        user_id=user_id,
        purpose=purpose,
        reason=reason,
        child_ids=child_ids,
        granted_by=work.actor.actor_id,
        starts=starts,
        until=until,
    )
    return work.put(permission, reason=purpose.value, expected=0, action="permitted to see names")


def end_permission(work: Work, permission_id: str, *, expected: int, reason: str = "") -> None:
    """End leave to see names before its day."""
    work.retire(NamePermission, permission_id, reason=reason, expected=expected)


def check_sees_name(actor: Actor, child_id: str) -> None:
    """Raise :class:`NotAllowedError` unless somebody may see this child's name now."""
    if not actor.sees_name_of(child_id):
        raise NotAllowedError(
            "You may not see this child's name. A manager can permit it for a reason and a time.",
            rule=Permission.LOOK_UP_NAME.value,
        )
