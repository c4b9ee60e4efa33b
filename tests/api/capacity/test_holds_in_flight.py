"""A hold counts from its commit in every process: searches in flight and choices made before."""

from api.records.actor import Role
from api.records.referral_case import CaseState
from api.worlds.worlds import Worlds
from tests.api.capacity.cases import TODAY, case, working
from tests.api.capacity.registers import child, create, fill

LADO = {"scope": "home", "target_id": "H-1", "kind": "lado", "reason": "referred to the LADO"}


def test_a_hold_stops_rankings_and_choices_in_another_process_too(doors):
    fill(doors)
    officer = doors.of(Role.OFFICER)
    create(officer, "/v1/children/C-2", child("C-2"))
    with working(doors) as work:
        work.put(case("RF-1", "C-2", CaseState.SEARCHING, TODAY), reason="test")
    here, elsewhere = doors.service.worlds, Worlds(doors.database)

    def failing(worlds):
        with working(doors) as work:
            excluded = worlds.rank(work, "RF-1").report.excluded_by_rule
            refusals = worlds.recheck(work, {"C-2": "H-1"}).refusals
        return "HOLD" in excluded, "HOLD" in {refusal.rule for refusal in refusals}

    assert [failing(worlds) for worlds in (here, elsewhere)] == [(False, False)] * 2
    placed = officer.post("/v1/holds", LADO)
    assert placed.status_code == 201
    assert [effect["referral_id"] for effect in placed.json()["effect"]["searches"]] == []
    assert [failing(worlds) for worlds in (here, elsewhere)] == [(True, True)] * 2
    at = placed.headers["location"]
    lifted = doors.of(Role.MANAGER).ask(
        "DELETE", at, headers={"If-Match": '"1"', "Near-Home-Reason": "no case to answer"}
    )
    assert lifted.status_code == 204
    assert [failing(worlds) for worlds in (here, elsewhere)] == [(False, False)] * 2
