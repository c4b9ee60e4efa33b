"""The page of the reference that says what is stored."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path
from typing import TYPE_CHECKING

from api.storage.kinds import KINDS, belongs_to_children
from api.storage.migrations import versions
from api.storage.tables import ENTRIES, EPHEMERAL, HEADS, SUBJECTS, VERSIONS

if TYPE_CHECKING:
    from api.storage.kind import Kind

HEAD = """\
# What is stored

<!-- Generated from api/storage by docs/generate.py. -->

Everything stored is a *record* of a *kind*, with an identifier, and belongs to one authority.
Each kind has a table of what is so now: `authority`, `record_id`, `version`, `sequence` (the
authority's change that made it so), `known_from` (when it came to be known, in UTC), `body` (the
record as JSON), and the columns below, which the database itself must search, order or enforce.
Every version of every record is in `record_versions`, and who made it in `audit_entries`. Why it
is so is in [decision 21](../decisions/0021-storage.md) and
[decision 22](../decisions/0022-audit-and-erasure.md).

## Kinds of record

*Personal* kinds hold names, addresses or what people wrote; they never reach rankings, jobs, logs,
metrics or exports of tables. Records that are *children's* are erased when their children's time is
over; others a set time after they were taken out. A column that names another kind is held to it by
the database.

| table | record | identifier | columns | personal | children's |
| --- | --- | --- | --- | --- | --- |
"""

TRAIL = """
## The audit trail

| table | what it holds | columns |
| --- | --- | --- |
"""

ABOUT_TABLES = {
    VERSIONS: "Every version of every record, in the order in which they came to be known. The "
    "database refuses to change or remove one; content can only be emptied, at the end of its "
    "time.",
    ENTRIES: "Who did or read what, when and why. `hash` covers everything in the entry and the "
    "hash before it; of content and reason it covers salted digests.",
    SUBJECTS: "Which entry is about which child: an index of `child_ids` of the entries.",
    HEADS: "The last entry of each authority, sealed with the installation's secret. A writer "
    "locks its row.",
    EPHEMERAL: "What is forgotten by itself: sessions, answers kept for repeated requests, counts. "
    "No part of the records.",
}

STEPS = """
## Steps of the schema

`nearhome db upgrade` brings a database of any of them up to date.

| step | what it adds |
| --- | --- |
"""


def storage_page() -> str:
    """Return the page."""
    rows = [_row(kind) for kind in sorted(KINDS.values(), key=lambda kind: kind.name)]
    tables = [
        f"| `{table.name}` | {about} | {', '.join(f'`{each.name}`' for each in table.c)} |"
        for table, about in ABOUT_TABLES.items()
    ]
    return (
        HEAD
        + "\n".join(rows)
        + "\n"
        + TRAIL
        + "\n".join(tables)
        + "\n"
        + STEPS
        + "\n".join(_steps())
        + "\n"
    )


def _row(kind: Kind) -> str:
    columns = []
    for name, lifted in kind.lifted.items():
        notes = [f"names `{lifted.names}`"] if lifted.names else []
        notes += ["no two alike"] if lifted.unique else []
        columns.append(f"`{name}`" + (f" ({', '.join(notes)})" if notes else ""))
    about = (inspect.getdoc(kind.type) or "").splitlines()[0].rstrip(".")
    return (
        f"| `{kind.name}` | {about} | `{kind.key}` | {', '.join(columns) or 'none'} | "
        f"{'yes' if kind.personal else 'no'} | "
        f"{'yes' if belongs_to_children(kind.name) else 'no'} |"
    )


def _steps() -> list[str]:
    found = []
    for file in sorted(Path(versions.__path__[0]).glob("0*.py")):
        module = importlib.import_module(f"{versions.__name__}.{file.stem}")
        about = (module.__doc__ or "").strip().splitlines()[0].rstrip(".")
        found.append(f"| {module.revision} | {about} |")
    return found
