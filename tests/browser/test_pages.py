"""Pages as people meet them: each role's journey, by mouse and by keyboard, with and without JS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from api.records.actor import Role
from tests.browser.conftest import violations_of

if TYPE_CHECKING:
    from tests.browser.served import Served, Watched

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

OFFICER = (
    "/queue",
    "/queue?find=nothing-like-this",
    "/referrals",
    "/referrals?state=withdrawn",
    "/referrals/new",
    "/vacancies",
    "/vacancies?beds=4&setting=foster",
    "/account",
)
SEEN = {
    Role.OFFICER: OFFICER,
    Role.MANAGER: ("/approvals", "/dashboard", "/dashboard/near", "/dashboard/siblings"),
    Role.COMMISSIONER: ("/sufficiency", "/scenarios", "/scenarios/new", "/scenarios/compare"),
    Role.AUDITOR: ("/audit", "/audit?child=C-0001", "/audit?since=nonsense", "/data-quality"),
    Role.ADMINISTRATOR: ("/users", "/users/new"),
}


def faultless(watched: Watched) -> None:
    assert violations_of(watched.page) == []
    assert watched.quiet() == []


@pytest.mark.parametrize("role", Role)
def test_every_page_of_a_role_is_accessible_and_asks_nobody_else(
    served: Served, role: Role
) -> None:
    watched = served.signed_in(role)
    for path in SEEN[role]:
        watched.go(path)
        expect(watched.page.locator("h1")).to_have_count(1)
        expect(watched.page.locator("text=Demonstration.")).to_be_visible()
        faultless(watched)


@pytest.mark.parametrize("role", Role)
def test_pages_fit_a_narrow_screen_and_work_without_javascript(served: Served, role: Role) -> None:
    watched = served.signed_in(role, javascript=False, width=320)
    for path in SEEN[role]:
        watched.go(path)
        expect(watched.page.locator("h1")).to_be_visible()
        wide = watched.page.locator("html").evaluate("each => each.scrollWidth")
        assert wide <= 320, f"{path} is {wide} pixels wide"
    assert watched.quiet() == []


def test_strangers_sign_in_and_come_to_where_they_wanted_to_go(served: Served) -> None:
    watched = served.signed_in(None)
    watched.go("/vacancies?beds=2")
    faultless(watched)
    watched.page.fill("#sign_in_name", "officer@demo.example")
    watched.page.fill("#password", "not this one")
    watched.page.click('button:has-text("Sign in")')
    expect(watched.page.locator(".govuk-error-summary")).to_contain_text("wrong")
    faultless(watched)
    watched.page.fill("#password", "near home demonstration")
    watched.page.click('button:has-text("Sign in")')
    expect(watched.page).to_have_url(f"{served.origin}/vacancies?beds=2")


def test_what_is_not_there_and_what_is_forbidden_say_so(served: Served) -> None:
    watched = served.signed_in(Role.OFFICER)
    for path, words in (("/nowhere", "There is no page"), ("/users", "Your role may not")):
        watched.go(path)
        expect(watched.page.locator("main")).to_contain_text(words)
        assert violations_of(watched.page) == []


@pytest.mark.parametrize("javascript", [True, False], ids=["with JS", "without JS"])
def test_a_child_is_placed_from_the_referral_to_the_first_night(
    served: Served, javascript: bool
) -> None:
    officer = served.signed_in(Role.OFFICER, javascript=javascript)
    page = officer.page
    officer.go("/queue?show=searches")
    officer.picture("queue")
    referral = somebody_with_a_home(officer)
    officer.picture("matches")
    if javascript:
        faultless(officer)
    page.locator(".nh-card button:has-text('Shortlist')").first.click()
    expect(page.locator("text=On the shortlist").first).to_be_visible()
    boxes = page.locator("input[name=option]")
    for at in range(min(2, boxes.count())):
        boxes.nth(at).check()
    page.click("text=Compare those ticked")
    if javascript:
        faultless(officer)
    officer.picture("compare")
    page.goto(f"{referral}/choice?option=1")
    page.click('button:has-text("Choose this home")')
    expect(page.locator(".govuk-error-summary")).to_contain_text("most appropriate")
    if javascript:
        assert violations_of(page) == []
    page.fill("#reasons", "Nearest to school; meets every assessed need")
    page.click('button:has-text("Choose this home")')
    expect(page.locator("h1")).to_contain_text("Chosen")

    manager = served.signed_in(Role.MANAGER, javascript=javascript)
    for address in task_addresses(officer):
        manager.go(address)
        if manager.page.locator("#action").count():
            manager.page.check("#action")
            manager.page.fill("#remarks", "seen to")
            manager.page.click('button:has-text("Record it")')
    manager.go("/approvals")
    manager.picture("approvals")
    pending = manager.page.locator("th a[href^='/approvals/']")
    for address in [each.get_attribute("href") or "" for each in pending.all()]:
        manager.go(address)
        if javascript:
            faultless(manager)
        manager.picture("approval")
        manager.page.check("#decision")
        manager.page.fill("#reasons", "The right home, near home")
        manager.page.click('button:has-text("Record the decision")')
        expect(manager.page.locator("h1")).to_contain_text("Approved")

    page.goto(referral)
    expect(page.locator("h1")).to_contain_text("Approved")
    page.click("a:has-text('Start the placement')")
    page.click('button:has-text("Start the placement")')
    expect(page.locator("h1")).to_contain_text("Placed")
    officer.picture("referral")
    if javascript:
        faultless(officer)


def somebody_with_a_home(officer: Watched) -> str:
    """Rank homes for those who wait until there is one that is free of doubt."""
    page = officer.page
    waiting = [each.get_attribute("href") or "" for each in page.locator("tbody a").all()]
    for address in waiting:
        officer.go(address)
        if not page.locator('button:has-text("Open the search")').count():
            continue
        page.click('button:has-text("Open the search")')
        page.click('button:has-text("Rank homes now")')
        if page.locator("h1").inner_text()[0].isdigit():
            return f"{officer.origin}{address}"
    raise AssertionError("Nobody in the county has a home that is free of doubt.")


def task_addresses(watched: Watched) -> list[str]:
    found = watched.page.locator("a[href^='/tasks/']").all()
    return [each.get_attribute("href") or "" for each in found]


def test_the_queue_and_a_search_are_worked_by_keyboard_alone(served: Served) -> None:
    watched = served.signed_in(Role.OFFICER)
    watched.go("/queue")
    page = watched.page
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to main content")
    page.keyboard.press("Enter")
    page.locator("#find").focus()
    page.keyboard.type("C-0")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{served.origin}/queue?show=all&find=C-0")
    page.locator("th button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("th[aria-sort=descending]")).to_have_count(1)
    page.locator("tbody a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_be_visible()
    assert watched.quiet() == []


def test_a_hold_is_put_in_place_and_takes_effect_at_once(served: Served) -> None:
    watched = served.signed_in(Role.MANAGER)
    page = watched.page
    watched.go("/vacancies")
    page.locator("tbody th a").last.click()
    page.click("text=Put a hold on this home")
    page.click('button:has-text("Put the hold in place")')
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    assert violations_of(page) == []
    page.check("#kind")
    page.fill("#reason", "an allegation is looked into")
    page.click('button:has-text("Put the hold in place")')
    expect(page.locator("h1")).to_contain_text("on hold")
    faultless(watched)
    watched.picture("home")


def test_a_scenario_is_built_from_a_lever_checked_and_queued(served: Served) -> None:
    watched = served.signed_in(Role.COMMISSIONER)
    page = watched.page
    watched.go("/sufficiency")
    expect(page.locator(".chart canvas, .chart svg").first).to_be_visible()
    watched.picture("sufficiency")
    watched.go("/scenarios/new")
    page.select_option("#kind", "recruit_carers")
    page.click("text=Add this lever")
    faultless(watched)
    page.click("text=Put it in")
    expect(page.locator(".govuk-error-summary")).to_contain_text("needed")
    page.fill("#field-households", "10")
    page.fill("#field-area", "county")
    page.click("text=Put it in")
    assert 'kind = "recruit_carers"' in page.locator("#scenario").input_value()
    page.click("text=Look whether it holds together")
    expect(page.locator(".govuk-notification-banner")).to_contain_text("holds together")
    watched.picture("scenario-builder")
    page.fill("#replications", "2")
    page.click('button:text-is("Run it")')
    expect(page.locator("#progress")).to_contain_text("Queued")
    faultless(watched)
    page.click("text=End it with what is finished")
    expect(page.locator("#progress")).to_contain_text("Cancelled")
    faultless(watched)


def test_an_administrator_adds_somebody_and_an_auditor_sees_it(served: Served) -> None:
    watched = served.signed_in(Role.ADMINISTRATOR)
    page = watched.page
    watched.go("/users/new")
    page.fill("#sign_in_name", "new.officer@demo.example")
    page.click('button:text-is("Add")')
    expect(page.locator(".govuk-error-summary")).to_contain_text("at least one role")
    assert violations_of(page) == []
    page.check("#roles")
    page.click('button:text-is("Add")')
    expect(page.locator(".govuk-panel__title")).to_be_visible()
    faultless(watched)
    auditor = served.signed_in(Role.AUDITOR)
    auditor.go("/audit")
    expect(auditor.page.locator("tbody")).to_contain_text("users U-")
    auditor.page.click("text=Verify the whole chain")
    expect(auditor.page.locator("h1")).to_contain_text("The chain is whole")
    faultless(auditor)
    auditor.picture("audit")
