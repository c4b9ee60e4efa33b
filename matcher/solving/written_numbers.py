"""Numbers as files of other people have them."""

from __future__ import annotations

import math


def number_of(text: str) -> float:
    """Return a number as it is written; nan when it is none.

    Parameters
    ----------
    text
        Without blanks around it.
    """
    # Python would also take 1_000, and digits of every script.
    if not text.isascii() or "_" in text:
        return math.nan
    try:
        return float(text)
    except ValueError:
        return math.nan
