"""Figures as people say them: money by its size, points for rates, intervals in words.

A minus sign is U+2212, which screen readers say and spreadsheets never run. A figure that is
not known is written "not known", never 0.
"""

from __future__ import annotations

import math

MINUS = "−"
NOT_KNOWN = "not known"

_MILLION_PENCE = 100_000_000


def number(value: float, digits: int) -> str:
    """Return a number with thousands separators, and no minus before a zero.

    Parameters
    ----------
    value
        Finite.
    digits
        After the decimal point.

    Returns
    -------
    str
        Such as "1,234.5" or "−3".
    """
    written = f"{abs(value):,.{digits}f}"
    is_zero = not any(character in "123456789" for character in written)
    return written if value >= 0 or is_zero else f"{MINUS}{written}"


def signed(value: float, written: str) -> str:
    """Return an unsigned figure with its sign before it; a written zero has none.

    Parameters
    ----------
    value
        The figure.
    written
        The same without a sign, such as "£1.2 million".

    Returns
    -------
    str
        Such as "+£1.2 million".
    """
    if not any(character in "123456789" for character in written):
        return written
    return f"{'+' if value > 0 else MINUS}{written}"


def money(pence: float) -> str:
    """Return money as people write it, two or three figures that matter.

    Parameters
    ----------
    pence
        Pence; may be negative.

    Returns
    -------
    str
        Such as "£12.3 million", "£480,000", "£12,300", "£840" or "−£20,000".
    """
    size = abs(pence)
    pounds = size / 100
    # 999,500 and more would be rounded to 1,000,000: it is a million already.
    if size >= 0.9995 * _MILLION_PENCE:
        millions = size / _MILLION_PENCE
        written = f"£{millions:,.{1 if millions < 99.95 else 0}f} million"
    else:
        step = 1_000 if pounds >= 99_950 else 100 if pounds >= 9_995 else 10 if pounds >= 995 else 1
        written = f"£{math.floor(pounds / step + 0.5) * step:,}"
    return f"{MINUS}{written}" if pence < 0 and written != "£0" else written


def listed(items: list[str]) -> str:
    """Return the items with commas and "and", or "nothing" when there are none.

    Parameters
    ----------
    items
        In order.

    Returns
    -------
    str
        Such as "a, b and c".
    """
    if not items:
        return "nothing"
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def counted(count: int, one: str, many: str) -> str:
    """Return a count with its noun.

    Parameters
    ----------
    count
        How many.
    one, many
        The noun for one, and for any other count.

    Returns
    -------
    str
        Such as "1 year" or "5 years".
    """
    return f"{count:,} {one if count == 1 else many}"
