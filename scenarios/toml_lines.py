"""On which line of a TOML file each key stands.

Python's own reader says where a file is not TOML, and no more: values come without their
place. What is at fault in a scenario is mostly a value, so its line is found here. The text
must already have been read as TOML, which makes this a scan for keys rather than a parser:
it skips strings and comments, and keeps count of tables.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

Path = tuple[str | int, ...]
"""Where a value stands: names of tables and keys, and positions in arrays, as in
``("variant", 0, "lever", 1, "beds")``."""


def lines_of(text: str) -> Mapping[Path, int]:
    """Return the line, from 1, on which each key, table and element of a table array begins.

    Parameters
    ----------
    text
        A text that ``tomllib.loads`` reads.

    Returns
    -------
    mapping
        Line by path. Keys of inline tables are among them, elements of plain arrays too.
    """
    return _Scan(text).run()


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """Return the line of a path, or of the nearest table around it that has one.

    Parameters
    ----------
    lines
        From :func:`lines_of`.
    path
        What is looked for.

    Returns
    -------
    int
        1 for the whole file.
    """
    for end in range(len(path), 0, -1):
        found = lines.get(path[:end])
        if found is not None:
            return found
    return 1


class _Scan:
    def __init__(self, text: str) -> None:
        self.text = text.replace("\r\n", "\n")
        self.at = 0
        self.line = 1
        self.lines: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}

    def run(self) -> Mapping[Path, int]:
        table: Path = ()
        while True:
            self._blank(newlines=True)
            if self.at >= len(self.text):
                return self.lines
            if self.text.startswith("[[", self.at):
                table = self._header(2)
                self.counts[table] = self.counts.get(table, -1) + 1
                self.lines.setdefault(table, self.line)
                table = (*table, self.counts[table])
                self.lines[table] = self.line
            elif self.text[self.at] == "[":
                table = self._header(1)
                self._note(table)
            else:
                self._pair(table)

    def _header(self, brackets: int) -> Path:
        """Read ``[a.b]`` or ``[[a.b]]``; each array on the way stands for its newest element."""
        self._step(brackets)
        names = self._key()
        self._step(brackets)
        path: Path = ()
        for name in names[:-1]:
            path = (*path, name)
            if path in self.counts:
                path = (*path, self.counts[path])
        return (*path, names[-1])

    def _pair(self, table: Path) -> None:
        """Read ``key = value`` in a table, and note every part of a dotted key."""
        line = self.line
        path = table
        for name in self._key():
            path = (*path, name)
            self.lines.setdefault(path, line)
        self._step(1)  # the equals sign
        self._blank()
        self._value(path)

    def _value(self, path: Path) -> None:
        start = self.text[self.at]
        if start in "\"'":
            self._string()
        elif start == "[":
            self._step(1)
            place = 0
            while self._more("]"):
                self._note((*path, place))
                self._value((*path, place))
                place += 1
        elif start == "{":
            self._step(1)
            while self._more("}"):
                self._pair(path)
        else:
            # Numbers, dates, true and false end where no value can go on.
            while self.at < len(self.text) and self.text[self.at] not in ",]}#\n":
                self._step(1)

    def _more(self, closing: str) -> bool:
        """Go to the next element of an array or inline table; False at its end."""
        self._blank(newlines=True)
        while self.text[self.at] == ",":
            self._step(1)
            self._blank(newlines=True)
        if self.text[self.at] == closing:
            self._step(1)
            return False
        return True

    def _key(self) -> tuple[str, ...]:
        names: list[str] = []
        while True:
            self._blank()
            if self.text[self.at] in "\"'":
                names.append(self._string())
            else:
                start = self.at
                while self.text[self.at].isalnum() or self.text[self.at] in "_-":
                    self._step(1)
                names.append(self.text[start : self.at])
            self._blank()
            if self.text[self.at] != ".":
                return tuple(names)
            self._step(1)

    def _string(self) -> str:
        quote = self.text[self.at]
        mark = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        start = self.at
        self._step(len(mark))
        while not self.text.startswith(mark, self.at):
            # Only double-quoted strings know a backslash.
            self._step(2 if quote == '"' and self.text[self.at] == "\\" else 1)
        self._step(len(mark))
        if len(mark) == 3:
            # Up to two quotes may stand directly before the closing three.
            while self.at < len(self.text) and self.text[self.at] == quote:
                self._step(1)
        inside = self.text[start + len(mark) : self.at - len(mark)]
        return _unescaped(inside) if mark == '"' else inside

    def _blank(self, *, newlines: bool = False) -> None:
        while self.at < len(self.text):
            here = self.text[self.at]
            if here == "#":
                while self.at < len(self.text) and self.text[self.at] != "\n":
                    self._step(1)
            elif here in " \t" or (newlines and here == "\n"):
                self._step(1)
            else:
                return

    def _step(self, count: int) -> None:
        self.line += self.text.count("\n", self.at, self.at + count)
        self.at += count

    def _note(self, path: Path) -> None:
        self.lines.setdefault(path, self.line)


def _unescaped(inside: str) -> str:
    """Return what a quoted key with escapes means."""
    if "\\" not in inside:
        return inside
    (name,) = tomllib.loads(f'"{inside}" = 0')
    return str(name)
