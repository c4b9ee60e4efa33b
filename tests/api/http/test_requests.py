"""What happens to every request: its number, its headers, its log, its end."""

from __future__ import annotations

import io
import json
import logging
import sys
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel
from starlette.testclient import TestClient

from api import logs
from api.app import create_app
from api.errors import (
    ConflictError,
    NotAllowedError,
    NotSignedInError,
    PreconditionMissingError,
    StaleError,
    TooManyError,
    UnavailableError,
)
from api.middleware.guarding import POLICY
from api.records.actor import Role
from api.settings import LogFormat, Settings
from matcher.errors import CheckFailedError, NearHomeError, NotFoundError, PolicyError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.api.service import DemoService

SECRET_NAME = "Zebediah Quillfeather"
"""Of nobody; whatever holds it has let a name out."""


class Sent(BaseModel):
    number: int


@pytest.fixture
def app(sqlite_url: str) -> Iterator[FastAPI]:
    made = create_app(Settings(demo=True, database_url=sqlite_url, request_bytes=2000))
    trial = APIRouter()

    @trial.get("/trial/fault")
    def fault() -> None:
        raise RuntimeError(f"{SECRET_NAME} cannot be divided")

    @trial.post("/trial/body")
    def body(sent: Sent) -> Sent:
        return sent

    made.include_router(trial)
    yield made
    made.state.service.database.dispose()


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app)


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Log as the service does, and give back what was set before."""
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure(Settings(demo=True, log_format=LogFormat.JSON, log_level="debug"))
    yield stream
    root.handlers[:], root.level = before
    logging.raiseExceptions = True
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_every_answer_has_the_security_headers(client: TestClient) -> None:
    for path in ("/healthz", "/v1/jobs", "/nowhere", "/trial/fault", "/openapi.json"):
        headers = client.get(path).headers
        assert headers["Content-Security-Policy"] == POLICY, path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Near-Home-Demo"] == "synthetic"
        assert "Server" not in headers
        assert "Strict-Transport-Security" not in headers


def test_browsers_that_come_by_https_are_told_to_stay_with_it(sqlite_url: str) -> None:
    settings = Settings(demo=True, database_url=sqlite_url, public_url="https://near.example")
    headers = TestClient(create_app(settings)).get("/healthz").headers
    assert headers["Strict-Transport-Security"].startswith("max-age=63072000")


def test_the_policy_lets_nothing_in_from_elsewhere() -> None:
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert "default-src 'none'" in POLICY


def test_a_request_has_one_number_in_header_problem_and_log(
    client: TestClient, logged: io.StringIO
) -> None:
    answer = client.get("/v1/jobs")
    number = answer.headers["X-Request-ID"]
    assert answer.json()["instance"] == f"urn:near-home:request:{number}"
    (line,) = [each for each in lines(logged) if each["event"] == "request"]
    assert (line["request_id"], line["route"], line["status"]) == (number, "/v1/jobs", 401)


@pytest.mark.parametrize(
    ("sent", "taken"),
    [
        ("5f0c954c1d6b4d0f8a3f3a0d1c2b7e11", True),
        ("5f0c954c-1d6b-4d0f-8a3f-3a0d1c2b7e11", True),
        ("Jane-Doe", False),
        ("5f0c954c", False),
    ],
)
def test_a_proxys_number_is_taken_over_when_it_is_one(
    client: TestClient, sent: str, taken: bool
) -> None:
    found = client.get("/healthz", headers={"X-Request-ID": sent}).headers["X-Request-ID"]
    assert (found == sent.replace("-", "")) is taken


def test_a_fault_ends_in_a_sentence_and_its_message_stays_nowhere(
    client: TestClient, logged: io.StringIO
) -> None:
    answer = client.get("/trial/fault")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert SECRET_NAME not in answer.text
    assert "Traceback" not in answer.text
    written = logged.getvalue()
    assert SECRET_NAME not in written
    (line,) = [line for line in map(json.loads, written.splitlines()) if line["event"] == "fault"]
    assert line["error"] == ["builtins.RuntimeError"]
    assert line["at"][-1].startswith("test_requests.py")
    assert "nearhome_faults_total" in client.get("/metrics").text


def test_a_wrong_body_is_told_by_place_and_never_repeated(client: TestClient) -> None:
    answer = client.post("/trial/body", json={"number": SECRET_NAME})
    assert answer.status_code == 422
    problem = answer.json()
    assert (problem["field"], problem["rule"]) == ("body.number", "int_parsing")
    assert SECRET_NAME not in answer.text
    assert SECRET_NAME not in client.post("/trial/body", content=SECRET_NAME.encode()).text
    assert SECRET_NAME not in client.post("/trial/body", json={SECRET_NAME: 1}).text


def test_a_request_that_is_too_large_is_not_read(client: TestClient) -> None:
    told = client.post("/trial/body", content=b"x" * 3000)
    assert told.status_code == 413
    untold = client.post("/trial/body", content=iter([b"x" * 1500, b"x" * 1500]))
    assert untold.status_code == 413
    assert untold.headers["content-type"] == "application/problem+json"


def test_addresses_and_queries_are_not_logged(client: TestClient, logged: io.StringIO) -> None:
    client.get(f"/v1/children/{SECRET_NAME}?after={SECRET_NAME}")
    client.get(f"/{SECRET_NAME}")
    client.request(SECRET_NAME.split()[0].upper(), "/healthz")
    written = logged.getvalue()
    assert SECRET_NAME.split()[0].lower() not in written.lower()
    assert SECRET_NAME.split()[0].lower() not in client.get("/metrics").text.lower()


def test_what_libraries_put_into_their_lines_is_not_logged(
    logged: io.StringIO,
) -> None:
    logging.getLogger("some.library").warning("could not store %s", SECRET_NAME)
    try:
        raise ValueError(SECRET_NAME)
    except ValueError:
        logging.getLogger("some.library").exception("failed")
    written = logged.getvalue()
    assert SECRET_NAME not in written
    told = [json.loads(line) for line in written.splitlines()]
    assert [line["event"] for line in told] == ["could not store %s", "failed"]
    assert told[1]["error"] == ["builtins.ValueError"]


@pytest.mark.parametrize(
    ("error", "status", "slug"),
    [
        (NotSignedInError("Who?"), 401, "not-signed-in"),
        (NotAllowedError("No."), 403, "not-allowed"),
        (NotFoundError("Where?"), 404, "not-found"),
        (ConflictError("Taken.", field="bed", rule="BED_BOOKED_ONCE"), 409, "conflict"),
        (StaleError("Old."), 412, "stale"),
        (UsageError("How?"), 422, "invalid"),
        (PolicyError("What?"), 422, "invalid"),
        (PreconditionMissingError("Which?"), 428, "which-version"),
        (TooManyError("Often.", retry_after_seconds=7), 429, "too-often"),
        (CheckFailedError(["Wrong."]), 500, "check-failed"),
        (NearHomeError("Oh."), 500, "fault"),
        (UnavailableError("Away."), 503, "unavailable"),
    ],
)
def test_every_error_has_its_status(
    app: FastAPI, error: NearHomeError, status: int, slug: str
) -> None:
    router = APIRouter()

    @router.get("/trial/error")
    def raising() -> None:
        raise error

    app.include_router(router)
    answer = TestClient(app).get("/trial/error")
    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (status, status)
    assert problem["type"] == f"/problems#{slug}"
    assert problem["detail"] == error.sentence
    assert problem.get("rule") == getattr(error, "rule", None)
    if status == 429:
        assert answer.headers["Retry-After"] == "7"


def test_readiness_says_that_the_schema_is_missing(sqlite_url: str) -> None:
    settings = Settings(demo=True, database_url=f"{sqlite_url}.other")
    client = TestClient(create_app(settings))
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "nearhome db upgrade" in answer.json()["detail"]
    assert "nearhome_ready 0.0" in client.get("/metrics").text


def test_metrics_count_by_operation(sqlite_demo: DemoService) -> None:
    manager = sqlite_demo.of(Role.MANAGER)
    manager.post("/v1/assignments", {"kind": "assignment"})
    manager.get("/v1/jobs")
    told = manager.get("/metrics").text
    assert 'nearhome_http_requests_total{method="GET",route="/v1/jobs",status="200"}' in told
    assert 'nearhome_jobs{kind="assignment",state="queued"} 1.0' in told
