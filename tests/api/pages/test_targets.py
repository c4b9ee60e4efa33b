"""Targets on pages: against what is so, this year's course, and the yearly review."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from api.casework.targets import course, in_care_this_year
from api.records.actor import Actor, Role
from api.records.care_placement import CarePlacement, PlacementState, ReasonCeased
from matcher.indicators import now
from tests.api.pages.sending import send

if TYPE_CHECKING:
    from tests.api.service import DemoService


def test_this_years_course_counts_those_who_have_left(sqlite_demo: DemoService) -> None:
    actor = Actor(authority=sqlite_demo.authority, actor_id="U-TEST")
    opened = sqlite_demo.database.work
    with opened(sqlite_demo.authority, actor, at=sqlite_demo.clock(), why="test") as work:
        stays = [held.record for held in work.find(CarePlacement)]
        early = min(stays, key=lambda each: (each.started_on, each.child_id))
        ended = early.replace(
            state=PlacementState.ENDED, ended_on=work.today, ceased=ReasonCeased.E8
        )
        assert early.started_on <= date(2025, 3, 31)
        work.put(ended, reason="left")
    with opened(sqlite_demo.authority, actor, at=sqlite_demo.clock(), why="test") as work:
        worlds = sqlite_demo.service.worlds
        assert early.child_id not in now(worlds.world(work))
        everybody = in_care_this_year(work)
        assert early.child_id in everybody
        found = course(work, worlds.world(work, also=everybody))
        assert found.days[0] == date(2025, 3, 31)
        assert found.days[-1] == work.today
        there = [each for each in stays if each.started_on <= found.days[0]]
        spot = sum(each.route == "spot" for each in there)
        assert found.figures["spot"][0] == round(100 * spot / len(there), 1)
        near = [figures for name, figures in found.figures.items() if name.startswith("near_home")]
        assert all(0 <= figure <= 100 for figures in near for figure in figures if figure)


def test_a_target_is_set_reviewed_and_carried_into_next_year(sqlite_demo: DemoService) -> None:
    commissioner = sqlite_demo.of(Role.COMMISSIONER)
    listed = commissioner.get("/targets").text
    assert "reviews due" in listed
    assert "31&nbsp;Mar" in listed
    assert "at least 80.0" in listed
    assert "at most 25.0" in listed
    page = "/targets/TG-3"
    assert "review is due" in commissioner.get(page).text
    aim = {"aim": "85", "higher_is_better": "yes"}
    assert "Say what the review found" in send(commissioner, page, page, **aim).text
    many = send(commissioner, page, page, aim="850", higher_is_better="yes", reason="more")
    assert (many.status_code, "from 0 to 100" in many.text) == (422, True)
    assert send(commissioner, page, page, **aim, reason="more family homes").status_code == 303
    after = commissioner.get(page).text
    assert "review is due" not in after
    assert "more family homes" in after
    new = "/targets/new"
    again = send(commissioner, f"{new}?like=TG-3", new, indicator="siblings_together", **aim)
    assert "the year" in again.text
    year = re.search(r'name="year" value="(\d+)"', commissioner.get(f"{new}?like=TG-3").text)
    assert year is not None
    assert year[1] == "2027"
    typed = {"indicator": "siblings_together", **aim}
    assert "Change that one" in send(commissioner, new, new, year="2026", **typed).text
    assert send(commissioner, new, new, year=year[1], **typed).status_code == 303
    assert "2026/27" in commissioner.get("/targets").text
    officer = sqlite_demo.of(Role.OFFICER)
    assert "Record the review" not in officer.get(page).text
    assert officer.get(new).status_code == 403
