"""A folder of CSV files or one workbook to a World and back; every fault with its cell."""

from matcher.intake.faults import Count, Fault, Reading
from matcher.intake.reading import inspect_world, read_world
from matcher.intake.writing import write_world

__all__ = [
    "Count",
    "Fault",
    "Reading",
    "inspect_world",
    "read_world",
    "write_world",
]
