"""A ranking on a map: who sees how much, numbers as ranked, circles around what to avoid."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from api.capacity.children import seen_by
from api.pages.match_map import match_map
from api.records.actor import Role
from matcher.domain.child import Contact, ContactWith, SafetyZone, School
from matcher.engine import Engine
from matcher.policy import Policy
from tests.api.access.gates import somebody
from tests.api.pages.sending import send
from tests.api.service import small_county

if TYPE_CHECKING:
    from api.records.actor import Actor
    from matcher.domain.child import Child
    from scenarios.charts.chart import Chart
    from tests.api.service import DemoService

AYLESBURY, WYCOMBE = "HP20 1UA", "HP13 7PR"


@pytest.fixture(scope="module")
def referral() -> str:
    made = small_county().referrals
    return min(each for each, case in made.items() if len(case.child_ids) == 1)


@pytest.fixture(scope="module")
def child(referral: str) -> Child:
    county = small_county()
    found = county.children[county.referrals[referral].child_ids[0]]
    return found.replace(
        unaccompanied=False,
        home_postcode=AYLESBURY,
        school=School(postcode=WYCOMBE),
        contacts=(Contact(with_whom=ContactWith.PARENT, postcode=AYLESBURY, times_a_month=4),),
        safety_zones=(
            SafetyZone(postcode=WYCOMBE, radius_miles=5),
            SafetyZone(authority="E09000017"),
        ),
    )


@pytest.fixture(scope="module")
def chart(referral: str, child: Child) -> Chart:
    return drawn(referral, child)


def drawn(referral: str, child: Child) -> Chart:
    county = small_county()
    report = Engine(county, Policy.named("balanced")).rank(referral, top=5)
    found = match_map(
        county.authority, [child], report.options, county.homes, {child.child_id: "the child"}
    )
    assert found is not None
    return found


def series(chart: Chart, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in chart.option["series"] if each["name"] == name)
    return found


def test_everything_is_in_the_table_in_words(chart: Chart) -> None:
    rows = chart.table.rows
    assert ("Home before care", AYLESBURY, "the child") in rows
    assert ("School", WYCOMBE, "the child: to be kept") in rows
    assert ("Family time", AYLESBURY, "the child: parent, 4 times a month") in rows
    assert ("Keep away", WYCOMBE, "5 miles around it") in rows
    assert ("Keep away", "Hillingdon", "all of it") in rows
    options = [row for row in rows if row[0].startswith("Options")]
    assert [row[2][0] for row in options] == list("12345")[: len(options)]
    assert "5 options" in chart.sentence


def test_options_bear_their_rank_and_zones_are_circles_of_their_size(chart: Chart) -> None:
    marks = series(chart, "Options, by rank")["data"]
    assert marks
    assert all(each["label"]["formatter"][0].isdecimal() for each in marks)
    [ring] = [each["coords"] for each in series(chart, "Keep away")["data"]]
    east = (max(x for x, _ in ring) + min(x for x, _ in ring)) / 2
    north = (max(y for _, y in ring) + min(y for _, y in ring)) / 2
    assert {round(math.hypot(x - east, y - north) / 1.609344, 1) for x, y in ring} == {5.0}
    assert ring[0] == ring[-1]
    avoided = next(each for each in chart.option["geo"]["regions"] if each["name"] == "Hillingdon")
    assert avoided["itemStyle"]["borderType"] == "dashed"


def test_whoever_may_not_see_names_sees_no_postcode(referral: str, child: Child) -> None:
    actor: Actor = somebody(small_county().authority)
    seen = seen_by(actor, child)
    assert not actor.see_names
    chart = drawn(referral, seen)
    said = str(chart.table.rows) + str(chart.option)
    assert AYLESBURY not in said
    assert WYCOMBE not in said
    assert ("School", "HP13", "the child: to be kept") in chart.table.rows


def test_the_page_of_a_ranking_has_the_map(sqlite_demo: DemoService, referral: str) -> None:
    officer, page = sqlite_demo.of(Role.OFFICER), f"/referrals/{referral}"
    answer = send(officer, page, f"{page}/matches")
    shown = officer.get(answer.headers["location"]).text
    assert 'id="ranking-data"' in shown
    assert "What is on the map" in shown
    assert "echarts" in shown
