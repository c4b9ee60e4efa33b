"""The audit trail and retention over HTTP: asked, proved, printed, kept and erased."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from api.records.actor import Role
from tests.api.service import small_county

if TYPE_CHECKING:
    from tests.api.service import DemoService


def asked(demo: DemoService, role: Role, path: str, **how: Any) -> Any:
    """Return the JSON of an answer that must be good."""
    answer = demo.of(role).get(path, **how)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_who_read_what_is_asked_page_by_page(demo: DemoService) -> None:
    child_id = sorted(small_county().children)[0]
    asked(demo, Role.OFFICER, f"/v1/children/{child_id}")
    first = asked(demo, Role.AUDITOR, f"/v1/audit/entries?child_id={child_id}&limit=1")
    assert first["items"][0]["action"] == "read"
    assert first["items"][0]["role"] == "officer"
    rest = asked(demo, Role.AUDITOR, f"/v1/audit/entries?child_id={child_id}&after={first['next']}")
    assert rest["items"][-1]["action"] in ("created", "imported")
    assert rest["items"][-1]["sequence"] < first["items"][0]["sequence"]
    again = asked(demo, Role.AUDITOR, f"/v1/audit/entries?child_id={child_id}&action=read")
    assert [each["role"] for each in again["items"]][:2] == ["auditor", "auditor"]
    assert demo.of(Role.AUDITOR).get("/v1/audit/entries?after=soon").status_code == 422
    assert demo.of(Role.OFFICER).get("/v1/audit/entries").status_code == 403


def test_an_entry_shows_what_was_so_before_and_after(sqlite_demo: DemoService) -> None:
    home_id = sorted(small_county().homes)[0]
    officer = sqlite_demo.of(Role.OFFICER)
    held = asked(sqlite_demo, Role.OFFICER, f"/v1/homes/{home_id}")
    changed = {**held["record"], "pets": None, "post_18": not held["record"]["post_18"]}
    changed.pop("pets")
    answer = officer.put(f"/v1/homes/{home_id}", changed, held["version"])
    assert answer.status_code == 200, answer.text
    found = asked(
        sqlite_demo, Role.AUDITOR, f"/v1/audit/entries?kind=homes&record_id={home_id}&limit=1"
    )
    sequence = found["items"][0]["sequence"]
    entry = asked(sqlite_demo, Role.AUDITOR, f"/v1/audit/entries/{sequence}")
    assert entry["before"]["post_18"] is not entry["after"]["post_18"]
    assert entry["version"] == held["version"] + 1
    assert sqlite_demo.of(Role.AUDITOR).get("/v1/audit/entries/99999999").status_code == 404


def test_the_trail_is_proved_over_http(demo: DemoService) -> None:
    anchor = asked(demo, Role.AUDITOR, "/v1/audit/head")
    auditor = demo.of(Role.AUDITOR)
    good = auditor.post("/v1/audit/verifications", json={"anchors": [anchor]})
    assert good.status_code == 200, good.text
    assert good.json()["sound"] is True
    assert good.json()["anchors"] == 1
    bad = {**anchor, "hash": "0" * 64}
    found = auditor.post("/v1/audit/verifications", json={"anchors": [bad]}).json()
    assert [each["fault"] for each in found["findings"]] == ["anchor_broken"]


def test_everything_about_a_child_comes_as_an_archive(sqlite_demo: DemoService) -> None:
    child_id = sorted(small_county().placements)[0]
    manager = sqlite_demo.of(Role.MANAGER)
    why = manager.get(f"/v1/children/{child_id}/everything")
    assert (why.status_code, why.json()["field"]) == (422, "header.Near-Home-Reason")
    answer = manager.get(
        f"/v1/children/{child_id}/everything", headers={"Near-Home-Reason": "asked for by her"}
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert json.loads(archive.read("everything.json"))["child_id"] == child_id
    officer = sqlite_demo.of(Role.OFFICER)
    refused = officer.get(
        f"/v1/children/{child_id}/everything", headers={"Near-Home-Reason": "curious"}
    )
    assert refused.status_code == 403


def test_nothing_is_due_and_a_hold_is_placed_and_lifted(sqlite_demo: DemoService) -> None:
    administrator = sqlite_demo.of(Role.ADMINISTRATOR)
    plan = asked(sqlite_demo, Role.ADMINISTRATOR, "/v1/retention/plan")
    assert plan["due"] == []
    later = asked(sqlite_demo, Role.ADMINISTRATOR, "/v1/retention/plan?on=2140-01-01")
    assert {each["basis"] for each in later["due"]} >= {"looked_after"}
    assert (
        asked(sqlite_demo, Role.ADMINISTRATOR, "/v1/retention/schedule")["looked_after_years"] == 75
    )
    hold = {"hold_id": "LH-1", "reason": "The inquiry.", "starts_on": "2020-01-01"}
    placed = administrator.put("/v1/retention/holds/LH-1", json=hold)
    assert placed.status_code == 201, placed.text
    held = asked(sqlite_demo, Role.ADMINISTRATOR, "/v1/retention/plan?on=2140-01-01")
    assert held["due"] == []
    assert len(held["held"]) >= len(later["due"])
    lifted = administrator.put(
        "/v1/retention/holds/LH-1",
        json={**hold, "lifted_on": "2020-01-02"},
        version=1,
    )
    assert lifted.status_code == 200, lifted.text
    shorter = administrator.put("/v1/retention/schedule", json={"looked_after_years": 74})
    assert shorter.status_code == 422
    longer = administrator.put("/v1/retention/schedule", json={"looked_after_years": 100})
    assert longer.status_code == 201, longer.text
    stale = administrator.post(
        "/v1/retention/erasures", json={"mark": later["mark"], "reason": "schedule"}
    )
    assert stale.status_code == 412, "what was looked at is not due today"
    nothing = administrator.post(
        "/v1/retention/erasures", json={"mark": plan["mark"], "reason": "schedule"}
    )
    assert nothing.status_code == 200
    assert sqlite_demo.of(Role.MANAGER).get("/v1/retention/plan").status_code == 403
