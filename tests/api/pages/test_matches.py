"""A ranking as it is shown: brothers and sisters at a glance, and what does not apply says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from api.pages.rendering import environment
from api.records.actor import Role
from matcher.engine import Engine
from matcher.policy import Policy
from tests.api.pages.sending import send
from tests.api.service import small_county

if TYPE_CHECKING:
    from matcher.explaining.report import Option, Part
    from tests.api.service import DemoService


def ranked(sqlite_demo: DemoService, referral: str) -> str:
    """Rank homes for a referral, and return the page."""
    officer, page = sqlite_demo.of(Role.OFFICER), f"/referrals/{referral}"
    return officer.get(send(officer, page, f"{page}/matches").headers["location"]).text


def test_siblings_are_shown_together_and_apart_before_the_cards(sqlite_demo: DemoService) -> None:
    made = small_county().referrals
    siblings = min(each for each, case in made.items() if len(case.child_ids) > 1)
    text = ranked(sqlite_demo, siblings)
    assert text.index("Together, and apart") < text.index("nh-card")
    assert "All together" in text
    alone = min(each for each, case in made.items() if len(case.child_ids) == 1)
    assert "Together, and apart" not in ranked(sqlite_demo, alone)


def test_a_card_says_each_thing_once(sqlite_demo: DemoService) -> None:
    text = ranked(sqlite_demo, min(small_county().referrals))
    for card in text.split('<article class="nh-card"')[1:]:
        why = card.split("<details")[0]
        helps = re.findall(r'class="govuk-list nh-for">(.*?)</ul>', why, re.DOTALL)
        hurts = re.findall(r'class="govuk-list nh-against">(.*?)</ul>', why, re.DOTALL)
        if helps and hurts:
            said = [set(re.findall(r"<li>(.*?)</li>", each[0])) for each in (helps, hurts)]
            assert not said[0] & said[1]


def figures_of(option: Option, part: Part) -> str:
    """Return the distance and the fee as a card shows them."""
    macros = environment().get_template("matches/card.html").module
    shown = macros.distance(option, part) + macros.fee_of(part) + macros.fee_label(part)  # type: ignore[attr-defined]
    return " ".join(re.sub(r"<[^>]+>", " ", str(shown)).split())


def test_figures_that_are_not_known_or_do_not_apply_say_so() -> None:
    county = small_county()
    report = Engine(county, Policy.named("balanced")).rank(min(county.referrals), top=1)
    option = report.options[0]
    part = option.parts[0].replace(distance_miles=1.0, weekly_fee_pence=91_800, prepaid=False)
    shown = figures_of(option, part)
    assert shown.startswith("mile from home 1.0")
    assert "£918" in shown
    unknown = part.replace(distance_miles=None, weekly_fee_pence=None)
    assert "distance from home not known" in figures_of(option, unknown)
    criteria = tuple(
        each.replace(applies=False) if each.name == "near_home" else each
        for each in option.criteria
    )
    elsewhere = option.replace(criteria=criteria)
    assert "distance from home does not apply" in figures_of(elsewhere, unknown)
    free = figures_of(option, part.replace(weekly_fee_pence=0))
    assert "no fee" in free
    assert "to pay" in free


def test_a_heading_says_when_only_splits_are_ready(sqlite_demo: DemoService) -> None:
    made = small_county().referrals
    for referral in sorted(each for each, case in made.items() if len(case.child_ids) > 1):
        text = ranked(sqlite_demo, referral)
        heading = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
        assert heading is not None
        assert not heading[1].strip().startswith("0 homes")
