"""How the command speaks: tables for people, JSON for programs, errors in sentences."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson
from rich.console import Console
from rich.padding import Padding
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import BaseModel

PIPED_COLUMNS = 160
"""How wide a table is where there is no terminal and COLUMNS says nothing."""


class ReaderGoneError(Exception):
    """Whoever read our output has closed it, as ``head`` does; nothing is wrong."""


class _Console(Console):
    def on_broken_pipe(self) -> None:
        raise ReaderGoneError


def _console(*, stderr: bool) -> Console:
    console = _Console(stderr=stderr, highlight=False)
    if not console.is_terminal and not os.environ.get("COLUMNS"):
        console.width = PIPED_COLUMNS
    return console


OUT = _console(stderr=False)
"""For results. Without a terminal rich leaves out colour by itself."""
ERR = _console(stderr=True)
"""For progress and errors, so that results can be piped."""

SYNTHETIC = "Synthetic data: every child, home and price in it is invented."


def print_json(value: BaseModel | Mapping[str, Any]) -> None:
    """Write one JSON object and a newline to standard output."""
    data = value.model_dump(mode="json") if hasattr(value, "model_dump") else value
    try:
        sys.stdout.buffer.write(orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError as error:
        raise ReaderGoneError from error


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show on standard error what is going on and for how long, where somebody watches."""
    if not ERR.is_terminal:
        yield
        return
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=ERR,
        transient=True,
    ) as progress:
        progress.add_task(what, total=None)
        yield


def say(text: str = "", *, indent: int = 0) -> None:
    """Print a line for people, without markup.

    A terminal gets it wrapped between words; a pipe gets it whole, for tools that read lines.

    Parameters
    ----------
    text
        What to say.
    indent
        Columns to leave free at the left, also where the text goes on.
    """
    if OUT.is_terminal and text:
        OUT.print(Padding(Text(text), (0, 0, 0, indent), expand=False))
    else:
        OUT.print(" " * indent + text, markup=False, soft_wrap=True)


def complain(text: str) -> None:
    """Print a sentence on standard error, without markup."""
    ERR.print(text, markup=False, soft_wrap=True, style="bold red" if ERR.is_terminal else None)
