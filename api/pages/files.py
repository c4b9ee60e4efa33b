"""Styles, scripts and charts that pages load, under the hash of all that there is."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.compressing import compressed, takes_gzip
from api.routes.openness import for_strangers
from matcher.errors import NotFoundError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

router = APIRouter(include_in_schema=False)

_OURS = files("api.pages") / "static"
_FETCHED = files("api.pages") / "assets"
_CHARTS = files("scenarios.report") / "assets"

SERVED: dict[str, Traversable] = {
    "govuk-frontend.css": _FETCHED / "govuk-frontend.css",
    "moj-frontend.css": _FETCHED / "moj-frontend.css",
    "site.css": _OURS / "site.css",
    "govuk-frontend.js": _FETCHED / "govuk-frontend.js",
    "moj-frontend.js": _FETCHED / "moj-frontend.js",
    "htmx.js": _FETCHED / "htmx.js",
    "htmx-sse.js": _FETCHED / "htmx-sse.js",
    "site.js": _OURS / "site.js",
    "icon.svg": _OURS / "icon.svg",
    "echarts.js": _CHARTS / "echarts.min.js",
    "charts.js": files("scenarios.report") / "charts.js",
}
"""What may be asked for by name; nothing else of the disk."""

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
FOR_EVER = "public, max-age=31536000, immutable"
"""A changed file has another address."""


@cache
def _content(name: str) -> bytes:
    return SERVED[name].read_bytes()


@cache
def _compressed(name: str) -> bytes:
    return compressed(_content(name), level=9)


@cache
def _edition() -> str:
    """Return the hash of all files: scripts name each other by their last part alone."""
    digest = hashlib.sha256()
    for name in sorted(SERVED):
        digest.update(hashlib.sha256(_content(name)).digest())
    return digest.hexdigest()[:16]


def address_of(name: str) -> str:
    """Return where a file is served.

    Parameters
    ----------
    name
        One of :data:`SERVED`.
    """
    if name not in SERVED:
        raise LookupError(name)
    return f"/assets/{_edition()}/{name}"


@router.get(
    "/assets/{edition}/{name}",
    dependencies=[for_strangers("styles and scripts hold nothing about anybody")],
)
def asset(request: Request, edition: str, name: str) -> Response:
    """Return a file, for as long as browsers like to keep it."""
    if name not in SERVED or edition != _edition():
        raise NotFoundError("There is no such file; it may have been of an earlier version.")
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    content = _content(name)
    if takes_gzip(request):
        content, headers["Content-Encoding"] = _compressed(name), "gzip"
    return Response(content, media_type=_TYPES[name.rpartition(".")[2]], headers=headers)
