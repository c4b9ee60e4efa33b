"""Identity, wishes, household, permanence."""

from __future__ import annotations

from typing import Any

import pytest

from matcher.domain.child import PermanencePlan, School, Voice, Wish, WishTopic
from matcher.domain.codes import Ethnicity
from matcher.domain.home import Household, Setting
from matcher.domain.placement import Placement, Resident
from tests.matcher.criteria.one_case import (
    AYLESBURY,
    BALANCED,
    TODAY,
    WYCOMBE,
    a_child,
    a_home,
    judged,
)


def at_home(**household: Any) -> Any:
    return a_home(household=Household(**household))


@pytest.mark.parametrize(
    ("child", "carers", "share"),
    [
        (Ethnicity.APKN, [Ethnicity.AIND], 1),
        (Ethnicity.CHNE, [Ethnicity.ABAN], 1),
        (Ethnicity.WBRI, [Ethnicity.BCRB], 0),
        (Ethnicity.WBRI, [], 0),
        (Ethnicity.MWBC, [Ethnicity.MWAS], 1),
        (Ethnicity.MWBC, [Ethnicity.BCRB], 0.5),
        (Ethnicity.MWBC, [Ethnicity.WBRI, Ethnicity.BAFR], 1),
        (Ethnicity.MOTH, [Ethnicity.WBRI], 0),
        (Ethnicity.WBRI, [Ethnicity.REFU], None),
        (Ethnicity.WBRI, None, None),
    ],
)
def test_ethnicity(child: Ethnicity, carers: list[Ethnicity] | None, share: float | None) -> None:
    ethnicities = None if carers is None else frozenset(carers)
    score = judged("identity", a_child(ethnicity=child), at_home(ethnicities=ethnicities))
    assert score.share == share


def test_the_parts_of_identity_count_alike_and_say_what_is_missing() -> None:
    child = a_child(ethnicity=Ethnicity.WOTH, religion="catholic", languages=("polish", "english"))
    home = at_home(religions={"catholic"}, languages={"english", "polish"})
    score = judged("identity", child, home)
    assert score.share == pytest.approx((0.5 + 1 + 1) / 3)
    assert score.sentence == (
        "The child's religion is that of the home. Both languages the child speaks are spoken at "
        "home. The ethnicity of the home is not recorded."
    )
    stern = BALANCED.replace(unknown_scores_by_criterion={"identity": 0})
    assert judged("identity", child, home, policy=stern).share == pytest.approx(2 / 3)


def test_languages() -> None:
    def said(languages: tuple[str, ...], *spoken: str) -> str:
        score = judged("identity", a_child(languages=languages), at_home(languages=set(spoken)))
        return score.sentence

    assert said(("urdu",), "urdu") == "The language the child speaks is spoken at home."
    assert said(("urdu", "urdu"), "welsh") == "The language the child speaks is not spoken at home."
    three = ("urdu", "polish", "welsh")
    assert said(three, *three) == "All 3 languages the child speaks are spoken at home."
    assert said(three, "welsh") == "1 of the 3 languages the child speaks is spoken at home."
    assert said(three) == "None of the languages the child speaks is spoken at home."


def test_identity_unknown_and_not_applicable() -> None:
    score = judged("identity", a_child(religion="sikh", languages=("urdu",)), a_home())
    assert score.share is None
    assert score.sentence == "The religion and languages of the home are not recorded."
    assert not judged("identity", a_child(ethnicity=Ethnicity.NOBT), a_home()).applies


def wishing(*topics: WishTopic, voice: Voice = Voice.CHILD, **child: Any) -> Any:
    named = (WishTopic.THIS_HOME, WishTopic.NOT_THIS_HOME)
    return a_child(
        wishes=tuple(
            Wish(voice=voice, topic=each, home_id="H-1" if each in named else None)
            for each in topics
        ),
        **child,
    )


@pytest.mark.parametrize(
    ("topic", "child", "home", "share"),
    [
        ("near_home", {"home_postcode": WYCOMBE}, {"postcode": AYLESBURY}, 1),
        ("near_home", {"home_postcode": WYCOMBE}, {"postcode": "MK18 1EN"}, 0),
        ("near_home", {}, {"postcode": WYCOMBE}, None),
        ("same_school", {"school": School(postcode=WYCOMBE)}, {"postcode": WYCOMBE}, 1),
        ("same_school", {"school": School(postcode=WYCOMBE)}, {"postcode": AYLESBURY}, 0),
        ("same_school", {}, {"postcode": AYLESBURY}, None),
        ("with_siblings", {}, {}, None),
        ("family_home", {}, {}, 1),
        ("family_home", {}, {"setting": Setting.SUPPORTED}, 0),
        ("childrens_home", {}, {"setting": Setting.CHILDRENS_HOME}, 1),
        ("childrens_home", {}, {}, 0),
        ("pets", {}, {"household": Household(pets=True)}, 1),
        ("no_pets", {}, {"household": Household(pets=True)}, 0),
        ("no_pets", {}, {}, None),
        ("other_children", {}, {"household": Household(own_children_ages=(7,))}, 1),
        ("no_other_children", {}, {"household": Household(own_children_ages=(7,))}, 0),
        ("no_other_children", {}, {"household": Household(own_children_ages=(19,))}, 1),
        ("no_other_children", {}, {}, None),
        ("other_children", {}, {"setting": Setting.CHILDRENS_HOME}, 0),
        ("same_religion", {"religion": "hindu"}, {"household": Household(religions={"hindu"})}, 1),
        ("same_religion", {}, {"household": Household(religions={"hindu"})}, None),
        (
            "same_language",
            {"languages": ("a", "b")},
            {"household": Household(languages={"a"})},
            0.5,
        ),
        ("same_language", {}, {"household": Household(languages={"a"})}, None),
        ("same_ethnicity", {}, {"household": Household(ethnicities={"WBRI"})}, None),
        (
            "same_ethnicity",
            {"ethnicity": "WIRI"},
            {"household": Household(ethnicities={"WBRI"})},
            1,
        ),
        ("this_home", {}, {}, 1),
        ("not_this_home", {}, {}, 0),
    ],
)
def test_each_wish_is_checked_against_the_home(
    topic: str, child: dict[str, Any], home: dict[str, Any], share: float | None
) -> None:
    score = judged("child_wishes", wishing(WishTopic(topic), **child), a_home(**home))
    assert score.share == share


