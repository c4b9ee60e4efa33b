from __future__ import annotations

import pytest

from matcher.domain.home import Setting
from matcher.domain.need import NeedDomain
from matcher.policy import NeedsFit
from tests.matcher.criteria.one_case import BALANCED, a_child, a_home, able, judged, needing

PLAIN = BALANCED.replace(shortfall_weights={})


def fit(needs: dict[str, int], can: dict[str, int], *, policy=PLAIN, **home):
    return judged(
        "needs_fit",
        a_child(needs=needing(**needs)),
        a_home(capabilities=able(**can), **home),
        policy=policy,
    )


def test_every_need_met() -> None:
    score = fit({"health": 2, "learning": 1}, {"health": 2, "learning": 3})
    assert (score.share, score.gap) == (1, "")
    assert score.sentence == "Meets both assessed needs."


@pytest.mark.parametrize(("can", "share"), [(4, 1), (3, 0.8), (2, 4 / 7), (1, 0.4), (0, 4 / 14)])
def test_each_further_level_short_weighs_more(can: int, share: float) -> None:
    assert fit({"behaviour": 4}, {"behaviour": can}).share == pytest.approx(share)


def test_a_gap_names_the_domain_and_the_support_that_closes_it() -> None:
    score = fit({"self_harm": 3, "health": 1}, {"self_harm": 2, "health": 1})
    assert score.sentence == "Meets 1 of 2 assessed needs; 1 level short in self-harm."
    assert score.gap == (
        "Needs high support with self-harm; the home offers moderate: CAMHS consultation and "
        "training would close it."
    )


def test_a_wide_gap_is_not_said_to_be_closed() -> None:
    score = fit({"missing": 4}, {"missing": 0})
    assert score.sentence == "Does not meet the assessed need: 4 levels short in going missing."
    assert score.gap == (
        "Needs very high support with going missing; the home offers no support with it: a "
        "missing-from-care plan with the police and return interviews would be needed, agreed "
        "in writing first."
    )


def test_two_gaps_are_two_sentences() -> None:
    score = fit({"health": 2, "learning": 2}, {"health": 1, "learning": 1})
    assert score.share == pytest.approx(4 / 6)
    assert score.gap.count("would close it.") == 2


def test_the_policy_weighs_the_domains() -> None:
    heavy = PLAIN.replace(shortfall_weights={NeedDomain.SELF_HARM: 2})
    assert fit({"self_harm": 2}, {"self_harm": 1}, policy=heavy).share == pytest.approx(4 / 6)
    none = PLAIN.replace(shortfall_weights={NeedDomain.SELF_HARM: 0})
    score = fit({"self_harm": 2}, {"self_harm": 0}, policy=none)
    assert (score.share, score.gap) == (1, "")


def test_the_policy_says_how_steeply_it_falls() -> None:
    gentle = PLAIN.replace(needs_fit=NeedsFit(half_at_loss=9))
    assert fit({"health": 1}, {"health": 0}, policy=gentle).share == pytest.approx(0.9)


def test_unrecorded_capability_scores_as_unknown_in_proportion() -> None:
    score = fit({"health": 3, "learning": 1}, {"health": 3})
    assert score.share == pytest.approx(3 / 4 + 0.5 / 4)
    assert score.sentence == "Meets 1 of 2 assessed needs. Not recorded for learning and SEND."


def test_nothing_recorded_is_unknown() -> None:
    assert fit({"health": 3}, {"learning": 3}).share is None
    assert fit({}, {"learning": 3}).share is None
    assert judged("needs_fit", a_child(), a_home()).sentence == "No need has been assessed."


def test_assessed_as_none_is_met_by_every_home() -> None:
    score = fit({"health": 0}, {})
    assert score.share == 1
    assert score.sentence == "The child is assessed to have no such needs."


def test_a_therapeutic_bed_under_a_child_who_does_not_need_it_costs() -> None:
    needs, can = {"behaviour": 1}, {"behaviour": 4, "self_harm": 4}
    score = fit(needs, can, setting=Setting.CHILDRENS_HOME)
    assert score.share == pytest.approx(0.8)
    assert "3 levels above this child's" in score.sentence
    assert fit(needs, can, setting=Setting.FOSTER).share == 1
    # One level of head-room is free, and so is one need that is met exactly.
    assert fit({"behaviour": 3}, can, setting=Setting.CHILDRENS_HOME).share == 1
    assert fit({"behaviour": 0, "self_harm": 4}, can, setting=Setting.SECURE).share == 1
