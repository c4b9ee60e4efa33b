"""Marks the few routes that a stranger may ask: every other one names a permission."""

from typing import Any

from fastapi import Depends


class ForStrangers:
    """A route that needs nobody to be signed in, and why that is right.

    Parameters
    ----------
    why
        Stands in the table of who may do what.
    """

    def __init__(self, why: str) -> None:
        self.why = why

    def __call__(self) -> None:
        """Let anybody ask."""


def for_strangers(why: str) -> Any:
    """Return the rule of a route that a stranger may ask.

    Parameters
    ----------
    why
        Why that is right.
    """
    return Depends(ForStrangers(why))
