"""The checker: sound plans pass with their figures, and every sabotaged one is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from matcher.candidates import Appraiser
from matcher.checking import Claim, check, checker
from matcher.columns import columns_of
from matcher.domain.agreement import Budget, Route
from matcher.domain.child import School
from matcher.domain.home import Household, Setting, TermsOfApproval
from matcher.domain.placement import (
    Exemption,
    Resident,
    ResidentKind,
)
from matcher.domain.plan import Assigned, Plan
from matcher.domain.sibling_group import AssessorRole, Together
from matcher.errors import CheckFailedError
from matcher.evidence.arrays import child_facts
from matcher.evidence.verdict import Judgement, Verdict
from matcher.rules.approval import APPROVAL_AGE
from matcher.rules.catalogue import BARS, HOUSEHOLD_RULES, PAIR_RULES, PLAN_RULES
from matcher.rules.rule import Breach, HouseholdRule
from tests.builders import AS_OF, a_child, a_home, a_referral, a_world, miles_east, siblings
from tests.matcher.sabotages import (
    BOTH_IN_H1,
    EACH_ALONE,
    MOVING,
    POLICY,
    group,
    lives,
    sabotages,
    two,
)

if TYPE_CHECKING:
    from matcher.domain.world import World
    from matcher.policy import Policy

NOTHING = Claim()


def refusals(world: World, home_of: dict[str, str | None], policy: Policy = POLICY) -> list[str]:
    """Return the codes of the rules for which a plan is refused."""
    with pytest.raises(CheckFailedError) as caught:
        check(world, policy, Plan.of(home_of), claimed=NOTHING)
    return sorted({finding.split(" is ")[0] for finding in caught.value.findings})


def brothers_together() -> tuple[World, Plan]:
    world = a_world(siblings(9, 11), [a_home("H-1", 2), a_home("H-2", 1)])
    return world, Plan.of({"C-1": "H-1", "C-2": "H-1"})


# A sound plan --------------------------------------------------------------------------------


def test_a_sound_plan_passes_with_its_figures():
    world, plan = brothers_together()

    found = check(world, POLICY, plan, claimed=NOTHING)

    assert found.plan is plan
    assert (found.unplaced, found.extra_households, found.moves) == (0, 0, 0)
    # £500.00 and £500.00 less 10 %; no school to be taken to.
    assert found.weekly_cost_pence == found.new_weekly_cost_pence == 95_000
    assert found.weekly_cost_by_route_pence == {"in_house": 95_000}
    assert found.unknown_cost == ()
    assert set(found.points) == {"C-1", "C-2"}
    assert found.match_points_lost == pytest.approx(200 - sum(found.points.values()))
    assert found.exemptions == ()
    assert found.warnings == ()


def test_points_and_fees_are_those_of_the_arrays():
    children = siblings(6, 9, 12)
    school = School(postcode=miles_east(9).postcode)
    children[0] = children[0].replace(school=school)
    world = a_world(children, [a_home("H-1", 3, postcode=miles_east(14).postcode)])
    plan = Plan.of(dict.fromkeys(["C-1", "C-2", "C-3"], "H-1"))
    day = world.referrals["R-1"].needed_by

    found = check(world, POLICY, plan, claimed=NOTHING)

    appraisal = Appraiser(columns_of(world), POLICY).appraise(children, day)
    assert sum(found.points.values()) / 3 == pytest.approx(float(appraisal.score[0]))
    assert found.weekly_cost_pence == int(appraisal.weekly_cost[0])
    assert found.weekly_cost_pence > 50_000 + 45_000 + 45_000


def test_gates_become_tasks_that_say_what_to_do():
    world = a_world([a_child()], [a_home()], referrals=[a_referral(child_views_on=None)])
    found = check(world, POLICY, Plan.of({"C-1": "H-1"}), claimed=NOTHING)
    views = [task for task in found.tasks if task.rule == "VIEWS_OBTAINED"]
    assert [(task.child_ids, task.home_id) for task in views] == [(("C-1",), "H-1")]
    assert "the child's wishes and feelings" in views[0].sentence


def test_a_child_may_be_left_without_a_home():
    world, _ = brothers_together()
    found = check(world, POLICY, Plan.of({"C-1": "H-1", "C-2": None}), claimed=NOTHING)
    assert (found.unplaced, set(found.points)) == (1, {"C-1"})


# Every child once ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (Plan((Assigned("C-1", "H-1"),), ()), "Child C-2 is missing"),
        (
            Plan((Assigned("C-1", "H-1"), Assigned("C-1", "H-2"), Assigned("C-2", "H-1")), ()),
            "Child C-1 occurs 2 times",
        ),
        (Plan((Assigned("C-1", "H-1"),), ("C-1", "C-2")), "Child C-1 occurs 2 times"),
        (Plan((Assigned("C-1", "H-9"), Assigned("C-2", "H-1")), ()), "home H-9, which is not"),
        (Plan((Assigned("C-9", "H-1"),), ("C-1", "C-2")), "a child C-9 who is not"),
    ],
    ids=["missing", "twice", "placed-and-unplaced", "unknown-home", "unknown-child"],
)
def test_every_child_stands_once_in_a_home_that_exists(plan, said):
    world, _ = brothers_together()
    with pytest.raises(CheckFailedError, match="nothing is shown") as caught:
        check(world, POLICY, plan, claimed=NOTHING)
    assert any(said in finding for finding in caught.value.findings)


def test_a_plan_decides_about_nobody_else():
    world = a_world(
        [a_child(), a_child("C-2")],
        [a_home(), a_home("H-2")],
        referrals=[a_referral()],
        placements=[lives("C-2", "H-2")],
    )
    with pytest.raises(CheckFailedError) as caught:
        check(world, POLICY, Plan.of({"C-1": "H-1", "C-2": "H-2"}), claimed=NOTHING)
    assert caught.value.findings == ("The plan decides about child C-2, whom it may not move.",)


# Every rule is asked ----------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", [Verdict.NOT_MET, Verdict.UNKNOWN])
@pytest.mark.parametrize("rule", [*BARS, *PLAN_RULES], ids=lambda rule: rule.code)
def test_every_rule_that_bars_is_asked(rule, verdict, monkeypatch):
    """Whatever rule answers "not met" or "unknown", the plan is refused and says by which."""
    world, plan = brothers_together()
    answer = Judgement(verdict, {})
    # Sentences are filled in elsewhere; here the rule has none to fill.
    plain = {"sentence": "No.", "change": "None.", "unknown": "?", "starts": None, "ends": None}
    broken = replace(rule, judge=lambda case: answer, **plain)
    if rule in PLAN_RULES:
        broken = replace(broken, breaches=lambda case: [Breach(("C-1",), answer)])
    for name, rules in (
        ("PAIR_RULES", PAIR_RULES),
        ("HOUSEHOLD_RULES", HOUSEHOLD_RULES),
        ("PLAN_RULES", PLAN_RULES),
    ):
        changed = tuple(broken if each is rule else each for each in rules)
        monkeypatch.setattr(checker, name, changed)
    assert refusals(world, dict(plan.home_of)) == [rule.code]


def test_a_mask_that_disagrees_with_its_judge_is_caught():
    world = a_world([a_child(age=9)], [a_home(terms=TermsOfApproval(age_from=11, age_to=17))])
    arrays = columns_of(world)
    lying = replace(APPROVAL_AGE, mask=lambda homes, child, policy: homes.all(Verdict.MET))
    facts = child_facts(world.children["C-1"], AS_OF, arrays)
    allowed = np.flatnonzero(lying.verdicts(arrays, facts, POLICY) == Verdict.MET)

    believed = {"C-1": arrays.ids[int(allowed[0])]}

    assert refusals(world, believed) == ["APPROVAL_AGE"]


@pytest.mark.parametrize("case", sabotages(), ids=lambda case: case.code)
def test_a_broken_rule_is_refused_and_no_other_is_named(case):
    assert refusals(case.world, case.home_of, case.policy) == [case.code]


def test_what_is_unknown_bars_as_what_is_not_met():
    unknown_terms = a_world([a_child()], [a_home(terms=None)])
    assert {"APPROVAL_AGE", "APPROVAL_NUMBER"} <= set(refusals(unknown_terms, {"C-1": "H-1"}))
    solo = a_world([a_child(solo=True)], [a_home(household=Household(pets=False))])
    assert "SOLO" in refusals(solo, {"C-1": "H-1"})


def test_a_fee_that_is_not_known_breaks_a_budget_and_is_shown():
    homes = [a_home("H-1", setting=Setting.CONNECTED, agreement_ids=(), connected_to={"C-1"})]
    world = a_world([a_child()], homes)
    found = check(world, POLICY, Plan.of({"C-1": "H-1"}), claimed=NOTHING)
    assert (found.weekly_cost_pence, found.unknown_cost) == (0, ("C-1",))
    limited = world.replace(
        budgets=(Budget(weekly_pence=1), Budget(route=Route.IN_HOUSE, weekly_pence=1))
    )
    assert refusals(limited, {"C-1": "H-1"}) == ["BUDGET_ROUTE", "BUDGET_TOTAL"]


def test_a_home_in_an_area_not_known_may_not_slip_under_a_share():
    homes = [a_home("H-1"), a_home("H-2", postcode=None)]
    policy = POLICY.replace(out_of_area_share=0.4)
    assert "OUT_OF_AREA_CAP" in refusals(a_world(two(), homes), EACH_ALONE, policy)


# Claims ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        (Claim(unplaced=1), "claims unplaced 1; it is 0"),
        (Claim(extra_households=1), "claims extra_households 1; it is 0"),
        (Claim(moves=2), "claims moves 2; it is 0"),
        (Claim(weekly_cost_pence=95_001), "claims weekly_cost_pence 95001; it is 95000"),
        (Claim(match_points_lost=1.0), "claims match_points_lost 1.000"),
        (
            Claim(weekly_cost_by_route_pence={"in_house": 94_000, "spot": 1_000}),
            "claims 94000 pence a week for in_house; it is 95000",
        ),
        (Claim(points={"C-1": 100.0, "C-2": 100.0}), "claims 100.0 points for child C-1"),
        (Claim(points={}), "claims None points for child C-1"),
    ],
)
def test_a_false_claim_is_refused(claim, said):
    world, plan = brothers_together()
    with pytest.raises(CheckFailedError) as caught:
        check(world, POLICY, plan, claimed=claim)
    assert any(said in finding for finding in caught.value.findings)


def test_a_true_claim_passes():
    world, plan = brothers_together()
    found = check(world, POLICY, plan, claimed=NOTHING)
    true = Claim(
        unplaced=0,
        extra_households=0,
        match_points_lost=found.match_points_lost + 0.0005,
        moves=0,
        weekly_cost_pence=95_000,
        weekly_cost_by_route_pence={"in_house": 95_000, "spot": 0},
        points=found.points,
    )
    assert check(world, POLICY, plan, claimed=true) == found


# Children who live somewhere --------------------------------------------------------------------


def overfull(**referral: Any) -> World:
    """Return a world in which two children live in one bed's worth of home; one may move."""
    return a_world(
        [a_child("C-1"), a_child("C-2", 11), a_child("C-3", 7)],
        [a_home("H-1", 1), a_home("H-2", 1, terms=TermsOfApproval(age_from=11, age_to=17))],
        referrals=[a_referral("R-1", "C-3")],
        placements=[lives("C-1", "H-1", may_move=True), lives("C-2", "H-1")],
    )


