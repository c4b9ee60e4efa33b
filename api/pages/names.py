"""What children are called on a page: by name for whom may see it, else by pseudonym."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.records.child_details import ChildDetails
from api.records.user import User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from api.storage.work import Work


def names_of(work: Work, child_ids: Iterable[str]) -> dict[str, str]:
    """Return what each child is called for whoever looks.

    Parameters
    ----------
    work
        The page's transaction.
    child_ids
        Whom the page shows.
    """
    wanted = sorted(set(child_ids))
    found = {child_id: child_id for child_id in wanted}
    open_to = tuple(filter(work.actor.sees_name_of, wanted))
    for held in work.find(ChildDetails, child_id=open_to) if open_to else ():
        name = held.record.known_as or held.record.full_name
        if name:
            found[held.record.child_id] = f"{name} ({held.record.child_id})"
    return found


def colleagues(work: Work, actor_ids: Iterable[str]) -> dict[str, str]:
    """Return what those who acted are called: people by name, what is no person as it is.

    Parameters
    ----------
    work
        The page's transaction.
    actor_ids
        As the audit trail has them.
    """
    found = {}
    for actor_id in set(actor_ids):
        held = work.maybe(User, actor_id)
        found[actor_id] = (held and held.record.full_name) or actor_id
    return found
