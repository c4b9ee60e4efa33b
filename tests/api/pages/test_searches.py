"""The search of a referral on its pages: tiers, requests to providers, offers and answers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from api.records.actor import Role
from tests.api.pages.sending import send
from tests.api.service import small_county

if TYPE_CHECKING:
    from tests.api.access.doors import Browser
    from tests.api.service import DemoService


@pytest.fixture
def referral() -> str:
    """A referral of one child who waits."""
    return min(each for each, made in small_county().referrals.items() if len(made.child_ids) == 1)


def opened(browser: Browser, referral: str) -> str:
    """Open the search, and return its first tier."""
    page = f"/referrals/{referral}"
    answer = send(browser, page, f"{page}/search")
    assert answer.headers["location"] == page
    found = re.search(r"/search-steps/([^/]+)/exhaustion", browser.get(page).text)
    assert found is not None
    return found[1]


def test_a_tier_is_exhausted_and_the_next_one_opened(
    sqlite_demo: DemoService, referral: str
) -> None:
    officer, page = sqlite_demo.of(Role.OFFICER), f"/referrals/{referral}"
    step = opened(officer, referral)
    form = f"/search-steps/{step}/exhaustion"
    assert "Choose why it led to nothing" in send(officer, form, form).text
    answer = send(officer, form, form, why="nobody_there", remarks="Asked the aunt.")
    assert answer.headers["location"] == f"{page}#search"
    answer = send(officer, f"{page}/tiers", f"{page}/tiers", tier="in_house")
    assert answer.headers["location"] == f"{page}#search"
    shown = officer.get(page).text
    assert "nobody there (Asked the aunt.)" in shown
    assert "The council’s own homes" in shown.replace("&#39;", "’")
    again = send(officer, page, f"/search-steps/{step}/reopening")
    assert again.status_code == 303
    assert "exhausted 2" not in officer.get(page).text


def test_a_tier_out_of_turn_asks_why_and_a_dearer_one_is_for_managers(
    sqlite_demo: DemoService, referral: str
) -> None:
    officer = sqlite_demo.of(Role.OFFICER)
    opened(officer, referral)
    form = f"/referrals/{referral}/tiers"
    assert "Out of turn" in officer.get(form).text
    refused = send(officer, form, form, tier="block")
    assert refused.status_code == 422
    assert "are not exhausted" in refused.text
    assert re.search(r'value="block" checked', refused.text)
    reason = "Nobody can be reached tonight"
    assert send(officer, form, form, tier="block", why_now=reason).status_code == 303
    assert reason in officer.get(f"/referrals/{referral}").text
    refused = send(officer, form, form, tier="spot", why_now="Tonight")
    assert "Only a manager opens" in refused.text
    refused = send(officer, form, form, tier="framework", framework_tier="x")
    assert "Choose which tier of the framework" in refused.text
    manager = sqlite_demo.of(Role.MANAGER)
    typed = {"tier": "framework", "framework_tier": "2", "why_now": "Tonight"}
    assert send(manager, form, form, **typed).status_code == 303


def asked(sqlite_demo: DemoService, referral: str) -> str:
    """Ask two providers of the block tier, and return the tier."""
    officer, page = sqlite_demo.of(Role.OFFICER), f"/referrals/{referral}"
    opened(officer, referral)
    send(officer, f"{page}/tiers", f"{page}/tiers", tier="block", why_now="Tonight")
    steps: list[str] = re.findall(r"/search-steps/([^/]+)/requests", officer.get(page).text)
    form = f"/search-steps/{steps[-1]}/requests"
    assert "Tick the providers to ask" in send(officer, form, form).text
    assert "Tick the providers to ask" in send(officer, form, form, provider="P-001").text
    assert send(officer, form, form, provider="P-015").status_code == 303
    return steps[-1]


def test_providers_of_a_tier_are_asked_without_names(
    sqlite_demo: DemoService, referral: str
) -> None:
    officer = sqlite_demo.of(Role.OFFICER)
    step = asked(sqlite_demo, referral)
    shown = officer.get(f"/search-steps/{step}/requests").text
    told = shown.split("What they are told")[1].split("Whom to ask")[0]
    child = small_county().referrals[referral].child_ids[0]
    assert child not in told
    assert str(small_county().children[child].home_postcode) not in told
    assert "P-015" in shown
    assert "asked already" in shown
    assert "P-002" not in shown
    page = officer.get(f"/referrals/{referral}").text
    request = re.search(r"/requests/([^/]+)/closing", page)
    assert request is not None
    assert "Asked 1 provider" in page
    done = send(officer, f"/referrals/{referral}", f"/requests/{request[1]}/closing")
    assert done.status_code == 303
    assert "Closed." in officer.get(f"/referrals/{referral}").text


def test_nobody_is_asked_for_connected_persons(sqlite_demo: DemoService, referral: str) -> None:
    officer = sqlite_demo.of(Role.OFFICER)
    step = opened(officer, referral)
    shown = officer.get(f"/search-steps/{step}/requests").text
    assert "speak with the family" in shown
    assert 'name="provider"' not in shown


def test_an_offer_of_a_home_not_known_is_recorded_accepted_and_declined(
    sqlite_demo: DemoService, referral: str
) -> None:
    officer, page = sqlite_demo.of(Role.OFFICER), f"/referrals/{referral}"
    asked(sqlite_demo, referral)
    form = f"{page}/offers/new"
    assert "Asked for this referral" in officer.get(form).text
    assert "There is no such provider" in officer.get(f"{form}?provider=P-999").text
    filled = f"{form}?provider=P-015"
    assert "It answers the request" in officer.get(filled).text
    for typed, sentence in (
        ({}, "Choose which home"),
        ({"home_id": "new", "beds": "none"}, "how many children it takes"),
        ({"home_id": "new", "beds": "1"}, "what kind of home"),
        ({"home_id": "new", "beds": "1", "setting": "foster", "postcode": "??"}, "ostcode"),
        (
            {"home_id": "new", "beds": "1", "setting": "foster", "weekly_fee": "a lot"},
            "Enter an amount in pounds",
        ),
    ):
        refused = send(officer, filled, form, route="block", **typed)
        assert refused.status_code == 422, typed
        assert sentence in refused.text, typed
        assert "There is a problem" in refused.text
    typed = {"home_id": "new", "beds": "1", "setting": "foster", "postcode": "HP20 1UA"}
    answer = send(officer, filled, form, route="block", weekly_fee="£1,234.00", **typed)
    assert answer.headers["location"] == f"{page}#offers"
    shown = officer.get(page).text
    assert "£1,234" in shown
    offer = re.search(r"/offers/([^/]+)/acceptance", shown)
    assert offer is not None
    assert send(officer, page, f"/offers/{offer[1]}/acceptance").status_code == 303
    assert "Accepted" in officer.get(page).text
    decline = f"/offers/{offer[1]}/decline"
    assert "Choose why it is not taken" in send(officer, decline, decline).text
    assert send(officer, decline, decline, why="too_far").status_code == 303
    shown = officer.get(page).text
    assert "Too far" in shown
    assert decline not in shown


def test_an_offer_of_a_home_of_another_provider_is_refused_at_its_field(
    sqlite_demo: DemoService, referral: str
) -> None:
    officer = sqlite_demo.of(Role.OFFICER)
    other = min(
        each.home_id for each in small_county().homes.values() if each.provider_id != "P-015"
    )
    form = f"/referrals/{referral}/offers/new"
    refused = send(officer, f"{form}?provider=P-015", form, home_id=other, route="block")
    assert refused.status_code == 422
    assert f"Home {other} is not a home of P-015" in refused.text


def test_a_withdrawn_offer_stands_no_longer(sqlite_demo: DemoService, referral: str) -> None:
    officer, page = sqlite_demo.of(Role.OFFICER), f"/referrals/{referral}"
    home = min(
        each.home_id for each in small_county().homes.values() if each.provider_id == "P-015"
    )
    form = f"{page}/offers/new"
    typed = {"home_id": home, "route": "spot"}
    assert send(officer, f"{form}?provider=P-015", form, **typed).status_code == 303
    offer = re.search(r"/offers/([^/]+)/withdrawal", officer.get(page).text)
    assert offer is not None
    assert send(officer, page, f"/offers/{offer[1]}/withdrawal").status_code == 303
    assert "Withdrawn" in officer.get(page).text
