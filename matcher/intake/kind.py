"""What a cell may hold: each kind reads a cell's text into a value and writes it back.

Every ``read`` is the exact inverse of ``write``; beyond that it accepts what people and
spreadsheet software make of the same value. Ranges and patterns stand in the domain types
alone: a kind only turns text into the type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class CellProblem(Exception):
    """A cell that cannot be read.

    Parameters
    ----------
    problem
        What is wrong, to follow the value: "is not a date".
    suggest
        Returns what to do, when it is more than to correct it. It may search, and is asked
        only when somebody will read it.
    """

    def __init__(self, problem: str, suggest: Callable[[], str] = str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.suggest = suggest


class Kind(Protocol):
    """What the cells of a column may hold."""

    @property
    def label(self) -> str:
        """The kind in words, with its unit."""
        ...

    @property
    def refusal(self) -> str:
        """What is said of a value that the domain refuses: "is not a postcode"."""
        ...

    @property
    def shows_value(self) -> bool:
        """Whether a fault may repeat the value; free words may hold anything."""
        ...

    @property
    def codes(self) -> tuple[tuple[str, str], ...]:
        """Every code that may be written, with its meaning; empty when not coded."""
        ...

    def read(self, text: str) -> Any:
        """Return the value of a cell that is not empty."""
        ...

    def write(self, value: Any) -> str:
        """Return the text of a value."""
        ...

    def cell(self, value: Any) -> Any:
        """Return the value as a spreadsheet cell holds it."""
        ...
