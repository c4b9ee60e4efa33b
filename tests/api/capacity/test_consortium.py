"""Beds offered to a consortium are seen by its members, and nothing else crosses."""

from api.records.actor import Role
from tests.api.access.gates import after
from tests.api.capacity.registers import CONSORTIUM, ELSEWHERE, SHARED, create, fill

THIRD = "E10000002"


def test_members_see_what_is_offered_and_nothing_else(doors):
    fill(doors)
    ours = doors.of(Role.COMMISSIONER)
    theirs, others = doors.of(Role.COMMISSIONER, ELSEWHERE), doors.of(Role.OFFICER, THIRD)
    assert ours.put("/v1/shared-beds/SB-1", SHARED).status_code == 404
    wrong = {**CONSORTIUM, "members": ["E06000060"]}
    assert ours.put("/v1/consortia/CO-1", wrong).status_code == 422
    create(ours, "/v1/consortia/CO-1", CONSORTIUM)
    assert ours.put("/v1/shared-beds/SB-1", {**SHARED, "beds": 9}).status_code == 422
    create(ours, "/v1/shared-beds/SB-1", SHARED)

    seen = theirs.get("/v1/consortium-beds").json()["items"]
    assert len(seen) == 1
    assert (seen[0]["area"], seen[0]["beds"], seen[0]["authority"]) == ("HP11", 1, "E06000060")
    assert "home_id" not in seen[0]
    assert "offered_to" not in seen[0]
    one = "/v1/consortium-beds/E06000060/SB-1"
    assert theirs.get(one).json() == seen[0]
    assert theirs.get("/v1/shared-beds/SB-1").status_code == 404
    assert theirs.get("/v1/consortia/CO-1").status_code == 404
    assert theirs.get("/v1/homes/H-1").status_code == 404
    assert others.get("/v1/consortium-beds").json()["items"] == []
    assert others.get(one).status_code == 404
    assert ours.get("/v1/consortium-beds").json()["items"] == []

    both = {**CONSORTIUM, "members": [THIRD]}
    assert ours.put("/v1/consortia/CO-1", both, 1).status_code == 200
    assert theirs.get(one).status_code == 404
    assert others.get(one).status_code == 200
    reason = {"Near-Home-Reason": "leaving", "If-Match": '"2"'}
    assert ours.ask("DELETE", "/v1/consortia/CO-1", headers=reason).status_code == 409
    assert ours.ask("DELETE", "/v1/shared-beds/SB-1", headers=reason).status_code == 204
    assert others.get(one).status_code == 404
    assert ours.ask("DELETE", "/v1/consortia/CO-1", headers=reason).status_code == 204


def test_an_offer_that_is_over_is_not_seen(sqlite_doors):
    doors = sqlite_doors
    fill(doors)
    ours, theirs = doors.of(Role.COMMISSIONER), doors.of(Role.OFFICER, ELSEWHERE)
    create(ours, "/v1/consortia/CO-1", CONSORTIUM)
    create(ours, "/v1/shared-beds/SB-1", {**SHARED, "until": "2026-03-02"})
    assert len(theirs.get("/v1/consortium-beds").json()["items"]) == 1
    doors.clock.now = after(hours=14)
    again = doors.of(Role.MANAGER, ELSEWHERE)
    assert len(again.get("/v1/consortium-beds").json()["items"]) == 1
    doors.clock.now = after(hours=16)
    tomorrow = doors.of(Role.AUDITOR, ELSEWHERE)
    assert tomorrow.get("/v1/consortium-beds").json()["items"] == []


def test_a_home_that_is_shared_stays(sqlite_doors):
    fill(sqlite_doors)
    ours, manager = sqlite_doors.of(Role.COMMISSIONER), sqlite_doors.of(Role.MANAGER)
    create(ours, "/v1/consortia/CO-1", CONSORTIUM)
    create(ours, "/v1/shared-beds/SB-1", SHARED)
    reason = {"Near-Home-Reason": "closed", "If-Match": '"1"'}
    assert manager.ask("DELETE", "/v1/homes/H-1", headers=reason).status_code == 409


def test_an_offer_is_taken_up_as_a_home_with_unknowns(doors):
    fill(doors)
    ours, theirs = doors.of(Role.COMMISSIONER), doors.of(Role.OFFICER, ELSEWHERE)
    create(ours, "/v1/consortia/CO-1", CONSORTIUM)
    create(ours, "/v1/shared-beds/SB-1", {**SHARED, "weekly_fee_pence": 91000})
    at = "/v1/consortium-beds/E06000060/SB-1/home"
    taken = theirs.post(at)
    assert taken.status_code == 200, taken.text
    home = taken.json()["record"]
    assert (home["home_id"], home["provider_id"]) == ("E06000060.SB-1", "E06000060")
    assert (home["postcode"], home["beds_usable"], home["registered"]) == ("HP11", 1, None)
    vacancy = theirs.get("/v1/vacancies").json()["items"][0]
    assert vacancy["routes"] == ["consortium"]
    agreement = theirs.get("/v1/agreements/E06000060.SB-1").json()["record"]
    assert agreement["fees"][0]["weekly_fee_pence"] == 91000
    assert ours.put("/v1/shared-beds/SB-1", {**SHARED, "beds": 2}, 1).status_code == 200
    again = theirs.post(at).json()
    offers = ours.get("/v1/shared-beds/SB-1/history").json()["items"]
    assert [each["record"]["beds"] for each in offers] == [1, 2]
    assert (again["version"], again["record"]["beds_usable"]) == (2, 2)
    assert doors.of(Role.OFFICER, THIRD).post(at).status_code == 404
    assert ours.get("/v1/homes/E06000060.SB-1").status_code == 404
