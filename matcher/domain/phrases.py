"""Lists, counts, days and money as people write them, one way for every sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

# Not from the locale: the same data gives the same sentence on every machine.
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def listed(items: Sequence[str]) -> str:
    """Return items as a list with "and" before the last.

    Examples
    --------
    >>> listed(["age", "sex", "number"])
    'age, sex and number'
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def counted(count: int, word: str, plural: str = "") -> str:
    """Return a count with its word.

    Parameters
    ----------
    count
        How many.
    word, plural
        For one, and for any other number where that is not the word with an "s".

    Examples
    --------
    >>> counted(1, "level"), counted(2, "wish", "wishes")
    ('1 level', '2 wishes')
    """
    return f"{count} {word if count == 1 else plural or word + 's'}"


def day_words(day: date) -> str:
    """Return a date in words.

    Examples
    --------
    >>> from datetime import date
    >>> day_words(date(2025, 3, 31))
    '31 March 2025'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def pounds(pence: int | None) -> str:
    """Return money to the nearest pound.

    Examples
    --------
    >>> pounds(133_960), pounds(None)
    ('£1,340', 'fee not known')
    """
    return "fee not known" if pence is None else f"£{round(pence / 100):,}"


def pounds_and_pence(pence: int) -> str:
    """Return money to the penny, for sentences that compare it with a limit.

    Examples
    --------
    >>> pounds_and_pence(134_050)
    '£1,340.50'
    """
    return f"£{pence / 100:,.2f}"
