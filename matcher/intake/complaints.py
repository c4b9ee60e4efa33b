"""What is said of rows and cells that cannot be read, so that somebody can put them right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from matcher.intake.faults import Fault
from matcher.intake.kinds import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from matcher.intake.definition import Column, Table
    from matcher.intake.faults import Ledger
    from matcher.intake.kind import Kind

_SHOWN_CHARACTERS = 30


class Complaints:
    """Turns what is wrong with a table's rows into faults.

    Parameters
    ----------
    table, label
        The table, and what the user knows it as.
    ledger
        Where faults are noted.
    """

    def __init__(self, table: Table, label: str, ledger: Ledger) -> None:
        self.table = table
        self.label = label
        self.ledger = ledger

    def bad_cell(
        self,
        number: int,
        column: Column,
        text: str,
        problem: str,
        suggest: Callable[[], str] = str,
    ) -> None:
        """Say of a cell what is wrong, and what to do."""
        if self.ledger.full(self.label):
            self.ledger.count(self.label)
            return
        correct = "Correct it."
        if not column.required:
            meaning = (
                " to record it as not known"
                if column.empty == "not known"
                else f", which means: {column.empty}"
            )
            correct = f"Correct it, or leave it empty{meaning}."
        self.fault(number, column, problem, f"{suggest()} {correct}".strip(), value=text)

    def fault(
        self,
        number: int,
        column: Column | None,
        problem: str,
        advice: str,
        value: str | None = None,
    ) -> None:
        """Note a fault of a row or a cell; its value is shown only if it can hold no name."""
        if value is not None and column is not None:
            shown = column.kind.shows_value and not _may_be_a_full_name(value)
            if not (shown or _looks_like_a_code(value)):
                value, problem = None, f"the value {problem}"
            elif len(value) > _SHOWN_CHARACTERS:
                value = value[:_SHOWN_CHARACTERS] + "…"
        self.ledger.fault(
            Fault(
                self.label,
                problem,
                advice,
                table=self.table.name,
                row=number,
                column=None if column is None else column.name,
                value=value,
            )
        )

    def refused(self, number: int, model: str, error: Any, *, good: bool) -> None:
        """Say in which cell the domain refused a value.

        Parameters
        ----------
        number
            The row.
        model, error
            The domain type, and one of its validation errors.
        good
            Whether the row's cells could all be read. If not, what follows from their
            absence is not worth saying.
        """
        loc = error["loc"]
        column = self.table.by_source.get((model, str(loc[0]))) if loc else None
        kind = error["type"]
        if kind == "missing":
            if column is not None and good:
                self.fault(number, column, "is empty, and other columns need it", "Fill it in.")
        elif kind == "value_error":
            said = str(error["ctx"]["error"])
            if good:
                self.fault(number, None, said, "Correct the row.")
        elif column is None:
            raise AssertionError(f"no column of {self.table.name} fills {model}.{loc}")
        elif kind == "too_short":
            self.fault(number, column, "is empty", "Fill it in.")
        elif kind == "too_long":
            most = error["ctx"]["max_length"]
            self.fault(number, column, f"holds more than {most} items", "Correct it.")
        else:
            self.bad_cell(
                number, column, _as_shown(column.kind, error["input"]), column.kind.refusal
            )


def _looks_like_a_code(text: str) -> bool:
    """Whether a refused identifier may be repeated: it has a digit and no space, as no name has."""
    return " " not in text and any(character.isdigit() for character in text)


def _may_be_a_full_name(text: str) -> bool:
    """Whether words stand in a cell as names do, because columns have slipped by one."""
    words = text.split()
    return len(words) > 1 and all(word[0].isupper() and word.isalpha() for word in words)


def _as_shown(kind: Kind, value: Any) -> str:
    if isinstance(kind, Text) or isinstance(value, str):
        return str(value)
    return kind.write(value)
