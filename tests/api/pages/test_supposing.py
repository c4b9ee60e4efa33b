"""What if: other weights and wishes move a ranking, and nothing of it is kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from api.records.actor import Role
from api.records.search import Matches
from matcher.domain.child import Child
from tests.api.access.gates import somebody
from tests.api.pages.sending import send
from tests.api.service import small_county

if TYPE_CHECKING:
    from tests.api.service import DemoService


@pytest.fixture
def page(sqlite_demo: DemoService) -> str:
    """The page that asks what if, for a ranking made just now."""
    made = small_county().referrals
    referral = min(each for each, case in made.items() if len(case.child_ids) == 1)
    officer = sqlite_demo.of(Role.OFFICER)
    answer = send(officer, f"/referrals/{referral}", f"/referrals/{referral}/matches")
    address: str = answer.headers["location"]
    assert f'href="{address}/what-if"' in officer.get(address).text
    return f"{address}/what-if"


def ranks(text: str) -> list[tuple[str, str]]:
    """Return the ranks then and now of each line."""
    body = text.split('id="moves"')[1].split("</table>")[0]
    rows = re.findall(r"<tr.*?</tr>", body.split("<tbody")[1], re.DOTALL)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
    return [(each[0].strip(), each[1].strip()) for each in cells]


def test_asked_for_nothing_else_the_order_stays(sqlite_demo: DemoService, page: str) -> None:
    officer = sqlite_demo.of(Role.OFFICER)
    first = officer.get(page).text
    assert 'id="moves"' not in first
    wished = re.findall(r'name="(wish-[^"]+)" type="checkbox" value="([^"]+)" checked', first)
    query = [("weight-near_home", "1"), *wished]
    shown = officer.get(page, params=query).text
    assert "The order would stay as it is" in shown
    assert all(then == now for then, now in ranks(shown))


def test_another_weight_moves_the_ranking_and_is_not_kept(
    sqlite_demo: DemoService, page: str
) -> None:
    officer = sqlite_demo.of(Role.OFFICER)
    names = re.findall(r'name="weight-([^"]+)"', officer.get(page).text)
    assert "near_home" in names

    def stored() -> tuple[int, list[Child]]:
        authority = sqlite_demo.authority
        with sqlite_demo.database.work(
            authority, somebody(authority), at=sqlite_demo.clock()
        ) as work:
            return work.count(Matches), [held.record for held in work.find(Child)]

    before = stored()
    query = {f"weight-{name}": "0" for name in names} | {"weight-near_home": "3"}
    shown = officer.get(page, params=query)
    assert shown.status_code == 200
    moved = ranks(shown.text)
    assert any(then != now for then, now in moved)
    assert [then for then, _ in moved][:3] == ["1", "2", "3"]
    assert stored() == before


def test_a_wish_can_be_supposed(sqlite_demo: DemoService, page: str) -> None:
    officer = sqlite_demo.of(Role.OFFICER)
    child = re.findall(r'name="wish-([^"]+)"', officer.get(page).text)[0]
    query = {f"wish-{child}": "childrens_home", "weight-wishes": "3"}
    shown = officer.get(page, params=query).text
    assert re.search(r'value="childrens_home" checked', shown)
    assert ranks(shown)


def test_nonsense_counts_as_now_and_nothing_at_all_is_refused(
    sqlite_demo: DemoService, page: str
) -> None:
    officer = sqlite_demo.of(Role.OFFICER)
    names = re.findall(r'name="weight-([^"]+)"', officer.get(page).text)
    shown = officer.get(page, params={"weight-near_home": "-7", "wish-C-x": "nothing"})
    assert shown.status_code == 200
    none = officer.get(page, params={f"weight-{name}": "0" for name in names}).text
    assert "Nothing would count at all" in none
    assert 'id="moves"' not in none
