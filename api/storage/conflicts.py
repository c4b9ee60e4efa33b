"""What the database refuses, in the service's own words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from api.errors import ConflictError, ServiceError, StaleError, UnavailableError
from api.storage.kinds import KINDS

if TYPE_CHECKING:
    from api.storage.kind import Kind

BED_TAKEN = "bed already booked"
"""How the triggers on SQLite say what the exclusion constraint says on PostgreSQL."""

BED_CONSTRAINT = "bookings_no_overlap"
BED_RULE = "BED_BOOKED_ONCE"


def refusal(
    fault: sa.exc.DBAPIError,
    kind: Kind | None = None,
    record_id: str | None = None,
    *,
    constraint: str = "",
) -> ServiceError:
    """Return what a fault of the database means.

    Parameters
    ----------
    fault
        As raised.
    kind, record_id
        What was being written; None at the end of a transaction.
    constraint
        The constraint that stands against it, where the fault itself does not say.
    """
    said = str(fault.orig)
    named = re.search(r'constraint "(\w+)"', said)
    constraint = named.group(1) if named else constraint
    about = f"The {kind.singular} {record_id}" if kind is not None else "What was to be stored"
    if BED_TAKEN in said or constraint == BED_CONSTRAINT:
        return ConflictError(
            "The bed is already booked for some of this time. Choose another bed or other "
            "dates, or end the booking that stands against it.",
            field="bed",
            rule=BED_RULE,
        )
    if constraint.startswith("pk_") or re.search(r"UNIQUE.*\.record_id$", said):
        return StaleError(
            f"{about} is there already: somebody else has just made it. Read it, and change "
            "that if need be."
        )
    if constraint.startswith("fk_") or "FOREIGN KEY" in said:
        return _dangling(constraint)
    column = _unique_column(constraint, said)
    if column is not None:
        return ConflictError(
            f"{about} has the same {column} as another, and no two may have the same.",
            field=column,
        )
    if isinstance(fault, sa.exc.OperationalError | sa.exc.InterfaceError):
        return UnavailableError(
            "The database did not answer in time or cannot be reached. Try again in a moment."
        )
    return ConflictError(f"{about} does not fit with what is stored.")


def _dangling(constraint: str) -> ConflictError:
    for kind in KINDS.values():
        for column, lifted in kind.lifted.items():
            if lifted.names and constraint == f"fk_{kind.name}_{column}":
                target = KINDS[lifted.names].singular
                return ConflictError(
                    f"A {kind.singular} would name, as its {column}, a {target} that is not "
                    f"there. Store the {target} first, or correct whatever names it before "
                    "it goes.",
                    field=column,
                )
    return ConflictError("Something would name a record that is not there.")


def _unique_column(constraint: str, said: str) -> str | None:
    for kind in KINDS.values():
        for column, lifted in kind.lifted.items():
            if lifted.unique and (
                constraint == f"uq_{kind.name}_{column}"
                or f"{kind.name}.authority, {kind.name}.{column}" in said
            ):
                return column
    return None


def broken_reference(raw: Any) -> str:
    """Return the foreign key that a SQLite transaction breaks, as PostgreSQL would name it.

    Parameters
    ----------
    raw
        The driver's connection, whose commit was refused.
    """
    row = raw.execute("PRAGMA foreign_key_check").fetchone()
    if row is None:
        return ""
    table, _, _, number = row
    for key in raw.execute(f'PRAGMA foreign_key_list("{table}")'):
        if key[0] == number and key[3] != "authority":
            return f"fk_{table}_{key[3]}"
    return ""
