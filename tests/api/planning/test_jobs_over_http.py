"""Jobs as those meet them who ask for them over HTTP, on either database."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from api.casework.learning import learn_bed_values
from api.planning.worker import Worker, jobs_actor
from api.records.actor import Role
from api.storage.job_queue import JobQueue
from tests.api.service import copied, demo_service, job_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.service import DemoService

SCENARIO = """\
name = "A few more carers"
years = 1

[[variant]]
name = "Four more carers"

[[variant.lever]]
kind = "recruit_carers"
households = 4
profiles = ["over_tens"]
area = "county"
over_weeks = 30
recruitment_pounds = 10_000
"""


def work_off(demo: DemoService) -> None:
    """Do every job that waits, in this process."""
    worker = Worker(demo.settings, demo.database, demo.clock)
    while worker.once():
        pass


@pytest.mark.usefixtures("hasty_learning")
def test_a_plan_is_asked_for_followed_and_downloaded(demo: DemoService) -> None:
    actor = jobs_actor(demo.authority)
    learnt = learn_bed_values(demo.database, demo.service.worlds, actor, at=demo.clock())
    assert learnt is not None
    assert learnt.values is not None
    manager = demo.of(Role.MANAGER)
    asked = manager.post(
        "/v1/assignments", {"kind": "assignment", "seconds": 30, "looking_ahead": True}
    )
    assert asked.status_code == 202, asked.text
    where = asked.headers["Location"]
    assert job_of(asked)["state"] == "queued"
    assert job_of(manager.get(where))["state"] == "queued"
    work_off(demo)
    done = manager.get(where).json()
    assert done["job"]["state"] == "done"
    assert [each["name"] for each in done["results"]] == ["plan.csv", "plan.json", "world.zip"]
    plan = manager.get(f"{where}/results/plan.json")
    assert plan.headers["Content-Disposition"] == 'attachment; filename="plan.json"'
    stamp = json.loads(plan.content)["stamp"]
    assert (stamp["policy"], stamp["bed_values"]) == ("balanced", learnt.values.name)
    placed = json.loads(plan.content)["placements"]
    rows = manager.get(f"{where}/results/plan.csv").content.decode("utf-8-sig").splitlines()
    assert len(rows) == 1 + len(placed) + len(json.loads(plan.content)["unplaced"])
    tables = zipfile.ZipFile(io.BytesIO(manager.get(f"{where}/results/world.zip").content))
    assert "children.csv" in tables.namelist()
    events = manager.get(f"{where}/events")
    assert events.headers["content-type"].startswith("text/event-stream")
    assert "event: ended" in events.text
    assert manager.get(f"{where}/results/nothing.csv").status_code == 404


def test_a_scenario_is_of_the_councils_own_records(demo: DemoService) -> None:
    commissioner = demo.of(Role.COMMISSIONER)
    asked = commissioner.post(
        "/v1/scenarios", {"kind": "scenario", "scenario": SCENARIO, "replications": 2}
    )
    assert asked.status_code == 202, asked.text
    work_off(demo)
    where = asked.headers["Location"]
    done = commissioner.get(where).json()
    assert done["job"]["state"] == "done", done
    names = {each["name"] for each in done["results"]}
    assert names >= {"report.html", "workbook.xlsx", "results.csv", "world.zip"}
    summary = json.loads(commissioner.get(f"{where}/results/summary.json").content)
    assert summary["authority"] == demo.authority
    assert summary["stamp"]["as_of"] == demo.clock().date().isoformat()


@pytest.mark.parametrize(
    ("scenario", "says"),
    [
        ('name = "x"\nworld = "/etc"\n', "Leave out 'world'"),
        ('name = "x"\nreturns = "../903"\n', "Leave out 'returns'"),
        ('name = "x"\npolicy = "/etc/passwd.toml"\n', "policy of a scenario"),
        ('name = "x"\nyears = = 3\n', "not TOML at line 2"),
        ('name = "x"\nyears = 99\n', "scenario, line 2"),
    ],
)
def test_a_scenario_that_cannot_be_is_refused_at_once(
    sqlite_demo: DemoService, scenario: str, says: str
) -> None:
    commissioner = sqlite_demo.of(Role.COMMISSIONER)
    refused = commissioner.post("/v1/scenarios", {"kind": "scenario", "scenario": scenario})
    assert refused.status_code == 422
    assert says in refused.json()["detail"]
    assert commissioner.get("/v1/jobs").json()["items"] == []


def test_a_job_that_nobody_has_taken_up_is_cancelled_at_once(demo: DemoService) -> None:
    manager = demo.of(Role.MANAGER)
    where = manager.post("/v1/assignments", {"kind": "assignment"}).headers["Location"]
    assert demo.of(Role.AUDITOR).post(f"{where}/cancel").status_code == 403
    assert job_of(manager.post(f"{where}/cancel"))["state"] == "cancelled"
    assert JobQueue(demo.database).claim(at=demo.clock(), lease_seconds=9) is None
    assert job_of(manager.post(f"{where}/cancel"))["state"] == "cancelled"


def test_the_same_request_under_the_same_key_is_one_job(demo: DemoService) -> None:
    manager = demo.of(Role.MANAGER)
    key = {"Idempotency-Key": "a-key-of-ours"}
    first = manager.post("/v1/assignments", {"kind": "assignment", "seed": 3}, headers=key)
    again = manager.post("/v1/assignments", {"kind": "assignment", "seed": 3}, headers=key)
    assert (again.status_code, again.content) == (202, first.content)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotency-Replayed"] == "true"
    other = manager.post("/v1/assignments", {"kind": "assignment", "seed": 4}, headers=key)
    assert other.status_code == 422
    assert other.json()["field"] == "Idempotency-Key"
    assert len(manager.get("/v1/jobs").json()["items"]) == 1


def test_a_key_is_its_senders_own(sqlite_demo: DemoService) -> None:
    key = {"Idempotency-Key": "the-same-key"}
    for role in (Role.MANAGER, Role.COMMISSIONER):
        asked = sqlite_demo.of(role).post("/v1/assignments", {"kind": "assignment"}, headers=key)
        assert "Idempotency-Replayed" not in asked.headers
    assert len(sqlite_demo.of(Role.MANAGER).get("/v1/jobs").json()["items"]) == 2


def test_jobs_are_listed_page_by_page_the_latest_first(sqlite_demo: DemoService) -> None:
    manager = sqlite_demo.of(Role.MANAGER)
    for _ in range(5):
        sqlite_demo.clock.now = sqlite_demo.clock.now.replace(
            second=sqlite_demo.clock.now.second + 1
        )
        manager.post("/v1/assignments", {"kind": "assignment"})
    found: list[str] = []
    after = ""
    while True:
        page = manager.get(f"/v1/jobs?limit=2{after}").json()
        found += [item["job"]["job_id"] for item in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert len(found) == 5
    assert found == sorted(found, reverse=True)


def test_results_are_not_for_those_who_may_not_read_about_children(
    sqlite_demo: DemoService,
) -> None:
    manager = sqlite_demo.of(Role.MANAGER)
    where = manager.post("/v1/assignments", {"kind": "assignment"}).headers["Location"]
    work_off(sqlite_demo)
    administrator = sqlite_demo.of(Role.ADMINISTRATOR)
    assert administrator.get(where).status_code == 200
    assert administrator.get(f"{where}/results/plan.csv").status_code == 403


def test_whoever_asks_for_too_many_plans_waits(sqlite_county: Path, tmp_path: Path) -> None:
    with demo_service(copied(sqlite_county, tmp_path), solving_per_minute=20) as demo:
        manager = demo.of(Role.MANAGER)
        answers = [manager.post("/v1/assignments", {"kind": "assignment"}) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [202, 202, 429]
        assert int(answers[2].headers["Retry-After"]) == 30
