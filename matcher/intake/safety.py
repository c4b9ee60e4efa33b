"""Whether a workbook may be opened: what it is, how large it unpacks, how far its cells reach.

A workbook is a zip archive of XML. A few kilobytes can unpack to gigabytes, and two cells in
opposite corners of a sheet make a reader reserve memory for the billions between them. So
before a parser sees it, the archive is unpacked once in small pieces, counted, and thrown
away; the sizes that the archive itself states are not believed.

References
----------
.. [1] OWASP, "Unrestricted file upload", decompression bombs.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, BinaryIO
from xml.parsers import expat

from matcher.intake.faults import SourceProblem
from matcher.intake.sniffing import what_it_is

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST_UNPACKED_BYTES = 1_500_000_000
MOST_MEMBERS = 2_000
MOST_RATIO = 200
"""Honest workbooks unpack to 5 to 50 times their size."""
RATIO_MATTERS_FROM = 50_000_000
"""Small workbooks of equal rows may pack better, and do no harm."""
MOST_CELLS = 60_000_000
_CHUNK = 1 << 20
_OVERLAP = 64
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br\s*=\s*[\"'](\d+)")
_CELL = re.compile(rb"\br\s*=\s*[\"']([A-Z]{1,3})(\d{1,7})[\"']")


def check_workbook(path: Path) -> None:
    """Refuse what is no workbook, or not safe to open.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    SourceProblem
        Saying what it is instead, or what makes it unsafe.
    """
    with path.open("rb") as file:
        head = file.read(8192)
        if not head:
            raise SourceProblem("is empty", "Save the workbook anew.")
        if head.startswith(_OLE):
            raise _old_or_locked(file)
        if not head.startswith(b"PK\x03\x04"):
            found = what_it_is(head) or "plain text, perhaps a CSV file"
            raise SourceProblem(
                f"is not a workbook: it is {found}",
                "Save it as an Excel workbook (.xlsx) and try again.",
            )
        try:
            _check_archive(file)
        except (zipfile.BadZipFile, zlib.error, struct.error, EOFError) as problem:
            raise SourceProblem(
                "is damaged: its parts cannot be unpacked",
                "Open it in spreadsheet software and save it anew.",
            ) from problem


def _old_or_locked(file: BinaryIO) -> SourceProblem:
    file.seek(0)
    before = b""
    while chunk := file.read(_CHUNK):
        if _ENCRYPTED in before + chunk:
            return SourceProblem(
                "is protected by a password",
                "Save a copy without one (File, Info, Protect Workbook) and try again.",
            )
        before = chunk[-_OVERLAP:]
    return SourceProblem(
        "is an Excel 97-2003 workbook or another old Office document",
        "Save it as an Excel workbook (.xlsx) and try again.",
    )


def _check_archive(file: BinaryIO) -> None:
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
    names = {member.filename for member in members}
    if "xl/workbook.xml" not in names and "content.xml" not in names:
        raise SourceProblem(
            "is a zip archive and no workbook",
            "Unpack it; name the folder of CSV files or the workbook in it.",
        )
    if len(members) > MOST_MEMBERS:
        raise _unsafe(f"holds {len(members):,} parts")
    total = 0
    packed = max(1, sum(member.compress_size for member in members))
    for member in members:
        reach = _Reach(member.filename)
        for chunk in _unpacked(file, member):
            total += len(chunk)
            if total > MOST_UNPACKED_BYTES:
                raise _unsafe(f"unpacks to more than {MOST_UNPACKED_BYTES / 1e9:.1f} GB")
            if total > RATIO_MATTERS_FROM and total > MOST_RATIO * packed:
                raise _unsafe(f"unpacks to more than {MOST_RATIO} times its size")
            reach.see(chunk)


def _unsafe(why: str) -> SourceProblem:
    return SourceProblem(
        f"{why}, as files made to bring software down do; it was not opened",
        "Copy the data to a new workbook, or save each sheet as CSV (UTF-8).",
    )


def _unpacked(file: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack one part in pieces, without believing its stated size."""
    file.seek(member.header_offset)
    header = file.read(30)
    name_length, extra_length = struct.unpack("<26xHH", header)
    file.seek(name_length + extra_length, 1)
    left = member.compress_size
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _unsafe("is packed in a way that workbooks are not")
    inflate = zlib.decompressobj(-15) if member.compress_type == zipfile.ZIP_DEFLATED else None
    while left > 0:
        piece = file.read(min(_CHUNK, left))
        if not piece:
            raise EOFError
        left -= len(piece)
        if inflate is None:
            yield piece
            continue
        while piece:
            yield inflate.decompress(piece, _CHUNK)
            piece = inflate.unconsumed_tail


class _Reach:
    """How many cells a reader would make room for in one part of an Excel workbook."""

    def __init__(self, name: str) -> None:
        self.sheet = "/worksheets/" in name
        self.document = _OpenDocumentReach() if name == "content.xml" else None
        self.rows = 1
        self.letters: set[bytes] = set()
        self.before = b""

    def see(self, chunk: bytes) -> None:
        """Take in the next piece."""
        if self.document is not None:
            self.document.see(chunk)
        if not self.sheet:
            return
        text = self.before + chunk
        self.before = text[-_OVERLAP:]
        found = _CELL.findall(text)
        self.letters.update(letters for letters, _ in found)
        self.rows = max(
            self.rows,
            max((int(row) for row in _ROW.findall(text)), default=1),
            int(found[-1][1]) if found else 1,
        )
        _check_reach(self.rows * _column_number(self.letters))


def _check_reach(cells: int) -> None:
    if cells > MOST_CELLS:
        raise _unsafe("has cells so far from each other that billions would lie between")


class _OpenDocumentReach:
    """The same for an OpenDocument workbook, where a cell or row may say that it repeats."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = self._entity
        self._begin_table()

    def see(self, chunk: bytes) -> None:
        """Take in the next piece."""
        try:
            self.parser.Parse(chunk)
        except expat.ExpatError as problem:
            raise zipfile.BadZipFile("content.xml is not well-formed") from problem

    def _begin_table(self) -> None:
        self.rows = self.last_row = self.last_column = 0
        self._begin_row(1)

    def _begin_row(self, repeated: int) -> None:
        self.row_repeated = repeated
        self.columns = self.filled_to = 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self._begin_table()
        elif name == "table:table-row":
            self._begin_row(_count(attributes.get("table:number-rows-repeated")))
        elif name in ("table:table-cell", "table:covered-table-cell"):
            self.columns += _count(attributes.get("table:number-columns-repeated"))
            if "office:value-type" in attributes or "table:formula" in attributes:
                self.filled_to = self.columns
        elif name == "text:p":
            self.filled_to = self.columns

    def _end(self, name: str) -> None:
        if name != "table:table-row":
            return
        self.rows += self.row_repeated
        if self.filled_to:
            self.last_row = self.rows
            self.last_column = max(self.last_column, self.filled_to)
            _check_reach(self.last_row * self.last_column)

    def _entity(self, *_: object) -> None:
        raise _unsafe("declares entities")


def _count(repeated: str | None) -> int:
    if repeated is None:
        return 1
    return int(repeated) if repeated.isdecimal() and len(repeated) < 12 else MOST_CELLS + 1


def _column_number(letters: set[bytes]) -> int:
    most = 1
    for each in letters:
        number = 0
        for letter in each:
            number = number * 26 + letter - 64
        most = max(most, number)
    return most
