"""Casework over HTTP: what is withheld, refused, kept and exported."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from api.casework.procedure import SHIPPED
from api.records.actor import Role
from api.records.text import WITHHELD, free_text_fields
from api.storage.kinds import KINDS

if TYPE_CHECKING:
    from tests.api.access.doors import Browser
    from tests.api.service import DemoService

QUEUES = (
    "/v1/queues/waiting",
    "/v1/queues/overdue",
    "/v1/queues/rematch",
    "/v1/queues/leavers",
    "/v1/queues/permanence",
    "/v1/queues/expiring",
    "/v1/reports/providers",
    "/v1/reports/targets",
    "/v1/reports/spending",
    "/v1/reports/unmet",
    "/v1/reports/sectors",
)


@pytest.fixture
def service(sqlite_demo: DemoService) -> DemoService:
    return sqlite_demo


def one_waiting(officer: Browser) -> dict[str, Any]:
    items = officer.get("/v1/referrals?state=submitted").json()["items"]
    assert items
    return items[0]


def test_free_text_is_for_whoever_may_see_names(service: DemoService) -> None:
    officer, auditor = service.of(Role.OFFICER), service.of(Role.AUDITOR)
    referral_id = one_waiting(officer)["record"]["referral_id"]
    path = f"/v1/referrals/{referral_id}"
    assert officer.get(path).json()["record"]["legal_basis"]["rationale"] != WITHHELD
    assert auditor.get(path).json()["record"]["legal_basis"]["rationale"] == WITHHELD
    listed = auditor.get("/v1/referrals").json()["items"]
    assert {each["record"]["legal_basis"]["rationale"] for each in listed} == {WITHHELD}
    assert auditor.get(f"{path}/history").status_code == 403


def test_every_kind_with_free_text_is_marked_personal() -> None:
    for kind in KINDS.values():
        if free_text_fields(kind.type):
            assert kind.personal, kind.name


def test_what_was_made_is_where_it_is_said_to_be(service: DemoService) -> None:
    officer, manager = service.of(Role.OFFICER), service.of(Role.MANAGER)
    referral_id = one_waiting(officer)["record"]["referral_id"]
    path = f"/v1/referrals/{referral_id}"
    assert officer.post(f"{path}/open-search").status_code == 200
    tier = {"tier": "spot", "why_now": "Tonight."}
    step = manager.post(f"{path}/search-steps", tier)
    home = officer.get("/v1/homes?limit=1").json()["items"][0]["record"]
    stay = officer.get("/v1/placements?state=current&limit=1").json()["items"][0]["record"]
    request = {
        "step_id": step.json()["record"]["step_id"],
        "provider_ids": [home["provider_id"]],
    }
    watch = {"signs": ["missing"], "next_look_on": "2026-03-20"}
    review = {"held_on": service.clock().date().isoformat(), "participation": "PN1"}
    made = (
        step,
        officer.post(f"{path}/shortlist", {"home_id": home["home_id"]}),
        officer.post(f"{path}/provider-requests", request),
        officer.post(f"/v1/placements/{stay['placement_id']}/watches", watch),
        officer.post(f"/v1/children/{stay['child_id']}/reviews", review),
    )
    for answer in made:
        assert answer.status_code == 201, answer.text
        again = officer.get(answer.headers["Location"])
        assert again.json() == answer.json()
        assert again.headers["ETag"] == '"1"'


def test_a_ranking_is_kept_and_its_exclusions_are_worded_page_by_page(
    service: DemoService,
) -> None:
    officer = service.of(Role.OFFICER)
    referral_id = one_waiting(officer)["record"]["referral_id"]
    made = officer.post(f"/v1/referrals/{referral_id}/matches", {"top": 5})
    assert made.status_code == 201
    matches = made.json()["record"]
    again = officer.get(made.headers["Location"])
    assert again.json()["record"] == matches
    pages, after = [], 0
    while after is not None:
        page = officer.get(
            f"/v1/matches/{matches['matches_id']}/exclusions?after={after}&limit=100"
        ).json()
        pages += page["items"]
        after = page["next"]
    assert len(pages) == matches["report"]["excluded_count"] > 0
    assert all(each["sentences"] for each in pages)
    homes = matches["exclusions"]["homes"]
    assert homes >= len(pages)


def test_the_exclusions_of_a_ranking_stay_as_they_were(service: DemoService) -> None:
    officer = service.of(Role.OFFICER)
    for waits in officer.get("/v1/referrals?state=submitted").json()["items"]:
        referral_id = waits["record"]["referral_id"]
        made = officer.post(f"/v1/referrals/{referral_id}/matches", {"top": 5}).json()["record"]
        if made["report"]["eligible_count"]:
            break
    home_id = made["report"]["options"][0]["parts"][0]["home_id"]
    path = f"/v1/matches/{made['matches_id']}/exclusions?limit=200"
    before = officer.get(path).json()
    assert home_id not in {each["home_id"] for each in before["items"]}
    service.clock.now += timedelta(minutes=1)
    allegation = {"scope": "home", "target_id": home_id, "received_at": "2025-03-31T08:00:00Z"}
    assert officer.post("/v1/allegations", allegation).status_code == 201
    assert officer.get(path).json() == before
    new = officer.post(f"/v1/referrals/{referral_id}/matches", {"top": 5}).json()["record"]
    assert new["report"]["excluded_count"] == made["report"]["excluded_count"] + 1


def test_a_step_on_an_old_version_is_refused(service: DemoService) -> None:
    officer = service.of(Role.OFFICER)
    referral_id = one_waiting(officer)["record"]["referral_id"]
    path = f"/v1/referrals/{referral_id}/open-search"
    stale = officer.ask("POST", path, headers={"If-Match": '"9"'})
    assert (stale.status_code, stale.json()["status"]) == (412, 412)
    assert officer.post(path).status_code == 200
    again = officer.post(path)
    assert again.status_code == 409
    assert "what is possible now" in again.json()["detail"]


def test_asking_twice_with_one_key_drafts_once(service: DemoService) -> None:
    officer = service.of(Role.OFFICER)
    child = one_waiting(officer)["record"]["child_ids"]
    sent = {"child_ids": child, "received_on": "2025-03-31", "needed_by": "2025-04-20"}
    key = {"Idempotency-Key": "0193b7a2-draft-1"}
    first = officer.ask("POST", "/v1/referrals", json=sent, headers=key)
    second = officer.ask("POST", "/v1/referrals", json=sent, headers=key)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert len(officer.get("/v1/referrals?state=drafted").json()["items"]) == 1


def test_what_may_be_done_next_is_said(service: DemoService) -> None:
    referral_id = one_waiting(service.of(Role.OFFICER))["record"]["referral_id"]
    path = f"/v1/referrals/{referral_id}/actions"
    actions = {each["action"]: each for each in service.of(Role.AUDITOR).get(path).json()}
    assert set(actions) == {"amend", "hand_back", "open_search", "withdraw"}
    assert not any(each["allowed"] for each in actions.values())


@pytest.mark.parametrize("path", QUEUES)
def test_queues_count_what_they_list(service: DemoService, path: str) -> None:
    answer = service.of(Role.MANAGER).get(path)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["count"] == len(body["items"])


def test_spending_and_the_course_of_targets_are_those_of_the_pages(service: DemoService) -> None:
    manager, today = service.of(Role.MANAGER), service.clock().date().isoformat()
    spent = manager.get("/v1/reports/spending?period=year").json()
    assert spent["since"] == "2025-04-01"
    total = next(each for each in spent["items"] if each["route"] is None)
    placed = manager.get("/v1/placements?state=current&limit=200").json()["items"]
    assert total["living"]["placements"] == len(placed)
    assert manager.get("/v1/reports/spending?period=decade").status_code == 422
    course = manager.get("/v1/reports/targets/course").json()
    assert (course["days"][0], course["days"][-1]) == ("2025-03-31", today)
    measured = manager.get("/v1/reports/targets").json()["items"]
    figures = {each["indicator"]: each["now"] for each in measured if each["now"] is not None}
    assert figures == {name: course["figures"][name][-1] for name in figures}
    assert len(figures) > 3


def test_the_queue_of_who_waits_has_everybody_who_waits(service: DemoService) -> None:
    officer = service.of(Role.OFFICER)
    waiting = officer.get("/v1/queues/waiting").json()["items"]
    listed = officer.get("/v1/referrals?state=submitted").json()["items"]
    assert {w["referral_id"] for w in waiting} == {r["record"]["referral_id"] for r in listed}


def test_the_return_is_csv_files_in_a_zip(service: DemoService) -> None:
    manager = service.of(Role.MANAGER)
    year = service.clock().year + (service.clock().month > 3)
    answer = manager.get(f"/v1/exports/ssda903?year={year}")
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = archive.namelist()
        rows = list(csv.DictReader(io.StringIO(archive.read("episodes.csv").decode())))
    assert names == ["header.csv", "episodes.csv", "reviews.csv", "uasc.csv"]
    assert len(rows) > 40
    faults = manager.get(f"/v1/exports/ssda903/faults?year={year}").json()
    assert faults["no_legal_status"] == 0
    # A return holds birthdays and postcodes: it is not for those who may not see them.
    commissioner = service.of(Role.COMMISSIONER)
    assert commissioner.get(f"/v1/exports/ssda903?year={year}").status_code == 403
    assert service.of(Role.OFFICER).get(f"/v1/exports/ssda903?year={year}").status_code == 403


def test_the_procedure_is_the_councils_own(service: DemoService) -> None:
    administrator = service.of(Role.ADMINISTRATOR)
    sent = SHIPPED.model_dump(mode="json")
    wrong = {**sent, "tiers": ["in_house", "nowhere"]}
    assert administrator.put("/v1/procedures/casework", wrong).status_code == 409
    assert administrator.put("/v1/procedures/casework", sent).status_code == 201
    assert administrator.put("/v1/procedures/casework", sent, 1).status_code == 200
    assert administrator.put("/v1/procedures/casework", sent, 1).status_code == 412
    assert service.of(Role.OFFICER).put("/v1/procedures/casework", sent, 2).status_code == 403


def test_an_officer_does_not_lift_a_hold_by_closing_an_allegation(service: DemoService) -> None:
    officer = service.of(Role.OFFICER)
    home_id = officer.get("/v1/homes?limit=1").json()["items"][0]["record"]["home_id"]
    sent = {"scope": "home", "target_id": home_id, "received_at": "2025-03-31T08:00:00Z"}
    path = officer.post("/v1/allegations", sent).headers["Location"]
    assert officer.post(f"{path}/told-lado", {"day": "2025-03-31"}).status_code == 200
    closed = {"outcome": "unfounded", "lift_hold": True}
    assert officer.post(f"{path}/close", closed).status_code == 403
    assert service.of(Role.MANAGER).post(f"{path}/close", closed).status_code == 200
