"""Passwords of local accounts, hashed with Argon2id.

References
----------
.. [1] RFC 9106, Argon2; section 4 recommends 3 passes over 64 MiB where memory is limited.
.. [2] National Cyber Security Centre, "Password policy: updating your approach": length and
   lock-out, no rules about characters, no expiry.
"""

from __future__ import annotations

import functools
import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from matcher.errors import UsageError

SHORTEST = 12
LONGEST = 128
_FEWEST_DIFFERENT = 5
_AT_ONCE = 2
"""Hashes made at once in one process: each takes 64 MiB, and a burst must not take gigabytes."""
_GUESSED_FIRST = ("password", "letmein", "qwerty", "nearhome", "123456", "welcome")


class Passwords:
    """Hashes passwords and checks them.

    Parameters
    ----------
    hasher
        Argon2 with its costs; None takes those of RFC 9106 for limited memory.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._room = threading.BoundedSemaphore(_AT_ONCE)

    def hashed(self, password: str) -> str:
        """Return what is stored of a password: costs, salt and hash."""
        with self._room:
            return self._hasher.hash(password)

    def fits(self, password: str, stored: str | None) -> bool:
        """Whether a password is the stored one.

        Takes as long where nothing is stored, so that time does not tell which accounts there
        are.
        """
        if len(password) > LONGEST:
            return False
        against = stored or self._nobodys
        try:
            with self._room:
                return self._hasher.verify(against, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False

    def outdated(self, stored: str) -> bool:
        """Whether a stored hash was made with other costs than today's."""
        return self._hasher.check_needs_rehash(stored)

    @functools.cached_property
    def _nobodys(self) -> str:
        return self._hasher.hash(secrets.token_urlsafe(16))


def check_password(password: str, *, sign_in_name: str) -> None:
    """Raise :class:`UsageError` when a new password is too easily guessed.

    Parameters
    ----------
    password
        The new password.
    sign_in_name
        Whose; it may not stand in the password.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise UsageError(
            f"A password has {SHORTEST} to {LONGEST} characters. Three or four random words "
            "are easy to remember and hard to guess."
        )
    plain = password.casefold()
    name = sign_in_name.casefold().partition("@")[0]
    if (
        len(set(plain)) < _FEWEST_DIFFERENT
        or (len(name) > 3 and name in plain)
        or any(each in plain for each in _GUESSED_FIRST)
    ):
        raise UsageError(
            "This password is among the first that somebody would try. Take three or four "
            "random words."
        )
