"""Free text about people: marked, so that it can be kept from those who may not read it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, TypeVar, get_args

from pydantic import StringConstraints

from matcher.domain.record import Record

R = TypeVar("R", bound=Record)

WITHHELD = "(not shown)"
"""What stands in place of free text for somebody who may not see names."""


@dataclass(frozen=True, slots=True)
class FreeText:
    """Marks a field in which people write, and may name a child in spite of being asked not to."""


Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000), FreeText()
]
"""What somebody wrote: reasons, remarks. Never in logs, metrics, errors, exports or a World."""


@cache
def free_text_fields(kind: type[Record]) -> frozenset[str]:
    """Return the names of a record's fields that hold free text, themselves or deeper down.

    Parameters
    ----------
    kind
        The class of the record.
    """
    return frozenset(
        name
        for name, field in kind.model_fields.items()
        if any(isinstance(mark, FreeText) for mark in field.metadata) or _holds(field.annotation)
    )


def _holds(annotation: Any) -> bool:
    """Whether free text is anywhere in a type."""
    if isinstance(annotation, FreeText):
        return True
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return bool(free_text_fields(annotation))
    return any(_holds(part) for part in get_args(annotation))


def without_free_text(record: R) -> R:
    """Return a record as somebody sees it who may not see names.

    Parameters
    ----------
    record
        As stored.

    Returns
    -------
    R
        The same, with :data:`WITHHELD` for every free text that is there.
    """
    changes = {name: _withheld(getattr(record, name)) for name in free_text_fields(type(record))}
    return record.model_copy(update=changes) if changes else record


def _withheld(value: Any) -> Any:
    if value is None:
        return None
    if isinstance(value, Record):
        return without_free_text(value)
    if isinstance(value, tuple):
        return tuple(map(_withheld, value))
    return WITHHELD
