"""Forms as a browser sends them: with what the page has hidden in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx2

    from tests.api.access.doors import Browser


def send(browser: Browser, page: str, action: str, **typed: Any) -> httpx2.Response:
    """Fill in the form of a page that is sent to an address, and return the answer.

    Parameters
    ----------
    browser
        Whose.
    page
        Where the form stands.
    action
        Where it is sent.
    **typed
        What is typed; ``__`` in a name stands for a hyphen.
    """
    shown = browser.get(page)
    assert shown.status_code == 200, shown.text
    hidden = hidden_in(shown.text, action)
    fields = {name.replace("__", "-"): value for name, value in typed.items()}
    return browser.client.post(action, data={**hidden, **fields}, follow_redirects=False)


def hidden_in(page: str, action: str) -> dict[str, str]:
    """Return what a page has hidden in its form that is sent to an address."""
    found = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert found is not None, f"the page has no form for {action}"
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', found.group()))


def day_fields(name: str, day: str) -> dict[str, str]:
    """Return a day, such as "2026-11-23", as it is typed into three fields."""
    year, month, day_of_month = day.split("-")
    return {f"{name}__day": day_of_month, f"{name}__month": month, f"{name}__year": year}
