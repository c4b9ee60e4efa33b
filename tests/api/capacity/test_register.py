"""Records of the register over HTTP: stored, changed, found, taken out, and their history."""

import pytest

from api.records.actor import Permission, Role
from tests.api.access.gates import after
from tests.api.capacity.registers import (
    AGREEMENT,
    BUDGET,
    DETAILS,
    ELSEWHERE,
    EXEMPTION,
    GROUP,
    PROVIDER,
    RESIDENT,
    child,
    create,
    fill,
    home,
)

NOUNS = {
    "providers/P-1": (PROVIDER, {"urn": 1234567}, Role.MANAGER),
    "agreements/A-1": (AGREEMENT, {"tier": 2}, Role.COMMISSIONER),
    "homes/H-1": (home(agreement_ids=["A-1"]), {"beds_usable": 1}, Role.MANAGER),
    "sibling-groups/SG-1": (GROUP, {"together": "required"}, Role.MANAGER),
    "children/C-1": (child(sibling_group_id="SG-1"), {"solo": True}, Role.MANAGER),
    "children/C-1/details": (DETAILS, {"known_as": "Z"}, Role.MANAGER),
    "exemptions/E-1": (EXEMPTION, {"until": "2026-06-01"}, Role.MANAGER),
    "residents/R-1": (RESIDENT, {"age": 11}, Role.MANAGER),
    "budgets/B-1": (BUDGET, {"budget": {"route": None, "weekly_pence": 7}}, Role.COMMISSIONER),
}


def test_every_noun_is_stored_changed_and_remembered(doors):
    fill(doors)
    for noun, (body, change, role) in NOUNS.items():
        browser, path = doors.of(role), f"/v1/{noun}"
        before = doors.clock.now = after(minutes=1)
        assert browser.put(path, body).status_code in (409, 412), noun
        assert browser.ask("PUT", path, json=body).status_code == 428, noun
        doors.clock.now = after(minutes=2)
        changed = browser.put(path, {**body, **change}, 1)
        assert changed.status_code == 200, f"{noun}: {changed.text}"
        assert changed.headers["etag"] == '"2"'
        stale = browser.put(path, body, 1)
        assert stale.status_code == 412, noun
        assert browser.get(path).json()["version"] == 2
        if noun.endswith("details"):
            items = browser.get(f"{path}/history").json()["items"]
            assert [each["record"]["known_as"] for each in items] == ["Zeb", "Z"]
            continue
        then = browser.get(path, params={"as_of": before.isoformat()}).json()
        assert then["version"] == 1, noun
        items = browser.get(f"{path}/history").json()["items"]
        assert [each["version"] for each in items] == [1, 2]
        assert items[1]["record"] != items[0]["record"]
        assert {each["actor"] for each in items} == {browser.user_id}
        listed = browser.get(path.rsplit("/", 1)[0]).json()["items"]
        assert [each["version"] for each in listed] == [2], noun


def test_what_is_named_is_there_and_stays(doors):
    manager = doors.of(Role.MANAGER)
    commissioner = doors.of(Role.COMMISSIONER)
    for path, body, field in (
        ("homes/H-1", home(), "provider_id"),
        ("residents/R-1", RESIDENT, "home_id"),
        ("exemptions/E-1", EXEMPTION, "home_id"),
        ("children/C-1", child(sibling_group_id="SG-1"), "sibling_group_id"),
    ):
        answer = manager.put(f"/v1/{path}", body)
        assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text
    fill(doors)
    wrong = manager.put("/v1/homes/H-2", home("H-2", agreement_ids=["A-9"]))
    assert wrong.json()["field"] == "agreement_ids"
    assert wrong.status_code == 422
    wrong = manager.put(
        "/v1/exemptions/E-2", {**EXEMPTION, "exemption_id": "E-2", "rule": "DISTANCE"}
    )
    assert wrong.json()["field"] == "rule"
    reason = {"Near-Home-Reason": "entered twice", "If-Match": '"1"'}
    for browser, path in (
        (manager, "providers/P-1"),
        (commissioner, "agreements/A-1"),
        (manager, "homes/H-1"),
        (manager, "sibling-groups/SG-1"),
        (manager, "children/C-1"),
    ):
        answer = browser.ask("DELETE", f"/v1/{path}", headers=reason)
        assert answer.status_code == 409, f"{path}: {answer.text}"
    no_reason = manager.ask("DELETE", "/v1/exemptions/E-1", headers={"If-Match": '"1"'})
    assert no_reason.status_code == 422
    assert manager.ask("DELETE", "/v1/exemptions/E-1", headers=reason).status_code == 204
    assert manager.get("/v1/exemptions/E-1").status_code == 404
    items = manager.get("/v1/exemptions/E-1/history").json()["items"]
    assert [each["retired"] for each in items] == [False, True]
    assert items[1]["reason"] == "entered twice"
    create(manager, "/v1/children/C-2", child("C-2"))
    assert manager.ask("DELETE", "/v1/children/C-2", headers=reason).status_code == 204


def test_wrong_identifiers_and_other_councils_children(sqlite_doors):
    manager = sqlite_doors.of(Role.MANAGER)
    answer = manager.put("/v1/children/C-2", child("C-1"))
    assert (answer.status_code, answer.json()["field"]) == (422, "child_id")
    answer = manager.put("/v1/children/C-1", child(authority=ELSEWHERE))
    assert (answer.status_code, answer.json()["field"]) == (422, "responsible_authority")
    answer = manager.put("/v1/children/C-1", child(), 1)
    assert answer.status_code == 404
    assert manager.put("/v1/children/C-1", {**child(), "name": "Zeb"}).status_code == 422


