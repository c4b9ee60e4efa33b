"""What beds are worth to others: as it was learnt, or why there is nothing, and what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from api.casework.learning import learn_bed_values
from api.planning.worker import jobs_actor
from api.records.actor import Role
from api.records.bed_values import LearntBedValues
from api.records.council_policy import COUNCIL, CouncilPolicy
from matcher.policy import shipped_text

if TYPE_CHECKING:
    from tests.api.service import DemoService

OWN = shipped_text("look_ahead").replace('name = "look_ahead"', 'name = "ours"')


@pytest.fixture
def demo(sqlite_demo: DemoService) -> DemoService:
    return sqlite_demo


def read(demo: DemoService) -> str:
    answer = demo.of(Role.COMMISSIONER).client.get("/bed-values")
    assert answer.status_code == 200
    return re.sub(r"<[^>]+>|\s+", " ", answer.text)


def test_a_page_without_values_says_why_and_what_to_do(demo: DemoService) -> None:
    page = read(demo)
    assert "Nothing has been kept" in page
    assert "balanced, does not look ahead" in page
    assert "nearhome lookahead relearn" in page
    refused = demo.of(Role.COMMISSIONER).get("/v1/bed-values")
    assert (refused.status_code, "does not look ahead" in refused.text) == (404, True)
    with demo.database.work(demo.authority, jobs_actor(demo.authority), at=demo.clock()) as work:
        work.put(CouncilPolicy(text=OWN), reason="to try it")
    assert "looks ahead, and nothing has been learnt yet" in read(demo)


def test_values_are_shown_with_their_past_and_where_they_are_highest(
    demo: DemoService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.lookahead.learning.ROUNDS", 4)
    actor = jobs_actor(demo.authority)
    learnt = learn_bed_values(demo.database, demo.service.worlds, actor, at=demo.clock())
    assert learnt is not None
    told = demo.of(Role.MANAGER).get("/v1/bed-values").json()
    assert (told["families"], told["source"]) == (learnt.families, learnt.source)
    points = [each["points_a_week"] for each in told["homes"]]
    assert points == sorted(points, reverse=True)
    assert points[0] > points[-1] == 0
    page = read(demo)
    assert f"{learnt.families} families who came from" in page
    assert f"{100 * learnt.share_kept:.0f} of 100" in page
    assert "no: the council’s policy, balanced, does not look ahead" in page
    first = told["homes"][0]
    assert re.search(rf"{first['home_id']} +{points[0]:.2f} ", page)
    other = learnt.model_copy(
        update={"text": learnt.text.replace('"format":"1.0"', '"format":"0"')}
    )
    with demo.database.work(demo.authority, actor, at=demo.clock()) as work:
        work.maybe(LearntBedValues, COUNCIL)
        work.put(other, reason="of another version")
    assert "of another version of Near Home" in read(demo)
