"""A household rule's mask says of every home what its judge says of that home."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.columns import columns_of
from matcher.domain.agreement import Provider
from matcher.domain.child import Child, HouseholdRisk
from matcher.domain.codes import PlaceProvider, Sex
from matcher.domain.home import Home, Household, Setting, TermsOfApproval
from matcher.domain.placement import (
    Exemption,
    Hold,
    HoldKind,
    HoldScope,
    Placement,
    Resident,
    ResidentKind,
)
from matcher.domain.sibling_group import AssessorRole, SiblingGroup, SiblingLink, Together
from matcher.domain.world import World, make_world
from matcher.evidence.arrays import Arrivals, child_facts
from matcher.evidence.cases import HouseholdCase
from matcher.evidence.verdict import Verdict
from matcher.policy import Policy
from matcher.rules import household, risks, sharing
from matcher.rules.sentences import change_of, sentence_of

AS_OF = date(2025, 3, 31)
DAY = AS_OF + timedelta(days=10)
OURS, THEIRS = "E06000060", "E09000017"
POLICY = Policy.named("balanced")
RULES = (*household.RULES, *sharing.RULES, *risks.RULES)

some = st.integers
maybe = st.none
sexes = st.sampled_from([Sex.MALE, Sex.FEMALE])
groups = st.sampled_from([None, None, "G1", "G2"])
settings_of_homes = st.sampled_from(
    [Setting.FOSTER, Setting.CONNECTED, Setting.CHILDRENS_HOME, Setting.SUPPORTED]
)
people = st.sampled_from(["C1", "C2", "C3", "C4", "C5", "C6", "R1", "R2"])


@st.composite
def children(draw: st.DrawFn, child_id: str) -> Child:
    years = draw(maybe() | some(0, 18))
    born = None if years is None else AS_OF - timedelta(days=years * 365 + draw(some(0, 364)))
    rarely = draw(some(0, 3)) == 0
    return Child(
        child_id=child_id,
        responsible_authority=OURS,
        date_of_birth=born,
        sex=draw(maybe() | sexes),
        solo=draw(some(0, 5)) == 0,
        incompatible_with=draw(st.frozensets(people, max_size=2)) - {child_id},
        household_risks=draw(st.frozensets(st.sampled_from(HouseholdRisk), max_size=2))
        if rarely
        else frozenset(),
        may_share_bedroom=draw(maybe() | st.booleans()),
        sibling_group_id=draw(groups),
    )


@st.composite
def homes(draw: st.DrawFn, home_id: str) -> Home:
    beds = draw(some(0, 5))
    terms = TermsOfApproval(number=draw(maybe() | some(1, 5)))
    return Home(
        home_id=home_id,
        setting=draw(settings_of_homes),
        provider_id="P1",
        beds_approved=5,
        beds_usable=beds,
        bedrooms=draw(maybe() | some(0, 5)),
        terms=draw(maybe() | st.just(terms)),
        household=Household(
            adult_men=draw(maybe() | some(0, 1)),
            adult_women=draw(maybe() | some(0, 1)),
            own_children_ages=draw(maybe() | st.lists(some(0, 20), max_size=2).map(tuple)),
            pets=draw(maybe() | st.booleans()),
        ),
    )


@st.composite
def residents(draw: st.DrawFn, resident_id: str, home_id: str) -> Resident:
    return Resident(
        resident_id=resident_id,
        home_id=home_id,
        kind=draw(st.sampled_from(ResidentKind)),
        responsible_authority=draw(st.sampled_from([None, THEIRS])),
        age=draw(maybe() | some(0, 21)),
        sex=draw(maybe() | sexes),
        solo=draw(some(0, 5)) == 0,
        incompatible_with=draw(st.frozensets(people, max_size=1)) - {resident_id},
        sibling_group_id=draw(st.sampled_from([None, "G1", "G2", "G9"])),
    )


@st.composite
def sibling_groups(draw: st.DrawFn, group_id: str) -> SiblingGroup:
    pairs = st.sampled_from([("C1", "C2"), ("C2", "C3"), ("C1", "C4"), ("C5", "C6")])
    return SiblingGroup(
        sibling_group_id=group_id,
        together=draw(st.sampled_from(Together)),
        links=tuple(
            SiblingLink(child_a=a, child_b=b, together=draw(st.sampled_from(Together)))
            for a, b in draw(st.lists(pairs, max_size=2, unique=True))
        ),
    )


@st.composite
def exemptions(draw: st.DrawFn, number: int) -> Exemption:
    named = draw(st.frozensets(st.sampled_from(["C1", "C2", "C3"]), max_size=3))
    home_id = draw(st.sampled_from(["H1", "H2"]))
    return Exemption(
        exemption_id=f"X{number}",
        rule=draw(st.sampled_from([rule.code for rule in RULES])),
        child_ids=named,
        home_id=draw(maybe() | st.just(home_id)) if named else home_id,
        granted_by=AssessorRole.TEAM_MANAGER,
        granted_on=AS_OF,
        until=draw(maybe() | st.just(AS_OF + timedelta(days=5))),
    )


@st.composite
def situations(draw: st.DrawFn) -> tuple[World, tuple[str, ...], frozenset[str]]:
    """Return a World, who arrives together, and whose homes are decided anew."""
    home_ids = ("H1", "H2", "H3")
    child_ids = ("C1", "C2", "C3", "C4", "C5", "C6")
    living = draw(st.dictionaries(st.sampled_from(child_ids), st.sampled_from(home_ids)))
    holds: list[Hold] = []
    if draw(st.booleans()):
        holds.append(
            Hold(
                hold_id="Z1",
                scope=HoldScope.HOME,
                target_id=draw(st.sampled_from(home_ids)),
                kind=HoldKind.RESERVED,
                starts=AS_OF,
                until=draw(maybe() | st.just(AS_OF + timedelta(days=5))),
                beds=draw(some(1, 2)),
            )
        )
    world = make_world(
        as_of=AS_OF,
        authority=OURS,
        children=[draw(children(each)) for each in child_ids],
        homes=[draw(homes(each)) for each in home_ids],
        providers=[Provider(provider_id="P1", sector=PlaceProvider.PR4)],
        sibling_groups=[draw(sibling_groups("G1")), draw(sibling_groups("G2"))],
        placements=[
            Placement(child_id=child_id, home_id=home_id, started_on=AS_OF)
            for child_id, home_id in living.items()
        ],
        residents=[draw(residents(each, draw(st.sampled_from(home_ids)))) for each in ("R1", "R2")],
        exemptions=[draw(exemptions(number)) for number in range(draw(some(0, 2)))],
        holds=holds,
    )
    arriving = draw(st.lists(st.sampled_from(child_ids), min_size=1, max_size=4, unique=True))
    others = draw(st.frozensets(st.sampled_from(child_ids)))
    return world, tuple(sorted(arriving)), frozenset(arriving) | others


@settings(max_examples=90)
@given(situation=situations())
def test_mask_equals_judge(situation: tuple[World, tuple[str, ...], frozenset[str]]) -> None:
    world, arriving, leaving = situation
    arrays = columns_of(world, without=leaving)
    facts = tuple(child_facts(world.children[each], DAY, arrays) for each in arriving)
    group_id = facts[0].child.sibling_group_id
    group = None if group_id is None else world.sibling_groups[group_id]
    cases = [
        HouseholdCase(
            home=home,
            arrivals=tuple(each.child for each in facts),
            world=world,
            policy=POLICY,
            day=DAY,
            leaving=leaving,
        )
        for home in world.homes.values()
    ]
    for rule in RULES:
        found = rule.verdicts(arrays, Arrivals(facts, group), POLICY)
        assert found.dtype == np.int8
        for case, verdict in zip(cases, found, strict=True):
            judgement = rule.verdict(case)
            assert Verdict(int(verdict)) is judgement.verdict, (rule.code, case.home, judgement)
            names = {"home": "H", "children": ["C1", "C2"]}
            assert "None" not in sentence_of(rule, judgement, **names)
            assert "None" not in change_of(rule, judgement, **names)
