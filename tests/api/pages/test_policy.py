"""The council's own policy: tried on those who wait, kept with its reason, used from then on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from api.records.actor import Role
from api.storage.database import Database
from matcher.policy import shipped_text

if TYPE_CHECKING:
    from tests.api.service import DemoService

OWN = (
    shipped_text("balanced")
    .replace('name = "balanced"', 'name = "near_first"')
    .replace("near_home = 14 ", "near_home = 30 ")
    .replace("needs_fit = 20 ", "needs_fit = 4 ")
)


@pytest.fixture
def demo(sqlite_demo: DemoService) -> DemoService:
    return sqlite_demo


def send(demo: DemoService, **fields: str) -> tuple[int, str]:
    browser = demo.of(Role.ADMINISTRATOR)
    answer = browser.client.post(
        "/policy", data={"forgery_token": browser.headers["Near-Home-CSRF"], **fields}
    )
    return answer.status_code, re.sub(r"<[^>]+>|\s+", " ", answer.text)


def test_a_change_is_tried_without_being_kept(demo: DemoService) -> None:
    status, text = send(demo, text=OWN, do="try")
    assert status == 200
    assert "another home would be first" in text
    assert "14.0 to 30.0 points" in text
    assert "None of the council’s own yet." in text


def test_a_policy_is_kept_with_its_reason_and_used_by_the_next_ranking(demo: DemoService) -> None:
    status, text = send(demo, text=OWN, do="store")
    assert (status, "Say why it is changed" in text) == (422, True)
    status, text = send(demo, text=OWN, do="store", reason="near home weighs most here")
    assert status == 200
    assert "The council’s own policy, near_first" in text
    assert "near home weighs most here" in text
    officer = demo.of(Role.OFFICER)
    (referral, *_) = officer.get("/v1/referrals?state=submitted").json()["items"]
    referral_id = referral["record"]["referral_id"]
    ranked = officer.post(f"/v1/referrals/{referral_id}/matches", {})
    assert ranked.status_code == 201, ranked.text
    kept = ranked.json()["record"]
    assert kept["policy"] == "near_first"
    page = officer.client.get(f"/matches/{kept['matches_id']}/not-offered")
    assert page.status_code == 200


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("this is not = = TOML", "not TOML"),
        (shipped_text("balanced"), "comes with Near Home"),
        (OWN.replace("near_home = 30 ", "near_home = 31 "), "add up to"),
    ],
)
def test_a_policy_that_does_not_hold_together_is_refused_with_what_was_typed(
    demo: DemoService, text: str, said: str
) -> None:
    status, answer = send(demo, text=text, do="store", reason="a mistake")
    assert status == 422
    assert said in answer
    with Database(demo.settings.database_url.get_secret_value()).engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM policies").scalar() == 0
