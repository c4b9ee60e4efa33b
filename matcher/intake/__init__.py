"""A folder of CSV files or one workbook to a World and back; every fault with its cell.

What writes workbooks is loaded when it is first asked for: reading and ranking do not wait
for it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from matcher.intake.faults import Count, Fault, Reading
from matcher.intake.reading import inspect_world, read_world
from matcher.intake.writing import write_world

if TYPE_CHECKING:
    from matcher.intake.marking import write_error_workbook
    from matcher.intake.workbook_writing import write_template, write_workbook

__all__ = [
    "Count",
    "Fault",
    "Reading",
    "inspect_world",
    "read_world",
    "write_error_workbook",
    "write_template",
    "write_workbook",
    "write_world",
]

_LOADED_LATE = {
    "write_error_workbook": "matcher.intake.marking",
    "write_template": "matcher.intake.workbook_writing",
    "write_workbook": "matcher.intake.workbook_writing",
}


def __getattr__(name: str) -> Any:
    """Load what writes workbooks on first use."""
    if name in _LOADED_LATE:
        return getattr(import_module(_LOADED_LATE[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