def test_wishes_are_added_up_and_named() -> None:
    child = wishing(
        WishTopic.PETS, WishTopic.FAMILY_HOME, WishTopic.NEAR_HOME, WishTopic.SAME_LANGUAGE
    ).replace(languages=("urdu", "english"))
    score = judged("child_wishes", child, at_home(pets=False, languages={"english"}))
    assert score.share == pytest.approx((0 + 1 + 0.5 + 0.5) / 4)
    assert score.sentence == (
        "Meets 1 of 4 wishes: family home. Met in part: same language. Not met: pets. Cannot be "
        "checked: near home."
    )


def test_each_voice_has_its_own_criterion() -> None:
    child = wishing(WishTopic.FAMILY_HOME, voice=Voice.FAMILY)
    assert judged("family_views", child, a_home()).share == 1
    score = judged("child_wishes", child, a_home())
    assert (score.applies, score.sentence) == (False, "No wishes of the child are recorded.")


def test_siblings_are_not_other_children() -> None:
    child = wishing(WishTopic.NO_OTHER_CHILDREN, sibling_group_id="G-1")
    brother = a_child(child_id="C-2", sibling_group_id="G-1")
    stranger = a_child(child_id="C-3")
    home = at_home(own_children_ages=())
    assert judged("child_wishes", child, home, arrivals=[brother]).share == 1
    assert judged("child_wishes", child, home, arrivals=[stranger]).share == 0
    lives_here = [Placement(child_id="C-2", home_id="H-1", started_on=TODAY)]
    there = {"children": [brother], "placements": lives_here}
    assert judged("child_wishes", child, home, **there).share == 1
    nobody_knows = [Resident(resident_id="R-1", home_id="H-1")]
    assert judged("child_wishes", child, home, residents=nobody_knows).share is None


@pytest.mark.parametrize(
    ("born", "condition", "smokers", "share"),
    [
        ("2021-01-01", False, True, 0.25),
        ("2021-01-01", False, False, 1),
        ("2021-01-01", False, None, (3 * 0.5 + 1) / 4),
        ("2020-03-31", False, True, 1),
        ("2010-01-01", True, True, 0.25),
        ("2010-01-01", False, True, 1),
        (None, False, True, (3 * 0.5 + 1) / 4),
        (None, False, False, 1),
    ],
)
def test_smoke(born: str | None, condition: bool, smokers: bool | None, share: float) -> None:
    child = a_child(date_of_birth=born, asthma_or_heart_condition=condition)
    score = judged("household", child, at_home(smokers=smokers, own_children_ages=()))
    assert score.share == pytest.approx(share)
    harmed = smokers and share == 0.25
    assert bool(score.gap) == bool(harmed)


@pytest.mark.parametrize(
    ("own", "share"), [((), 1), ((9,), 0), ((8, 20), 0.5), ((7,), 1), ((15, 11), 1), (None, None)]
)
def test_age_gap_to_the_carers_own_children(own: tuple[int, ...] | None, share: float) -> None:
    score = judged("household", a_child(), at_home(own_children_ages=own))
    assert score.share == share


def test_a_home_with_staff_is_no_household() -> None:
    home = a_home(setting=Setting.CHILDRENS_HOME, household=Household(smokers=True))
    assert not judged("household", a_child(date_of_birth="2022-01-01"), home).applies


@pytest.mark.parametrize(
    ("plan", "born", "long_term", "post_18", "share"),
    [
        (PermanencePlan.LONG_TERM_FOSTERING, "2016-01-01", True, None, 1),
        (PermanencePlan.LONG_TERM_FOSTERING, "2016-01-01", False, True, 0),
        (PermanencePlan.LONG_TERM_FOSTERING, "2016-01-01", None, True, None),
        (PermanencePlan.LONG_TERM_FOSTERING, "2010-01-01", True, False, 0.5),
        (PermanencePlan.LONG_TERM_FOSTERING, "2010-01-01", None, True, 0.75),
        (PermanencePlan.RETURN_HOME, "2010-01-01", False, True, 1),
        (None, "2016-01-01", True, True, None),
        (None, "2010-01-01", True, True, 0.75),
        (PermanencePlan.RETURN_HOME, None, True, True, None),
    ],
)
def test_permanence(
    plan: PermanencePlan | None,
    born: str | None,
    long_term: bool | None,
    post_18: bool | None,
    share: float | None,
) -> None:
    child = a_child(permanence_plan=plan, date_of_birth=born)
    score = judged("permanence", child, a_home(long_term=long_term, post_18=post_18))
    assert score.share == share
    assert score.applies


def test_permanence_does_not_apply_to_a_young_child_going_home() -> None:
    child = a_child(permanence_plan=PermanencePlan.RETURN_HOME)
    assert not judged("permanence", child, a_home()).applies
