"""What a kind of record is: its class, its identifier, and what the database knows of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matcher.domain.record import Record


class Column(Enum):
    """What a lifted column holds."""

    TEXT = "text"
    COUNT = "count"
    DAY = "day"
    INSTANT = "instant"
    FLAG = "flag"


@dataclass(frozen=True)
class Lifted:
    """A value of a record that the database itself must search, order or enforce.

    Parameters
    ----------
    column
        What it holds.
    value
        How it is had from a record; None for the field of the same name.
    names
        The kind of record that it names; the database refuses one that is not there.
    indexed
        Whether the database keeps an index of it.
    unique
        Whether no two records of an authority may have the same.
    """

    column: Column = Column.TEXT
    value: Callable[[Any], Any] | None = None
    names: str | None = None
    indexed: bool = True
    unique: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of record, one table.

    Parameters
    ----------
    name
        Of the table: plural, lower case.
    type
        The class.
    key
        The field that identifies a record within its authority.
    lifted
        Columns beside the body, by name.
    personal
        Holds names, addresses or free text of people.
    children
        Whose records it is, for the audit trail; None for the fields ``child_id`` and
        ``child_ids`` where there are any.
    label
        As people write it, in the singular; None for the class's name in words.
    across
        May be looked up before an authority is known, such as an account at sign-in.
    """

    name: str
    type: type[Record]
    key: str
    lifted: Mapping[str, Lifted] = field(default_factory=dict)
    personal: bool = False
    children: Callable[[Any], tuple[str, ...]] | None = None
    label: str | None = None
    across: bool = False

    @cached_property
    def singular(self) -> str:
        """The kind as people write it: "sibling group"."""
        if self.label is not None:
            return self.label
        name = self.type.__name__
        return "".join(
            f" {letter.lower()}" if letter.isupper() else letter for letter in name
        ).strip()

    def record_id(self, record: Record) -> str:
        """Return a record's identifier."""
        found: str = getattr(record, self.key)
        return found

    def child_ids(self, record: Record) -> tuple[str, ...]:
        """Return whose record it is."""
        if self.children is not None:
            return self.children(record)
        one = getattr(record, "child_id", None)
        several = getattr(record, "child_ids", ())
        return tuple(sorted({*([one] if one else []), *several}))

    @property
    def names_children(self) -> bool:
        """Whether its records say themselves whose they are."""
        fields = self.type.model_fields
        return self.children is not None or "child_id" in fields or "child_ids" in fields

    def lift(self, record: Record) -> dict[str, Any]:
        """Return the values of the lifted columns."""
        values = {}
        for name, lifted in self.lifted.items():
            value = getattr(record, name) if lifted.value is None else lifted.value(record)
            values[name] = value.value if isinstance(value, Enum) else value
        return values
