"""The service: routes, what happens to every request, and how it begins and ends."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from threading import Thread
from typing import TYPE_CHECKING

import anyio.to_thread
from fastapi import FastAPI

from api import description, problems
from api.access.opening import open_gate
from api.logs import chain_of, logger
from api.middleware.guarding import Guarding
from api.middleware.observing import Observing
from api.pages import install as pages
from api.records.actor import Actor, ActorKind
from api.routes import (
    agreements,
    allegations,
    audit,
    bed_values,
    budgets,
    children,
    choices,
    clients,
    consortia,
    exemptions,
    health,
    holds,
    homes,
    jobs,
    kept,
    lives,
    matches,
    name_permissions,
    name_requests,
    offers,
    oidc,
    placements,
    providers,
    queues,
    referrals,
    residents,
    retention,
    searches,
    session,
    sibling_groups,
    singles,
    tables,
    users,
    vacancies,
)
from api.service import Service
from api.settings import Settings
from api.storage.database import Database
from api.storage.jobs import JobStore
from api.worlds.worlds import Worlds
from matcher.version import VERSION

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from fastapi import APIRouter
    from fastapi.routing import APIRoute


ROUTERS: tuple[APIRouter, ...] = (
    health.router,
    session.router,
    oidc.router,
    users.router,
    clients.router,
    name_permissions.router,
    name_requests.router,
    children.router,
    sibling_groups.router,
    homes.router,
    vacancies.router,
    bed_values.router,
    providers.router,
    agreements.router,
    holds.router,
    exemptions.router,
    residents.router,
    budgets.router,
    consortia.router,
    referrals.router,
    searches.router,
    matches.router,
    offers.router,
    choices.router,
    placements.router,
    lives.router,
    allegations.router,
    singles.router,
    *kept.ROUTERS,
    queues.router,
    tables.router,
    jobs.router,
    audit.router,
    retention.router,
)
"""Everything that the service answers, one a noun."""

READER = "nearhome-service"
SPARE_THREADS = 4
"""Beside those of requests that hold the database: for health, metrics and progress."""

DESCRIPTION = """
Finds children in care the right home, near home. Everything is a proposal: a person decides,
and the decision is recorded.

Refusals are problem details (RFC 9457) with a sentence that says what is wrong, where, and what
to do. Money is in whole pence. Instants are in UTC.
"""


def utc_now() -> datetime:
    """Return the present moment: the only clock of the service."""
    return datetime.now(UTC)


def create_app(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> FastAPI:
    """Return the service, ready to be served.

    Parameters
    ----------
    settings
        What the installation sets.
    clock
        Returns the present moment in UTC.
    """
    secret = settings.secret.get_secret_value()
    database = Database(
        settings.database_url.get_secret_value(),
        secret=secret,
        connections=settings.request_threads + SPARE_THREADS,
    )
    service = Service(
        settings=settings,
        clock=clock,
        database=database,
        gate=open_gate(settings, database),
        jobs=JobStore(database),
        worlds=Worlds(database, policy=settings.policy, synthetic=settings.demo),
    )
    app = FastAPI(
        docs_url=None,  # they would fetch scripts from elsewhere
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.service = service
    app.router.routes.extend(_model().router.routes)
    app.openapi = _model().openapi  # type: ignore[method-assign]
    problems.install(app)
    pages.install(app)
    app.add_middleware(Observing)
    app.add_middleware(
        Guarding,
        request_bytes=settings.request_bytes,
        secure=settings.secure,
        demo=settings.demo,
    )
    return app


@cache
def _model() -> FastAPI:
    """Return what all applications of a process share: every route, and what is said of them.

    FastAPI works out what a route takes and answers when it is first looked at, once for each
    application that includes its router: about a second for all of them, and another to
    describe them.
    """
    model = FastAPI(
        title="Near Home",
        version=VERSION,
        description=DESCRIPTION.strip(),
        license_info={"name": "MIT", "identifier": "MIT"},
        openapi_url=None,  # each application has its own address for it
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
        separate_input_output_schemas=False,
    )
    for router in (*ROUTERS, *pages.ROUTERS):
        model.include_router(router)
    description.install(model)
    return model


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    service: Service = app.state.service
    limiter = anyio.to_thread.current_default_thread_limiter()
    limiter.total_tokens = service.settings.request_threads + SPARE_THREADS
    reading = Thread(target=_read_worlds, args=(service,), name="reading", daemon=True)
    reading.start()
    try:
        yield
    finally:
        await anyio.to_thread.run_sync(reading.join)
        service.database.dispose()


def _read_worlds(service: Service) -> None:
    """Read what rankings are made from, before the first officer asks for one."""
    try:
        for authority in service.database.authorities():
            with service.database.work(authority, reader_of(authority), at=service.clock()) as work:
                service.worlds.prepare(work)
    except Exception as error:
        # Whoever asks finds out, and is told; this only saves them time.
        logger("api.app").warning("worlds_not_read", error=chain_of(error))


def reader_of(authority: str) -> Actor:
    """Return who reads while nobody has asked yet."""
    return Actor(authority=authority, actor_id=READER, kind=ActorKind.JOB)


def _operation_id(route: APIRoute) -> str:
    """Return the function's name, in the case that clients' generators like."""
    first, *rest = route.name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def openapi_text() -> str:
    """Return the description of every operation as the reference keeps it."""
    return description.text_of(create_app(Settings(demo=True)))
