"""What a placement officer does beyond one search: offers, a placement, what if, a first visit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from api.records.actor import Role
from tests.api.service import small_county
from tests.browser.conftest import violations_of
from tests.browser.served import Served, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from playwright.sync_api import Browser, Page

    from tests.browser.served import Watched

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def own_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, str]]:
    """Serve a county of these tests' own: they change it."""
    file = tmp_path_factory.mktemp("officer") / "nearhome.sqlite"
    with serving(f"sqlite:///{file}") as started:
        yield started


@pytest.fixture
def served(own_service: tuple[Any, str], browser: Browser) -> Iterator[Served]:
    opened = Served(*own_service, browser)
    yield opened
    opened.close()


def faultless(watched: Watched) -> None:
    assert violations_of(watched.page) == []
    assert watched.quiet() == []
    wide = watched.page.locator("html").evaluate("each => each.scrollWidth")
    assert wide <= watched.page.evaluate("innerWidth")


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
    faultless(officer)
    page.check("input[value=block]")
    page.fill("#why_now", "Nobody of the family can be reached tonight")
    page.click('button:has-text("Open this tier")')
    page.locator("a:has-text('Ask providers')").last.click()
    faultless(officer)
    officer.picture("ask-providers")
    page.check("#provider")
    page.click('button:has-text("Ask those ticked")')
    expect(page.locator("#search + ul")).to_contain_text("Asked 1 provider")
    page.locator("a:has-text('Record it as exhausted')").first.click()
    page.check("#why")
    faultless(officer)
    page.click('button:has-text("Record it as exhausted")')
    page.click("text=Record an offer")
    page.click('button:has-text("Continue")')
    page.select_option("#home_id", "new")
    page.click('button:has-text("Record the offer")')
    expect(page.locator(".govuk-error-summary")).to_contain_text("how many children")
    faultless(officer)
    page.fill("#beds", "1")
    page.select_option("#setting", "foster")
    page.fill("#weekly_fee", "£920")
    page.click('button:has-text("Record the offer")')
    offers = page.locator("[aria-label=Offers]")
    expect(offers).to_contain_text("£920")
    page.click('button:has-text("Accept")')
    expect(offers).to_contain_text("Accepted")
    faultless(officer)
    officer.picture("search-and-offers")
    page.locator("a:has-text('Decline')").click()
    page.check("#why")
    faultless(officer)
    page.click('button:has-text("Decline it")')
    expect(offers).to_contain_text("Declined")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JS", "without JS"])
def test_a_placement_is_watched_and_ends(served: Served, javascript: bool) -> None:
    officer = served.signed_in(Role.OFFICER, javascript=javascript)
    page = officer.page
    child = sorted(small_county().placements)[0 if javascript else 1]
    officer.go(f"/children/{child}")
    page.locator("a[href^='/placements/']").first.click()
    page.click("text=Watch this placement")
    page.check("#signs")
    page.click('button:has-text("Record it")')
    expect(page.locator(".govuk-error-summary")).to_contain_text("looked at again")
    typed_day(page, "day", "2027-01-08")
    page.click('button:has-text("Record it")')
    expect(page.locator("h2:has-text('Watch-list')")).to_be_visible()
    if javascript:
        faultless(officer)
        officer.picture("placement")
    page.click("text=End the placement")
    page.select_option("#ceased", "X1")
    if javascript:
        faultless(officer)
    page.click('button:has-text("Record it")')
    expect(page.locator(".govuk-error-summary")).to_contain_text("why the placement changed")
    page.select_option("#reason", "CARPL")
    page.click('button:has-text("Record it")')
    expect(page.locator("h1")).to_contain_text("Ended")


def test_every_form_of_a_placement_is_accessible(served: Served) -> None:
    officer = served.signed_in(Role.OFFICER)
    child = sorted(small_county().placements)[2]
    for what in ("agreement", "plan", "meeting", "visit", "review", "watch", "pack", "notice"):
        officer.go(f"/placements/PL-{child}/record/{what}")
        expect(officer.page.locator("h1")).to_have_count(1)
        faultless(officer)


def test_a_ranking_is_seen_on_a_map_and_moved_by_a_weight(served: Served) -> None:
    officer = served.signed_in(Role.OFFICER)
    page = officer.page
    officer.go(f"/referrals/{referral_of(2)}")
    page.click('button:has-text("Rank homes now")')
    expect(page.locator("#siblings")).to_be_visible()
    page.click("text=On a map")
    expect(page.locator("#ranking svg")).to_be_visible()
    faultless(officer)
    page.locator("#map").scroll_into_view_if_needed()
    officer.picture("match-map")
    page.click("text=What if?")
    faultless(officer)
    page.select_option("#weight-near_home", "3")
    page.select_option("#weight-needs_fit", "0")
    page.click("text=Show how the ranking moves")
    expect(page.locator("#moves")).to_be_visible()
    faultless(officer)
    officer.picture("what-if")


def test_pages_of_a_search_fit_a_narrow_screen_without_javascript(served: Served) -> None:
    officer = served.signed_in(Role.OFFICER, javascript=False, width=320)
    page, referral = officer.page, f"/referrals/{referral_of(2)}"
    officer.go(referral)
    page.click('button:has-text("Rank homes now")')
    ranking = page.url.removeprefix(served.origin)
    for path in (ranking, f"{ranking}/what-if?weight-near_home=2", f"{referral}/offers/new"):
        officer.go(path)
        wide = page.locator("html").evaluate("each => each.scrollWidth")
        assert wide <= 320, f"{path} is {wide} pixels wide"
    assert officer.quiet() == []


def test_a_newcomer_is_guided_until_they_know_their_way(served: Served) -> None:
    officer = served.signed_in(Role.OFFICER)
    page = officer.page
    officer.go("/queue?show=searches")
    guide = page.get_by_role("region", name="First visit")
    expect(guide).to_contain_text("step 1 of 5")
    faultless(officer)
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
