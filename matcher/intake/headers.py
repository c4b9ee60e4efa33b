"""The header row: which columns are there, and which must never be."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from matcher.intake.faults import Fault, Ledger
from matcher.intake.sources import nearest, normalised

if TYPE_CHECKING:
    from matcher.intake.definition import Column, Table

_NAMES_PEOPLE = re.compile(
    r"(?:^|_)(?:(?:sur|fore|first|last|full|nick)?names?|initials|address(?:es)?|street|known_as"
    r"|nhs|upn|nino?|national_insurance|phone|telephone|mobile|e?_?mail|signature|notes?|comments?)"
    r"(?:_|$)"
)
_SHOWN_CHARACTERS = 40


def read_header(
    table: Table, label: str, row: int, cells: list[str], ledger: Ledger
) -> dict[int, Column] | None:
    """Find a table's columns in its header row.

    Parameters
    ----------
    table
        The definition.
    label, row
        Where the header stands.
    cells
        The header.
    ledger
        Where faults and warnings are noted.

    Returns
    -------
    dict or None
        Columns by index; None when a column that must be there is not.
    """
    found: dict[int, Column] = {}
    for index, cell in enumerate(cells):
        header = cell.replace("\ufeff", "").strip()
        column = table.by_name.get(normalised(header))
        if column is None:
            if header:
                _unknown(table, label, row, header, ledger)
        elif column in found.values():
            ledger.fault(
                Fault(
                    label,
                    "this column occurs twice",
                    "Keep one of the two.",
                    table=table.name,
                    row=row,
                    column=column.name,
                )
            )
        else:
            found[index] = column
    missing = [c.name for c in table.columns if c.required and c not in found.values()]
    if missing:
        ledger.fault(
            Fault(
                label,
                f"{'the column' if len(missing) == 1 else 'the columns'} {', '.join(missing)} "
                f"{'is' if len(missing) == 1 else 'are'} missing from the header in row {row}",
                f"Add {'it' if len(missing) == 1 else 'them'}; until then no row of this table "
                "can be read.",
                table=table.name,
            )
        )
        return None
    return found


def _unknown(table: Table, label: str, row: int, header: str, ledger: Ledger) -> None:
    shown = header if len(header) <= _SHOWN_CHARACTERS else header[:_SHOWN_CHARACTERS] + "…"
    if names_people(header):
        ledger.fault(
            Fault(
                label,
                "seems to hold names, addresses, numbers of people or free text, which Near Home "
                "neither needs nor keeps",
                "Take the column out of the file. People and homes are known by pseudonyms alone, "
                "such as C-0017; keep the list of who is who in your case system.",
                table=table.name,
                row=row,
                column=shown,
            )
        )
        return
    ledger.warn(
        Fault(
            label,
            "no column has this name, so it was not read",
            nearest(header, list(table.by_name)) or "Rename it if it should be.",
            table=table.name,
            row=row,
            column=shown,
        )
    )


def names_people(header: str) -> bool:
    """Whether a header looks like that of names, addresses or free text.

    Examples
    --------
    >>> names_people("Carer's Surname"), names_people("NHS number"), names_people("sex")
    (True, True, False)
    """
    return _NAMES_PEOPLE.search(normalised(header)) is not None
