"""What was typed into forms, read as what it means."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from api.errors import InvalidError, PreconditionMissingError

if TYPE_CHECKING:
    from starlette.datastructures import FormData

LONGEST = 4000
"""Characters of free text."""


def text_in(form: FormData, name: str) -> str | None:
    """Return what was typed, without blanks around it; None when nothing was.

    Parameters
    ----------
    form
        The form.
    name
        Of the field.

    Raises
    ------
    InvalidError
        If it is longer than is stored.
    """
    text = str(form.get(name, "")).strip()
    if len(text) > LONGEST:
        raise InvalidError(f"Shorten it to {LONGEST:,} characters.", field=name)
    return text or None


_NOT_TYPED = frozenset({"forgery_token", "version", "password", "old", "new", "next", "back", "do"})
_DAY = re.compile(r"(.+)-(day|month|year)")


def typed_in(form: FormData) -> list[tuple[str, str]]:
    """Return what somebody typed or picked, each with the name of its field in words.

    Parameters
    ----------
    form
        The form. Passwords, and what the page had hidden in it, are left out.
    """
    found: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        text = str(value).strip()
        if name in _NOT_TYPED or not text:
            continue
        part = _DAY.fullmatch(name)
        found.setdefault(part[1] if part else name, []).append(text)
    return [
        (name.replace("_", " ").replace("-", " ").capitalize(), " ".join(texts))
        for name, texts in found.items()
    ]


def version_in(form: FormData) -> int:
    """Return the version of the record that the page showed.

    Raises
    ------
    PreconditionMissingError
        If the form does not say.
    """
    text = str(form.get("version", ""))
    if not text.isdecimal() or len(text) > 17:
        raise PreconditionMissingError("Open the page again, and send the form from there.")
    return int(text)


def day_in(form: FormData, name: str) -> date | None:
    """Return a day typed into three fields, as the Design System asks for dates.

    Parameters
    ----------
    form
        The form.
    name
        Of the date; its fields end in ``-day``, ``-month`` and ``-year``.

    Returns
    -------
    date or None
        None when nothing was typed.

    Raises
    ------
    InvalidError
        If it is no day.
    """
    parts = [str(form.get(f"{name}-{part}", "")).strip() for part in ("day", "month", "year")]
    if not any(parts):
        return None
    try:
        day, month, year = map(int, parts)
        found = date(year, month, day)
    except ValueError:
        raise InvalidError(
            "Enter a real date with day, month and year, such as 27 3 2027.", field=name
        ) from None
    if not 1900 <= found.year <= 2200:
        raise InvalidError("The year must have four digits, such as 2027.", field=name)
    return found


def day_from(text: str, field: str) -> date | None:
    """Return a day typed into one field, such as "2027-03-27"; None when nothing was.

    Parameters
    ----------
    text
        What was typed.
    field
        Its name.

    Raises
    ------
    InvalidError
        If it is no day.
    """
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InvalidError("Enter a real date, such as 2027-03-27.", field=field) from None
