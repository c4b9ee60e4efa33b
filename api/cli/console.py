"""How the command speaks: tables for people, JSON for programs, errors in sentences."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import BaseModel

OUT = Console(highlight=False, soft_wrap=True)
"""For results. Without a terminal rich leaves out colour by itself."""
ERR = Console(stderr=True, highlight=False, soft_wrap=True)
"""For progress and errors, so that results can be piped."""

SYNTHETIC = "Synthetic data: every child, home and price in it is invented."


def print_json(value: BaseModel | Mapping[str, Any]) -> None:
    """Write one JSON object and a newline to standard output."""
    data = value.model_dump(mode="json") if hasattr(value, "model_dump") else value
    sys.stdout.buffer.write(orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n")
    sys.stdout.buffer.flush()


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


def say(text: str = "") -> None:
    """Print a line for people, without markup."""
    OUT.print(text, markup=False)


def complain(text: str) -> None:
    """Print a sentence on standard error, without markup."""
    ERR.print(text, markup=False, style="bold red" if ERR.is_terminal else None)
