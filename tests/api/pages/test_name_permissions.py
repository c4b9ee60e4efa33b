"""Leave to see names on pages: asked for, granted by another, refused, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.records.actor import Role
from tests.api.pages.sending import day_fields, hidden_in, send
from tests.api.service import small_county

if TYPE_CHECKING:
    from tests.api.service import DemoService

CHILD, OTHER = sorted(small_county().children)[:2]
WHY = {
    "purpose": "contract_monitoring",
    "reason": "a visit to the provider",
    **day_fields("starts", "2026-03-02"),
    **day_fields("until", "2026-04-30"),
}


def test_what_is_asked_for_is_seen_only_once_it_is_granted(sqlite_demo: DemoService) -> None:
    commissioner, manager = sqlite_demo.of(Role.COMMISSIONER), sqlite_demo.of(Role.MANAGER)
    manager.put(f"/v1/children/{CHILD}/details", {"child_id": CHILD, "full_name": "Ada Example"})
    child = f"/children/{CHILD}"
    assert f"/names?child={CHILD}" in commissioner.get(child).text
    nobody = send(commissioner, "/names", "/names", **WHY)
    assert (nobody.status_code, "Say whose names" in nobody.text) == (422, True)
    unknown = send(commissioner, "/names", "/names", **WHY, child_ids="X-9")
    assert "There is no child X-9" in unknown.text
    assert send(commissioner, "/names", "/names", **WHY, child_ids=CHILD).status_code == 303
    assert "Nobody has answered yet" in commissioner.get("/names").text
    assert "Ada Example" not in commissioner.get(child).text

    asked = manager.get("/names").text
    assert "1 person asks to see names" in asked
    grant = asked.split('action="/names/')[1].split('"')[0]
    hidden = hidden_in(asked, f"/names/{grant}")
    assert commissioner.client.post(f"/names/{grant}", data=hidden).status_code == 403
    assert "Ada Example" not in commissioner.get(child).text
    assert send(manager, "/names", f"/names/{grant}").status_code == 303
    assert "Ada Example" in commissioner.get(child).text
    assert manager.client.post(f"/names/{grant}", data=hidden).status_code == 409
    end = grant.replace("/grant", "/end")
    assert send(manager, "/names", f"/names/{end}").status_code == 303
    assert "Ada Example" not in commissioner.get(child).text


def test_a_manager_gives_leave_but_not_to_themselves(sqlite_demo: DemoService) -> None:
    manager, auditor = sqlite_demo.of(Role.MANAGER), sqlite_demo.of(Role.AUDITOR)
    wanted = {**WHY, "child_ids": f"{CHILD}, {OTHER}"}
    assert "Choose who" in send(manager, "/names", "/names", **wanted).text
    for somebody, status in ((manager, 422), (auditor, 303)):
        answer = send(manager, "/names", "/names", **wanted, user_id=somebody.user_id)
        assert answer.status_code == status
    assert "You may see names" in auditor.get("/names").text
    assert "Your role sees names" in sqlite_demo.of(Role.OFFICER).get("/names").text
