"""``nearhome serve`` and ``nearhome worker``: the service's processes."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import threading
from contextlib import ExitStack
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.console import SYNTHETIC, say, working

if TYPE_CHECKING:
    from fastapi import FastAPI

    from api.settings import Settings
    from api.storage.database import Database

KEEP_ALIVE_SECONDS = 75
"""Longer than proxies keep idle connections, so that they, not we, close them."""
NICE = 10
"""Jobs take what requests leave of the processor."""


def serve(
    demo: Annotated[
        bool,
        typer.Option("--demo", help="Load a synthetic county, and print a sign-in for each role."),
    ] = False,
    host: Annotated[str | None, typer.Option(help="Address to listen at.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen at.")] = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes that answer requests.", min=1)
    ] = None,
) -> None:
    """Serve placement teams over HTTP; settings come from the environment (NEARHOME_...)."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from api import logs
    from api.planning.crew import WorkerCrew
    from api.settings import read_settings

    settings = read_settings(demo=demo or None, host=host, port=port, workers=workers)
    logs.configure(settings)
    with ExitStack() as stack:
        listening = stack.enter_context(_listening(settings))
        _prepare(settings)
        os.environ.update(settings.environment())
        if settings.workers > 1:
            shared = stack.enter_context(TemporaryDirectory(prefix="nearhome-metrics-"))
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = shared
        crew = WorkerCrew(settings)
        stack.callback(crew.stop)
        config = uvicorn.Config(
            "api.cli.serve:served",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips=settings.trusted_proxies,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=settings.shutdown_seconds,
        )
        # uvicorn raises the signal again once everybody is answered; then it is our turn.
        signal.signal(signal.SIGTERM, _end)
        crew.start()
        say(f"Near Home listens at {settings.origin}. Ctrl-C ends it.")
        if settings.workers > 1:
            Multiprocess(config, sockets=[listening]).run()
        else:
            server = uvicorn.Server(config)
            server.run(sockets=[listening])
            if not server.started:
                raise SystemExit(1)


def served() -> FastAPI:
    """Return the application of one process, as uvicorn asks for it."""
    from api import logs
    from api.app import create_app
    from api.settings import read_settings

    settings = read_settings()
    logs.configure(settings)
    return create_app(settings)


def worker(
    beside: Annotated[
        bool, typer.Option("--beside", help="End when standard input is closed.", hidden=True)
    ] = False,
) -> None:
    """Do jobs, plans and scenarios, for the service that has the same settings."""
    from api import logs
    from api.app import utc_now
    from api.planning.worker import Worker
    from api.settings import read_settings

    settings = read_settings()
    logs.configure(settings)
    os.nice(NICE)
    database = _database(settings)
    database.check()
    doing = Worker(settings, database, utc_now)
    if beside:
        threading.Thread(target=_end_with_input, name="input", daemon=True).start()
    try:
        doing.run()
    finally:
        database.dispose()


def _end_with_input() -> None:
    """Wait until the process that started this one is gone."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _end(*_: Any) -> None:
    raise SystemExit(0)


def _listening(settings: Settings) -> socket.socket:
    """Return the socket, or say who has taken the port."""
    from matcher.errors import UsageError

    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(socket.SOMAXCONN)
    except OSError as fault:
        listening.close()
        if fault.errno == errno.EADDRINUSE:
            raise UsageError(
                f"Port {settings.port} is taken by another process. End that one, or choose "
                "another port: PORT=8001."
            ) from None
        raise UsageError(
            f"Near Home cannot listen at {settings.host}, port {settings.port}: {fault.strerror}. "
            "Choose another address or port (NEARHOME_HOST, NEARHOME_PORT)."
        ) from None
    listening.set_inheritable(True)
    return listening


def _database(settings: Settings) -> Database:
    from api.storage.database import Database

    return Database(
        settings.database_url.get_secret_value(),
        secret=settings.secret.get_secret_value(),
        connections=settings.request_threads,
    )


def _prepare(settings: Settings) -> None:
    """Make a new SQLite file ready, load a demonstration, and refuse an old schema."""
    database = _database(settings)
    try:
        fresh = database.file is not None and not database.file.exists()
        if settings.demo or fresh:
            database.create()
        database.check()
        if settings.demo:
            _demonstrate(database)
    finally:
        database.dispose()


def _demonstrate(database: Database) -> None:
    from api import demonstration
    from api.access.passwords import Passwords
    from api.app import utc_now
    from scenarios.county import make_county

    if not database.authorities():
        with working("Making a county of invented children on real postcodes"):
            demonstration.load(database, Passwords(), make_county(), at=utc_now())
    say(SYNTHETIC)
    for line in demonstration.sign_in_lines(demonstration.SIGN_INS):
        say(line, indent=2)
