"""Makes what browsers fetch smaller on its way, where that tells nobody anything.

How long a compressed answer is depends on whether its parts repeat each other. Somebody who can see
lengths on the network, and can make another's browser ask for pages with words of theirs in the
address, could so find out what else stands in them (BREACH). A page is therefore compressed
only for a browser that says that nobody else's page sent it; styles and scripts always, which
hold nothing about anybody.
"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.requests import Request

LEVEL = 5
"""Of pages, which are compressed anew each time: higher takes longer and saves little."""
OF_OUR_OWN = frozenset({"same-origin", "none"})
"""A link or a form of ours; an address typed, or kept by the browser."""


def takes_gzip(request: Request) -> bool:
    """Whether a browser can read what is compressed.

    Parameters
    ----------
    request
        That it sent.
    """
    accepted = request.headers.get("accept-encoding", "")
    return "gzip" in {each.partition(";")[0].strip() for each in accepted.split(",")}


def asked_by_ourselves(request: Request) -> bool:
    """Whether the browser says that no page of somebody else's made it ask.

    Browsers say so where the connection is safe, and pages cannot change what they say.

    Parameters
    ----------
    request
        That it sent.
    """
    return request.headers.get("sec-fetch-site") in OF_OUR_OWN


def compressed(content: bytes, level: int) -> bytes:
    """Return what is sent in place of some content; the same for the same.

    Parameters
    ----------
    content
        What is to be read.
    level
        From 1, fast, to 9, small.
    """
    return gzip.compress(content, compresslevel=level, mtime=0)
