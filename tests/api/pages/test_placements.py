"""A placement on its page: papers, watch, notice and its end, each with its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.records.actor import Role
from tests.api.pages.sending import day_fields, send
from tests.api.service import small_county

if TYPE_CHECKING:
    from tests.api.access.doors import Browser
    from tests.api.service import DemoService


@pytest.fixture
def child() -> str:
    """A child who lives somewhere."""
    return min(small_county().placements)


@pytest.fixture
def page(child: str) -> str:
    """The page of their placement."""
    return f"/placements/PL-{child}"


def record(browser: Browser, page: str, what: str, **typed: object) -> str:
    """Record something of a placement, and return its page."""
    form = f"{page}/record/{what}"
    answer = send(browser, form, form, **typed)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == page
    return browser.get(page).text


def refused(browser: Browser, page: str, what: str, **typed: object) -> str:
    """Try to record something that cannot be so, and return what the page says."""
    form = f"{page}/record/{what}"
    answer = send(browser, form, form, **typed)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    return answer.text


def today(sqlite_demo: DemoService) -> str:
    return sqlite_demo.clock().date().isoformat()


def test_papers_of_a_placement_are_recorded(
    sqlite_demo: DemoService, page: str, child: str
) -> None:
    officer, day = sqlite_demo.of(Role.OFFICER), today(sqlite_demo)
    shown = officer.get(page).text
    assert "not signed yet" in shown
    assert f'href="{page}"' in officer.get(f"/children/{child}").text
    assert "Say when all had signed" in refused(
        officer, page, "agreement", weekly_fee="900", notice_days="28"
    )
    on_day = day_fields("day", day)
    assert "Enter the fee" in refused(officer, page, "agreement", notice_days="28", **on_day)
    assert "from 1 to 180" in refused(
        officer, page, "agreement", weekly_fee="900", notice_days="0", **on_day
    )
    shown = record(officer, page, "agreement", weekly_fee="912", notice_days="30", **on_day)
    assert "30 days of notice" in shown
    assert "£912 a week" in shown
    assert "not made yet" not in record(officer, page, "plan", **on_day)
    assert "not held yet" not in record(officer, page, "meeting", **on_day)
    record(officer, page, "visit", **on_day)
    assert "Choose how the child took part" in refused(officer, page, "review", **on_day)
    shown = record(officer, page, "review", participation="PN1", move_agreed="yes", **on_day)
    assert "attended and spoke for themselves" in shown
    assert "a review agreed that one may be looked for" in shown


def test_a_placement_is_watched_and_steady_again(sqlite_demo: DemoService, page: str) -> None:
    officer = sqlite_demo.of(Role.OFFICER)
    soon = day_fields("day", "2027-01-08")
    assert "Tick what was noticed" in refused(officer, page, "watch", **soon)
    shown = record(officer, page, "watch", signs=["missing"], support="Respite", **soon)
    assert "Support: Respite" in shown
    assert "Look at it again" in shown
    shown = record(officer, page, "watch", signs=["missing", "police_called"], **soon)
    assert "missing and police called" in shown
    assert send(officer, page, f"{page}/steady").status_code == 303
    assert "Steady again" in officer.get(page).text
    assert officer.get(f"{page}/steady").status_code == 405


def test_notice_is_given_and_taken_back(sqlite_demo: DemoService, page: str) -> None:
    officer, day = sqlite_demo.of(Role.OFFICER), today(sqlite_demo)
    on_day = day_fields("day", day)
    assert "Choose who gave notice" in refused(officer, page, "notice", reason="CREQB", **on_day)
    early = day_fields("ends_on", "2020-01-01")
    assert "Notice ends on or after" in refused(
        officer, page, "notice", by="carer", reason="CREQB", **on_day, **early
    )
    shown = record(officer, page, "notice", by="carer", reason="CREQB", **on_day)
    assert "The last night is" in shown
    assert f"{page}/record/notice" not in shown
    assert send(officer, page, f"{page}/taking-notice-back").status_code == 303
    assert "The last night is" not in officer.get(page).text


def test_a_placement_ends_with_its_codes_and_a_manager_corrects_it(
    sqlite_demo: DemoService, page: str
) -> None:
    officer, day = sqlite_demo.of(Role.OFFICER), today(sqlite_demo)
    on_day = day_fields("day", day)
    assert "why the placement changed" in refused(officer, page, "end", ceased="X1", **on_day)
    assert "Choose whether" in refused(officer, page, "end", **on_day)
    late = day_fields("day", "2030-01-01")
    assert "id=" in refused(officer, page, "end", ceased="E4A", **late)
    shown = record(officer, page, "end", ceased="X1", reason="CARPL", **on_day)
    assert "CARPL: change to or implementation of the care plan" in shown
    assert "/record/" not in shown
    assert "undoing-end" not in shown
    manager = sqlite_demo.of(Role.MANAGER)
    assert send(manager, page, f"{page}/undoing-end").status_code == 303
    assert "How it ended" not in officer.get(page).text


def test_what_is_stale_or_not_there_says_so(sqlite_demo: DemoService, page: str) -> None:
    officer = sqlite_demo.of(Role.OFFICER)
    assert officer.get(f"{page}/record/nonsense").status_code == 404
    assert officer.get("/placements/PL-nobody").status_code == 404
    form = f"{page}/record/plan"
    on_day = day_fields("day", today(sqlite_demo))
    assert send(officer, form, form, **{**on_day, "version": "77"}).status_code == 412
    missing = officer.ask("POST", f"{page}/record/pack", data={"version": "1"})
    assert missing.status_code == 422
    assert "There is no handover pack" in missing.text


def test_somebody_who_only_reads_is_offered_no_form(sqlite_demo: DemoService, page: str) -> None:
    commissioner = sqlite_demo.of(Role.COMMISSIONER)
    answer = commissioner.get(page)
    assert answer.status_code == 200
    assert "/record/" not in answer.text
    assert commissioner.get(f"{page}/record/end").status_code == 403
