"""How a postcode is spelt: as Royal Mail writes it, with one space."""

from __future__ import annotations

import re
from typing import overload

# NPT (Newport until 1984) and GIR (Girobank) break the usual pattern and are in the directory.
_OUTCODE = r"(?:GIR|NPT|[A-Z]{1,2}[0-9][0-9A-Z]?)"
# Royal Mail uses no C, I, K, M, O or V here today; directories hold old ones that do.
_INCODE = r"[0-9][A-Z]{2}"
_FULL_PATTERN = re.compile(rf"({_OUTCODE})({_INCODE})")
_PARTIAL_PATTERN = re.compile(rf"({_OUTCODE})(?: [0-9][A-Z]?)?")


def normalise_postcode(text: str) -> str | None:
    """Return a postcode as Royal Mail writes it, or an outcode alone.

    Parameters
    ----------
    text
        As typed: any case, any spacing. A postcode cut off after its first half or
        within its second ("HP13 7") counts as its outcode.

    Returns
    -------
    str or None
        "HP13 7PR", or "HP13"; None when the text is not shaped like a postcode.

    Examples
    --------
    >>> normalise_postcode(" hp137pr ")
    'HP13 7PR'
    >>> normalise_postcode("HP13")
    'HP13'
    >>> normalise_postcode("BFPO 801") is None
    True
    """
    words = text.upper().split()
    full = _FULL_PATTERN.fullmatch("".join(words))
    if full:
        return f"{full[1]} {full[2]}"
    partial = _PARTIAL_PATTERN.fullmatch(" ".join(words))
    return partial[1] if partial else None


@overload
def outcode_of(postcode: str) -> str: ...


@overload
def outcode_of(postcode: None) -> None: ...


def outcode_of(postcode: str | None) -> str | None:
    """Return the first half of a postcode, which names a place but no street.

    Parameters
    ----------
    postcode
        As :func:`normalise_postcode` returns it; None when nobody knows it.

    Examples
    --------
    >>> outcode_of("HP13 7PR")
    'HP13'
    >>> outcode_of("HP13")
    'HP13'
    """
    return None if postcode is None else postcode.partition(" ")[0]
