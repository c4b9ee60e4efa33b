"""Proves that an audit trail is whole, or names what was done to it.

The chain is followed from the first entry to the last, each entry's hash made anew; then every
version of every record is held against the digest in its entry, and what is so now against the
latest versions. Whoever changes the database afterwards would have to make every later hash
anew, and the seal of the last one needs the installation's secret; that a trail was put back
to an earlier state as a whole, seal and all, is told by anchors kept elsewhere.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from api.audit.finding import Fault, Finding, Verified
from api.storage.chain import GENESIS, digest_of, hash_of, seal_of, version_digest
from api.storage.kinds import KINDS
from api.storage.trail_reading import Trail
from api.storage.work import ERASED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from api.audit.anchoring import Anchor
    from api.storage.chain import Entry
    from api.storage.database import Database
    from api.storage.trail import Head
    from api.storage.trail_reading import StoredVersion

_MOVED_AT_MOST = 1000
"""Entries among which those that changed places are looked for."""


def verify(database: Database, authority: str, *, anchors: Iterable[Anchor] = ()) -> Verified:
    """Look at everything that an authority's trail says, and at everything it is about.

    Parameters
    ----------
    database
        Where.
    authority
        Whose trail.
    anchors
        What was noted elsewhere of the trail before; others' are left aside.
    """
    connection = database.begin(writing=False)
    try:
        trail = Trail(connection, authority)
        return _Verifying(trail, authority, database.secret).everything(
            tuple(anchor for anchor in anchors if anchor.authority == authority)
        )
    finally:
        connection.close()


class _Verifying:
    def __init__(self, trail: Trail, authority: str, secret: bytes) -> None:
        self._trail = trail
        self._authority = authority
        self._secret = secret
        self._findings: list[Finding] = []
        self._digests: dict[int, Entry] = {}
        """Entries that are about a version."""
        self._hashes: dict[int, str] = {}
        self._changed: set[int] = set()
        """Entries whose hash is not what it must be."""
        self._subjects: set[tuple[int, str]] = set()
        self._erasures: set[tuple[str, str]] = set()
        self._latest: dict[tuple[str, str], StoredVersion] = {}

    def everything(self, anchors: tuple[Anchor, ...]) -> Verified:
        head = self._trail.head
        self._chain(head)
        self._index()
        versions, erased = self._versions()
        self._records()
        self._anchors(anchors)
        self._findings.sort(key=lambda each: (each.sequence or 0, each.fault))
        return Verified(
            authority=self._authority,
            sequence=head.sequence if head else 0,
            hash=head.hash if head else GENESIS,
            entries=len(self._hashes),
            versions=versions,
            erased=erased,
            anchors=len(anchors),
            findings=tuple(self._findings),
        )

    def _found(
        self,
        fault: Fault,
        sequence: int | None,
        sentence: str,
        about: tuple[str | None, str | None] = (None, None),
    ) -> None:
        self._findings.append(Finding(fault, self._authority, sequence, *about, sentence))

    # The chain ----------------------------------------------------------------------------

    def _chain(self, head: Head | None) -> None:
        expected, previous = 1, GENESIS
        wrong: list[Entry] = []
        for entry in self._trail.entries():
            if entry.sequence > expected:
                self._missing(expected, entry.sequence - 1)
            good = hash_of(entry) == entry.hash
            if not good:
                wrong.append(entry)
                self._changed.add(entry.sequence)
            elif entry.sequence == expected and entry.previous_hash != previous:
                self._found(
                    Fault.CHAIN_BROKEN,
                    entry.sequence,
                    f"Entry {entry.sequence} does not follow from entry {expected - 1}: one of "
                    "the two is not what was written.",
                    (entry.kind, entry.record_id),
                )
            self._reason(entry)
            self._hashes[entry.sequence] = entry.hash
            self._subjects.update((entry.sequence, child) for child in entry.child_ids)
            if entry.digest is not None:
                self._digests[entry.sequence] = entry
            if entry.action == ERASED and entry.kind and entry.record_id:
                self._erasures.add((entry.kind, entry.record_id))
            expected, previous = entry.sequence + 1, entry.hash
        self._wrong(wrong)
        self._end(head, expected - 1)

    def _missing(self, first: int, last: int) -> None:
        which = f"Entry {first} is" if first == last else f"Entries {first} to {last} are"
        self._found(Fault.ENTRY_MISSING, first, f"{which} missing: removed after being written.")

    def _wrong(self, wrong: list[Entry]) -> None:
        """Tell entries that have changed places from those that were changed."""
        places = [entry.sequence for entry in wrong[:_MOVED_AT_MOST]]
        for entry in wrong:
            about = (entry.kind, entry.record_id)
            written_at = next(
                (at for at in places if hash_of(entry._replace(sequence=at)) == entry.hash), None
            )
            what = f"{entry.action} {entry.kind or ''} {entry.record_id or ''}".strip()
            if written_at is not None:
                self._found(
                    Fault.ENTRY_MOVED,
                    entry.sequence,
                    f"Entry {entry.sequence} ({what}) was written as entry {written_at}: the "
                    "order was changed.",
                    about,
                )
            else:
                self._found(
                    Fault.ENTRY_CHANGED,
                    entry.sequence,
                    f"Entry {entry.sequence} ({what}) was changed after being written.",
                    about,
                )

    def _reason(self, entry: Entry) -> None:
        if entry.reason is None:
            return
        good = entry.reason_salt is not None and (
            digest_of(entry.reason_salt, entry.reason) == entry.reason_digest
        )
        if not good:
            self._found(
                Fault.REASON_CHANGED,
                entry.sequence,
                f"The reason in entry {entry.sequence} was changed after being written.",
                (entry.kind, entry.record_id),
            )

    def _end(self, head: Head | None, last: int) -> None:
        if head is None:
            if last:
                self._found(
                    Fault.SEAL_BROKEN, last, "The head of the trail, which bears its seal, is gone."
                )
            return
        seal = seal_of(
            self._secret,
            authority=self._authority,
            sequence=head.sequence,
            known_at=head.known_at,
            hash_=head.hash,
        )
        if not hmac.compare_digest(seal, head.seal):
            self._found(
                Fault.SEAL_BROKEN,
                head.sequence,
                "The head of the trail does not bear this installation's seal: somebody without "
                "its secret has written it, or NEARHOME_SECRET is another than before.",
            )
        if last < head.sequence:
            first = last + 1
            which = "entry" if first == head.sequence else "entries"
            through = "" if first == head.sequence else f" to {head.sequence}"
            self._found(
                Fault.CUT_SHORT,
                first,
                f"The trail was cut short: {which} {first}{through} at its end "
                f"{'is' if first == head.sequence else 'are'} missing.",
            )
        elif last > head.sequence:
            self._found(
                Fault.ENTRY_ADDED,
                head.sequence + 1,
                f"Entries from {head.sequence + 1} on were added behind the sealed end.",
            )
        elif last and self._hashes[last] != head.hash:
            self._found(
                Fault.CHAIN_BROKEN, last, f"The sealed end does not follow from entry {last}."
            )

    def _index(self) -> None:
        found = set(self._trail.subjects())
        for sequence, child in sorted(found ^ self._subjects):
            if sequence in self._hashes and sequence not in self._changed:
                self._found(
                    Fault.INDEX_CHANGED,
                    sequence,
                    f"The index of children was changed: entry {sequence} and child {child}.",
                    ("children", child),
                )

    # What it is about ---------------------------------------------------------------------

    def _versions(self) -> tuple[int, int]:
        seen: set[int] = set()
        erased = 0
        for version in self._trail.versions():
            seen.add(version.sequence)
            key = (version.kind, version.record_id)
            latest = self._latest.get(key)
            if latest is None or version.version > latest.version:
                self._latest[key] = version
            entry = self._digests.get(version.sequence)
            if entry is None:
                if version.sequence not in self._hashes:
                    continue  # its entry is missing, and that is told
                self._found(
                    Fault.VERSION_ADDED,
                    version.sequence,
                    f"{_named(version)} has no entry: it was put in beside the trail.",
                    key,
                )
                continue
            erased += version.body is None
            fault = self._fault_of(version, entry)
            if fault is not None:
                self._found(Fault.VERSION_CHANGED, version.sequence, fault, key)
        for sequence in sorted(self._digests.keys() - seen):
            entry = self._digests[sequence]
            self._found(
                Fault.VERSION_MISSING,
                sequence,
                f"Version {entry.version} of {entry.kind} {entry.record_id} is missing: removed "
                "after being written.",
                (entry.kind, entry.record_id),
            )
        return len(seen), erased

    def _fault_of(self, version: StoredVersion, entry: Entry) -> str | None:
        if (entry.kind, entry.record_id, entry.version) != (
            version.kind,
            version.record_id,
            version.version,
        ):
            return f"{_named(version)} stands in the place of another."
        if version.body is None or version.salt is None:
            if version.erased_at is None or (version.kind, version.record_id) not in self._erasures:
                return f"The content of {_named(version)} was removed, and no entry says why."
            return None
        digest = version_digest(
            version.salt,
            kind=version.kind,
            record_id=version.record_id,
            version=version.version,
            retired=version.retired,
            body=version.body,
        )
        if digest != entry.digest:
            return f"{_named(version)} was changed after being written."
        return None

    def _records(self) -> None:
        current: set[tuple[str, str]] = set()
        for name, kind in KINDS.items():
            for row in self._trail.rows(name):
                key = (name, row.record_id)
                current.add(key)
                version = self._latest.get(key)
                if version is None or version.retired:
                    self._found(
                        Fault.RECORD_ADDED,
                        row.sequence,
                        f"{name} {row.record_id} is there now, and the trail does not say so.",
                        key,
                    )
                elif (row.version, row.body) != (version.version, version.body) or (
                    row.lifted != kind.lift(kind.type.model_validate_json(row.body))
                ):
                    self._found(
                        Fault.RECORD_CHANGED,
                        version.sequence,
                        f"{name} {row.record_id} as it is now is not what its latest version "
                        "says: it was changed beside the trail.",
                        key,
                    )
        for key, version in self._latest.items():
            if not version.retired and version.body is not None and key not in current:
                self._found(
                    Fault.RECORD_MISSING,
                    version.sequence,
                    f"{key[0]} {key[1]} is gone, and the trail does not say so.",
                    key,
                )

    # What is noted elsewhere --------------------------------------------------------------

    def _anchors(self, anchors: tuple[Anchor, ...]) -> None:
        for anchor in anchors:
            if anchor.sequence == 0:
                continue
            found = self._hashes.get(anchor.sequence)
            if found is None:
                self._found(
                    Fault.CUT_SHORT,
                    anchor.sequence,
                    f"The trail had entry {anchor.sequence} when it was anchored at "
                    f"{anchor.at.isoformat()}, and has it no longer: it was cut short or put "
                    "back to an earlier state.",
                )
            elif found != anchor.hash:
                self._found(
                    Fault.ANCHOR_BROKEN,
                    anchor.sequence,
                    f"Entry {anchor.sequence} is not the one that was anchored at "
                    f"{anchor.at.isoformat()}: the trail was written anew.",
                )


def _named(version: StoredVersion) -> str:
    return f"Version {version.version} of {version.kind} {version.record_id}"
