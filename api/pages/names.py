"""What children are called on a page: by name for whom may see it, else by pseudonym."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.records.child_details import ChildDetails

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
    for child_id in wanted:
        if not work.actor.sees_name_of(child_id):
            continue
        held = work.maybe(ChildDetails, child_id)
        name = held and (held.record.known_as or held.record.full_name)
        if name:
            found[child_id] = f"{name} ({child_id})"
    return found
