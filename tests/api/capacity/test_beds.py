"""Vacancies with their age, beds by date, residents, and holds that name whom they touch."""

from api.records.actor import Permission, Role
from api.records.capacity import Booking, BookingPurpose
from tests.api.access.gates import after
from tests.api.capacity.cases import lives, search, working
from tests.api.capacity.registers import RESIDENT, child, create, fill, home


def vacancies(browser, **params):
    answer = browser.get("/v1/vacancies", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_vacancies_count_who_lives_there_and_show_their_age(doors):
    fill(doors)
    officer = doors.of(Role.OFFICER)
    found = vacancies(officer)["items"]
    assert len(found) == 1
    vacancy = found[0]
    assert (vacancy["beds_usable"], vacancy["beds_taken"], vacancy["beds_free"]) == (2, 1, 1)
    assert vacancy["confirmed_on"] is None
    assert vacancy["routes"] == ["framework"]
    assert vacancy["area"] == "HP11"

    body = {"confirmed_on": "2026-02-20", "beds_usable": 2}
    assert (
        officer.put("/v1/homes/H-1/vacancy", {"confirmed_on": "2026-03-03"}, 1).status_code == 422
    )
    assert officer.put("/v1/homes/H-1/vacancy", body, 1).status_code == 200
    assert officer.put("/v1/homes/H-1/vacancy", body, 1).status_code == 412
    earlier = officer.put("/v1/homes/H-1/vacancy", {"confirmed_on": "2026-02-01"}, 2)
    assert (earlier.status_code, earlier.json()["field"]) == (422, "confirmed_on")
    confirmed = vacancies(officer)["items"][0]
    assert confirmed["confirmed_days_ago"] == 10
    assert confirmed["version"] == 2
    assert vacancies(officer, confirmed_within_days=10)["items"]
    assert not vacancies(officer, confirmed_within_days=9)["items"]

    lives(doors, "C-1")
    assert not vacancies(officer)["items"]
    full = vacancies(officer, beds_free=0)["items"][0]
    assert (full["beds_free"], full["next_free_on"]) == (0, None)


def test_vacancies_are_looked_for_by_area_setting_route_and_day(doors):
    fill(doors)
    manager = doors.of(Role.MANAGER)
    create(manager, "/v1/homes/H-2", home("H-2", postcode="RG1 1AA", setting="childrens_home"))
    create(manager, "/v1/homes/H-3", home("H-3", postcode=None, available_from="2026-04-01"))

    def ids(**params):
        return [each["home_id"] for each in vacancies(manager, **params)["items"]]

    assert ids() == ["H-1", "H-2"]
    assert ids(area="hp") == ["H-1"]
    assert ids(area="RG1") == ["H-2"]
    assert ids(setting="childrens_home") == ["H-2"]
    assert ids(setting=["childrens_home", "foster"]) == ["H-1", "H-2"]
    assert ids(route="framework") == ["H-1"]
    assert ids(route="spot") == []
    assert ids(day="2026-04-01") == ["H-1", "H-2", "H-3"]
    assert ids(beds_free=2) == ["H-2"]
    assert ids(provider_id="P-9") == []
    first = vacancies(manager, limit=1)
    assert [each["home_id"] for each in first["items"]] == ["H-1"]
    second = vacancies(manager, limit=1, after=first["next"])
    assert [each["home_id"] for each in second["items"]] == ["H-2"]
    assert second["next"] is None
    assert manager.get("/v1/vacancies", params={"area": "1"}).status_code == 422


def test_beds_by_date(doors):
    fill(doors)
    officer = doors.of(Role.OFFICER)
    lives(doors, "C-1")
    beds = officer.get("/v1/homes/H-1/beds").json()
    assert [bed["bed"] for bed in beds["beds"]] == [1, 2]
    taken = [bed["taken"][0] for bed in beds["beds"]]
    assert {each["purpose"] for each in taken} == {"placement", "resident"}
    assert {each["child_id"] for each in taken} == {"C-1", None}
    before = officer.get("/v1/homes/H-1/beds", params={"from": "2025-01-01", "to": "2025-02-01"})
    assert [bed["taken"] for bed in before.json()["beds"]] == [[], []]
    wrong = officer.get("/v1/homes/H-1/beds", params={"from": "2025-02-01", "to": "2025-01-01"})
    assert wrong.status_code == 422
    system = doors.system(Permission.READ_HOMES)
    unnamed = system.get("/v1/homes/H-1/beds").json()["beds"]
    assert {each["child_id"] for bed in unnamed for each in bed["taken"]} == {None}


def test_a_resident_takes_a_bed_moves_and_leaves(doors):
    fill(doors)
    manager = doors.of(Role.MANAGER)
    create(manager, "/v1/homes/H-2", home("H-2"))

    def free():
        found = vacancies(manager, beds_free=0)["items"]
        return {each["home_id"]: each["beds_free"] for each in found}

    assert free() == {"H-1": 1, "H-2": 2}
    doors.clock.now = after(minutes=5)
    moved = manager.put("/v1/residents/R-1", {**RESIDENT, "home_id": "H-2"}, 1)
    assert moved.status_code == 200, moved.text
    assert free() == {"H-1": 2, "H-2": 1}
    staying = {**RESIDENT, "home_id": "H-2", "kind": "staying_put", "responsible_authority": None}
    assert manager.put("/v1/residents/R-1", staying, 2).status_code == 200
    with working(doors) as work:
        purposes = [held.record.purpose for held in work.find(Booking, home_id="H-2")]
    assert purposes == [BookingPurpose.STAYING_PUT]
    to_come = manager.put(
        "/v1/residents/R-2",
        {**RESIDENT, "resident_id": "R-2"},
        params={"since": "2026-03-09"},
    )
    assert to_come.status_code == 422
    left = manager.ask(
        "DELETE",
        "/v1/residents/R-1",
        headers={"If-Match": '"3"', "Near-Home-Reason": "moved on"},
    )
    assert left.status_code == 204
    assert free() == {"H-1": 2, "H-2": 2}


def test_more_residents_than_beds_is_told_and_not_refused(sqlite_doors):
    fill(sqlite_doors)
    manager = sqlite_doors.of(Role.MANAGER)
    for number in (2, 3):
        body = {**RESIDENT, "resident_id": f"R-{number}"}
        create(manager, f"/v1/residents/R-{number}", body)
    beds = manager.get("/v1/homes/H-1/beds").json()["beds"]
    assert [bed["beyond"] for bed in beds] == [False, False, True]


def test_a_hold_counts_at_once_and_names_whom_it_touches(doors):
    fill(doors)
    officer, manager = doors.of(Role.OFFICER), doors.of(Role.MANAGER)
    create(manager, "/v1/children/C-2", child("C-2"))
    lives(doors, "C-1")
    search(doors, "C-2")
    body = {
        "scope": "provider",
        "target_id": "P-1",
        "kind": "lado",
        "reason": "allegation referred",
    }
    assert officer.post("/v1/holds", {**body, "target_id": "P-9"}).status_code == 422
    placed = officer.post("/v1/holds", body)
    assert placed.status_code == 201, placed.text
    effect = placed.json()["effect"]
    assert effect["home_ids"] == ["H-1"]
    assert [each["child_id"] for each in effect["living_there"]] == ["C-1", None]
    assert [each["resident_id"] for each in effect["living_there"]] == [None, "R-1"]
    assert effect["searches"] == [{"referral_id": "RF-1", "home_id": "H-1", "chosen": True}]
    at = placed.headers["location"]
    assert officer.get(f"{at}/effect").json() == effect
    assert vacancies(officer, beds_free=0)["items"][0]["holds"] == ["lado"]

    hold = placed.json()["record"]
    reason = {"Near-Home-Reason": "outcome known"}
    shorter = {**hold, "until": "2026-03-09"}
    headers = {**reason, "If-Match": '"1"'}
    refused = officer.ask("PUT", at, json=shorter, headers=headers)
    assert (refused.status_code, refused.json()["rule"]) == (403, "lift_holds")
    assert officer.ask("DELETE", at, headers=headers).status_code == 403
    assert manager.ask("PUT", at, json=shorter, headers=headers).status_code == 200
    headers = {**reason, "If-Match": '"2"'}
    longer = {**hold, "until": "2026-03-20"}
    assert officer.ask("PUT", at, json=longer, headers=headers).status_code == 200
    headers = {**reason, "If-Match": '"3"'}
    assert manager.ask("DELETE", at, headers=headers).status_code == 204
    actions = [each["action"] for each in manager.get(f"{at}/history").json()["items"]]
    assert actions == ["hold placed", "hold changed", "hold changed", "hold lifted"]
    assert vacancies(officer, beds_free=0)["items"][0]["holds"] == []


def test_beds_that_are_reserved_are_not_free(sqlite_doors):
    fill(sqlite_doors)
    officer = sqlite_doors.of(Role.OFFICER)
    body = {"scope": "home", "target_id": "H-1", "kind": "reserved", "reason": "a panel decides"}
    assert officer.post("/v1/holds", body).status_code == 422
    assert officer.post("/v1/holds", {**body, "beds": 1}).status_code == 201
    assert vacancies(officer, beds_free=0)["items"][0]["beds_free"] == 0
