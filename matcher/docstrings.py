"""Reads docstrings, from which pages of the reference are made."""

from __future__ import annotations

import inspect
import re
from functools import cache


def meanings_of(docstring: str) -> dict[str, str]:
    """Return what a numpydoc docstring says of each parameter.

    Parameters
    ----------
    docstring
        As ``inspect.getdoc`` gives it.
    """
    _, _, parameters = docstring.partition("Parameters\n----------\n")
    found: dict[str, str] = {}
    names: list[str] = []
    for line in parameters.splitlines():
        if line and not line.startswith(" "):
            names = [each.strip() for each in line.split(",")]
        else:
            for name in names:
                found[name] = f"{found.get(name, '')} {line.strip()}".strip()
    return {name: re.sub(r":\w+:`~?[\w.]*?(\w+)`", r"`\1`", text) for name, text in found.items()}


@cache
def meanings_of_fields(record: type) -> dict[str, str]:
    """Return what the docstrings of a record and of its bases say of each field.

    Parameters
    ----------
    record
        Its own words count before those of its bases.
    """
    found: dict[str, str] = {}
    for each in reversed(record.__mro__):
        found |= meanings_of(inspect.cleandoc(each.__doc__ or ""))
    return found
