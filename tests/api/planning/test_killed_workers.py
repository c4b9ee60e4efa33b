"""Jobs outlive the processes that do them, and run once wherever they are picked up."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any

from api.records.actor import Role
from api.records.job import JobState
from api.storage.jobs import JobStore
from tests.api.planning.test_jobs_over_http import SCENARIO
from tests.api.planning.workers import eventually, workers
from tests.api.service import DemoService, demo_service

if TYPE_CHECKING:
    from api.records.job import Job

LEASE_SECONDS = 2


def ask(demo: DemoService, replications: int) -> str:
    asked = demo.of(Role.MANAGER).post(
        "/v1/scenarios",
        {"kind": "scenario", "scenario": SCENARIO, "replications": replications},
    )
    assert asked.status_code == 202, asked.text
    return asked.headers["Location"].rsplit("/", 1)[1]


def job(demo: DemoService, job_id: str) -> Job:
    return JobStore(demo.database).get(demo.authority, job_id)


def futures(demo: DemoService, job_id: str) -> int:
    found = job(demo, job_id)
    return 0 if found.progress is None else found.progress.done or 0


def summary(demo: DemoService, job_id: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(JobStore(demo.database).file(job_id, "summary.json")[1])
    return content


def test_a_killed_workers_scenario_goes_on_in_another(postgres_demo_url: str) -> None:
    with demo_service(postgres_demo_url, job_lease_seconds=LEASE_SECONDS) as demo:
        with workers(demo, 1) as (first,):
            killed = ask(demo, 2)
            eventually(lambda: futures(demo, killed) >= 1)
            first.kill()
            first.wait()
        left = job(demo, killed)
        assert left.state is JobState.RUNNING
        undisturbed = ask(demo, 2)
        with workers(demo, 1):
            eventually(lambda: job(demo, killed).state.ended and job(demo, undisturbed).state.ended)
        ended = job(demo, killed)
        assert (ended.state, ended.attempt) == (JobState.DONE, 2)
        assert job(demo, undisturbed).attempt == 1
        # What was resumed is what would have come of it anyway.
        assert summary(demo, killed) == summary(demo, undisturbed)
        entries = demo.of(Role.AUDITOR).get("/v1/jobs").json()["items"]
        assert [each["job"]["state"] for each in entries] == ["done", "done"]


def test_cancelling_ends_a_job_and_telling_its_worker_to_end_gives_it_back(
    sqlite_demo: DemoService,
) -> None:
    with workers(sqlite_demo, 1) as (worker,):
        asked = ask(sqlite_demo, 1000)
        eventually(lambda: futures(sqlite_demo, asked) >= 2)
        sqlite_demo.of(Role.MANAGER).post(f"/v1/jobs/{asked}/cancel")
        eventually(lambda: job(sqlite_demo, asked).state.ended)
        later = ask(sqlite_demo, 1000)
        eventually(lambda: futures(sqlite_demo, later) >= 1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait() == 0
    ended = job(sqlite_demo, asked)
    assert ended.state is JobState.CANCELLED
    assert ended.sentence is not None
    assert "the best until then is kept" in ended.sentence
    assert 2 <= summary(sqlite_demo, asked)["replications"] < 1000
    left = job(sqlite_demo, later)
    assert (left.state, left.attempt) == (JobState.QUEUED, 1)
