"""What beds are worth to others: as it was learnt, or why there is nothing, and what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from api.casework.learning import learn_bed_values
from api.casework.looking_ahead import can_look_ahead, looking_ahead
from api.planning.worker import jobs_actor
from api.records.actor import Role
from api.records.bed_values import LearntBedValues
from api.records.council_policy import COUNCIL, CouncilPolicy
from matcher.engine import engine_for
from matcher.lookahead.values import FORMAT
from matcher.policy import Policy, parse_policy, shipped_text
from tests.api.pages.sending import hidden_in, send
from tests.api.service import small_county

if TYPE_CHECKING:
    from matcher.lookahead.values import BedValues
    from tests.api.service import DemoService

OWN = shipped_text("look_ahead").replace('name = "look_ahead"', 'name = "ours"')


@pytest.fixture
def demo(sqlite_demo: DemoService) -> DemoService:
    return sqlite_demo


@pytest.fixture(scope="module")
def bed_values() -> BedValues:
    return engine_for(small_county(), "balanced").bed_values(method="rent")


def read(demo: DemoService) -> str:
    answer = demo.of(Role.COMMISSIONER).client.get("/bed-values")
    assert answer.status_code == 200
    return words(answer.text)


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


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


def learn(demo: DemoService) -> LearntBedValues:
    actor = jobs_actor(demo.authority)
    learnt = learn_bed_values(demo.database, demo.service.worlds, actor, at=demo.clock())
    assert learnt is not None
    return learnt


@pytest.mark.usefixtures("hasty_learning")
@pytest.mark.parametrize("weights", ["shipped", "of its own"])
def test_a_search_is_ranked_looking_ahead_and_without(demo: DemoService, weights: str) -> None:
    officer = demo.of(Role.OFFICER)
    own = "balanced"
    if weights == "of its own":
        own = "ours"
        text = shipped_text("balanced").replace('name = "balanced"', 'name = "ours"')
        text = text.replace("needs_fit = 20", "needs_fit = 19").replace("= 14 ", "= 15 ", 1)
        actor = jobs_actor(demo.authority)
        with demo.database.work(demo.authority, actor, at=demo.clock()) as work:
            work.put(CouncilPolicy(text=text), reason="to try it")
    made = small_county().referrals
    address = f"/referrals/{min(each for each, case in made.items() if len(case.child_ids) == 1)}"
    plain = officer.get(send(officer, address, f"{address}/matches").headers["location"])
    assert 'id="policy"' not in plain.text
    assert "looking ahead" not in plain.text
    assert learn(demo).policy == own
    page = str(plain.url.path)
    told = words(officer.get(page).text)
    assert f"Ranked without looking ahead , under the council’s own policy, {own}." in told
    assert "Rank looking ahead" in told
    ahead = send(officer, page, f"{address}/matches?looking_ahead=yes").headers["location"]
    shown = officer.get(ahead).text
    told = words(shown)
    assert f"Ranked looking ahead , under the council’s own policy, {own}." in told
    assert "For those who come next" in told
    assert "Rank without looking ahead" in told
    kept = officer.get(f"/v1{ahead}").json()["record"]
    assert (kept["policy"], kept["report"]["stamp"]["bed_values"] is None) == (own, False)
    supposed = officer.get(f"{ahead}/what-if", params={"weight-near_home": "1"}).text
    assert f"under the policy {own}, looking ahead, would move" in words(supposed)
    assert "The order would stay as it is" in supposed
    ranked = [each["parts"][0]["home_id"] for each in kept["report"]["options"]]
    held = re.findall(r'<th scope="row"[^>]*><a class="govuk-link" href="/homes/([^"]+)"', supposed)
    assert held[: len(ranked)] == ranked
    again = send(officer, ahead, f"{address}/matches?looking_ahead=yes").headers["location"]
    assert officer.get(f"/v1{again}").json()["record"]["report"] == kept["report"]
    back = send(officer, ahead, f"{address}/matches?looking_ahead=no").headers["location"]
    assert "Ranked without looking ahead" in words(officer.get(back).text)
    sent = officer.post(f"/v1{address}/matches", {"looking_ahead": True})
    assert sent.json()["record"]["report"]["options"] == kept["report"]["options"][:10]
    hidden = hidden_in(shown, f"{address}/matches?looking_ahead=no")
    wrong = officer.client.post(f"{address}/matches?looking_ahead=perhaps", data=hidden)
    assert 400 <= wrong.status_code < 500


def test_a_policy_looking_ahead_differs_by_nothing_else(bed_values: BedValues) -> None:
    own = parse_policy(OWN, origin="ours")
    without = looking_ahead(own, False)
    assert own.look_ahead.margin_points
    assert not without.look_ahead.margin_points
    assert looking_ahead(own, True) is looking_ahead(own, None) is own
    assert without.replace(look_ahead=own.look_ahead) == own
    balanced = Policy.named("balanced")
    assert looking_ahead(balanced, True).look_ahead == Policy.named("look_ahead").look_ahead
    assert can_look_ahead(without, bed_values)
    assert not can_look_ahead(own, None)
    assert not can_look_ahead(Policy.named("practice"), bed_values)


@pytest.mark.usefixtures("hasty_learning")
def test_values_are_shown_with_their_past_and_where_they_are_highest(demo: DemoService) -> None:
    learnt = learn(demo)
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
        update={"text": learnt.text.replace(f'"format":"{FORMAT}"', '"format":"0"')}
    )
    with demo.database.work(demo.authority, jobs_actor(demo.authority), at=demo.clock()) as work:
        work.maybe(LearntBedValues, COUNCIL)
        work.put(other, reason="of another version")
    assert "of another version of Near Home" in read(demo)
