"""Provider quality, preferred kind of home, value for money, and the guess at disruption."""

from __future__ import annotations

import math
from typing import Any

import pytest

from matcher.domain.agreement import Agreement, Fee, Route
from matcher.domain.child import School
from matcher.domain.home import Grade, Setting
from matcher.policy import Preference
from tests.matcher.criteria.one_case import (
    AYLESBURY,
    BALANCED,
    WYCOMBE,
    a_child,
    a_home,
    able,
    judged,
    needing,
)


@pytest.mark.parametrize("grade", Grade)
def test_every_grade_is_scored_or_unknown(grade: Grade) -> None:
    home = a_home(grade=grade, setting=Setting.CHILDRENS_HOME, provider_id="P-2")
    score = judged("provider_quality", a_child(), home)
    if grade is Grade.NOT_YET_INSPECTED:
        assert (score.share, score.sentence) == (None, "Not yet inspected by Ofsted.")
    else:
        assert (score.share == 0) == grade.failing
        assert score.sentence == f"Judged {grade.label} by Ofsted."


def test_only_homes_that_ofsted_grades_can_lack_a_grade() -> None:
    assert not judged("provider_quality", a_child(), a_home()).applies
    aunt = a_home(setting=Setting.CONNECTED, provider_id="P-2")
    assert not judged("provider_quality", a_child(), aunt).applies
    agency = a_home(provider_id="P-2")
    assert judged("provider_quality", a_child(), agency).share is None
    council_home = a_home(setting=Setting.CHILDRENS_HOME)
    assert judged("provider_quality", a_child(), council_home).share is None
    graded = a_home(grade=Grade.GOOD)
    assert judged("provider_quality", a_child(), graded).share == 0.85


def in_house(**fields: Any) -> Agreement:
    return Agreement(agreement_id="A-1", provider_id="P-1", route=Route.IN_HOUSE, **fields)


ROWS = (
    Preference(setting=Setting.FOSTER, route=Route.IN_HOUSE, age_to=15, need_to=2),
    Preference(setting=Setting.SUPPORTED, age_from=16),
)


@pytest.mark.parametrize(
    ("born", "need", "home", "share"),
    [
        ("2016-01-01", 2, {"agreement_ids": ("A-1",)}, 1),
        ("2016-01-01", 2, {}, 0),
        ("2016-01-01", 2, {"setting": Setting.SUPPORTED}, 0),
        ("2008-01-01", 4, {"setting": Setting.SUPPORTED}, 1),
        (None, 2, {"setting": Setting.SUPPORTED}, None),
        (None, 2, {"setting": Setting.CHILDRENS_HOME}, None),
        ("2008-01-01", None, {"setting": Setting.SUPPORTED}, 1),
        ("2016-01-01", None, {"agreement_ids": ("A-1",)}, None),
    ],
)
def test_preferred_kinds(
    born: str | None, need: int | None, home: dict[str, Any], share: float | None
) -> None:
    child = a_child(date_of_birth=born, needs=() if need is None else needing(behaviour=need))
    score = judged(
        "preferred_provider",
        child,
        a_home(**home),
        policy=BALANCED.replace(preferred=ROWS),
        agreements=[in_house()],
    )
    assert score.share == share
    assert score.applies


def test_a_child_whom_no_row_covers_has_no_preferred_kind() -> None:
    policy = BALANCED.replace(preferred=ROWS)
    child = a_child(needs=needing(behaviour=4))
    assert not judged("preferred_provider", child, a_home(), policy=policy).applies


def test_value_for_money_counts_fee_and_transport() -> None:
    home = a_home(postcode=WYCOMBE, weekly_fee_pence=100_000)
    score = judged("value_for_money", a_child(), home)
    assert score.share == pytest.approx(2 / 3)
    assert score.sentence == "£1,000 a week."
    at_school = a_child(school=School(postcode=AYLESBURY))
    score = judged("value_for_money", at_school, home)
    assert score.share == pytest.approx(1 / (1 + 126_200 / 200_000))
    assert score.sentence == "£1,000 a week, with £262 a week for school transport."
    leaving = a_child(school=School(postcode=AYLESBURY, keep=False))
    assert judged("value_for_money", leaving, home).sentence == "£1,000 a week."
    unknown = a_child(school=School(postcode="ZZ9 9ZZ"))
    score = judged("value_for_money", unknown, home)
    assert score.sentence == "£1,000 a week, school transport not known."


def test_a_prepaid_bed_costs_nothing_more() -> None:
    block = Agreement(agreement_id="A-1", provider_id="P-1", route=Route.BLOCK, block_beds=1)
    home = a_home(agreement_ids=("A-1",), weekly_fee_pence=500_000)
    score = judged("value_for_money", a_child(), home, agreements=[block])
    assert score.share == 1
    assert score.sentence == "A bed that is paid for already."


def test_a_fee_that_nobody_knows_is_unknown() -> None:
    agreement = in_house(fees=(Fee(age_from=12, weekly_fee_pence=40_000),))
    home = a_home(agreement_ids=("A-1",))
    score = judged("value_for_money", a_child(), home, agreements=[agreement])
    assert (score.share, score.sentence) == (None, "The weekly fee is not known.")


def test_the_guess_at_disruption() -> None:
    child = a_child(
        school=School(postcode=AYLESBURY), needs=needing(behaviour=3, health=1, missing=2)
    )
    home = a_home(postcode=WYCOMBE, capabilities=able(behaviour=1, health=4))
    chance = 0.1 * math.exp(0.0205 * 13.1) + 0.014 * 9 + 0.05 * 2
    score = judged("disruption", child, home)
    assert score.share == pytest.approx(1 - chance)
    assert score.sentence == "Predicted chance of disruption 36 in 100; not validated locally."
    assert judged("disruption", child.replace(date_of_birth=None), home).share is None
    assert judged("disruption", child, a_home(postcode=WYCOMBE)).share is None
    assert judged("disruption", child, a_home(capabilities=able(health=4))).share is None
    at_home = child.replace(school=None)
    assert judged("disruption", at_home, home).share == pytest.approx(1 - 0.1 - 0.126 - 0.1)
