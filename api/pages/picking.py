"""What was picked or typed in forms beyond words and days: codes, money, whole records."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from api.errors import InvalidError
from api.pages.forms import text_in
from api.problems import fault_of
from matcher.domain.child import Child
from matcher.domain.record import Identifier, Record
from matcher.geography.spelling import normalise_postcode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.datastructures import FormData

    from api.storage.work import Work

E = TypeVar("E", bound=StrEnum)
R = TypeVar("R", bound=Record)
T = TypeVar("T")

_IDENTIFIER: TypeAdapter[str] = TypeAdapter(Identifier)


def one_of(form: FormData, name: str, among: Iterable[E], sentence: str) -> E:
    """Return what was picked.

    Parameters
    ----------
    form
        The form.
    name
        Of the field.
    among
        What may be picked.
    sentence
        What to do when nothing was.

    Raises
    ------
    InvalidError
        If nothing was picked, or something else.
    """
    picked = str(form.get(name, ""))
    found = next((each for each in among if each.value == picked), None)
    if found is None:
        raise InvalidError(sentence, field=name)
    return found


def needed(value: T | None, field: str, sentence: str) -> T:
    """Return what was typed; raise :class:`InvalidError` when nothing was.

    Parameters
    ----------
    value
        A day, words or a number; None when nothing was typed.
    field
        Of the form.
    sentence
        What to do.
    """
    if value is None:
        raise InvalidError(sentence, field=field)
    return value


def pence_in(form: FormData, name: str) -> int | None:
    """Return an amount typed in pounds, such as "£1,234.50", as pence; None when nothing was.

    Raises
    ------
    InvalidError
        If it is no amount.
    """
    text = (text_in(form, name) or "").replace("£", "").replace(",", "").strip()
    if not text:
        return None
    sentence = "Enter an amount in pounds, such as 1,234.50."
    try:
        pence = Decimal(text) * 100
    except InvalidOperation:
        raise InvalidError(sentence, field=name) from None
    if not pence.is_finite() or pence != int(pence) or not 0 <= pence < 10**9:
        raise InvalidError(sentence, field=name)
    return int(pence)


def identifier_in(form: FormData, name: str, sentence: str) -> str:
    """Return the identifier that somebody gave to something.

    Parameters
    ----------
    form
        The form.
    name
        Of the field.
    sentence
        What to do when nothing was typed.

    Raises
    ------
    InvalidError
        If nothing was, or it is none.
    """
    text = needed(text_in(form, name), name, sentence)
    how = "Use letters, digits, dots, underscores and hyphens without blanks, at most 40."
    if "/" in text:  # it stands in the address of its page
        raise InvalidError(how, field=name)
    try:
        return _IDENTIFIER.validate_python(text)
    except ValidationError:
        raise InvalidError(how, field=name) from None


def postcode_in(form: FormData, name: str) -> str | None:
    """Return a postcode, or the first half of one, typed in any case and spacing; or None.

    Parameters
    ----------
    form
        The form.
    name
        Of the field.

    Raises
    ------
    InvalidError
        If it is not shaped like one.
    """
    text = text_in(form, name)
    if text is None:
        return None
    sentence = "Enter a postcode such as HP13 7PR, or the first half of one."
    return needed(normalise_postcode(text), name, sentence)


def children_in(
    work: Work, form: FormData, name: str, known: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Return children named by their pseudonyms, with blanks or commas between them.

    Parameters
    ----------
    work
        The transaction.
    form
        The form.
    name
        Of the field.
    known
        Who stood there before: they may have left the records since.

    Raises
    ------
    InvalidError
        If one is not in the records.
    """
    found = frozenset((text_in(form, name) or "").replace(",", " ").split())
    for child_id in sorted(found - known):
        if work.maybe(Child, child_id) is None:
            raise InvalidError(f"There is no child {child_id[:40]} in the records.", field=name)
    return found


def whole_in(form: FormData, name: str, low: int, high: int) -> int | None:
    """Return a whole number that was typed; None when nothing was.

    Parameters
    ----------
    form
        The form.
    name
        Of the field.
    low, high
        What it may be, both included.

    Raises
    ------
    InvalidError
        If it is none, or out of range.
    """
    text = text_in(form, name)
    if text is None:
        return None
    if not text.isdecimal() or len(text) > 9 or not low <= int(text) <= high:
        raise InvalidError(f"Enter a whole number from {low} to {high}.", field=name)
    return int(text)


def built(kind: type[R], *, otherwise: str, **values: Any) -> R:
    """Return a record of what was typed.

    Parameters
    ----------
    kind
        Its class.
    otherwise
        Field that a fault is shown at when it is of none.
    **values
        Its fields.

    Raises
    ------
    InvalidError
        If they do not go together.
    """
    try:
        return kind(**values)
    except ValidationError as error:
        fault = fault_of(error.errors()[0])
        sentence = f"{fault.detail[0].upper()}{fault.detail[1:]}"
        raise InvalidError(sentence, field=fault.field or otherwise) from None
