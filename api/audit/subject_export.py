"""Everything that is kept about one child, for the child: subject access.

References
----------
.. [1] UK General Data Protection Regulation, article 15: what is held, why, and who has seen it.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.storage.kinds import KINDS
from api.storage.reading import not_found
from api.storage.trail_reading import Question, Trail
from matcher.domain.child import Child
from matcher.intake.text import shield
from matcher.version import VERSION

if TYPE_CHECKING:
    from datetime import datetime

    from api.storage.chain import Entry
    from api.storage.trail_reading import StoredVersion
    from api.storage.work import Work

EXPORTED = "exported"
_PAGE = 500

ABOUT = """\
Everything that Near Home keeps about one child
===============================================

everything.json   every record about the child, each with its history, and who looked at them
tables/           the same records as they were last, one table a kind, for spreadsheet software

Before any of this is given to somebody, a person must read it: records about several children
are in it whole, and what is said of others may have to be taken out (UK GDPR, article 15(4);
Data Protection Act 2018, schedule 2, paragraph 16). Children named beside this one, by
pseudonym: {others}.
"""


@dataclass(frozen=True)
class SubjectExport:
    """What is kept about a child.

    Parameters
    ----------
    child_id, authority
        Whose records, and who keeps them.
    made_at
        When it was put together.
    records
        By kind and identifier: versions, the first one first.
    entries
        The audit trail about the child, the first entry first.
    others
        Other children whom these records name, by pseudonym.
    """

    child_id: str
    authority: str
    made_at: datetime
    records: dict[tuple[str, str], tuple[StoredVersion, ...]]
    entries: tuple[Entry, ...]
    others: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return all of it as JSON holds it."""
        kinds: dict[str, list[dict[str, Any]]] = {}
        for (kind, record_id), versions in self.records.items():
            last = versions[-1]
            kinds.setdefault(kind, []).append(
                {
                    "record_id": record_id,
                    "so_now": not last.retired and last.body is not None,
                    "versions": [
                        {
                            "version": each.version,
                            "known_from": each.known_from.isoformat(),
                            "retired": each.retired,
                            "record": None if each.body is None else json.loads(each.body),
                        }
                        for each in versions
                    ],
                }
            )
        return {
            "child_id": self.child_id,
            "authority": self.authority,
            "made_at": self.made_at.isoformat(),
            "software": f"Near Home {VERSION}",
            "other_children": list(self.others),
            "records": kinds,
            "who_did_or_read_what": [
                {
                    "sequence": entry.sequence,
                    "at": entry.at.isoformat(),
                    "actor": entry.actor,
                    "role": entry.role,
                    "action": entry.action,
                    "kind": entry.kind,
                    "record_id": entry.record_id,
                    "version": entry.version,
                    "reason": entry.reason,
                }
                for entry in self.entries
            ],
        }

    def as_zip(self) -> bytes:
        """Return all of it as one archive; the same bytes for the same records and moment."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            others = ", ".join(self.others) or "none"
            self._add(archive, "about.txt", ABOUT.format(others=others))
            text = json.dumps(self.as_json(), ensure_ascii=False, indent=2)
            self._add(archive, "everything.json", text)
            for kind in sorted({kind for kind, _ in self.records}):
                self._add(archive, f"tables/{kind}.csv", self._table(kind))
        return made.getvalue()

    def _add(self, archive: zipfile.ZipFile, name: str, text: str) -> None:
        info = zipfile.ZipInfo(name, self.made_at.timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, text)

    def _table(self, kind: str) -> str:
        fields = list(KINDS[kind].type.model_fields)
        written = io.StringIO()
        writer = csv.writer(written, lineterminator="\r\n")
        writer.writerow(["version", "known_from", "so_now", *fields])
        for (each, _), versions in self.records.items():
            last = versions[-1]
            if each != kind or last.body is None:
                continue
            body = json.loads(last.body)
            writer.writerow(
                [
                    last.version,
                    last.known_from.isoformat(),
                    "no" if last.retired else "yes",
                    *(_cell(body.get(field)) for field in fields),
                ]
            )
        # Spreadsheet software takes a file without this mark for Windows-1252.
        return "\ufeff" + written.getvalue()


def export_child(work: Work, child_id: str, *, reason: str) -> SubjectExport:
    """Gather everything about a child, and note that somebody did.

    Parameters
    ----------
    work
        The transaction.
    child_id
        Whose.
    reason
        Who asked for it, and why.

    Raises
    ------
    NotFoundError
        If nothing is kept about such a child.
    """
    trail = Trail(work.connection, work.authority)
    records: dict[tuple[str, str], list[StoredVersion]] = {}
    for version in trail.versions_of_children(frozenset({child_id})):
        records.setdefault((version.kind, version.record_id), []).append(version)
    if not records:
        raise not_found(_CHILDREN, child_id)
    entries: list[Entry] = []
    before: int | None = None
    while True:
        page = trail.page(Question(child_id=child_id), before=before, limit=_PAGE)
        entries += page.items
        if page.next is None:
            break
        before = int(page.next)
    others = {each for entry in entries for each in entry.child_ids} - {child_id}
    work.note(
        EXPORTED,
        about=(Child, child_id),
        child_ids=[child_id],
        reason=reason,
        details={"records": len(records), "entries": len(entries)},
    )
    return SubjectExport(
        child_id=child_id,
        authority=work.authority,
        made_at=work.at,
        records={key: tuple(versions) for key, versions in sorted(records.items())},
        entries=tuple(reversed(entries)),
        others=tuple(sorted(others)),
    )


_CHILDREN = KINDS["children"]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return shield(value)
    return shield(json.dumps(value, ensure_ascii=False))
