"""Files that appear whole or not at all, with a clear sentence when they cannot."""

from __future__ import annotations

import errno
import secrets
from typing import TYPE_CHECKING

from matcher.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def write_whole(path: Path, fill: Callable[[Path], None]) -> None:
    """Let a file be written beside its place and move it in when it is whole.

    What was there before stays until then, and stays when anything goes wrong.

    Parameters
    ----------
    path
        Where the file belongs.
    fill
        Writes it to the path that it is given.

    Raises
    ------
    UsageError
        If it cannot be written; the sentence says what to do.
    """
    path = path.absolute()
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fill(fresh)
        fresh.replace(path)
    except OSError as problem:
        raise UsageError(_sentence(path, problem)) from problem
    finally:
        _remove(fresh)


def write_text(path: Path, text: str) -> None:
    """Write text whole or not at all, with line feeds and as UTF-8.

    Parameters
    ----------
    path
        Where the file belongs.
    text
        What it holds.

    Raises
    ------
    UsageError
        If it cannot be written.
    """
    write_whole(path, lambda fresh: _fill(fresh, text))


def _fill(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # its folder could not be reached either, which has been said


def _sentence(path: Path, problem: OSError) -> str:
    what = f"{path} could not be written: {problem.strerror or problem}."
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{what} Free some space and write it again: the results themselves are kept."
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{what} Choose a folder that you may write to, or close the file if it is open."
    return f"{what} Check the path and write it again: the results themselves are kept."
