"""Pages of records, and the cursor from one to the next."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import sqlalchemy as sa

from api.errors import InvalidError
from api.storage.kind import Column

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.storage.kind import Kind

T = TypeVar("T")


class Page(NamedTuple, Generic[T]):
    """Some records, and where the next page begins."""

    items: list[T]
    next: str | None


class Order(NamedTuple):
    """By which column, and which way; ties by identifier, nothing last."""

    column: str
    descending: bool

    @classmethod
    def of(cls, text: str, kind: Kind) -> Order:
        """Read an order such as ``due_on`` or ``-due_on``."""
        name = text.removeprefix("-")
        if name != "record_id" and name not in kind.lifted:
            raise InvalidError(
                f"{kind.name} cannot be ordered by {name!r}. They can be ordered by: "
                f"{', '.join(['record_id', *kind.lifted])}; a minus in front turns it round.",
                field="order",
            )
        return cls(name, text.startswith("-"))


def fingerprint(kind: Kind, order: str, wanted: Mapping[str, Any]) -> str:
    """Return what tells one question from another."""
    text = repr((kind.name, order, sorted((name, repr(value)) for name, value in wanted.items())))
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def write_cursor(question: str, value: Any, record_id: str) -> str:
    """Return the cursor behind a record."""
    shown = value.isoformat() if isinstance(value, date) else value
    text = json.dumps([question, shown, record_id], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str, question: str, column: Column | None) -> tuple[Any, str]:
    """Return the value and the identifier behind which the next page begins.

    Raises
    ------
    InvalidError
        If it is no cursor of this question.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        asked, value, record_id = json.loads(base64.urlsafe_b64decode(padded))
        if asked != question or not isinstance(record_id, str):
            raise ValueError("another question")
        if value is not None and column is Column.DAY:
            value = date.fromisoformat(value)
        elif value is not None and column is Column.INSTANT:
            value = datetime.fromisoformat(value)
    except (ValueError, TypeError, binascii.Error, UnicodeDecodeError) as fault:
        raise InvalidError(
            "The cursor does not belong to this list. Use the `next` of the page before, with "
            "the same filters and order, or begin without one.",
            field="after",
        ) from fault
    return value, record_id


def beyond(table: sa.Table, order: Order, value: Any, record_id: str) -> Any:
    """Return the condition for rows that come after one."""
    if order.column == "record_id":
        column = table.c.record_id
        return column < record_id if order.descending else column > record_id
    column = table.c[order.column]
    if value is None:
        return sa.and_(column.is_(None), table.c.record_id > record_id)
    later = column < value if order.descending else column > value
    tie = sa.and_(column == value, table.c.record_id > record_id)
    return sa.or_(later, tie, column.is_(None))


def ordering(table: sa.Table, order: Order) -> list[Any]:
    """Return the clauses that put rows in order."""
    column = table.c[order.column]
    if order.column == "record_id":
        return [column.desc() if order.descending else column.asc()]
    directed = column.desc() if order.descending else column.asc()
    return [directed.nulls_last(), table.c.record_id.asc()]
