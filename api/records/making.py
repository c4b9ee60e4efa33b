"""Making records of what somebody sent: what cannot be so is said in a sentence, not a fault."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import ValidationError

from api.errors import InvalidError
from matcher.domain.record import Record

R = TypeVar("R", bound=Record)


def made(type_: type[R], **values: Any) -> R:
    """Return a record of these values.

    Parameters
    ----------
    type_
        The class of the record.
    **values
        By field.

    Raises
    ------
    InvalidError
        If they do not hold together. Never shows a value: it may be a name.
    """
    try:
        return type_(**values)
    except ValidationError as fault:
        first = fault.errors(include_input=False, include_url=False, include_context=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or None
        said = first["msg"].removeprefix("Value error, ")
        where = f"{field}: " if field else ""
        raise InvalidError(f"{where}{said[0].upper()}{said[1:]}.", field=field) from None


def changed(record: R, **changes: Any) -> R:
    """Return a record with some fields changed.

    Parameters
    ----------
    record
        As it was.
    **changes
        New values by field.

    Raises
    ------
    InvalidError
        If they do not hold together.
    """
    return made(type(record), **{**record.by_field(), **changes})