def test_staying_is_lawful_and_what_it_breaks_is_a_warning():
    found = check(overfull(), MOVING, Plan.of({"C-1": "H-1", "C-3": None}), claimed=NOTHING)
    assert [note.rule for note in found.warnings] == ["BEDS_FREE"]
    assert found.warnings[0].child_ids == ("C-1",)
    assert (found.moves, found.new_weekly_cost_pence, found.weekly_cost_pence) == (0, 0, 50_000)


def test_nobody_joins_a_household_that_has_no_room_for_everybody():
    world = overfull()
    assert refusals(world, {"C-1": "H-1", "C-3": "H-1"}, MOVING) == ["BEDS_FREE"]
    # C-1 leaves; C-2, whom the plan does not decide about, still fills the one bed.
    roomy = world.replace(homes={**world.homes, "H-2": a_home("H-2")})
    assert refusals(roomy, {"C-1": "H-2", "C-3": "H-1"}, MOVING) == ["BEDS_FREE"]


def test_a_move_is_held_to_the_pair_rules():
    assert refusals(overfull(), {"C-1": "H-2", "C-3": None}, MOVING) == ["APPROVAL_AGE"]


def test_a_move_that_frees_a_bed_lets_another_child_in():
    world = a_world(
        [a_child("C-1"), a_child("C-3", 7)],
        [a_home("H-1"), a_home("H-2")],
        referrals=[a_referral("R-1", "C-3")],
        placements=[lives("C-1", "H-1", may_move=True)],
    )
    plan = Plan.of({"C-1": "H-2", "C-3": "H-1"})
    assert check(world, MOVING, plan, claimed=Claim(moves=1)).moves == 1


