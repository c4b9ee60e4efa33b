"""Which program it is: what a run's numbers come from, told apart to the letter."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

ROOMS = ("matcher", "scenarios")
ONLY_SHOWING = ("scenarios/report", "scenarios/charts")
"""What shows numbers and makes none."""


@cache
def program_digest() -> str:
    """Return SHA-256 over every program file and table that a simulated number can depend on.

    The version alone does not tell two states of a checkout apart; futures of both must not
    be mixed in one run.
    """
    found = hashlib.sha256()
    root = Path(__file__).parents[1]
    for room in ROOMS:
        for path in sorted((root / room).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.suffix in (".py", ".toml", ".csv") and not name.startswith(ONLY_SHOWING):
                found.update(name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()
