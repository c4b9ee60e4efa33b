"""New identifiers: in the order in which they were made, and not to be guessed."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter that is read as a digit."""

_TIME_DIGITS = 9
_RANDOM_DIGITS = 8


def new_id(prefix: str, at: datetime) -> str:
    """Return an identifier such as ``T-01JD3K8Z4-7QF2M0XA``.

    Parameters
    ----------
    prefix
        What it is of: a letter or a few.
    at
        When it is made; later ones sort after earlier ones of the same prefix.
    """
    ticks = int(at.timestamp() * 1000)
    time = "".join(_DIGITS[ticks >> (5 * place) & 31] for place in reversed(range(_TIME_DIGITS)))
    chance = "".join(secrets.choice(_DIGITS) for _ in range(_RANDOM_DIGITS))
    return f"{prefix}-{time}-{chance}"
