"""Files that a command is asked to write: refused before any work, and then written whole."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from matcher.errors import UsageError
from scenarios.whole_files import write_whole

if TYPE_CHECKING:
    from pathlib import Path


def check_writable(file: Path) -> None:
    """Refuse a file that could not be written, before anything is done for it.

    Raises
    ------
    UsageError
        If it is a folder, or its folder is not there or may not be written to.
    """
    if file.is_dir():
        raise UsageError(f"{file} is a folder. Name a file in it.")
    if not file.parent.is_dir():
        raise UsageError(f"There is no folder {file.parent}. Make it first.")
    if not os.access(file.parent, os.W_OK):
        raise UsageError(f"{file.parent} may not be written to. Choose another folder.")


def write_output(file: Path, content: bytes) -> None:
    """Write a file so that it is there as a whole, or as it was before.

    Parameters
    ----------
    file
        Where to; :func:`check_writable` has let it pass.
    content
        What it holds.
    """
    write_whole(file, lambda fresh: fresh.write(content))
