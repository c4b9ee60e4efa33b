"""Names that were planted everywhere are found nowhere that they do not belong."""

from __future__ import annotations

import io
import logging
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import structlog

from api import logs
from api.planning.worker import Worker
from api.records.actor import Role
from api.settings import LogFormat, LogLevel
from api.storage.job_queue import JobQueue
from tests.api.service import small_county

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.api.access.doors import Browser
    from tests.api.service import DemoService

CANARIES = {
    "full_name": "Zebediah Quillfeather",
    "known_as": "Zebbyquill",
    "home_address": "17 Canarywharfingers Row, Nowhereton",
    "case_number": "CASEQX99117",
    "remarks": "Grandmother Philippaquill collects at four",
}
WORDS = ("quill", "canarywharf", "qx99117", "nowhereton")
"""Parts of them that nothing else holds."""


def loose(text: str | bytes) -> list[str]:
    """Return which canaries are out."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", errors="replace")
    return [word for word in WORDS if word in text.lower()]


def loose_in_zip(content: bytes) -> list[str]:
    file = zipfile.ZipFile(io.BytesIO(content))
    return [
        word for name in file.namelist() for word in loose(name + "\n") + loose(file.read(name))
    ]


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch, sqlite_demo: DemoService) -> Iterator[io.StringIO]:
    """Log everything as the service does, and give back what was set before."""
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    logs.configure(
        sqlite_demo.settings.model_copy(
            update={"log_format": LogFormat.JSON, "log_level": LogLevel.DEBUG}
        )
    )
    yield stream
    root.handlers[:], root.level = before
    logging.raiseExceptions = True
    structlog.reset_defaults()


def child_of(demo: DemoService) -> str:
    return sorted(small_county().waiting)[0]


def plant(demo: DemoService, child_id: str) -> None:
    stored = demo.of(Role.OFFICER).put(
        f"/v1/children/{child_id}/details", {"child_id": child_id, **CANARIES}
    )
    assert stored.status_code == 201, stored.text


def stumble(browser: Browser, child_id: str) -> list[str]:
    """Send the names where they do not belong, and return what was answered."""
    name = CANARIES["full_name"]
    answers = [
        browser.get(f"/v1/children/{name}"),
        browser.get("/v1/children", params={"after": name}),
        browser.put(f"/v1/children/{child_id}/details", {name: name}, version=99),
        browser.put(f"/v1/children/{child_id}", {"child_id": name}, version=1),
        browser.post("/v1/referrals", {"child_ids": [name], "needed_by": name}),
        browser.post("/v1/referrals", json=name),
        browser.post("/v1/assignments", {"kind": "assignment", "policy": name}),
        browser.post("/v1/scenarios", {"kind": "scenario", "scenario": f"{name} = "}),
        browser.ask("POST", "/v1/referrals", content=f"{{{name}".encode()),
        browser.get("/v1/jobs", headers={"X-Request-ID": name, "User-Agent": name}),
    ]
    assert all(answer.status_code < 500 for answer in answers)
    return [answer.text for answer in answers]


def test_planted_names_are_in_no_log_metric_error_export_or_job(
    sqlite_demo: DemoService, logged: io.StringIO
) -> None:
    demo = sqlite_demo
    child_id = child_of(demo)
    plant(demo, child_id)
    officer, manager = demo.of(Role.OFFICER), demo.of(Role.MANAGER)
    # They are there for those whom they are for.
    shown = officer.get(f"/v1/children/{child_id}/details")
    assert loose(shown.text) != []

    referral = next(
        each.referral_id for each in small_county().referrals.values() if child_id in each.child_ids
    )
    ranked = officer.post(f"/v1/referrals/{referral}/matches", {"top": 5})
    assert ranked.status_code == 201, ranked.text
    found: dict[str, Any] = {"ranking": loose(ranked.text)}
    found["errors"] = [loose(text) for text in stumble(officer, child_id)]
    found["errors"] = [words for words in found["errors"] if words]

    asked = manager.post("/v1/assignments", {"kind": "assignment"})
    worker = Worker(demo.settings, demo.database, demo.clock)
    assert worker.once()
    where = asked.headers["Location"]
    done = manager.get(where).json()
    assert done["job"]["state"] == "done"
    for each in done["results"]:
        content = manager.get(f"{where}/results/{each['name']}").content
        is_zip = each["name"].endswith(".zip")
        found[each["name"]] = loose_in_zip(content) if is_zip else loose(content)
    found["jobs"] = loose(manager.get("/v1/jobs").text)
    # What a worker is given before it begins, too.
    manager.post("/v1/assignments", {"kind": "assignment"})
    claim = JobQueue(demo.database).claim(at=demo.clock(), lease_seconds=60)
    assert claim is not None
    found["claim"] = loose(claim.job.model_dump_json())

    exported = manager.get("/v1/exports/tables")
    assert exported.status_code == 200, exported.text
    found["export"] = loose_in_zip(exported.content)
    found["metrics"] = loose(manager.get("/metrics").text)
    found["audit"] = loose(demo.of(Role.AUDITOR).get("/v1/audit/entries").text)
    found["log"] = loose(logged.getvalue())
    assert logged.getvalue().count("\n") > 20
    assert {name: words for name, words in found.items() if words} == {}
