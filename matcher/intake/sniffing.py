"""What a file is by its content, whatever its name says."""

from __future__ import annotations

_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a workbook or another zip archive"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or a password-protected Office document"),
    (b"%PDF", "a PDF document"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3\0", "a database"),
    (b"{\\rtf", "a Rich Text document"),
)
_MARKUP = (b"<!doctype html", b"<html", b"<?xml", b"<table")


def what_it_is(head: bytes) -> str | None:
    """Return what a file is, in words; None when it may be plain text.

    Parameters
    ----------
    head
        Its first bytes, 512 or more.
    """
    for beginning, words in _BEGINNINGS:
        # Text may well begin with the letters MZ; a program goes on with bytes that no text has.
        if head.startswith(beginning) and (beginning != b"MZ" or b"\0" in head[:64]):
            return words
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_MARKUP):
        return "a web page or an XML document"
    return None
