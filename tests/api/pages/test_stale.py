"""A form about what somebody else has changed meanwhile comes back whole, with what changed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from api.records.actor import Role
from tests.api.pages.sending import day_fields, hidden_in, send
from tests.api.service import small_county

if TYPE_CHECKING:
    import httpx2

    from tests.api.service import DemoService

CHILD = sorted(small_county().waiting)[0]
WORRY = "Frightened of the dog at the last home"


def text_of(answer: httpx2.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


@pytest.fixture
def draft(sqlite_demo: DemoService) -> str:
    """Return the address of the form of a draft."""
    typed = day_fields("needed_by", "2026-12-24")
    answer = send(
        sqlite_demo.of(Role.OFFICER), "/referrals/new", "/referrals/new", child_ids=CHILD, **typed
    )
    assert answer.status_code == 303, text_of(answer)
    return f"{answer.headers['location']}/edit"


def typed(day: str, **more: str) -> dict[str, Any]:
    days = {name.replace("__", "-"): part for name, part in day_fields("needed_by", day).items()}
    return {"child_ids": CHILD, **days, **more}


def test_what_was_typed_and_what_changed_are_shown_together(
    sqlite_demo: DemoService, draft: str
) -> None:
    officer, manager = sqlite_demo.of(Role.OFFICER), sqlite_demo.of(Role.MANAGER)
    opened = hidden_in(officer.get(draft).text, draft)
    assert send(manager, draft, draft, child_ids=CHILD, **day_fields("needed_by", "2027-02-03"))
    mine = {**opened, **typed("2026-12-24", risk_remarks=WORRY)}
    answer = officer.client.post(draft, data=mine, follow_redirects=False)
    assert answer.status_code == 412
    shown = text_of(answer)
    assert WORRY in shown
    assert "What changed meanwhile" in shown
    assert "Needed by 24 December 2026 3 February 2027" in shown
    assert "Demo manager" in shown
    mine |= hidden_in(answer.text, draft)
    assert officer.client.post(draft, data=mine, follow_redirects=False).status_code == 303
    assert WORRY in officer.get(draft).text


def test_correcting_a_mistake_does_not_hide_what_changed(
    sqlite_demo: DemoService, draft: str
) -> None:
    officer, manager = sqlite_demo.of(Role.OFFICER), sqlite_demo.of(Role.MANAGER)
    mine = {**hidden_in(officer.get(draft).text, draft), **typed("2026-13-40")}
    assert send(manager, draft, draft, child_ids=CHILD, **day_fields("needed_by", "2027-02-03"))
    answer = officer.client.post(draft, data=mine)
    assert answer.status_code == 422
    mine |= {**hidden_in(answer.text, draft), **typed("2026-12-24")}
    assert officer.client.post(draft, data=mine, follow_redirects=False).status_code == 412


def test_a_form_that_cannot_be_shown_again_gives_back_what_was_typed(
    sqlite_demo: DemoService, draft: str
) -> None:
    officer, manager = sqlite_demo.of(Role.OFFICER), sqlite_demo.of(Role.MANAGER)
    referral, action = draft.removesuffix("/edit"), draft.replace("/edit", "/withdrawal")
    opened = hidden_in(officer.get(referral).text, action)
    assert send(manager, draft, draft, child_ids=CHILD, **day_fields("needed_by", "2027-02-03"))
    sent = {**opened, "why": "The aunt takes her in"}
    came = {"Referer": f"http://testserver{referral}"}
    answer = officer.client.post(action, data=sent, headers=came, follow_redirects=False)
    assert answer.status_code == 412
    assert "Why The aunt takes her in" in text_of(answer)
    assert "3 February 2027" in text_of(answer)
    assert f'href="{referral}"' in answer.text
    again = hidden_in(answer.text, action)
    assert officer.client.post(action, data=again, follow_redirects=False).status_code == 303
    late = officer.client.post(action, data=sent, follow_redirects=False)
    assert late.status_code == 409
    assert "Why The aunt takes her in" in text_of(late)
