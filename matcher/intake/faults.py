"""What reading finds: faults and warnings, each with its place and what to do, and counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from matcher.domain.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from matcher.domain.world import World

LISTED_PER_TABLE = 5_000
"""So many faults of one table are listed; the rest are counted."""


class SourceProblem(Exception):
    """A file or sheet that cannot be read at all.

    Parameters
    ----------
    problem
        What is wrong, to follow the name of the file: "is a PDF document".
    advice
        What to do.
    """

    def __init__(self, problem: str, advice: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.advice = advice


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that must be corrected, or (as a warning) looked at.

    Parameters
    ----------
    source
        The file, or the workbook and sheet, as the user knows it.
    problem
        What is wrong.
    advice
        What to do.
    table
        The table's name; None when no table is meant.
    row
        As spreadsheet software numbers it, the header being row 1; None for the whole table.
    column
        Its name; None for the whole row.
    value
        What stands in the cell; None when empty or when it may hold anything personal.
    """

    source: str
    problem: str
    advice: str
    table: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None

    @property
    def sentence(self) -> str:
        """Where, what is wrong, and what to do."""
        place = self.source
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {self.column}"
        said = self.problem if self.value is None else f'"{self.value}" {self.problem}'
        return f"{place}: {said}. {self.advice}"


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of a table were read, and how many were not."""

    read: int
    rejected: int


@dataclass(frozen=True)
class Reading:
    """What came of reading a folder or a workbook.

    Parameters
    ----------
    path
        What was read.
    world
        Everything that could be read. While there are faults it is incomplete (a child
        whose row is at fault is missing, and so is their placement): good for looking at,
        not for matching. None when not even the date and the council could be read.
    faults
        What must be corrected before the data can be used.
    warnings
        What is allowed and may still be a mistake.
    counts
        Rows read and rejected, by table.
    """

    path: Path
    world: World | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    counts: Mapping[str, Count]

    @property
    def complete(self) -> bool:
        """Whether everything was read, so that the world may be matched on."""
        return self.world is not None and not self.faults

    @property
    def summary(self) -> str:
        """How many rows were read and how many were not, in a sentence."""
        read = sum(count.read for count in self.counts.values())
        rejected = sum(count.rejected for count in self.counts.values())
        were = "row was" if read == 1 else "rows were"
        if not self.faults:
            return f"{read:,} {were} read, all of them."
        if not rejected:
            whole = counted(len(self.faults), "fault")
            return f"{read:,} {were} read; the tables as a whole have {whole}."
        return (
            f"{rejected:,} {'row' if rejected == 1 else 'rows'} could not be read; "
            f"{read:,} {'was' if read == 1 else 'were'}."
        )


@dataclass
class Ledger:
    """Gathers faults and warnings while tables are read."""

    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    listed: dict[str, int] = field(default_factory=dict)

    def fault(self, fault: Fault) -> None:
        """Note a fault; beyond so many in one source they are only counted."""
        if not self.full(fault.source):
            self.faults.append(fault)
        self.count(fault.source)

    def full(self, source: str) -> bool:
        """Whether further faults of a source are only counted."""
        return self.listed.get(source, 0) >= LISTED_PER_TABLE

    def count(self, source: str) -> None:
        """Count a fault."""
        self.listed[source] = self.listed.get(source, 0) + 1

    def warn(self, warning: Fault) -> None:
        """Note a warning."""
        self.warnings.append(warning)

    def closing(self) -> Iterator[Fault]:
        """Say how many faults are not listed, one sentence for each source."""
        for source, count in self.listed.items():
            if count > LISTED_PER_TABLE:
                yield Fault(
                    source,
                    f"{count - LISTED_PER_TABLE:,} more faults are not listed",
                    "Correct those above and check again.",
                )
