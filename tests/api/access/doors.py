"""The service over HTTP for tests: a browser for each role, and another system."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from starlette.testclient import TestClient

from api.access.clients import add_client
from api.app import create_app
from api.settings import Settings
from tests.api.access.gates import CHEAP, NINE, PASSWORD, SECRET, gate_of, person, somebody
from tests.builders import BUCKS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    import httpx2
    from fastapi import FastAPI

    from api.records.actor import Permission, Role


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, now: datetime = NINE) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Browser:
    """Somebody's browser: keeps the cookie, and sends what changes need."""

    def __init__(self, app: FastAPI, name: str | None, *, authority: str | None = None) -> None:
        self.client = TestClient(app, base_url="http://testserver", raise_server_exceptions=True)
        self.headers: dict[str, str] = {}
        self.user_id = ""
        if name is not None:
            answer = self.client.post(
                "/v1/session",
                json={"sign_in_name": name, "password": PASSWORD, "authority": authority},
            )
            assert answer.status_code == 201, answer.text
            self.headers["Near-Home-CSRF"] = answer.json()["forgery_token"]
            self.user_id = answer.json()["user_id"]

    def ask(self, method: str, path: str, **more: Any) -> httpx2.Response:
        headers = {**self.headers, **more.pop("headers", {})}
        return self.client.request(method, path, headers=headers, **more)

    def get(self, path: str, **more: Any) -> httpx2.Response:
        return self.ask("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> httpx2.Response:
        return self.ask("POST", path, json=json, **more)

    def put(self, path: str, json: Any, version: int | str = "*", **more: Any) -> httpx2.Response:
        return self.ask("PUT", path, json=json, headers=matching(version), **more)

    def delete(self, path: str, version: int | None = None) -> httpx2.Response:
        headers = {} if version is None else matching(version)
        return self.ask("DELETE", path, headers=headers)


class System(Browser):
    """Another system, with its token."""

    def __init__(self, app: FastAPI, token: str) -> None:
        super().__init__(app, None)
        self.headers["Authorization"] = f"Bearer {token}"


def matching(version: int | str) -> dict[str, str]:
    """The header that says which version is meant; ``*`` for none."""
    return {"If-None-Match": "*"} if version == "*" else {"If-Match": f'"{version}"'}


class Doors:
    """The service on a database, with somebody of each role in an authority."""

    def __init__(self, url: str) -> None:
        self.clock = Clock()
        settings = Settings(database_url=url, secret=SECRET, log_level="error")
        self.app = create_app(settings, clock=self.clock)
        self.service = self.app.state.service
        self.service.gate = gate_of(self.service.database, own_origin="http://testserver")
        self.database = self.service.database
        self._browsers: dict[tuple[str, str], Browser] = {}

    def of(self, role: Role, authority: str = BUCKS) -> Browser:
        """Return a browser in which somebody of a role is signed in."""
        key = (role.value, authority)
        if key not in self._browsers:
            name = f"{role.value}@{authority.lower()}.example"
            person(self.database, name, role, authority=authority, at=self.clock())
            self._browsers[key] = Browser(self.app, name, authority=authority)
        return self._browsers[key]

    def stranger(self) -> Browser:
        return Browser(self.app, None)

    def system(self, *scopes: Permission, authority: str = BUCKS) -> System:
        with self.database.work(authority, somebody(authority), at=self.clock()) as work:
            new = add_client(work, label="system", scopes=frozenset(scopes), days=30)
        return System(self.app, new.token)

    @property
    def passwords(self) -> Any:
        return CHEAP


@contextmanager
def open_doors(url: str) -> Iterator[Doors]:
    doors = Doors(url)
    try:
        yield doors
    finally:
        doors.database.dispose()
