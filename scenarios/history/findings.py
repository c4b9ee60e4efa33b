"""What reading a history finds: each rule, what was done about it, and where.

Nothing is dropped without being counted: every row of every file is used, merged with
another, or set aside under a rule, and the counts add up.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scenarios.history.row_rules import Outcome, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Finding", "Findings", "Ledger", "Outcome", "RowCount", "Rule", "shown"]

LISTED_PER_RULE = 200
"""So many findings of one rule are listed with file and row; all are counted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One row or file under one rule.

    Parameters
    ----------
    rule
        The rule.
    file
        As the user knows it, relative to the folder read.
    row
        As spreadsheet software numbers it, the header being row 1; None for the whole file.
    column
        Its name; None for the whole row.
    value
        What stands there, only where it is a short code and can be no name or postcode.
    note
        What else is to be said, such as the year meant.
    """

    rule: Rule
    file: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    note: str | None = None

    @property
    def sentence(self) -> str:
        """Where, what is wrong, and what to do."""
        place = self.file if self.row is None else f"{self.file}, row {self.row}"
        if self.column is not None:
            place += f", column {self.column}"
        said = self.rule.sentence if self.value is None else f'"{self.value}" {self.rule.sentence}'
        note = "" if self.note is None else f" ({self.note})"
        return f"{place}: {said}{note}. {self.rule.advice}"


def shown(value: object) -> str | None:
    """Return a value that may be repeated: a short code, never a name or a postcode."""
    text = str(value).strip()
    return text if text and len(text) <= 6 and text.isalnum() else None


@dataclass
class Ledger:
    """Gathers findings: all are counted, the first of each rule are listed."""

    listed: list[Finding] = field(default_factory=list)
    counts: Counter[Rule] = field(default_factory=Counter)
    by_file: Counter[tuple[Rule, str]] = field(default_factory=Counter)

    def note(
        self,
        rule: Rule,
        file: str,
        row: int | None = None,
        *,
        column: str | None = None,
        value: str | None = None,
        note: str | None = None,
    ) -> None:
        """Count a finding, and list it while its rule has not many."""
        self.counts[rule] += 1
        self.by_file[rule, file] += 1
        if self.counts[rule] <= LISTED_PER_RULE:
            self.listed.append(Finding(rule, file, row, column, value, note))

    def note_rows(
        self,
        rule: Rule,
        places: Iterable[tuple[str, int]],
        *,
        column: str | None = None,
        notes: Iterable[str | None] | None = None,
    ) -> None:
        """Count many rows under one rule."""
        if notes is None:
            for file, row in places:
                self.note(rule, file, row, column=column)
        else:
            for (file, row), said in zip(places, notes, strict=True):
                self.note(rule, file, row, column=column, note=said)


@dataclass(frozen=True, slots=True)
class RowCount:
    """What became of the rows of one table of one file.

    Parameters
    ----------
    rows
        Below the header, without empty ones.
    used
        Episodes or records of their own.
    merged
        The same as another row.
    set_aside
        Not used, each under a rule.
    """

    rows: int
    used: int
    merged: int
    set_aside: int


@dataclass(frozen=True)
class Findings:
    """All that reading found.

    Parameters
    ----------
    listed
        Findings with file and row, at most :data:`LISTED_PER_RULE` of each rule.
    counts
        How many there are of each rule.
    by_file
        The same by file.
    """

    listed: tuple[Finding, ...]
    counts: Mapping[Rule, int]
    by_file: Mapping[tuple[Rule, str], int]

    @classmethod
    def of(cls, ledger: Ledger) -> Findings:
        """Return what a ledger gathered, rules in their own order."""
        order = {rule: place for place, rule in enumerate(Rule)}
        return cls(
            tuple(
                sorted(ledger.listed, key=lambda each: (order[each.rule], each.file, each.row or 0))
            ),
            {rule: ledger.counts[rule] for rule in Rule if ledger.counts[rule]},
            dict(sorted(ledger.by_file.items(), key=lambda item: (order[item[0][0]], item[0][1]))),
        )
