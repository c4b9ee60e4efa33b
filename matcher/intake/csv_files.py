"""CSV files as rows of text: any usual encoding and delimiter, one row at a time."""

from __future__ import annotations

import codecs
import csv
from typing import TYPE_CHECKING

from matcher.intake.faults import SourceProblem
from matcher.intake.sniffing import what_it_is

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import TextIO

MOST_BYTES = 512 * 1024 * 1024
_CHUNK = 1 << 20
_DELIMITERS = ",;\t|"
_MOST_BROKEN_ROWS = 100


class BrokenRow(SourceProblem):
    """A row of which no cells can be made."""


Row = tuple[int, "list[str] | BrokenRow"]
"""The row's number as spreadsheet software shows it, and its cells."""


def csv_rows(path: Path, known_columns: Callable[[list[str]], int]) -> Iterator[Row]:
    """Read a CSV file row by row.

    Parameters
    ----------
    path
        The file.
    known_columns
        How many of these header cells are known; it decides between delimiters.

    Yields
    ------
    tuple of int and list of str
        Row number from 1, and the cells, or what is wrong with the row.

    Raises
    ------
    SourceProblem
        If the file is no text, or too large.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise SourceProblem(
            f"has {size / 1e6:,.0f} MB, and at most {MOST_BYTES / 1e6:,.0f} MB are read",
            "All of England fits in a tenth of that: check what it holds.",
        )
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        delimiter = _delimiter(file, known_columns)
        file.seek(0)
        yield from _records(file, delimiter)


def _encoding(path: Path) -> str:
    """Return the encoding, having read the whole file once."""
    with path.open("rb") as file:
        head = file.read(8192)
        found = what_it_is(head)
        if found is not None:
            raise SourceProblem(
                f"is not a CSV file: it is {found}", "Save it as CSV (UTF-8) and try again."
            )
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        decoders = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8-sig", "cp1252")}
        chunk = head
        while chunk:
            if b"\0" in chunk:
                raise SourceProblem(
                    "holds NUL bytes, which no CSV file has",
                    "It was damaged or is of another kind: save it anew as CSV (UTF-8).",
                )
            following = file.read(_CHUNK)
            for name in list(decoders):
                try:
                    decoders[name].decode(chunk, final=not following)
                except UnicodeDecodeError:
                    del decoders[name]
            chunk = following
    if not decoders:
        raise SourceProblem(
            "holds bytes that are neither UTF-8 nor Windows-1252 text", "Save it as CSV (UTF-8)."
        )
    return next(iter(decoders))


def _delimiter(file: TextIO, known_columns: Callable[[list[str]], int]) -> str:
    """Return the delimiter under which most columns of the header are known."""
    header = ""
    for header in file:
        if header.strip(" \t\r\n,;|"):
            break
    found = [
        (known_columns(next(csv.reader([header], delimiter=each), [])), -i, each)
        for i, each in enumerate(_DELIMITERS)
    ]
    return max(found)[2]


def _records(lines: Iterator[str], delimiter: str) -> Iterator[Row]:
    """Parse lines to records; a broken record costs its first line only."""
    kept: list[str] = []  # lines of the record under way, to start again after the first
    waiting: list[str] = []  # lines to be read again

    def feed() -> Iterator[str]:
        while True:
            line = waiting.pop() if waiting else next(lines, None)
            if line is None:
                return
            kept.append(line)
            yield line

    number = broken = 0
    reader = csv.reader(feed(), delimiter=delimiter, strict=True)
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            broken += 1
            yield (
                number,
                BrokenRow(
                    "a quotation mark is opened and not closed, or stands in the middle of a value",
                    "Correct the row.",
                ),
            )
            if broken == _MOST_BROKEN_ROWS:
                yield (
                    number + 1,
                    BrokenRow(
                        f"{broken} rows above have such quotation marks; nothing below was read",
                        "Save the table anew as CSV from spreadsheet software.",
                    ),
                )
                return
            waiting.extend(reversed(kept[1:]))
            reader = csv.reader(feed(), delimiter=delimiter, strict=True)
        else:
            yield number, cells
        kept.clear()
