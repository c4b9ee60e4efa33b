"""``nearhome template`` and ``nearhome check``: a council's own data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import complain, print_json, say, working
from api.cli.options import AsJson, PostcodeFile, directory

if TYPE_CHECKING:
    from matcher.intake import Fault

SHOWN = 50
"""Faults and warnings printed one by one; the workbook and the JSON have all."""


def template(
    out: Annotated[Path, typer.Argument(help="The workbook to write, as near-home.xlsx.")],
) -> None:
    """Write an empty workbook with guidance and drop-down lists."""
    from matcher.errors import UsageError
    from matcher.intake import write_template

    _refuse_unwritable(out)
    if out.exists():
        raise UsageError(f"{out} is there already. Choose another name, or remove it first.")
    write_template(out)
    say(f"Written: {out}. Fill it in, then run: nearhome check {out}")


def check(
    world: Annotated[Path, typer.Argument(help="Folder of CSV files, or an Excel workbook.")],
    errors: Annotated[
        Path | None,
        typer.Option("--errors", help="Write a workbook with the faulty rows marked."),
    ] = None,
    postcodes: PostcodeFile = None,
    as_json: AsJson = False,
) -> None:
    """Check a council's data: every fault with its cell and what to do; saves nothing."""
    from matcher.errors import DataError, UsageError
    from matcher.intake import inspect_world, write_error_workbook

    if not world.exists():
        raise UsageError(f"There is nothing at {world}. Name a folder of CSV files or a workbook.")
    if errors is not None:
        _refuse_unwritable(errors)
        if errors.exists() and errors.samefile(world):
            raise UsageError(f"{errors} is what is to be checked. Choose another name.")
    with working("Reading the data"):
        reading = inspect_world(world, postcodes=directory(postcodes))
    marked = errors is not None and bool(reading.faults or reading.warnings)
    if errors is not None and marked:
        write_error_workbook(reading, errors)
    if as_json:
        print_json(
            {
                "schema_version": "1.0",
                "complete": reading.complete,
                "counts": {
                    table: {"read": count.read, "rejected": count.rejected}
                    for table, count in reading.counts.items()
                },
                "faults": [_as_json(fault) for fault in reading.faults],
                "warnings": [_as_json(warning) for warning in reading.warnings],
                "data_hash": reading.world.data_hash if reading.world else None,
            }
        )
    else:
        for warning in reading.warnings[:SHOWN]:
            say(f"warning: {warning.sentence}")
        if len(reading.warnings) > SHOWN:
            say(f"... and {len(reading.warnings) - SHOWN} more warnings")
        for fault in reading.faults[:SHOWN]:
            complain(fault.sentence)
        if len(reading.faults) > SHOWN:
            complain(f"... and {len(reading.faults) - SHOWN} more faults")
        say(reading.summary)
    if marked and not as_json:
        say(f"Marked copy: {errors}")
    if not reading.complete:
        raise typer.Exit(DataError.exit_code)


def _refuse_unwritable(workbook: Path) -> None:
    """Refuse a workbook that cannot be written, before anything is done for it."""
    from api.cli.output_files import check_writable
    from matcher.errors import UsageError

    if workbook.suffix.lower() != ".xlsx":
        raise UsageError(f"{workbook}: this will be an Excel workbook; end its name in .xlsx.")
    check_writable(workbook)


def _as_json(fault: Fault) -> dict[str, str | int | None]:
    return {
        "source": fault.source,
        "table": fault.table,
        "row": fault.row,
        "column": fault.column,
        "value": fault.value,
        "sentence": fault.sentence,
    }
