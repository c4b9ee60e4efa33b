"""Emptying what has been kept for its time. What was written of it stays, without its content."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from api.storage.tables import ENTRIES, EPHEMERAL, SUBJECTS, VERSIONS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from api.storage.looking import Looking

_CHUNK = 400


class StoredRecord(NamedTuple):
    """A record that there is or was, with all its versions that are not yet erased."""

    kind: str
    record_id: str
    child_ids: frozenset[str]
    """Everybody whose it is, or ever was."""
    retired: bool
    changed_at: datetime
    versions: int
    latest: str
    """Its last content."""


def stored_records(work: Looking) -> list[StoredRecord]:
    """Return every record of an authority of which any content is left.

    Parameters
    ----------
    work
        The transaction, which says whose.
    """
    last = (
        sa.select(
            VERSIONS.c.kind,
            VERSIONS.c.record_id,
            sa.func.max(VERSIONS.c.version).label("version"),
            sa.func.count().label("versions"),
        )
        .where(VERSIONS.c.authority == work.authority, VERSIONS.c.body.is_not(None))
        .group_by(VERSIONS.c.kind, VERSIONS.c.record_id)
        .subquery()
    )
    rows = work.connection.execute(
        sa.select(
            VERSIONS.c.kind,
            VERSIONS.c.record_id,
            VERSIONS.c.retired,
            VERSIONS.c.known_from,
            last.c.versions,
            VERSIONS.c.body,
        )
        .join(
            last,
            sa.and_(
                VERSIONS.c.kind == last.c.kind,
                VERSIONS.c.record_id == last.c.record_id,
                VERSIONS.c.version == last.c.version,
            ),
        )
        .where(VERSIONS.c.authority == work.authority)
        .order_by(VERSIONS.c.kind, VERSIONS.c.record_id)
    ).all()
    whose: dict[tuple[str, str], set[str]] = {}
    for kind, record_id, child_id in work.connection.execute(
        sa.select(VERSIONS.c.kind, VERSIONS.c.record_id, SUBJECTS.c.child_id)
        .distinct()
        .join(
            SUBJECTS,
            sa.and_(
                SUBJECTS.c.authority == VERSIONS.c.authority,
                SUBJECTS.c.sequence == VERSIONS.c.sequence,
            ),
        )
        .where(VERSIONS.c.authority == work.authority)
    ):
        whose.setdefault((kind, record_id), set()).add(child_id)
    return [
        StoredRecord(
            row.kind,
            row.record_id,
            frozenset(whose.get((row.kind, row.record_id), ())),
            row.retired,
            row.known_from,
            row.versions,
            row.body,
        )
        for row in rows
    ]


def empty(
    connection: sa.Connection,
    authority: str,
    records: Iterable[tuple[str, str]],
    child_ids: frozenset[str],
    *,
    at: datetime,
) -> None:
    """Remove the content of every version of records, and what people wrote about them.

    Parameters
    ----------
    connection
        In the transaction that has written why.
    authority
        Whose.
    records
        Kind and identifier of each.
    child_ids
        Children of whom nothing is kept any longer: reasons for reading about them go too.
    at
        Now.
    """
    # Answers that were kept for repeated requests may repeat what is to go.
    connection.execute(sa.delete(EPHEMERAL).where(EPHEMERAL.c.expires_at <= at))
    for kind, record_id in records:
        connection.execute(
            sa.update(VERSIONS)
            .where(
                VERSIONS.c.authority == authority,
                VERSIONS.c.kind == kind,
                VERSIONS.c.record_id == record_id,
                VERSIONS.c.body.is_not(None),
            )
            .values(body=None, salt=None, erased_at=at)
        )
        connection.execute(
            sa.update(ENTRIES)
            .where(
                ENTRIES.c.authority == authority,
                ENTRIES.c.kind == kind,
                ENTRIES.c.record_id == record_id,
                ENTRIES.c.action != "erased",
            )
            .values(reason=None, reason_salt=None)
        )
    sequences = _only_about(connection, authority, child_ids)
    for start in range(0, len(sequences), _CHUNK):
        connection.execute(
            sa.update(ENTRIES)
            .where(
                ENTRIES.c.authority == authority,
                ENTRIES.c.sequence.in_(sequences[start : start + _CHUNK]),
                ENTRIES.c.action != "erased",
            )
            .values(reason=None, reason_salt=None)
        )


def _only_about(connection: sa.Connection, authority: str, child_ids: frozenset[str]) -> list[int]:
    """Return the entries that are about these children and nobody else."""
    found = []
    for child_id in sorted(child_ids):
        rows = connection.execute(
            sa.select(ENTRIES.c.sequence, ENTRIES.c.child_ids)
            .join(
                SUBJECTS,
                sa.and_(
                    SUBJECTS.c.authority == ENTRIES.c.authority,
                    SUBJECTS.c.sequence == ENTRIES.c.sequence,
                ),
            )
            .where(
                ENTRIES.c.authority == authority,
                ENTRIES.c.reason.is_not(None),
                SUBJECTS.c.child_id == child_id,
            )
        )
        found += [seq for seq, about in rows if child_ids.issuperset(json.loads(about))]
    return sorted(set(found))
