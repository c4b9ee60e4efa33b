"""The first visit: five steps on the pages of a search, until somebody leaves it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.records.actor import Role
from tests.api.pages.sending import send
from tests.api.service import small_county

if TYPE_CHECKING:
    from tests.api.service import DemoService


def test_each_page_of_a_search_has_its_step(sqlite_demo: DemoService) -> None:
    officer = sqlite_demo.of(Role.OFFICER)
    referral = min(small_county().referrals)
    page = f"/referrals/{referral}"
    send(officer, page, f"{page}/search")
    ranking = send(officer, page, f"{page}/matches").headers["location"]
    for step, path in (
        (1, "/queue"),
        (1, "/referrals"),
        (2, page),
        (3, ranking),
        (4, f"{ranking}/compare"),
        (4, f"{ranking}/what-if"),
        (5, f"{page}/choice"),
    ):
        assert f"step {step} of 5" in officer.get(path).text, path
    for path in ("/referrals/new", "/vacancies", "/account"):
        assert "Your first visit" not in officer.get(path).text, path


def test_it_is_left_where_one_is_and_begun_again(sqlite_demo: DemoService) -> None:
    officer = sqlite_demo.of(Role.OFFICER, anew=True)
    answer = send(officer, "/referrals", "/first-visit")
    assert answer.headers["location"] == "/referrals"
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "Your first visit" not in officer.get("/queue").text
    answer = send(officer, "/account", "/first-visit")
    assert answer.headers["location"] == "/queue"
    assert "step 1 of 5" in officer.get("/queue").text


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "/x", ""])
def test_it_leads_nowhere_else(sqlite_demo: DemoService, back: str) -> None:
    officer = sqlite_demo.of(Role.OFFICER)
    answer = send(officer, "/queue", "/first-visit", back=back)
    assert answer.headers["location"] == "/queue"


def test_whoever_does_not_search_is_not_guided(sqlite_demo: DemoService) -> None:
    commissioner = sqlite_demo.of(Role.COMMISSIONER)
    assert "Your first visit" not in commissioner.get("/referrals").text
