"""Spec files: tiny tables that say what a rule answers, read into rows.

::

    rule: UNDER_16_REGULATED
    # A note, which the reference prints above the table.

    as of 2025-03-31
    child.age | home.setting            | verdict
    15        | supported accommodation | not met
      says: C1 is 15; H1 is supported accommodation, which is not open to under-16s.
    16        | supported accommodation | met

``as of`` starts a table; without a header of its own it takes the one before. ``?`` is not
recorded, ``-`` is none. The columns are those that :mod:`tests.spec.cells` understands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass
class Row:
    """One example: cells by column, the verdict, and what the rule says of it."""

    cells: dict[str, str]
    verdict: str
    says: str | None
    where: str


@dataclass
class Table:
    """Examples for one day."""

    as_of: date
    header: tuple[str, ...]
    rows: list[Row] = field(default_factory=list)


@dataclass
class Spec:
    """Everything that is specified of one rule."""

    code: str
    notes: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    @property
    def rows(self) -> list[tuple[Table, Row]]:
        return [(table, row) for table in self.tables for row in table.rows]


def read_specs(text: str, name: str) -> list[Spec]:
    """Read the specs in one file."""
    specs: list[Spec] = []
    table: Table | None = None
    as_of: date | None = None
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        where = f"{name}:{number}"
        if not stripped:
            continue
        if stripped.startswith("rule:"):
            specs.append(Spec(stripped.removeprefix("rule:").strip()))
            table, as_of = None, None
        elif not specs:
            raise ValueError(f"{where}: a spec begins with 'rule: CODE'")
        elif stripped.startswith("#"):
            specs[-1].notes.append(stripped.removeprefix("#").strip())
        elif stripped.startswith("as of "):
            as_of = date.fromisoformat(stripped.removeprefix("as of "))
            header = specs[-1].tables[-1].header if specs[-1].tables else ()
            table = Table(as_of, header)
            specs[-1].tables.append(table)
        elif table is None or as_of is None:
            raise ValueError(f"{where}: 'as of DATE' stands before a table")
        elif stripped.startswith("says:"):
            table.rows[-1].says = stripped.removeprefix("says:").strip()
        else:
            cells = tuple(cell.strip() for cell in stripped.split("|"))
            if cells[-1] == "verdict":
                table.header = cells
                continue
            if len(cells) != len(table.header):
                raise ValueError(f"{where}: {len(cells)} cells under {len(table.header)} columns")
            named = dict(zip(table.header[:-1], cells[:-1], strict=True))
            table.rows.append(Row(named, cells[-1], None, where))
    return specs


def all_specs() -> dict[str, Spec]:
    """Return every spec by the code of its rule."""
    found: dict[str, Spec] = {}
    for path in sorted(FOLDER.glob("*.spec")):
        for spec in read_specs(path.read_text(encoding="utf-8"), path.name):
            if spec.code in found:
                raise ValueError(f"{path.name}: {spec.code} is specified twice")
            found[spec.code] = spec
    return found
