"""Every page that names children leaves an entry of who looked at whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.records.actor import Role
from api.storage.trail_reading import Question, Trail

if TYPE_CHECKING:
    from tests.api.service import DemoService


@pytest.fixture
def demo(sqlite_demo: DemoService) -> DemoService:
    return sqlite_demo


def read_of(demo: DemoService, path: str) -> set[str]:
    """Return the children whose reading the next page leaves in the trail."""
    browser = demo.of(Role.OFFICER)
    before = demo.database.sequence(demo.authority)
    answer = browser.client.get(path)
    assert answer.status_code == 200, path
    reader = demo.database.begin(writing=False)
    try:
        page = Trail(reader, demo.authority).page(Question(action="read"), limit=50)
    finally:
        reader.close()
    return {
        child_id
        for entry in page.items
        if entry.sequence > before
        for child_id in entry.child_ids
        if child_id in answer.text
    }


def test_lists_and_pages_of_children_are_read_in_the_trail(demo: DemoService) -> None:
    waiting = demo.of(Role.OFFICER).get("/v1/referrals").json()["items"]
    children = {child for each in waiting for child in each["record"]["child_ids"]}
    one = min(children)
    referral_id = waiting[0]["record"]["referral_id"]
    assert read_of(demo, "/queue") == children
    assert read_of(demo, "/referrals") == children
    assert read_of(demo, f"/children/{one}") == {one}
    assert read_of(demo, f"/referrals/{referral_id}") == set(waiting[0]["record"]["child_ids"])
    assert read_of(demo, "/dashboard/everybody")
