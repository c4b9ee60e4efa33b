"""What became of one record: every version, who made it, when and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

import sqlalchemy as sa

from api.records.text import WITHHELD
from api.storage.kinds import kind_of
from api.storage.reading import not_found
from api.storage.tables import ENTRIES, VERSIONS
from matcher.domain.record import Record

if TYPE_CHECKING:
    from datetime import datetime

    from api.records.actor import Actor
    from api.storage.looking import Looking

T = TypeVar("T", bound=Record)


class Version(NamedTuple, Generic[T]):
    """One version of a record."""

    version: int
    known_from: datetime
    record: T | None
    """None when its content was erased."""
    retired: bool
    """With this version the record was taken out of what is so."""
    actor: str
    role: str
    action: str
    reason: str | None
    request_id: str | None

    def reason_for(self, actor: Actor) -> str | None:
        """Return the reason as somebody may read it: it is free text, which may name a child.

        Parameters
        ----------
        actor
            Who reads.
        """
        return self.reason if actor.see_names or not self.reason else WITHHELD


def history_of(work: Looking, type_: type[T], record_id: str) -> list[Version[T]]:
    """Return every version of a record, the first one first.

    Parameters
    ----------
    work
        The transaction, which says whose records.
    type_, record_id
        Which.

    Raises
    ------
    NotFoundError
        If there never was one.
    """
    kind = kind_of(type_)
    rows = work.connection.execute(
        sa.select(
            VERSIONS.c.version,
            VERSIONS.c.known_from,
            VERSIONS.c.retired,
            VERSIONS.c.body,
            ENTRIES.c.actor,
            ENTRIES.c.role,
            ENTRIES.c.action,
            ENTRIES.c.reason,
            ENTRIES.c.request_id,
        )
        .join(
            ENTRIES,
            sa.and_(
                ENTRIES.c.authority == VERSIONS.c.authority,
                ENTRIES.c.sequence == VERSIONS.c.sequence,
            ),
        )
        .where(
            VERSIONS.c.authority == work.authority,
            VERSIONS.c.kind == kind.name,
            VERSIONS.c.record_id == record_id,
        )
        .order_by(VERSIONS.c.version)
    ).all()
    if not rows:
        raise not_found(kind, record_id)
    return [
        Version(
            row.version,
            row.known_from,
            None if row.body is None else type_.model_validate_json(row.body),
            row.retired,
            row.actor,
            row.role,
            row.action,
            row.reason,
            row.request_id,
        )
        for row in rows
    ]
