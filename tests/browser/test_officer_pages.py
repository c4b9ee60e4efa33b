"""What a placement officer does beyond one search: offers, a placement, what if, a first visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from api.planning.worker import Worker
from api.records.actor import Role
from tests.api.service import small_county

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def referral_of(children: int) -> str:
    made = small_county().referrals
    return min(each for each, case in made.items() if (len(case.child_ids) > 1) == (children > 1))


def typed_day(page: Page, name: str, day: str) -> None:
    for part, text in zip(("year", "month", "day"), day.split("-"), strict=True):
        page.fill(f"[name='{name}-{part}']", text)


def test_a_search_goes_on_to_a_provider_and_its_offer_is_answered(served: Served) -> None:
    officer = served.signed_in(Role.OFFICER)
    page, referral = officer.page, f"/referrals/{referral_of(1)}"
    officer.go(referral)
    page.click('button:has-text("Open the search")')
    page.click("text=Search further")
    page.click('button:has-text("Open this tier")')
    expect(page.locator(".govuk-error-summary")).to_contain_text("Choose where to search next")
    page.check("input[value=block]")
    page.fill("#why_now", "Nobody of the family can be reached tonight")
    page.click('button:has-text("Open this tier")')
    page.locator("a:has-text('Ask providers')").last.click()
    officer.picture("ask-providers")
    page.check("#provider")
    page.click('button:has-text("Ask those ticked")')
    expect(page.locator("#search + ul")).to_contain_text("Asked 1 provider")
    page.locator("a:has-text('Record it as exhausted')").first.click()
    page.check("#why")
    page.click('button:has-text("Record it as exhausted")')
    page.click("text=Record an offer")
    page.click('button:has-text("Continue")')
    page.select_option("#home_id", "new")
    page.click('button:has-text("Record the offer")')
    expect(page.locator(".govuk-error-summary")).to_contain_text("how many children")
    page.fill("#beds", "1")
    page.select_option("#setting", "foster")
    page.fill("#weekly_fee", "£920")
    page.click('button:has-text("Record the offer")')
    offers = page.locator("[aria-label=Offers]")
    expect(offers).to_contain_text("£920")
    page.click('button:has-text("Accept")')
    expect(offers).to_contain_text("Accepted")
    officer.picture("search-and-offers")
    page.locator("a:has-text('Decline')").click()
    page.check("#why")
    page.click('button:has-text("Decline it")')
    expect(offers).to_contain_text("Declined")
    assert officer.quiet() == []


@pytest.mark.parametrize("javascript", [True, False], ids=["with JS", "without JS"])
def test_a_placement_is_watched_and_ends(served: Served, javascript: bool) -> None:
    officer = served.signed_in(Role.OFFICER, javascript=javascript)
    page = officer.page
    child = sorted(small_county().placements)[0]
    officer.go(f"/children/{child}")
    page.locator("a[href^='/placements/']").first.click()
    page.click("text=Watch this placement")
    page.check("#signs")
    page.click('button:has-text("Record it")')
    expect(page.locator(".govuk-error-summary")).to_contain_text("looked at again")
    typed_day(page, "day", "2027-01-08")
    page.click('button:has-text("Record it")')
    expect(page.locator("h2:has-text('Watch-list')")).to_be_visible()
    officer.picture("placement")
    page.click("text=End the placement")
    page.select_option("#ceased", "X1")
    page.click('button:has-text("Record it")')
    expect(page.locator(".govuk-error-summary")).to_contain_text("why the placement changed")
    page.select_option("#reason", "CARPL")
    page.click('button:has-text("Record it")')
    expect(page.locator("h1")).to_contain_text("Ended")
    assert officer.quiet() == []


def test_a_ranking_is_seen_on_a_map_and_moved_by_a_weight(served: Served) -> None:
    officer = served.signed_in(Role.OFFICER)
    page = officer.page
    officer.go(f"/referrals/{referral_of(2)}")
    page.click('button:has-text("Rank homes now")')
    expect(page.locator("#siblings")).to_be_visible()
    page.click("text=On a map")
    expect(page.locator("#ranking svg")).to_be_visible()
    page.locator("#map").scroll_into_view_if_needed()
    officer.picture("match-map")
    page.click("text=What if?")
    page.select_option("#weight-near_home", "3")
    page.select_option("#weight-needs_fit", "0")
    page.click("text=Show how the ranking moves")
    expect(page.locator("#moves")).to_be_visible()
    officer.picture("what-if")
    assert officer.quiet() == []


def test_a_plan_is_asked_for_read_and_taken_up(served: Served) -> None:
    manager = served.signed_in(Role.MANAGER)
    page = manager.page
    manager.go("/plans")
    page.click('button:has-text("Make a plan")')
    expect(page.locator("#progress")).to_contain_text("Queued")
    Worker(served.service.settings, served.service.database, served.service.clock).once()
    expect(page.locator("h1")).to_contain_text("without a home")
    manager.picture("plan")
    page.locator('button:has-text("Look and choose")').first.click()
    expect(page.locator("input[name=option]:checked")).to_have_count(1)
    assert manager.quiet() == []


def test_a_form_is_not_lost_without_a_connection(served: Served) -> None:
    commissioner = served.signed_in(Role.COMMISSIONER)
    page = commissioner.page
    commissioner.go("/targets/TG-3")
    expect(page.locator("#course svg")).to_be_visible()
    commissioner.picture("target")
    page.fill("#reason", "More family homes")
    page.context.set_offline(True)
    page.click('button:has-text("Record the review")')
    expect(page.locator("#offline")).to_contain_text("No connection")
    expect(page.locator("#reason")).to_have_value("More family homes")
    page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden()
    page.click('button:has-text("Record the review")')
    expect(page).to_have_url(f"{served.origin}/targets")


def test_a_newcomer_is_guided_until_they_know_their_way(served: Served) -> None:
    officer = served.signed_in(Role.OFFICER)
    page = officer.page
    officer.go("/queue?show=searches")
    guide = page.get_by_role("region", name="First visit")
    expect(guide).to_contain_text("step 1 of 5")
    officer.picture("first-visit")
    page.locator("tbody a").first.click()
    expect(guide).to_contain_text("step 2 of 5")
    page.locator("button:has-text('I know my way')").focus()
    page.keyboard.press("Enter")
    expect(guide).to_have_count(0)
    officer.go("/queue")
    expect(guide).to_have_count(0)
    officer.go("/account")
    page.click('button:has-text("Begin it again")')
    expect(guide).to_contain_text("step 1 of 5")
    assert officer.quiet() == []
