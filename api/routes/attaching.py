"""Answers that are files to be kept."""

from __future__ import annotations

from starlette.responses import Response


def attached(content: bytes, media_type: str, name: str) -> Response:
    """Return a file as an answer that browsers save.

    Parameters
    ----------
    content, media_type
        Of the file.
    name
        Under which it is saved; a slash, which some identifiers have, becomes a hyphen.
    """
    headers = {"Content-Disposition": f'attachment; filename="{name.replace("/", "-")}"'}
    return Response(content, media_type=media_type, headers=headers)
