"""One request, one transaction: committed before the answer leaves, or not at all.

A route that needs the database opens it through its request's :class:`Unit`. When the route
has made its answer, the unit commits, and only then is the answer sent: whoever is told that
something was stored can rely on it. If the route fails, or the commit, the unit rolls back and
a problem is answered.
"""

from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager
from typing import Any, cast

from fastapi import Depends, Request
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.records.actor import Actor
from api.routes.repeating import IdempotencyKey, Repeated, Repeating
from api.service import Service
from api.storage.outage import outage_of
from api.storage.work import Work

KEY_HEADER = "idempotency-key"


class Unit:
    """The transaction of one request, opened when it is first needed.

    Parameters
    ----------
    service
        What holds the database and the clock.
    request_id
        Stands in the audit trail and in the log.
    """

    def __init__(self, service: Service, request_id: str | None) -> None:
        self.service = service
        self.request_id = request_id
        self.key: str | None = None
        """Under which the request may be sent again."""
        self.repeating: Repeating | None = None
        self._work: Work | None = None
        self._opened: AbstractContextManager[Work] | None = None

    def work(self, actor: Actor) -> Work:
        """Return the open transaction; everything in it is the actor's doing.

        Parameters
        ----------
        actor
            Who asks.
        """
        if self._work is None:
            self._opened = self.service.database.work(
                actor.authority, actor, at=self.service.clock(), request_id=self.request_id
            )
            self._work = self._opened.__enter__()
        return self._work

    def commit(self, response: Response) -> None:
        """Store what was done, and the answer where it may be asked for again.

        Parameters
        ----------
        response
            What will be sent.
        """
        if self._opened is None or self._work is None:
            return
        opened, self._opened = self._opened, None
        try:
            if self.repeating is not None:
                self.repeating.keep(self._work, response)
        except BaseException as error:
            opened.__exit__(type(error), error, error.__traceback__)
            raise
        opened.__exit__(None, None, None)

    def roll_back(self, error: BaseException) -> None:
        """Undo everything.

        Parameters
        ----------
        error
            Why.
        """
        if self._opened is None:
            return
        opened, self._opened = self._opened, None
        # It raises again what it was given; we have that already.
        try:
            opened.__exit__(type(error), error, error.__traceback__)
        except BaseException as raised:
            if raised is not error:
                raise


async def _hear_key(request: Request, key: IdempotencyKey = None) -> None:
    request.state.unit.key = key


class ServiceRoute(APIRoute):
    """A route whose request is one transaction; a POST may come with an Idempotency-Key."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        if "POST" in (given.get("methods") or ()):
            given["dependencies"] = [*(given.get("dependencies") or ()), Depends(_hear_key)]
        super().__init__(path, endpoint, **given)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request."""
        inner = super().get_route_handler()

        async def answered(request: Request) -> Response:
            service = cast("Service", request.app.state.service)
            unit = Unit(service, request.scope.get("state", {}).get("request_id"))
            request.state.unit = unit
            # Whoever holds the database needs a thread to go on, so no more are let in than
            # there are threads: otherwise those who wait for it could take the last one.
            async with service.admission():
                try:
                    if KEY_HEADER in request.headers:
                        # A form is read as it arrives, and what has gone by cannot be compared.
                        await request.body()
                    response = await inner(request)
                except Repeated as repeated:
                    await run_in_threadpool(unit.roll_back, repeated)
                    return repeated.response
                except BaseException as error:
                    await run_in_threadpool(unit.roll_back, error)
                    if (outage := outage_of(error)) is not None:
                        raise outage from error
                    raise
                if response.status_code >= 400:
                    await run_in_threadpool(unit.roll_back, RuntimeError("refused"))
                else:
                    await run_in_threadpool(unit.commit, response)
            return response

        return answered
