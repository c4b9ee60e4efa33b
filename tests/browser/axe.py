"""What axe finds wrong with a page: WCAG 2.2 A and AA, and good practice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.base import AXE_SCRIPT

if TYPE_CHECKING:
    from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (options) => {
  const found = await axe.run(document, options);
  return found.violations.map((each) => each.id + ": " + each.nodes[0].html.slice(0, 160));
}"""
# Nothing but what is wrong is worked out in full, and no stylesheet is fetched anew to be read.
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "resultTypes": ["violations"],
    "preload": False,
}


def violations(page: Page) -> list[str]:
    """Return what is wrong with a page as it stands.

    It works whatever the page's content policy, since the browser's own tools bring it in; and
    in a page that was opened without JavaScript, where scripts are let run for as long as it
    takes: those of the page were passed over and are not run any more.
    """
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(RUN, OPTIONS)
    return found
