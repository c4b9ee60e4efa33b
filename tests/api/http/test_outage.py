"""A database that goes away: requests are refused with a sentence, and served when it is back."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from api.records.actor import Role
from api.storage.database import Database
from benchmarks.load.local_postgres import LocalPostgres
from tests.api.service import demo_service, load_county, small_county

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[LocalPostgres]:
    with LocalPostgres(durable=True) as running:
        database = Database(running.url("postgres"), durable=False)
        database.create()
        database.dispose()
        load_county(running.url("postgres"))
        yield running


def drop(server: LocalPostgres) -> None:
    """End the server at once, with every connection to it."""
    pid = server.pid
    os.kill(pid, signal.SIGQUIT)
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)


def test_a_dropped_database_is_a_sentence_and_nothing_is_lost(server: LocalPostgres) -> None:
    with demo_service(server.url("postgres")) as demo:
        manager = demo.of(Role.MANAGER)
        referral = sorted(small_county().referrals)[0]
        ranking = f"/v1/referrals/{referral}/matches"
        assert manager.post(ranking, {"top": 3}).status_code == 201
        drop(server)
        for answer in (
            manager.get("/readyz"),
            manager.get("/v1/jobs"),
            manager.post(ranking, {"top": 3}),
            manager.post("/v1/assignments", {"kind": "assignment"}),
            manager.get("/v1/homes"),
        ):
            assert answer.status_code == 503, answer.text
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["Retry-After"] == "5"
            assert "database" in answer.json()["detail"]
        assert manager.get("/healthz").status_code == 200
        assert manager.get("/metrics").status_code == 200
        server.start()
        assert manager.get("/readyz").status_code == 200
        assert len(manager.get(ranking).json()["items"]) == 1
        assert manager.post(ranking, {"top": 3}).status_code == 201
        assert manager.get("/v1/jobs").json()["items"] == []