def test_lists_come_in_pages_and_are_filtered(doors):
    fill(doors)
    manager = doors.of(Role.MANAGER)
    for number in range(2, 8):
        born = f"20{number + 8:02d}-01-01"
        body = child(f"C-{number}", date_of_birth=born)
        create(manager, f"/v1/children/C-{number}", body)
    found, after_cursor = [], None
    while True:
        params = {"limit": 3} | ({"after": after_cursor} if after_cursor else {})
        page = manager.get("/v1/children", params=params).json()
        found += [each["record"]["child_id"] for each in page["items"]]
        after_cursor = page["next"]
        if after_cursor is None:
            break
    assert found == [f"C-{number}" for number in range(1, 8)]
    born = manager.get("/v1/children", params={"born_from": "2011-01-01", "born_to": "2012-06-01"})
    assert [each["record"]["child_id"] for each in born.json()["items"]] == ["C-3", "C-4"]
    group = manager.get("/v1/children", params={"sibling_group_id": "SG-1"}).json()["items"]
    assert [each["record"]["child_id"] for each in group] == ["C-1"]
    assert manager.get("/v1/children", params={"after": "x"}).status_code == 422
    assert manager.get("/v1/homes", params={"setting": "supported"}).json()["items"] == []
    assert len(manager.get("/v1/homes", params={"setting": "foster"}).json()["items"]) == 1
    assert len(manager.get("/v1/agreements?route=framework").json()["items"]) == 1
    assert manager.get("/v1/agreements?route=spot").json()["items"] == []


def test_names_are_for_those_who_may_see_them(doors):
    fill(doors)
    manager, commissioner = doors.of(Role.MANAGER), doors.of(Role.COMMISSIONER)
    create(manager, "/v1/children/C-2", child("C-2"))
    create(manager, "/v1/children/C-2/details", {**DETAILS, "child_id": "C-2"})
    seen = commissioner.get("/v1/children/C-1").json()["record"]
    assert seen["home_postcode"] == "HP13"
    assert seen["date_of_birth"] == "2014-05-01"
    listed = commissioner.get("/v1/children").json()["items"]
    assert {each["record"]["home_postcode"] for each in listed} == {"HP13"}
    versions = commissioner.get("/v1/children/C-1/history").json()["items"]
    assert versions[0]["record"]["home_postcode"] == "HP13"
    details = "/v1/children/C-1/details"
    assert commissioner.get(details).status_code == 403
    assert manager.get(details).json()["record"]["full_name"] == "Zebedee Quillfeather"
    leave = {
        "user_id": commissioner.user_id,
        "purpose": "contract_monitoring",
        "reason": "a visit",
        "child_ids": ["C-1"],
        "starts": "2026-03-02",
        "until": "2026-03-03",
    }
    assert manager.post("/v1/name-permissions", leave).status_code == 201
    assert commissioner.get(details).status_code == 200
    assert commissioner.get("/v1/children/C-1").json()["record"]["home_postcode"] == "HP13 7PR"
    assert commissioner.get("/v1/children/C-2/details").status_code == 403
    assert commissioner.get("/v1/children/C-2/details/history").status_code == 403
    assert commissioner.get(f"{details}/history").status_code == 200
    permissions = commissioner.get("/v1/session").json()["permissions"]
    assert "look_up_name" in permissions
    assert "read_names" not in permissions
    assert commissioner.get("/v1/children/C-2").json()["record"]["home_postcode"] == "HP13"
    doors.clock.now = after(minutes=10)
    system = doors.system(Permission.READ_CHILDREN)
    assert system.get("/v1/children/C-1").json()["record"]["home_postcode"] == "HP13"
    assert system.get(details).status_code == 403


def test_every_reading_of_a_child_is_written_down(doors):
    fill(doors)
    officer = doors.of(Role.OFFICER)
    ways = (
        "/v1/children/C-1",
        "/v1/children",
        "/v1/children/C-1/history",
        "/v1/children/C-1/details",
        "/v1/exemptions/E-1",
        "/v1/exemptions",
        "/v1/exemptions/E-1/history",
    )
    for path in ways:
        before = reads(doors, officer)
        assert officer.get(path).status_code == 200
        assert reads(doors, officer) == before + 1, path
    before = reads(doors, officer)
    assert officer.get("/v1/children/C-9").status_code == 404
    assert officer.get("/v1/homes/H-1").status_code == 200
    assert reads(doors, officer) == before


def reads(doors, browser):
    with doors.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT actor, action, child_ids FROM audit_entries")
        return sum(
            row.actor == browser.user_id and row.action == "read" and "C-1" in row.child_ids
            for row in rows
        )


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.AUDITOR])
def test_reasons_are_free_text_and_kept_from_those_who_see_no_names(sqlite_doors, role):
    fill(sqlite_doors)
    manager = sqlite_doors.of(Role.MANAGER)
    answer = manager.ask(
        "PUT",
        "/v1/homes/H-1",
        json=home(beds_usable=1),
        headers={"If-Match": '"1"', "Near-Home-Reason": "Zebedee broke a bed"},
    )
    assert answer.status_code == 200
    for browser, shown in ((manager, "Zebedee broke a bed"), (sqlite_doors.of(role), None)):
        items = browser.get("/v1/homes/H-1/history").json()["items"]
        assert (items[1]["reason"] == shown) is (shown is not None)
