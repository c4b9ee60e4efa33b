"""What a table and a column are. Everything else in intake is derived from these.

A column is declared by the domain type and field that it fills; its kind, its range, its
codes and whether it must be filled follow from the field's own type, so that they stand in
one place.
"""

from __future__ import annotations

import typing
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from types import UnionType
from typing import TYPE_CHECKING, Any, Union

from pydantic.fields import FieldInfo

from matcher.domain.record import AuthorityCode, Identifier, Postcode, Record, Word
from matcher.intake.kinds import (
    AUTHORITY,
    IDENTIFIER,
    RULE,
    CodeKind,
    ListOf,
    PostcodeKind,
    WordKind,
    YesNo,
)
from matcher.intake.quantities import DateKind, Money, Number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from matcher.domain.world import World
    from matcher.intake.kind import Kind

NOT_KNOWN = "not known"


@dataclass(frozen=True)
class Column:
    """One column.

    Parameters
    ----------
    name
        As it stands in the header.
    meaning
        In one sentence.
    kind
        What its cells may hold.
    required
        Whether a cell must be filled.
    empty
        What an empty cell means; "" when cells must be filled.
    field
        Where its value goes: a field of the record, or "group.field" of a record within it.
    get
        From a record to the value, None for an empty cell.
    source
        The domain type and field that it fills; None when it fills none directly.
    references
        The table in which the identifier must be found; None when in none.
    """

    name: str
    meaning: str
    kind: Kind
    required: bool
    empty: str
    field: str
    get: Callable[[Any], Any]
    source: tuple[str, str] | None = None
    references: str | None = None


@dataclass(frozen=True)
class Table:
    """One table: a CSV file, or a sheet of a workbook.

    Parameters
    ----------
    name
        Of the sheet, and of the file before ".csv".
    one
        What one row describes, in the singular: "child".
    meaning
        In one sentence.
    columns
        In order.
    make
        From the values of a row, by :attr:`Column.field`, to the record.
    records
        From a World to the rows' records, each with the identifier of its owner.
    key
        The column whose values occur once only; None when there is none.
    owner
        For rows that belong to a record of another table: that table, and the field of its
        record which holds them. The first column then names the owner.
    required
        Whether the table must be there.
    """

    name: str
    one: str
    meaning: str
    columns: tuple[Column, ...]
    make: Callable[[dict[str, Any]], Any]
    records: Callable[[World], Iterable[tuple[str, Any]]]
    key: str | None = None
    owner: tuple[str, str] | None = None
    required: bool = False

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The columns by name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def by_source(self) -> dict[tuple[str, str], Column]:
        """The columns by the domain type and field that they fill."""
        return {column.source: column for column in self.columns if column.source}


def column(
    model: type[Record],
    name: str,
    meaning: str,
    *,
    within: str = "",
    prefix: str | None = None,
    empty: str = "",
    unit: str = "",
    references: str | None = None,
) -> Column:
    """Declare a column by the field that it fills.

    Parameters
    ----------
    model, name
        The domain type and its field.
    meaning
        In one sentence.
    within
        The field of the table's record that holds ``model``; "" when it is that record.
    prefix
        Before the name of a column within; the name of the field and "_" unless given.
    empty
        What an empty cell means, when the field's default does not say it.
    unit
        What a number counts.
    references
        The table in which the identifier must be found.

    Returns
    -------
    Column
        With kind, range, codes and need to be filled as the domain has them.
    """
    info = model.model_fields[name]
    kind, optional = _kind_of(_hints(model)[name], name, unit)
    before = "" if not within else f"{within}_" if prefix is None else prefix
    header = before + (name.removesuffix("_pence") + "_pounds" if isinstance(kind, Money) else name)
    required = info.is_required() and not within
    return Column(
        name=header,
        meaning=meaning,
        kind=kind,
        required=required,
        empty="" if required else empty or _empty_means(info, kind, optional or bool(within)),
        field=f"{within}.{name}" if within else name,
        get=_getter(within, name),
        source=(model.__name__, name),
        references=references,
    )


def owner_column(name: str, meaning: str, references: str) -> Column:
    """Declare the first column of a table whose rows belong to records of another."""
    return Column(
        name=name,
        meaning=meaning,
        kind=IDENTIFIER,
        required=True,
        empty="",
        field=name,
        get=_no_value,
        references=references,
    )


def _no_value(record: Any) -> None:
    """Return nothing: the owner's identifier does not stand on the record itself."""


def _getter(within: str, name: str) -> Callable[[Any], Any]:
    if not within:
        return lambda record: getattr(record, name)
    return lambda record: getattr(getattr(record, within), name, None)


@lru_cache
def _hints(model: type[Record]) -> dict[str, Any]:
    return typing.get_type_hints(model, include_extras=True)


def _empty_means(info: FieldInfo, kind: Kind, optional: bool) -> str:
    default = info.default
    if optional or default is None or info.is_required():
        return NOT_KNOWN
    if isinstance(kind, ListOf):
        return "none"
    return kind.write(default)


def _kind_of(hint: Any, name: str, unit: str) -> tuple[Kind, bool]:
    """Return the kind of a field, and whether it may be unknown."""
    optional = False
    if typing.get_origin(hint) in (Union, UnionType):
        (hint,) = [part for part in typing.get_args(hint) if part is not type(None)]
        optional = True
    gather, item = _gathered(hint)
    if gather is not None:
        return ListOf(_single(item, name, unit), gather, tells_none=optional), optional
    return _single(hint, name, unit), optional


def _gathered(hint: Any) -> tuple[Callable[[Any], Any] | None, Any]:
    bare = typing.get_args(hint)[0] if typing.get_origin(hint) is typing.Annotated else hint
    origin = typing.get_origin(bare)
    if origin in (tuple, frozenset):
        return origin, typing.get_args(bare)[0]
    return None, hint


_NAMED: tuple[tuple[Any, Kind], ...] = (
    (Identifier, IDENTIFIER),
    (AuthorityCode, AUTHORITY),
    (Postcode, PostcodeKind()),
    (Word, WordKind()),
    (date, DateKind()),
    (bool, YesNo()),
)


def _single(hint: Any, name: str, unit: str) -> Kind:
    for known, kind in _NAMED:
        if hint == known:
            return kind
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return CodeKind(hint)
    base, *notes = typing.get_args(hint)
    if base is str:
        return RULE
    least, most = _range(notes)
    if name.endswith("_pence"):
        return Money(least=least, most=most)
    return Number(least=least, most=most, whole=base is int, unit=unit)


def _range(notes: list[Any]) -> tuple[float | None, float | None]:
    (info,) = [note for note in notes if isinstance(note, FieldInfo)]
    found: dict[str, float] = {}
    for bound in info.metadata:
        for name in ("ge", "gt", "le", "lt"):
            if hasattr(bound, name):
                found[name] = getattr(bound, name)
    return found.get("ge", found.get("gt")), found.get("le", found.get("lt"))
