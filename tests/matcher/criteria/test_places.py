"""Near home, school, family time, siblings, connected person, stability."""

from __future__ import annotations

from datetime import date

import pytest

from matcher.domain.child import Contact, ContactWith, School
from matcher.domain.placement import Placement, Resident
from matcher.domain.sibling_group import SiblingGroup, SiblingLink, Together
from tests.matcher.criteria.one_case import (
    AYLESBURY,
    NOWHERE,
    TODAY,
    WYCOMBE,
    a_child,
    a_home,
    judged,
)


def test_near_home_counts_straight_line_miles() -> None:
    child = a_child(home_postcode=WYCOMBE)
    assert judged("near_home", child, a_home(postcode=WYCOMBE)).share == 1
    score = judged("near_home", child, a_home(postcode=AYLESBURY))
    assert score.share == pytest.approx(1 - 0.5 * (13.1 - 3) / 17)
    assert score.sentence == "13.1 miles from home."
    assert judged("near_home", child, a_home(postcode="LS1 4AP")).share == 0
    assert judged("near_home", child, a_home(postcode=NOWHERE)).share is None
    assert judged("near_home", child, a_home()).share is None


@pytest.mark.parametrize("field", ["unaccompanied", "away_for_safety"])
def test_distance_does_not_apply_to_some_children(field: str) -> None:
    score = judged("near_home", a_child(**{field: True}), a_home(postcode="LS1 4AP"))
    assert (score.share, score.applies) == (1, False)


def test_the_same_school_within_reach() -> None:
    child = a_child(school=School(postcode=AYLESBURY))
    score = judged("school", child, a_home(postcode=AYLESBURY))
    assert (score.share, score.sentence) == (1, "Same school stays within reach: 0.0 miles.")
    score = judged("school", child, a_home(postcode=WYCOMBE))
    assert score.share == pytest.approx(0.5 * (30 - 13.1) / 20)
    assert score.sentence == "Same school means a long journey: 13.1 miles."
    score = judged("school", child, a_home(postcode="LS1 4AP"))
    assert score.share == 0
    assert score.sentence == ("A change of school is likely: the present one is 140.6 miles away.")
    assert judged("school", child, a_home()).share is None


def test_school_does_not_apply_without_a_school_to_keep() -> None:
    assert not judged("school", a_child(), a_home()).applies
    moving = a_child(school=School(postcode=AYLESBURY, keep=False))
    assert not judged("school", moving, a_home(postcode=WYCOMBE)).applies


def family_time(postcode: str, times: float) -> Contact:
    return Contact(with_whom=ContactWith.PARENT, postcode=postcode, times_a_month=times)


def test_family_time_adds_up_over_a_month() -> None:
    child = a_child(contacts=(family_time(AYLESBURY, 4), family_time(WYCOMBE, 2)))
    score = judged("contact_travel", child, a_home(postcode=WYCOMBE))
    assert score.share == pytest.approx(1 / (1 + 8 * 13.1 / 160))
    assert score.sentence == (
        "Family time means 105 miles of travel a month, 6 visits there and back."
    )
    assert not judged("contact_travel", a_child(), a_home()).applies
    never = a_child(contacts=(family_time(AYLESBURY, 0),))
    assert not judged("contact_travel", never, a_home()).applies
    somewhere = a_child(contacts=(family_time(WYCOMBE, 1), family_time(NOWHERE, 1)))
    assert judged("contact_travel", somewhere, a_home(postcode=WYCOMBE)).share is None


def sibling(number: int) -> object:
    return a_child(child_id=f"C-{number}", sibling_group_id="G-1")


def test_siblings_arriving_or_there_already_count_once() -> None:
    one, two, three = (sibling(each) for each in (1, 2, 3))
    home, other = a_home(), a_home(home_id="H-2")
    lives_here = {
        "children": [two, three],
        "placements": [Placement(child_id="C-2", home_id="H-1", started_on=TODAY)],
    }
    score = judged("siblings", one, home, **lives_here)
    assert (score.share, score.sentence) == (0.5, "Together with 1 of 2 siblings.")
    score = judged("siblings", one, home, arrivals=[two], **lives_here)
    assert score.share == 0.5
    score = judged("siblings", one, home, arrivals=[three], **lives_here)
    assert (score.share, score.sentence) == (1, "Together with both siblings.")
    score = judged("siblings", one, other, homes=[home], **lives_here)
    assert (score.share, score.sentence) == (0, "Apart from both siblings.")


def test_a_sibling_of_another_authority_counts() -> None:
    resident = Resident(resident_id="R-1", home_id="H-1", sibling_group_id="G-1")
    score = judged("siblings", sibling(1), a_home(), residents=[resident])
    assert (score.share, score.sentence) == (1, "Together with the sibling.")


def test_siblings_assessed_apart_are_not_missed() -> None:
    one, two, three = (sibling(each) for each in (1, 2, 3))
    link = SiblingLink(child_a="C-1", child_b="C-2", together=Together.APART)
    groups = {"sibling_groups": [SiblingGroup(sibling_group_id="G-1", links=(link,))]}
    score = judged("siblings", one, a_home(), arrivals=[three], children=[two], **groups)
    assert (score.share, score.sentence) == (1, "Together with the sibling.")
    assert not judged("siblings", one, a_home(), children=[two], **groups).applies
    assert not judged("siblings", a_child(), a_home()).applies


def test_a_connected_person_is_preferred_where_there_is_one() -> None:
    aunt = a_home(home_id="H-2", setting="connected", connected_to=frozenset({"C-1"}))
    assert judged("connected_person", a_child(), aunt).share == 1
    assert judged("connected_person", a_child(), a_home(), homes=[aunt]).share == 0
    assert not judged("connected_person", a_child(), a_home()).applies


def test_a_child_who_has_a_home_keeps_it() -> None:
    placed = {
        "homes": [a_home(home_id="H-2")],
        "placements": [Placement(child_id="C-1", home_id="H-1", started_on=date(2024, 5, 6))],
    }
    score = judged("stability", a_child(), a_home(), **placed)
    assert (score.share, score.sentence) == (1, "The child has lived here since 06/05/2024.")
    placed = {**placed, "homes": [a_home()]}
    assert judged("stability", a_child(), a_home(home_id="H-2"), **placed).share == 0
    assert not judged("stability", a_child(), a_home()).applies
