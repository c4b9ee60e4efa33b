"""Gives each request a number, logs and counts it, and ends every fault in a sentence."""

from __future__ import annotations

import re
import time
import uuid
from typing import TYPE_CHECKING

import structlog

from api import metrics
from api.logs import chain_of, logger, places
from api.problems import FAULT, FAULT_SENTENCE, answer

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NUMBER = re.compile(rb"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""What is taken over from a proxy: a random number, since a word might be a name."""
QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""Asked every few seconds by machines: counted, and not logged unless they fail."""


class Observing:
    """Everything inside it is numbered, logged and counted.

    Parameters
    ----------
    app
        What is inside.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.log = logger("api.requests")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _number_of(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        method = scope["method"] if scope["method"] in METHODS else "OTHER"
        began = time.perf_counter()
        status: int | None = None
        answered = began

        async def sending(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status = message["status"]
                answered = time.perf_counter()
                message["headers"].append((b"x-request-id", request_id.encode()))
            await send(message)

        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        metrics.IN_PROGRESS.inc()
        try:
            await self.app(scope, receive, sending)
        except Exception as error:
            metrics.FAULTS.inc()
            self.log.error(
                "fault",
                method=method,
                route=route_of(scope),
                error=chain_of(error),
                at=places(error.__traceback__),
            )
            if status is None:
                problem = answer(FAULT, FAULT_SENTENCE, request_id=request_id)
                await problem(scope, receive, sending)
        finally:
            metrics.IN_PROGRESS.dec()
            self._tell(scope, method, status, seconds=answered - began, began=began)

    def _tell(
        self, scope: Scope, method: str, status: int | None, *, seconds: float, began: float
    ) -> None:
        route = route_of(scope)
        # Nobody waited for the answer: 499, as proxies count it.
        code = 499 if status is None else status
        metrics.REQUESTS.labels(method, route, str(code)).inc()
        metrics.REQUEST_SECONDS.labels(method, route).observe(seconds)
        if route not in QUIET or code >= 400:
            self.log.info(
                "request",
                method=method,
                route=route,
                status=code,
                milliseconds=round(1000 * seconds, 1),
                whole_milliseconds=round(1000 * (time.perf_counter() - began), 1),
            )


def _number_of(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id" and NUMBER.fullmatch(value):
            return str(value.decode()).replace("-", "")
    return uuid.uuid4().hex


def route_of(scope: Scope) -> str:
    """Return the pattern of the address, such as ``/v1/homes/{home_id}``; never the address.

    Parameters
    ----------
    scope
        Of the request.
    """
    found: str | None = getattr(scope.get("route"), "path", None)
    return found or "none"
