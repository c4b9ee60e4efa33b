"""What the commands of ``nearhome history`` share: reading returns, and tables for people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.console import OUT, working
from api.cli.options import directory

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from scenarios.history.history import History

Folder = Annotated[
    Path, typer.Argument(help="Folder with SSDA903 returns: CSV files of any names, or XML.")
]


def read_returns(folder: Path, postcodes: Path | None, *, locate: bool = True) -> History:
    """Read the returns in a folder, showing that something goes on."""
    from scenarios.history.history import read_history

    with working("Reading the returns"):
        return read_history(folder, directory(postcodes) if locate else None)


def day_of(given: datetime | None) -> date | None:
    """Return the day of a time as the command line gives it."""
    return None if given is None else given.date()


def refuse_unknown_authority(authority: str | None) -> None:
    """Refuse a code that is no authority."""
    from matcher.errors import UsageError
    from matcher.geography.authorities import is_authority

    if authority is not None and not is_authority(authority):
        raise UsageError(
            f"{authority} is no authority with children's services. Give an ONS code such as "
            "E06000060."
        )


def print_table(headings: list[str], rows: Iterable[tuple[str, list[str]]]) -> None:
    """Print a table: the first column is text, the others are figures."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for i, heading in enumerate(headings):
        table.add_column(heading, justify="left" if i == 0 else "right", no_wrap=i > 0)
    for title, cells in rows:
        table.add_row(title, *cells)
    OUT.print(table)


def share_text(share: Any) -> str:
    """Return a share as people read it, and never without what it is a share of."""
    if share is None or share.rate is None:
        return "-" if share is None else f"- ({share.count} of {share.of})"
    return f"{100 * share.rate:.1f} % ({share.count:,} of {share.of:,})"


def number_text(value: float | None) -> str:
    """Return a number to two places, or a dash."""
    return "-" if value is None else f"{value:.2f}"


def year_text(year: int) -> str:
    """Return a collection year as people write it: 2024/25."""
    return f"{year - 1}/{year % 100:02d}"


def capital(text: str) -> str:
    """Return a sentence with a capital letter."""
    return text[:1].upper() + text[1:]
