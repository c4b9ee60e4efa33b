"""Security headers on every answer, and an end to requests that are too large.

References
----------
OWASP Secure Headers Project; W3C Content Security Policy Level 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "base-uri 'none'",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "manifest-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
    )
)
"""Nothing from anywhere else, no script and no style in the page itself, no frame around it."""

ALWAYS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
    # A shared computer in an office keeps nothing about a child.
    "Cache-Control": "no-store",
}
"""On every answer that does not say otherwise itself."""

YEARS_2 = "max-age=63072000; includeSubDomains"
DEMO_HEADER, DEMO_VALUE = "Near-Home-Demo", "synthetic"


class Guarding:
    """The outermost layer: adds headers to answers, and refuses requests that are too large.

    Parameters
    ----------
    app
        What is inside.
    request_bytes
        The largest request that is read.
    secure
        Whether browsers reach the service by HTTPS.
    demo
        Whether every answer says that its data are synthetic.
    """

    def __init__(self, app: ASGIApp, *, request_bytes: int, secure: bool, demo: bool) -> None:
        self.app = app
        self.request_bytes = request_bytes
        self.headers = dict(ALWAYS)
        if secure:
            self.headers["Strict-Transport-Security"] = YEARS_2
        if demo:
            self.headers[DEMO_HEADER] = DEMO_VALUE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        read = 0
        told = Headers(scope=scope).get("content-length", "0")
        too_large = told.isdecimal() and int(told) > self.request_bytes

        async def receiving() -> Message:
            nonlocal read
            if too_large:
                raise HTTPException(413)
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.request_bytes:
                raise HTTPException(413)
            return message

        await self.app(scope, receiving, sending)
