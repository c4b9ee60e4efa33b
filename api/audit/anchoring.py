"""The end of the trail, noted where nobody who can change the database can change it too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AwareDatetime, Field, ValidationError

from api.storage.chain import GENESIS
from api.storage.trail import head_of
from matcher.domain.record import AuthorityCode, Record
from matcher.errors import DataError

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from api.storage.database import Database


class Anchor(Record):
    """The last entry of a trail at a moment.

    Parameters
    ----------
    authority
        Whose trail.
    sequence, hash
        Of the last entry.
    at
        When it was noted.
    """

    authority: AuthorityCode
    sequence: Annotated[int, Field(ge=0)]
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    at: AwareDatetime


def head(database: Database, authority: str, *, at: datetime) -> Anchor:
    """Return the end of a trail as it is now.

    Parameters
    ----------
    database, authority
        Where, and whose.
    at
        Now.
    """
    connection = database.begin(writing=False)
    try:
        found = head_of(connection, authority)
    finally:
        connection.close()
    if found is None:
        return Anchor(authority=authority, sequence=0, hash=GENESIS, at=at)
    return Anchor(authority=authority, sequence=found.sequence, hash=found.hash, at=at)


def write_anchor(anchor: Anchor, file: Path) -> None:
    """Add a line to a file of anchors."""
    with file.open("a", encoding="utf-8") as lines:
        lines.write(anchor.model_dump_json() + "\n")


def read_anchors(file: Path) -> tuple[Anchor, ...]:
    """Return what a file of anchors says.

    Raises
    ------
    DataError
        If it cannot be read, or a line is no anchor.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as fault:
        raise DataError(f"The anchors in {file} cannot be read: {fault.strerror}.") from fault
    except UnicodeDecodeError as fault:
        raise DataError(f"{file} holds no anchors: it is no text file.") from fault
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found.append(Anchor.model_validate_json(line))
        except ValidationError as fault:
            raise DataError(
                f"Line {number} of {file} is no anchor. Each line is what `nearhome audit head` "
                "prints."
            ) from fault
    return tuple(found)
