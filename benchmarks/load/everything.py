"""Every operation as every role, many times over, rightly and wrongly: what was answered."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fastapi.testclient import TestClient

from api import demonstration, logs
from api.app import create_app
from api.records.actor import Role
from api.settings import LogLevel, read_settings
from benchmarks.load.officers import CHEAP
from benchmarks.load.operations import Asked, ask_all, known_identifiers
from scenarios.county import make_county

if TYPE_CHECKING:
    from collections.abc import Mapping


def ask_everything(url: str, *, short: bool) -> dict[str, Any]:
    """Ask every operation as a stranger and as every role.

    Parameters
    ----------
    url
        Of an empty database.
    short
        Whether to ask each once, and only some.
    """
    settings = read_settings(
        demo=True,
        database_url=url,
        log_level=LogLevel.ERROR,
        solving_per_minute=100_000,
        sign_ins_per_minute=10_000,
    )
    logs.configure(settings)
    world = make_county(size=0.1)
    app = create_app(settings)
    demonstration.load(app.state.service.database, CHEAP, world, at=datetime.now(UTC))
    began = time.process_time()
    asked = [
        ask_all(
            app,
            _Person(app, role).headers,
            examples=1 if short else 2,
            known=known_identifiers(world),
            wrongly=not short,
            only="/v1/homes" if short else None,
        )
        for role in (None, *Role)
    ]
    app.state.service.database.dispose()
    return {
        "operations": max(each.operations for each in asked),
        "roles": len(asked),
        "requests": sum(sum(each.answers.values()) for each in asked),
        "done": _answers(asked, 200, 399),
        "refused": _answers(asked, 400, 499),
        "faults": _answers(asked, 500, 599),
        "undocumented": sum(len(each.faults) for each in asked),
        "cpu_seconds": round(time.process_time() - began),
        "what": [line for each in asked for line in each.faults][:50],
    }


def _answers(asked: list[Asked], low: int, high: int) -> int:
    return sum(
        count for each in asked for status, count in each.answers.items() if low <= status <= high
    )


class _Person:
    """Somebody of a role, who signs in again when they are signed out."""

    def __init__(self, app: Any, role: Role | None) -> None:
        self._app = app
        self._role = role

    def headers(self) -> Mapping[str, str]:
        """Return what identifies them."""
        if self._role is None:
            return {}
        client = TestClient(self._app)
        name = next(each.name for each in demonstration.SIGN_INS if each.role is self._role)
        answer = client.post(
            "/v1/session", json={"sign_in_name": name, "password": demonstration.PASSWORD}
        )
        answer.raise_for_status()
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        return {"Near-Home-CSRF": answer.json()["forgery_token"], "Cookie": cookies}