def test_the_budget_counts_those_who_join_and_not_those_who_stay():
    world = a_world(
        siblings(9, 11),
        [a_home("H-1", 2)],
        referrals=[a_referral("R-1", "C-2")],
        placements=[lives("C-1", "H-1", may_move=True)],
        budgets=[Budget(weekly_pence=50_000)],
    )
    found = check(world, MOVING, Plan.of(BOTH_IN_H1), claimed=NOTHING)
    assert (found.new_weekly_cost_pence, found.weekly_cost_pence) == (50_000, 95_000)


def test_a_waiting_child_joins_the_sibling_they_must_live_with_or_nobody():
    world = a_world(
        siblings(9, 11),
        [a_home("H-1", 2), a_home("H-2")],
        referrals=[a_referral("R-1", "C-2")],
        placements=[lives("C-1", "H-1")],
        sibling_groups=group(Together.REQUIRED),
    )
    assert check(world, POLICY, Plan.of({"C-2": "H-1"}), claimed=NOTHING).unplaced == 0
    assert check(world, POLICY, Plan.of({"C-2": None}), claimed=NOTHING).unplaced == 1
    assert refusals(world, {"C-2": "H-2"}) == ["STAY_TOGETHER"]


# Exemptions --------------------------------------------------------------------------------------


