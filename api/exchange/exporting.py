"""What is stored, as tables of the intake: pseudonyms only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.errors import InvalidError
from matcher.intake import write_workbook, write_world

if TYPE_CHECKING:
    from pathlib import Path

    from api.storage.work import Work
    from api.worlds.worlds import Worlds
    from matcher.domain.world import World

EXPORTED = "exported"


def export_world(work: Work, worlds: Worlds, path: Path, *, why: str) -> World:
    """Write what is stored as it is today, and note that somebody did.

    Parameters
    ----------
    work
        The transaction.
    worlds
        Of this process.
    path
        A folder for CSV files, or a workbook when it ends in ``.xlsx``.
    why
        For the audit trail.

    Returns
    -------
    World
        What was written.

    Raises
    ------
    InvalidError
        If nothing is stored of the authority.
    UsageError
        If the place cannot be written to.
    """
    if work.sequence == 0:
        raise InvalidError(f"Nothing is stored of {work.authority}.", field="authority")
    world = worlds.world(work)
    if path.suffix.lower() == ".xlsx":
        write_workbook(world, path)
    else:
        write_world(world, path)
    work.note(
        EXPORTED,
        child_ids=world.children,
        reason=why,
        details={"children": len(world.children), "homes": len(world.homes)},
    )
    return world
