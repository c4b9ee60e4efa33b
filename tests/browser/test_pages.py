"""Pages as people meet them: each role's journey, by mouse and by keyboard, with and without JS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from api.records.actor import Role
from tests.browser.axe import violations

if TYPE_CHECKING:
    from tests.browser.served import Served, Watched

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# What stands on each page in each of its states is looked at in test_every_page.py; here people
# go from page to page, and axe looks only at what they meet on the way and nowhere else.


JAVASCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["with JS", "without JS"])


def faultless(watched: Watched) -> None:
    """Check a page that is met on the way, and nowhere else."""
    if watched.javascript:
        assert violations(watched.page) == []
    assert watched.quiet() == []


@pytest.mark.parametrize(
    ("role", "path"), [(Role.MANAGER, "/approvals"), (Role.COMMISSIONER, "/scenarios")]
)
def test_lists_in_which_nothing_is_yet(served: Served, role: Role, path: str) -> None:
    watched = served.signed_in(role)
    watched.go(path)
    expect(watched.page.locator("tbody")).to_have_count(0)
    faultless(watched)


def test_strangers_sign_in_and_come_to_where_they_wanted_to_go(served: Served) -> None:
    watched = served.signed_in(None)
    watched.go("/vacancies?beds=2")
    watched.page.fill("#sign_in_name", "officer@demo.example")
    watched.page.fill("#password", "not this one")
    watched.page.click('button:has-text("Sign in")')
    expect(watched.page.locator(".govuk-error-summary")).to_contain_text("wrong")
    watched.page.fill("#password", "near home demonstration")
    watched.page.click('button:has-text("Sign in")')
    expect(watched.page).to_have_url(f"{served.origin}/vacancies?beds=2")


@JAVASCRIPT
def test_a_child_is_placed_from_the_referral_to_the_first_night(
    served: Served, javascript: bool
) -> None:
    officer = served.signed_in(Role.OFFICER, javascript=javascript)
    page = officer.page
    officer.go("/queue?show=searches")
    officer.picture("queue")
    referral = somebody_with_a_home(officer)
    officer.picture("matches")
    page.locator(".nh-card button:has-text('Shortlist')").first.click()
    expect(page.locator("text=On the shortlist").first).to_be_visible()
    boxes = page.locator("input[name=option]")
    for at in range(min(2, boxes.count())):
        boxes.nth(at).check()
    page.click("text=Compare those ticked")
    expect(page.locator("h1")).to_be_visible()
    officer.picture("compare")
    page.goto(f"{referral}/choice?option=1")
    page.click('button:has-text("Choose this home")')
    expect(page.locator(".govuk-error-summary")).to_contain_text("most appropriate")
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
        manager.picture("approval")
        manager.page.check("#decision")
        manager.page.fill("#reasons", "The right home, near home")
        manager.page.click('button:has-text("Record the decision")')
        expect(manager.page.locator("h1")).to_contain_text("Approved")
    faultless(manager)

    page.goto(referral)
    expect(page.locator("h1")).to_contain_text("Approved")
    page.click("a:has-text('Start the placement')")
    page.click('button:has-text("Start the placement")')
    expect(page.locator("h1")).to_contain_text("Placed")
    officer.picture("referral")
    faultless(officer)


def somebody_with_a_home(officer: Watched) -> str:
    """Rank homes for those who wait until there is one that is free of doubt."""
    page = officer.page
    waiting = [each.get_attribute("href") or "" for each in page.locator("tbody a").all()]
    for address in waiting:
        officer.go(address)
        if not page.locator('button:has-text("Open the search")').count():
            continue
        for button in ("Open the search", "Rank homes now"):
            with page.expect_navigation():
                page.click(f"button:has-text('{button}')")
        if page.locator("h1").inner_text()[0].isdigit():
            return f"{officer.origin}{address}"
    raise AssertionError("Nobody in the county has a home that is free of doubt.")


def task_addresses(watched: Watched) -> list[str]:
    found = watched.page.locator("a[href^='/tasks/']").all()
    return [each.get_attribute("href") or "" for each in found]


@JAVASCRIPT
def test_a_hold_is_put_in_place_and_takes_effect_at_once(served: Served, javascript: bool) -> None:
    watched = served.signed_in(Role.MANAGER, javascript=javascript)
    page = watched.page
    watched.go("/vacancies")
    page.locator("tbody th a").last.click()
    page.click("text=Put a hold on this home")
    page.click('button:has-text("Put the hold in place")')
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    page.check("#kind")
    page.fill("#reason", "an allegation is looked into")
    page.click('button:has-text("Put the hold in place")')
    expect(page.locator("h1")).to_contain_text("on hold")
    assert watched.quiet() == []
    watched.picture("home")


@JAVASCRIPT
def test_a_home_that_opens_is_added_to_the_vacancies(served: Served, javascript: bool) -> None:
    watched = served.signed_in(Role.COMMISSIONER, javascript=javascript)
    page = watched.page
    watched.go("/vacancies")
    page.click("text=Add a home")
    page.select_option("#provider", index=1)
    page.select_option("#setting", "foster")
    page.click('button:text-is("Continue")')
    page.fill("#beds_approved", "2")
    page.fill("#beds_usable", "2")
    page.fill("#postcode", "hp111bb" if javascript else "hp12")
    page.check("#terms-2")
    page.fill("#age_to", "17")
    page.click('button:text-is("Add this home")')
    expect(page.locator(".govuk-error-summary")).to_contain_text("Say who told you")
    expect(page.locator("#age_to")).to_have_value("17")
    watched.picture("new-home")
    page.fill("#reason", "Panel of 12 March")
    page.click('button:text-is("Add this home")')
    expect(page.locator("h1")).to_contain_text("2 beds free")
    # Who sees no names is not shown the reason, which is free text.
    expect(page.locator("#history + ol")).to_contain_text("created, by U-")
    expect(page.locator("#history + ol")).not_to_contain_text("Panel of 12 March")
    assert watched.quiet() == []


@JAVASCRIPT
def test_a_scenario_is_built_from_a_lever_checked_and_queued(
    served: Served, javascript: bool
) -> None:
    watched = served.signed_in(Role.COMMISSIONER, javascript=javascript)
    page = watched.page
    watched.go("/sufficiency")
    expect(page.locator(".chart svg")).to_have_count(1 if javascript else 0)
    watched.picture("sufficiency")
    watched.go("/scenarios/new")
    page.select_option("#kind", "recruit_carers")
    page.click("text=Add this lever")
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
    page.click("text=End it with what is finished")
    expect(page.locator("#progress")).to_contain_text("Cancelled")
    faultless(watched)


@JAVASCRIPT
def test_an_administrator_adds_somebody_and_an_auditor_sees_it(
    served: Served, javascript: bool
) -> None:
    watched = served.signed_in(Role.ADMINISTRATOR, javascript=javascript)
    page = watched.page
    watched.go("/users/new")
    page.fill("#sign_in_name", f"new.officer.{javascript}@demo.example")
    page.click('button:text-is("Add")')
    expect(page.locator(".govuk-error-summary")).to_contain_text("at least one role")
    page.check("#roles")
    page.click('button:text-is("Add")')
    expect(page.locator(".govuk-panel__title")).to_be_visible()
    faultless(watched)
    auditor = served.signed_in(Role.AUDITOR, javascript=javascript)
    auditor.go("/audit")
    expect(auditor.page.locator("tbody")).to_contain_text("users U-")
    auditor.page.click("text=Verify the whole chain")
    expect(auditor.page.locator("h1")).to_contain_text("The chain is whole")
    assert auditor.quiet() == []
    auditor.picture("audit")
