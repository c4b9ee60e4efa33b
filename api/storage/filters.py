"""What to look for in a lifted column, beyond one value."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    import sqlalchemy as sa

    from api.storage.kind import Kind


class AtLeast(NamedTuple):
    """A value or a larger (later) one; nothing is neither."""

    value: Any


class AtMost(NamedTuple):
    """A value or a smaller (earlier) one; nothing is neither."""

    value: Any


class Between(NamedTuple):
    """From one value to another, both included."""

    low: Any
    high: Any


class Present(Enum):
    """Whether there is a value at all."""

    YES = True
    NO = False


def plain(value: Any) -> Any:
    """Return the value of an enumeration's member; others as they are."""
    return value.value if isinstance(value, Enum) else value


def conditions(table: sa.Table, kind: Kind, wanted: Mapping[str, Any]) -> list[Any]:
    """Return what the rows of a table must fulfil.

    Parameters
    ----------
    table, kind
        Where to look.
    wanted
        By lifted column: a value; None for no value; a tuple for any of several; or one of
        :class:`AtLeast`, :class:`AtMost`, :class:`Between`, :class:`Present`.

    Raises
    ------
    LookupError
        If a column is not lifted.
    """
    found = []
    for name, value in wanted.items():
        if name not in kind.lifted and name != "record_id":
            raise LookupError(f"{kind.name} has no lifted column {name}")
        column = table.c[name]
        match value:
            case Present():
                found.append(column.is_not(None) if value.value else column.is_(None))
            case AtLeast(low):
                found.append(column >= plain(low))
            case AtMost(high):
                found.append(column <= plain(high))
            case Between(low, high):
                found.append(column.between(plain(low), plain(high)))
            case tuple() | list() | frozenset() | set():
                found.append(column.in_([plain(each) for each in value]))
            case None:
                found.append(column.is_(None))
            case _:
                found.append(column == plain(value))
    return found


def fulfils(value: Any, wanted: Any) -> bool:
    """Whether a value is what :func:`conditions` would look for."""
    value = plain(value)
    match wanted:
        case Present():
            return (value is not None) == wanted.value
        case AtLeast(low):
            return value is not None and bool(value >= plain(low))
        case AtMost(high):
            return value is not None and bool(value <= plain(high))
        case Between(low, high):
            return value is not None and bool(plain(low) <= value <= plain(high))
        case tuple() | list() | frozenset() | set():
            return value in [plain(each) for each in wanted]
        case _:
            return bool(value == plain(wanted))
