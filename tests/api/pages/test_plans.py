"""A plan for everybody who waits: asked for, followed, read, and taken up referral by referral."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from api.pages.scenarios import NEW
from api.planning.worker import Worker
from api.records.actor import Role
from tests.api.pages.sending import send
from tests.api.service import small_county

if TYPE_CHECKING:
    from tests.api.service import DemoService


def test_a_plan_is_made_and_a_proposal_becomes_an_ordinary_choice(
    sqlite_demo: DemoService,
) -> None:
    manager, officer = sqlite_demo.of(Role.MANAGER), sqlite_demo.of(Role.OFFICER)
    assert f"the {len(small_county().waiting)} children who wait" in manager.get("/plans").text
    assert "Make a plan" not in officer.get("/plans").text
    plan = send(manager, "/plans", "/plans").headers["location"]
    assert "Waiting for a worker" in officer.get(plan).text
    fragment = manager.get(plan, headers={"HX-Request": "true"}).text
    assert fragment.lstrip().startswith('<div id="progress"')
    Worker(sqlite_demo.settings, sqlite_demo.database, sqlite_demo.clock).once()

    shown = officer.get(plan).text
    assert "Nobody is placed by it" in shown
    assert all(child_id in shown for child_id in small_county().waiting)
    table = officer.get(f"{plan}/files/plan.csv")
    assert table.headers["content-disposition"] == 'attachment; filename="plan.csv"'
    action, *_ = re.findall(rf'action="({plan}/referrals/[^"]+)"', shown)
    choice = send(officer, plan, action).headers["location"]
    asked = officer.get(choice).text
    assert "The plan</strong>" in asked.replace("\n", "").replace("  ", "")
    (picked,) = re.findall(r'name="option" type="radio" value="([^"]+)" checked', asked)
    page = choice.partition("?")[0]
    reasons = {"reasons": "nearest to school", "why_not_first": "another child needs that bed"}
    day = dict(re.findall(r'name="starts_on-(day|month|year)" type="text" value="(\d+)"', asked))
    days = {f"starts_on-{part}": number for part, number in day.items()}
    made = send(officer, choice, page, option=picked, **reasons, **days)
    assert made.status_code == 303, made.text
    assert "Chosen" in officer.get(plan).text
    assert action not in officer.get(plan).text
    referral = page.removesuffix("/choice")
    assert "The start waits for" in officer.get(referral).text
    stopped = send(officer, referral, f"{page}/stop", why="the carer is ill")
    assert stopped.status_code == 303, stopped.text
    assert action in officer.get(plan).text
    auditor = sqlite_demo.of(Role.AUDITOR)
    assert "Look and choose" not in auditor.get(plan).text
    assert sqlite_demo.of(Role.ADMINISTRATOR).get(plan).status_code == 403

    again = send(manager, "/plans", "/plans").headers["location"]
    assert send(manager, again, f"{again}/cancel").status_code == 303
    assert "No plan was made" in manager.get(again).text
    scenario = {"kind": "scenario", "scenario": NEW}
    other = manager.post("/v1/scenarios", scenario).json()["job"]["job_id"]
    assert manager.get(f"/plans/{other}").status_code == 404