def an_exemption(rule: str, *child_ids: str, home_id: str | None = None) -> Exemption:
    return Exemption(
        exemption_id="E-1",
        rule=rule,
        child_ids=frozenset(child_ids),
        home_id=home_id,
        granted_by=AssessorRole.HEAD_OF_SERVICE,
        granted_on=AS_OF,
    )


@pytest.mark.parametrize(
    ("case", "exemption"),
    [
        ("FOSTERING_LIMIT", an_exemption("FOSTERING_LIMIT", "C-1", "C-2", "C-3", "C-4")),
        ("STAY_TOGETHER", an_exemption("STAY_TOGETHER", "C-1", "C-2")),
        ("STAY_TOGETHER", an_exemption("STAY_TOGETHER", "C-1", "C-2", home_id="H-1")),
        ("BEDROOM_SHARING", an_exemption("BEDROOM_SHARING", "C-1", "C-2")),
        ("APPROVAL_NUMBER", an_exemption("APPROVAL_NUMBER", home_id="H-1")),
    ],
)
def test_a_lawful_exemption_lets_a_plan_pass_and_is_shown(case, exemption):
    sabotage = next(each for each in sabotages() if each.code == case)
    world = sabotage.world.replace(exemptions={"E-1": exemption})
    found = check(world, POLICY, Plan.of(sabotage.home_of), claimed=NOTHING)
    assert [note.rule for note in found.exemptions] == [case]
    assert "Exempted by the head of service" in found.exemptions[0].sentence


def test_an_exemption_for_others_does_not_help():
    sabotage = next(each for each in sabotages() if each.code == "FOSTERING_LIMIT")
    exemption = an_exemption("FOSTERING_LIMIT", "C-1", "C-2", "C-3")
    world = sabotage.world.replace(exemptions={"E-1": exemption})
    assert refusals(world, sabotage.home_of) == ["FOSTERING_LIMIT"]


def test_young_adults_staying_put_use_beds_and_not_the_fostering_limit():
    adult = Resident(resident_id="X-1", home_id="H-1", kind=ResidentKind.STAYING_PUT, age=19)
    children = [a_child(f"C-{at}") for at in (1, 2, 3)]
    plan = Plan.of(dict.fromkeys(["C-1", "C-2", "C-3"], "H-1"))
    roomy = a_world(children, [a_home("H-1", 4)], residents=[adult])
    assert check(roomy, POLICY, plan, claimed=NOTHING).unplaced == 0
    full = a_world(children, [a_home("H-1", 3)], residents=[adult])
    assert "BEDS_FREE" in refusals(full, dict(plan.home_of))


def test_every_household_bar_is_among_the_sabotages():
    broken = {case.code for case in sabotages()}
    bars = {rule.code for rule in BARS if isinstance(rule, HouseholdRule)}
    assert bars | {rule.code for rule in PLAN_RULES} <= broken
