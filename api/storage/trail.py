"""Writing at the end of an authority's audit trail, one writer at a time."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from api.errors import AuditError
from api.storage.chain import GENESIS, Entry, digest_of, hash_of, new_salt, seal_of, version_digest
from api.storage.tables import ENTRIES, HEADS, SUBJECTS, VERSIONS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from api.records.actor import Actor


class Head(NamedTuple):
    """The last entry of an authority's trail."""

    sequence: int
    known_at: datetime
    hash: str
    seal: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a record that is about to be written."""

    kind: str
    record_id: str
    version: int
    retired: bool
    body: str


@dataclass(frozen=True, slots=True)
class Note:
    """What is about to become an entry."""

    action: str
    kind: str | None = None
    record_id: str | None = None
    child_ids: tuple[str, ...] = ()
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    version: Version | None = None


def head_of(connection: sa.Connection, authority: str) -> Head | None:
    """Return the last entry as this transaction sees it; None before the first."""
    row = connection.execute(_HEAD, {"whose": authority}).one_or_none()
    return None if row is None else Head(*row)


_HEAD = sa.select(HEADS.c.sequence, HEADS.c.known_at, HEADS.c.hash, HEADS.c.seal).where(
    HEADS.c.authority == sa.bindparam("whose")
)


def lock_head(connection: sa.Connection, authority: str, *, secret: bytes, at: datetime) -> Head:
    """Return the last entry, and keep other writers of the authority waiting until the end.

    Raises
    ------
    AuditError
        If the head does not bear this installation's seal.
    """
    locking = _HEAD.with_for_update() if connection.dialect.name == "postgresql" else _HEAD
    row = connection.execute(locking, {"whose": authority}).one_or_none()
    if row is None:
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        seal = seal_of(secret, authority=authority, sequence=0, known_at=at, hash_=GENESIS)
        connection.execute(
            insert(HEADS)
            .values(authority=authority, sequence=0, known_at=at, hash=GENESIS, seal=seal)
            .on_conflict_do_nothing()
        )
        row = connection.execute(locking, {"whose": authority}).one()
    head = Head(*row)
    good = seal_of(
        secret,
        authority=authority,
        sequence=head.sequence,
        known_at=head.known_at,
        hash_=head.hash,
    )
    if head.seal != good:
        raise AuditError(
            f"The audit trail of {authority} does not bear this installation's seal, so nothing "
            "is written. Either NEARHOME_SECRET is not the one it was written with, or somebody "
            "has changed the trail: run nearhome audit verify."
        )
    return head


def append(
    connection: sa.Connection,
    head: Head,
    notes: list[Note],
    *,
    actor: Actor,
    at: datetime,
    known_at: datetime,
    request_id: str | None,
    secret: bytes,
) -> Head:
    """Write entries and versions behind the head, which must be locked; return the new head."""
    authority = actor.authority
    role = ",".join(sorted(actor.roles)) or actor.kind.value
    entries: list[dict[str, Any]] = []
    versions: list[dict[str, Any]] = []
    subjects: list[dict[str, Any]] = []
    sequence, previous = head.sequence, head.hash
    for note in notes:
        sequence += 1
        digest = None
        if note.version is not None:
            salt = new_salt()
            made = note.version
            digest = version_digest(
                salt,
                kind=made.kind,
                record_id=made.record_id,
                version=made.version,
                retired=made.retired,
                body=made.body,
            )
            versions.append(
                {
                    "authority": authority,
                    "kind": made.kind,
                    "record_id": made.record_id,
                    "version": made.version,
                    "sequence": sequence,
                    "known_from": known_at,
                    "retired": made.retired,
                    "body": made.body,
                    "salt": salt,
                    "erased_at": None,
                }
            )
        reason_salt = new_salt() if note.reason else None
        entry = Entry(
            authority=authority,
            sequence=sequence,
            at=at,
            actor=actor.actor_id,
            role=role,
            action=note.action,
            kind=note.kind,
            record_id=note.record_id,
            version=note.version.version if note.version is not None else None,
            child_ids=note.child_ids,
            reason=note.reason or None,
            reason_salt=reason_salt,
            reason_digest=digest_of(reason_salt, note.reason) if reason_salt else None,
            request_id=request_id,
            details=note.details,
            digest=digest,
            previous_hash=previous,
            hash="",
        )
        previous = hash_of(entry)
        entries.append(
            entry._asdict()
            | {
                "hash": previous,
                "child_ids": json.dumps(note.child_ids),
                "details": json.dumps(dict(note.details), ensure_ascii=False, sort_keys=True),
            }
        )
        subjects.extend(
            {"authority": authority, "child_id": child, "sequence": sequence}
            for child in note.child_ids
        )
    if versions:
        connection.execute(sa.insert(VERSIONS), versions)
    connection.execute(sa.insert(ENTRIES), entries)
    if subjects:
        connection.execute(sa.insert(SUBJECTS), subjects)
    seal = seal_of(
        secret, authority=authority, sequence=sequence, known_at=known_at, hash_=previous
    )
    connection.execute(
        sa.update(HEADS)
        .where(HEADS.c.authority == authority)
        .values(sequence=sequence, known_at=known_at, hash=previous, seal=seal)
    )
    return Head(sequence, known_at, previous, seal)
