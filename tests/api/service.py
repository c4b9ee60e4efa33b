"""The service with a small synthetic county in it, ready to be asked as each role.

The county is loaded once a session on each engine, and each test gets a copy of the database.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from api import demonstration
from api.app import create_app
from api.settings import Settings
from api.storage.database import Database
from scenarios.county import make_county
from tests.api.access.doors import Browser, Clock
from tests.api.access.gates import CHEAP, NINE, gate_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx2

    from api.records.actor import Role
    from matcher.domain.world import World

SIZE = 0.1
"""Of the county as published: about sixty children, and four referrals."""


@cache
def small_county() -> World:
    """Return the county; it is made once."""
    return make_county(size=SIZE)


def load_county(url: str) -> None:
    """Load the county and somebody of each role into a database with the latest schema."""
    database = Database(url, durable=False)
    demonstration.load(database, CHEAP, small_county(), at=NINE)
    if database.file is not None:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close()
            connection.exec_driver_sql("BEGIN")
    database.dispose()


def copied(template: Path, folder: Path) -> str:
    """Copy a loaded SQLite file and return its address."""
    file = folder / "nearhome.sqlite"
    shutil.copyfile(template, file)
    return f"sqlite:///{file}"


class DemoService:
    """The service of one process, on a database with the county in it.

    Parameters
    ----------
    url
        Of the database.
    **changes
        Settings that differ.
    """

    def __init__(self, url: str, **changes: Any) -> None:
        self.clock = Clock()
        given = {"demo": True, "database_url": url, "solving_per_minute": 100_000, **changes}
        self.settings = Settings(**given)
        self.app = create_app(self.settings, clock=self.clock)
        self.service = self.app.state.service
        self.service.gate = gate_of(
            self.service.database,
            secret=self.settings.secret.get_secret_value(),
            own_origin="http://testserver",
        )
        self.database: Database = self.service.database
        self.authority = small_county().authority
        self._browsers: dict[Role, Browser] = {}

    def of(self, role: Role, *, anew: bool = False) -> Browser:
        """Return a browser in which somebody of a role is signed in."""
        if anew or role not in self._browsers:
            browser = Browser(self.app, None)
            answer = browser.client.post(
                "/v1/session",
                json={
                    "sign_in_name": f"{role.value}@demo.example",
                    "password": demonstration.PASSWORD,
                },
            )
            assert answer.status_code == 201, answer.text
            browser.headers["Near-Home-CSRF"] = answer.json()["forgery_token"]
            browser.user_id = answer.json()["user_id"]
            self._browsers[role] = browser
        return self._browsers[role]

    def live_now(self) -> None:
        """Set the clock to the present, as other processes of the service have it.

        Whoever signed in before would be signed out by their next look at what is over.
        """
        self.clock.now = datetime.now(UTC)
        self._browsers.clear()

    def stranger(self) -> Browser:
        """Return a browser in which nobody is signed in."""
        return Browser(self.app, None)

    def environment(self) -> dict[str, str]:
        """Return the environment of another process of the same service."""
        return {**os.environ, **self.settings.environment()}


@contextmanager
def demo_service(url: str, **changes: Any) -> Iterator[DemoService]:
    """Open the service on a loaded database."""
    service = DemoService(url, **changes)
    try:
        yield service
    finally:
        service.database.dispose()


def sent_by(browser: Browser) -> dict[str, str]:
    """Return the headers by which the service knows who sends a request."""
    cookies = "; ".join(f"{name}={value}" for name, value in browser.client.cookies.items())
    return {**browser.headers, "Cookie": cookies}


def job_of(answer: httpx2.Response) -> Any:
    """Return the job in an answer."""
    return answer.json()["job"]
