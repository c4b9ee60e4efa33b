"""How an entry of the audit trail holds on to the one before, and to the version it is about.

An entry's hash covers everything in it but free text and bodies, of which it covers salted
digests. So what somebody wrote can be erased together with its salt, after which the digest
tells nothing and the chain still holds.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

GENESIS = "0" * 64
"""The hash before the first entry."""


class Entry(NamedTuple):
    """One entry of an authority's audit trail."""

    authority: str
    sequence: int
    at: datetime
    actor: str
    role: str
    action: str
    kind: str | None
    record_id: str | None
    version: int | None
    child_ids: tuple[str, ...]
    reason: str | None
    reason_salt: str | None
    reason_digest: str | None
    request_id: str | None
    details: Mapping[str, Any]
    digest: str | None
    previous_hash: str
    hash: str


def new_salt() -> str:
    """Return 128 random bits."""
    return secrets.token_hex(16)


def digest_of(salt: str, text: str) -> str:
    """Return the salted digest of a text."""
    return hashlib.sha256(f"{salt}\x1e{text}".encode()).hexdigest()


def version_digest(
    salt: str, *, kind: str, record_id: str, version: int, retired: bool, body: str
) -> str:
    """Return the digest of a version of a record."""
    return digest_of(salt, f"{kind}\x1e{record_id}\x1e{version}\x1e{int(retired)}\x1e{body}")


def hash_of(entry: Entry) -> str:
    """Return what an entry's hash must be."""
    covered = [
        entry.authority,
        entry.sequence,
        entry.at.isoformat(),
        entry.actor,
        entry.role,
        entry.action,
        entry.kind,
        entry.record_id,
        entry.version,
        list(entry.child_ids),
        entry.reason_digest,
        entry.request_id,
        dict(entry.details),
        entry.digest,
        entry.previous_hash,
    ]
    text = json.dumps(covered, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def seal_of(secret: bytes, *, authority: str, sequence: int, known_at: datetime, hash_: str) -> str:
    """Return the seal of the last entry, which only the installation's secret can make."""
    text = f"{authority}|{sequence}|{known_at.isoformat()}|{hash_}"
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
