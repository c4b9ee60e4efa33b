r"""How text is kept in cells so that it comes back as it was and no software runs it.

- A list is written with ``;`` between its items. A lone item that reads ``none`` is written
  ``none;``, because ``none`` alone records that there are none.
- In words, a backslash escapes: ``\;`` is a semicolon, ``\\`` a backslash, and ``\u00a0``
  any character that would not survive a spreadsheet.
- Spreadsheet software runs text that begins with ``=``, ``+``, ``-`` or ``@``, and writes its
  own errors with ``#``. Such text is written behind an apostrophe, which reading takes off.

References
----------
.. [1] OWASP, "CSV injection".
"""

from __future__ import annotations

import re

RECORDED_AS_NONE = "none"
"""In a cell that may be unknown: it was recorded, and there are none."""

_RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "'", "#")  # "#" begins their errors: #REF!
_ESCAPED = re.compile(r"\\(?:u([0-9a-f]{4})|(.))", re.DOTALL)
# Spreadsheets store control characters as _x000D_, so that text of that shape would change.
_WOULD_NOT_SURVIVE = re.compile(
    r"_(?=x)|[^\S ]| (?= )|^ | $|[\x00-\x1f\x7f-\x9f\u200b\u2060\ufeff\ufffe\uffff]"
)


def shield(text: str) -> str:
    """Return text that spreadsheet software shows and does not run."""
    return f"'{text}" if text.startswith(_RUN_BY_SPREADSHEETS) else text


def unshield(text: str) -> str:
    """Return the text that :func:`shield` was given."""
    return text[1:] if text.startswith("'") else text


def trim(text: str) -> str:
    """Return text without spaces of any kind at its ends, those of no width included."""
    text = text.strip()
    return text if text.isascii() else text.strip("\u200b\u2060\ufeff").strip()


def escape_word(text: str) -> str:
    """Return a word in which nothing is lost on the way through a spreadsheet."""
    text = text.replace("\\", "\\\\").replace(";", "\\;")
    return _WOULD_NOT_SURVIVE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def unescape_word(text: str) -> str:
    """Return the word that :func:`escape_word` was given."""
    if "\\" not in text:
        return text
    return _ESCAPED.sub(
        lambda found: found[2] if found[2] is not None else chr(int(found[1], 16)), text
    )


def join_list(items: list[str]) -> str:
    """Return the items, at least one, in one cell."""
    joined = ";".join(items)
    return joined + ";" if len(items) == 1 and items[0].casefold() == RECORDED_AS_NONE else joined


def split_list(text: str) -> list[str]:
    """Return the items of a cell, without empty ones; escaped semicolons do not divide."""
    parts = text.split(";") if "\\" not in text else re.split(r"(?<!\\)((?:\\\\)*);", text)
    if "\\" in text:
        # The pattern also hands back the backslashes before each semicolon.
        parts = [
            part + (parts[i + 1] if i + 1 < len(parts) else "")
            for i, part in enumerate(parts)
            if i % 2 == 0
        ]
    return [stripped for part in parts if (stripped := part.strip())]
