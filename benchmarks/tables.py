"""Markdown tables and figures in words, for every page that results are written to."""

from __future__ import annotations

import re
import statistics
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NOT_KNOWN = "not known"
PROGRAMS = ("nearhome", "numpy", "numba", "highspy", "ortools")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def between_marks(page: str, text: str, *, begin: str, end: str) -> str:
    """Return a page with a text in place of what stands between two marks."""
    found = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    return found.sub(lambda _: f"{begin}{text}{end}", page, count=1)


BUSY = 1.5
"""A machine with this load when a run begins is not the run's alone."""


def measured_on(result: dict[str, Any]) -> str:
    """Return on what a result was measured, in a line."""
    on = result["machine"]
    versions = ", ".join(f"{name} {on[name]}" for name in PROGRAMS if name in on)
    when = f", {result['date']}" if "date" in result else ""
    # A run before this one leaves a load of about 1.
    busy = result.get("load", 0.0) >= BUSY
    shared = f"; other work was running (load {result['load']:g})" if busy else ""
    return (
        f"*{on['processor']}, {on['cores']} cores, Python {on['python']}, "
        f"{versions}{when}{shared}.*\n"
    )


def share(value: float | None) -> str:
    """Return a share in per cent, as many digits as it takes to see it."""
    if value is None:
        return NOT_KNOWN
    per_cent = 100 * value
    if per_cent == 0:
        return "0 %"
    if per_cent < 0.0005:
        return "< 0.001 %"
    digits = 3 if per_cent < 0.1 else 2 if per_cent < 10 else 0
    return f"{per_cent:,.{digits}f} %"


def seconds(value: float | None) -> str:
    """Return seconds, with as many digits as mean anything."""
    if value is None:
        return NOT_KNOWN
    return f"{value:,.{0 if value >= 100 else 1 if value >= 10 else 2}f}"


def median(values: Iterable[float | None]) -> float | None:
    """Return the median of what is known; None when nothing is."""
    known = [each for each in values if each is not None]
    return statistics.median(known) if known else None


def worst(values: Iterable[float | None]) -> float | None:
    """Return the largest; None when one of them, or all, are not known."""
    found = list(values)
    known = [each for each in found if each is not None]
    return max(known) if known and len(known) == len(found) else None


def budget(of: float | None) -> str:
    """Return a share of a budget in words."""
    return "none" if of is None else f"{100 * of:.0f} %"


def counted(words: Iterable[str]) -> str:
    """Return each word with how often it occurs."""
    found = list(words)
    return ", ".join(f"{found.count(each)} {each}" for each in dict.fromkeys(sorted(found)))
