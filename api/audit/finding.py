"""What can be wrong with an audit trail, each with a sentence that names the record."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from matcher.domain.phrases import counted


class Fault(StrEnum):
    """What somebody has done to the trail, or to what it is about."""

    ENTRY_CHANGED = "entry_changed"
    ENTRY_MISSING = "entry_missing"
    ENTRY_MOVED = "entry_moved"
    ENTRY_ADDED = "entry_added"
    CHAIN_BROKEN = "chain_broken"
    CUT_SHORT = "cut_short"
    SEAL_BROKEN = "seal_broken"
    REASON_CHANGED = "reason_changed"
    VERSION_CHANGED = "version_changed"
    VERSION_MISSING = "version_missing"
    VERSION_ADDED = "version_added"
    RECORD_CHANGED = "record_changed"
    RECORD_MISSING = "record_missing"
    RECORD_ADDED = "record_added"
    INDEX_CHANGED = "index_changed"
    ANCHOR_BROKEN = "anchor_broken"


class Finding(NamedTuple):
    """One thing that is wrong."""

    fault: Fault
    authority: str
    sequence: int | None
    kind: str | None
    record_id: str | None
    sentence: str


class Verified(NamedTuple):
    """What was looked at, and what is wrong with it."""

    authority: str
    sequence: int
    hash: str
    entries: int
    versions: int
    erased: int
    """Versions whose content was erased when its time was over; nothing is wrong with them."""
    anchors: int
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    @property
    def sentence(self) -> str:
        """What it comes to."""
        looked = (
            f"{self.authority}: {counted(self.entries, 'entry', 'entries')} and "
            f"{counted(self.versions, 'version')} up to sequence {self.sequence}"
        )
        if self.sound:
            erased = f", {self.erased} of them erased" if self.erased else ""
            anchors = f"; {counted(self.anchors, 'anchor')} found as noted" if self.anchors else ""
            return f"{looked}{erased}: nothing was changed, removed, moved or cut off{anchors}."
        return f"{looked}: {counted(len(self.findings), 'fault')}."
