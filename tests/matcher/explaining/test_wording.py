"""Words: said once for all it holds for."""

from __future__ import annotations

import pytest

from matcher import engine
from matcher.domain.child import School
from matcher.domain.codes import Sex
from matcher.domain.home import TermsOfApproval
from matcher.domain.need import Capability, NeedDomain
from matcher.domain.sibling_group import SiblingGroup, SiblingLink, Together
from matcher.errors import CheckFailedError
from matcher.evidence.verdict import Verdict
from matcher.rules import household
from tests.builders import HOME_POSTCODE, a_child, a_home, a_world, miles_east, siblings


def test_what_holds_for_several_children_is_said_once() -> None:
    world = a_world(siblings(9, 7, 4), [a_home(beds=3, terms=TermsOfApproval(age_from=5))])
    (excluded,) = engine.rank(world, "R-1").excluded
    assert excluded.sentences == ("H-1 is approved for ages 5 and over; C-3 is 4.",)

    young = a_world(siblings(4, 4, 9), [a_home(beds=3, terms=TermsOfApproval(age_from=5))])
    (excluded,) = engine.rank(young, "R-1").excluded
    assert excluded.sentences == (
        "H-1 is approved for ages 5 and over; C-1 is 4. The same holds for C-2.",
    )


def test_a_gap_names_its_child_unless_it_is_everybodys() -> None:
    weak = tuple(
        Capability(domain=domain, level=0 if domain is NeedDomain.HEALTH else 3)
        for domain in NeedDomain
    )
    both = siblings(9, 7)
    calm = both[1].model_copy(
        update={"needs": tuple(n for n in both[1].needs if n.domain is not NeedDomain.HEALTH)}
    )
    home = a_home(beds=2, capabilities=weak)
    (everybodys,) = engine.rank(a_world(both, [home]), "R-1").options[0].gaps
    assert everybodys.startswith("Needs low support with health")
    (ones,) = engine.rank(a_world([both[0], calm], [home]), "R-1").options[0].gaps
    assert ones.startswith("C-1: Needs low support with health")


def test_an_option_says_who_where_how_far_and_how_much() -> None:
    world = a_world(siblings(9, 7), [a_home(beds=2, postcode=miles_east(3).postcode)])
    option = engine.rank(world, "R-1").options[0]
    assert option.sentence == (
        "Together with H-1 (foster household), 3.0 miles from home, in-house, £950 a week."
    )
    (part,) = option.parts
    assert part.weekly_fee_pence == 95_000
    assert part.yearly_cost_pence == 52 * (95_000 + part.weekly_transport_pence)
    assert part.beds_left == 0


def test_a_split_says_who_goes_where() -> None:
    world = a_world(siblings(9, 7), [a_home("H-1"), a_home("H-2")])
    option = engine.rank(world, "R-1").options[0]
    assert not option.together
    assert "C-1 with H-1 (foster household)" in option.sentence
    assert "; C-2 with H-2 (foster household)" in option.sentence


def test_an_unknown_distance_is_said_to_be_unknown() -> None:
    world = a_world([a_child(home_postcode=None)], [a_home()])
    (option,) = engine.rank(world, "R-1").options
    assert ", distance not known, " in option.sentence
    assert option.parts[0].near_home is None
    assert option.parts[0].distances[0].home_miles is None
    near_home = next(each for each in option.criteria if each.name == "near_home")
    assert not near_home.known

    pair = [a_child("C-1"), a_child("C-2", home_postcode=None)]
    (option,) = engine.rank(a_world(pair, [a_home(beds=2)]), "R-1").options
    assert "distance not known for all" in option.sentence


def test_distance_does_not_apply_to_unaccompanied_children() -> None:
    world = a_world([a_child(unaccompanied=True)], [a_home()])
    (option,) = engine.rank(world, "R-1").options
    assert ", distance does not apply, " in option.sentence
    assert option.parts[0].near_home is None


def test_school_transport_is_part_of_the_cost() -> None:
    school = School(postcode=HOME_POSTCODE, keep=True)
    world = a_world([a_child(school=school)], [a_home(postcode=miles_east(12).postcode)])
    part = engine.rank(world, "R-1").options[0].parts[0]
    assert part.weekly_transport_pence > 0
    assert part.distances[0].school_miles == part.distance_miles == 12


def test_an_option_that_needs_an_exemption_says_from_whom() -> None:
    home = a_home(terms=TermsOfApproval(sex=Sex.FEMALE))
    report = engine.rank(a_world([a_child()], [home]), "R-1")
    (option,) = report.options
    assert option.status.label == "needs exemption"
    (need,) = option.needs
    assert need.startswith("H-1 is approved for girls only; ")
    assert "Lawful exemption: " in need
    (miss,) = report.near_misses
    assert miss.exemption is not None
    explanation = engine.explain(a_world([a_child()], [home]), "R-1", "H-1")
    assert explanation.status == "needs exemption"
    (answer,) = [each for each in explanation.answers if each.verdict == "not met"]
    assert answer.exemption == miss.exemption


def test_those_who_must_live_apart_are_told_so() -> None:
    group = SiblingGroup(
        sibling_group_id="S-1",
        links=(SiblingLink(child_a="C-1", child_b="C-2", together=Together.APART),),
    )
    world = a_world(siblings(9, 7), [a_home("H-1", 2), a_home("H-2")], sibling_groups=[group])
    report = engine.rank(world, "R-1")
    assert report.together_sentence == (
        "An assessment says that some of these children must live apart."
    )
    assert report.eligible_count == 0
    assert [len(option.parts) for option in report.options] == [2, 2]
    explanation = engine.explain(world, "R-1", "H-1")
    assert explanation.position is None
    assert "H-1 is not offered: " in explanation.sentence


def test_together_is_told_as_impossible_or_as_to_be_checked() -> None:
    alone = engine.rank(a_world([a_child()], []), "R-1")
    assert alone.together_sentence is None
    none = engine.rank(a_world(siblings(9, 7), [a_home("H-1"), a_home("H-2")]), "R-1")
    assert none.together_sentence == (
        "No home can take all 2 together. The best ways to split them follow."
    )
    unsure = engine.rank(a_world(siblings(9, 7), [a_home(beds=2, terms=None)]), "R-1")
    assert unsure.together_sentence == (
        "No home is known to be able to take all 2 together; some are to be checked."
    )


def test_a_mask_that_disagrees_with_its_judge_shows_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = a_world([a_child()], [a_home(beds=0)])
    rule = household.BEDS_FREE
    assert Verdict.NOT_MET.label in {
        each.verdict for each in engine.explain(world, "R-1", "H-1").answers
    }
    monkeypatch.setattr(type(rule), "verdict", lambda self, case: household.MET)
    with pytest.raises(CheckFailedError) as caught:
        engine.rank(world, "R-1")
    assert caught.value.exit_code == 70
    assert "H-1" in caught.value.sentence


def test_a_home_to_be_checked_is_told_with_what_is_missing() -> None:
    explanation = engine.explain(a_world([a_child()], [a_home(terms=None)]), "R-1", "H-1")
    assert explanation.status == "to check"
    assert explanation.position is None
    assert explanation.points_behind_best is None
    assert explanation.sentence.startswith("H-1 is to be checked before it is offered: Not rec")
