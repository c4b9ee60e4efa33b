"""What a process does before the first request, and as it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings

if TYPE_CHECKING:
    import pytest

    from tests.api.service import DemoService


def test_worlds_are_read_before_anybody_asks(
    sqlite_demo: DemoService, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared: list[str] = []
    worlds = sqlite_demo.service.worlds
    prepare = worlds.prepare

    def noted(work: Any) -> None:
        prepare(work)
        prepared.append(work.authority)

    monkeypatch.setattr(worlds, "prepare", noted)
    with TestClient(sqlite_demo.app):
        pass
    assert prepared == [sqlite_demo.authority]


def test_it_begins_where_there_is_no_database_yet(sqlite_url: str) -> None:
    app = create_app(Settings(demo=True, database_url=f"{sqlite_url}.other"))
    with TestClient(app) as client:
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503
