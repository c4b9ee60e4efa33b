"""The placement officer's work by keyboard alone, and where the keyboard is on every way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from api import demonstration
from tests.api.service import small_county

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.served import Served

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

MOST_STOPS = 150
FOCUSED = """([selector, words]) => {
  const on = document.activeElement;
  // The Design System draws a radio and a tick by its label, over an input that is not seen.
  const drawn = on.matches(".govuk-radios__input, .govuk-checkboxes__input")
    ? getComputedStyle(on.labels[0], "::before") : getComputedStyle(on);
  return {
    there: on.matches(selector) && (on.innerText || on.value || "").includes(words),
    // After the last stop comes the browser's own bar, and then the first again.
    seen: on === document.body || drawn.boxShadow !== "none" || drawn.outlineStyle !== "none",
    what: on.outerHTML.slice(0, 160),
  };
}"""


def tab_to(page: Page, selector: str, words: str = "") -> None:
    """Press Tab until something is reached; whatever it passes shows that it is reached."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED, [selector, words])
        assert stop["seen"], f"nobody sees that the keyboard is at {stop['what']}"
        if stop["there"]:
            return
    raise AssertionError(f"{MOST_STOPS} times Tab do not lead to {selector} {words}")


def press(page: Page, selector: str, words: str = "", key: str = "Enter") -> None:
    """Reach something by Tab, and press a key on it."""
    tab_to(page, selector, words)
    page.keyboard.press(key)


def follow(page: Page, selector: str, words: str = "", key: str = "Enter") -> None:
    """Reach a link or a button by Tab, press a key on it, and wait for the page behind it."""
    tab_to(page, selector, words)
    with page.expect_navigation():
        page.keyboard.press(key)


def test_a_home_is_found_and_shortlisted_by_keyboard_alone(served: Served) -> None:
    referrals = small_county().referrals
    referral = max(each for each, made in referrals.items() if len(made.child_ids) == 1)
    watched = served.signed_in(None)
    page = watched.page
    watched.go("/queue?show=searches")
    tab_to(page, "#sign_in_name")
    page.keyboard.type("officer@demo.example")
    tab_to(page, "#password")
    page.keyboard.type(demonstration.PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page).to_have_url(f"{served.origin}/queue?show=searches")
    press(page, ".govuk-skip-link", "Skip to main content")
    tab_to(page, "#find")
    page.keyboard.type(referral)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page).to_have_url(f"{served.origin}/queue?show=searches&find={referral}")
    press(page, "th button", "Who")
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Who")
    follow(page, "tbody a")
    follow(page, "button", "Open the search")
    follow(page, "button", "Rank homes now")
    expect(page.locator("h1")).to_contain_text("can take")
    press(page, ".nh-card summary")
    expect(page.locator(".nh-card details").first).to_have_attribute("open", "")
    follow(page, ".nh-card button", "Shortlist", key="Space")
    expect(page.locator("text=On the shortlist").first).to_be_visible()
    follow(page, ".nh-card h3 a")
    expect(page.locator("h1")).to_contain_text("free")

    watched.go(f"/referrals/{referral}/tiers")
    follow(page, "button", "Open this tier")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    press(page, ".govuk-error-summary a")
    expect(page.locator("#tier")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#tier")).to_be_checked()
    assert watched.quiet() == []
