"""Agreements and budgets on pages: listed, changed, held against what is spent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from api.records.actor import Role
from matcher.domain.agreement import Route
from tests.api.pages.sending import hidden_in, send
from tests.api.service import small_county

if TYPE_CHECKING:
    import httpx2

    from tests.api.service import DemoService

WORLD = small_county()
FRAMEWORK = min(key for key, each in WORLD.agreements.items() if each.route is Route.FRAMEWORK)
BLOCK = min(key for key, each in WORLD.agreements.items() if each.route is Route.BLOCK)


def text_of(answer: httpx2.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def test_an_agreement_says_what_is_used_of_it(sqlite_demo: DemoService) -> None:
    commissioner = sqlite_demo.of(Role.COMMISSIONER)
    living = [each for each in WORLD.placements.values() if each.agreement_id == BLOCK]
    beds = WORLD.agreements[BLOCK].block_beds
    assert f"{min(len(living), beds)} of {beds}" in commissioner.get("/agreements?show=all").text
    page = text_of(commissioner.get(f"/agreements/{BLOCK}"))
    assert f"{beds} beds paid for" in page
    assert all(each.child_id in page for each in living)
    assert text_of(commissioner.get("/agreements?provider=nobody")).count("No agreement fits.") == 1
    provider = text_of(commissioner.get(f"/providers/{WORLD.agreements[BLOCK].provider_id}"))
    assert "of bought placements" in provider
    assert "no placement ended within a year" in provider
    officer = sqlite_demo.of(Role.OFFICER)
    assert "Change it" not in officer.get(f"/agreements/{BLOCK}").text
    assert officer.get(f"/agreements/{BLOCK}/edit").status_code == 403


def test_an_agreement_is_changed_and_keeps_what_was_not(sqlite_demo: DemoService) -> None:
    commissioner = sqlite_demo.of(Role.COMMISSIONER)
    action = f"/agreements/{FRAMEWORK}/edit"
    shown = commissioner.get(action).text
    typed = dict(
        re.findall(r'<input class="govuk-input[^>]* name="([^"]+)" value="([^"]*)"', shown)
    )
    typed |= {**hidden_in(shown, action), "route": "framework", "reason": "a discount was agreed"}
    typed |= {"provider_id": WORLD.agreements[FRAMEWORK].provider_id}
    for part in ("day", "month", "year"):
        typed |= dict(
            re.findall(rf'name="((?:starts|ends)-{part})" type="text" value="(\d+)"', shown)
        )
    wrong = commissioner.client.post(action, data={**typed, "tier": ""})
    assert wrong.status_code == 422
    assert "A framework agreement has a tier" in wrong.text
    typed["sibling_discount_percent"] = "25"
    stored = commissioner.client.post(action, data=typed, follow_redirects=False)
    assert stored.status_code == 303, text_of(stored)
    held = commissioner.get(f"/v1/agreements/{FRAMEWORK}").json()["record"]
    before = WORLD.agreements[FRAMEWORK].model_dump(mode="json")
    assert held["sibling_discount_percent"] == 25
    assert len(held["fees"]) == len(before["fees"])
    assert {each["weekly_fee_pence"] for each in held["fees"]} == {
        each["weekly_fee_pence"] for each in before["fees"]
    }


def test_an_agreement_is_recorded_and_taken_out(sqlite_demo: DemoService) -> None:
    commissioner = sqlite_demo.of(Role.COMMISSIONER)
    new = {"provider_id": min(WORLD.providers), "route": "spot", "fee-0": "1,250.50"}
    answer = send(commissioner, "/agreements/new", "/agreements/new", **new)
    assert "Enter the agreement" in text_of(answer)
    answer = send(commissioner, "/agreements/new", "/agreements/new", agreement_id="A-NEW", **new)
    assert answer.status_code == 303, text_of(answer)
    assert "£1,250.50" in commissioner.get("/agreements/A-NEW").text
    page, action = "/agreements/A-NEW", "/agreements/A-NEW/removal"
    assert "Say why" in text_of(send(commissioner, page, action))
    assert send(commissioner, page, action, reason="typed twice").status_code == 303
    needed = send(commissioner, f"/agreements/{BLOCK}", f"/agreements/{BLOCK}/removal", reason="x")
    assert needed.status_code == 422


def test_a_budget_is_held_against_what_began(sqlite_demo: DemoService) -> None:
    commissioner = sqlite_demo.of(Role.COMMISSIONER)
    new = "/budgets/new"
    for typed in ({"weekly": "many", "route": "all"}, {"weekly": "1", "route": "nonsense"}):
        answer = send(commissioner, new, new, **typed)
        assert answer.status_code == 422
        assert f'value="{typed["weekly"]}"' in answer.text
    answer = send(commissioner, new, new, route="block", weekly="£1,000")
    assert answer.status_code == 303, text_of(answer)
    shown = commissioner.get("/budgets?period=year")
    assert "£1,000" in text_of(shown)
    (address,) = re.findall(r'href="(/budgets/BU-[^"]+)">£1,000', shown.text)
    assert "Enter how much" in text_of(send(commissioner, address, address, reason="less"))
    cut = send(commissioner, address, address, weekly="0", reason="less")
    assert cut.status_code == 303
    page = commissioner.get("/budgets/started?period=year&route=block").text
    fee = sum(
        each.weekly_fee_pence or 0
        for each in WORLD.placements.values()
        if each.child_id in page and WORLD.agreements.get(each.agreement_id or "")
    )
    assert (f"{fee // 100:,}" in text_of(commissioner.get("/budgets?period=year"))) is (fee > 0)
    gone = send(commissioner, address, address, do="remove", reason="by mistake", weekly="0")
    assert gone.status_code == 303
    assert address not in commissioner.get("/budgets").text
    assert sqlite_demo.of(Role.MANAGER).get("/budgets").status_code == 200
    assert sqlite_demo.of(Role.OFFICER).get("/budgets").status_code == 403
