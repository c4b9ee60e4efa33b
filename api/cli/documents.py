"""The report and the workbook of a run: each is written even where the other cannot be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matcher.errors import UsageError
from scenarios.report import write_report, write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from scenarios.results import RunResult


@dataclass(frozen=True, kw_only=True)
class Documents:
    """What could be written of a run.

    Parameters
    ----------
    folder
        Of the run.
    report, workbook
        Where they are; None where one could not be written.
    faults
        Why not, a sentence each.
    """

    folder: Path
    report: Path | None
    workbook: Path | None
    faults: tuple[str, ...]

    def complain(self) -> None:
        """End the command with what is missing, once everything else has been said.

        Raises
        ------
        UsageError
            If anything could not be written.
        """
        if not self.faults:
            return
        raise UsageError(
            f"{' '.join(self.faults)} Nothing that was simulated is lost: every value is in "
            f"{self.folder / 'results.csv'}. Put this right and run the same command again; it "
            "simulates nothing twice."
        )


def write_documents(run: RunResult, folder: Path) -> Documents:
    """Write the report and the workbook of a run into its folder.

    Parameters
    ----------
    run
        A finished run.
    folder
        Of the run.
    """
    written: dict[str, Path | None] = {}
    faults = []
    for name, write in (("report.html", write_report), ("workbook.xlsx", write_workbook)):
        path = folder / name
        try:
            write(run, path)
        except UsageError as error:
            # One left by an earlier run would be read as if it were of this one.
            path.unlink(missing_ok=True)
            written[name] = None
            faults.append(f"{name} could not be written: {error.sentence}")
        else:
            written[name] = path
    return Documents(
        folder=folder,
        report=written["report.html"],
        workbook=written["workbook.xlsx"],
        faults=tuple(faults),
    )
