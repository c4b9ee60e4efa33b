"""What a criterion says of one child and one home is what it says over all homes at once."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta
from itertools import combinations
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.columns import columns_of
from matcher.criteria.catalogue import CRITERIA
from matcher.domain.agreement import Agreement, Fee, Provider, Route
from matcher.domain.child import (
    Child,
    Contact,
    ContactWith,
    PermanencePlan,
    School,
    Voice,
    Wish,
    WishTopic,
)
from matcher.domain.codes import Ethnicity, PlaceProvider
from matcher.domain.home import Grade, Home, Household, Setting
from matcher.domain.need import Capability, Need, NeedDomain
from matcher.domain.placement import Placement, Resident, ResidentKind
from matcher.domain.sibling_group import SiblingGroup, SiblingLink, Together
from matcher.domain.world import make_world
from matcher.evidence.arrays import Arrivals, child_facts
from matcher.evidence.cases import PairCase
from matcher.policy import Policy, Preference
from tests.record_strategies import LOCATIONS
from tests.strategies import worlds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matcher.domain.world import World

T = TypeVar("T")

TODAY = date(2025, 3, 31)
BALANCED = Policy.named("balanced")
POLICIES = (
    BALANCED,
    BALANCED.replace(
        shortfall_weights={NeedDomain.SELF_HARM: 3.0, NeedDomain.HEALTH: 0.0, "learning": 0.7},
        unknown_scores=0.3,
        unknown_scores_by_criterion={"identity": 0.0, "household": 1.0},
        preferred=(
            Preference(setting=Setting.FOSTER, age_to=9),
            *(Preference(setting=each) for each in (Setting.FOSTER, Setting.SECURE)),
            Preference(setting=Setting.SECURE, need_from=3),
            Preference(setting=Setting.SUPPORTED, route=Route.SPOT, age_from=12, need_to=2),
        ),
    ),
)
POSTCODES = (None, *LOCATIONS)
WORDS = ("english", "polish", "urdu")
SOME_DOMAINS = (*NeedDomain,)[:5]


class Draw:
    """Draws from few values, so that matches, siblings and unknowns all occur often."""

    def __init__(self, seed: int) -> None:
        self.of = random.Random(seed)

    def one(self, values: Iterable[T]) -> T:
        return self.of.choice(list(values))

    def some(self, values: Sequence[T], most: int) -> list[T]:
        return self.of.sample(values, self.of.randint(0, most))

    def yes(self, chance: float = 0.5) -> bool:
        return self.of.random() < chance

    def maybe(self, value: T) -> T | None:
        return None if self.yes(0.3) else value

    def child(self, child_id: str) -> Child:
        day = TODAY - timedelta(days=self.of.randint(0, 18 * 365))
        topics = self.some(list(WishTopic), 4)
        return Child(
            child_id=child_id,
            responsible_authority="E06000060",
            date_of_birth=self.maybe(day),
            ethnicity=self.maybe(self.one(Ethnicity)),
            religion=self.maybe(self.one(WORDS)),
            languages=tuple(self.some([*WORDS, "english"], 3)),
            unaccompanied=self.yes(0.1),
            away_for_safety=self.yes(0.1),
            home_postcode=self.one(POSTCODES),
            permanence_plan=self.maybe(self.one(PermanencePlan)),
            needs=tuple(
                Need(domain=each, level=self.of.randint(0, 4))
                for each in self.some(SOME_DOMAINS, 4)
            ),
            solo=self.yes(0.2),
            parent_in_placement=self.yes(0.1),
            school=self.maybe(School(postcode=self.one(LOCATIONS), keep=self.yes(0.8))),
            contacts=tuple(
                Contact(
                    with_whom=ContactWith.PARENT,
                    postcode=self.one(LOCATIONS),
                    times_a_month=self.one((0, 0.5, 4, 4.3)),
                )
                for _ in range(self.of.randint(0, 2))
            ),
            wishes=tuple(
                Wish(
                    voice=self.one(Voice),
                    topic=topic,
                    home_id=self.one(("H-1", "H-2"))
                    if topic in (WishTopic.THIS_HOME, WishTopic.NOT_THIS_HOME)
                    else None,
                )
                for topic in topics
            ),
            asthma_or_heart_condition=self.yes(0.2),
            sibling_group_id=self.one((None, "G-1", "G-1", "G-2")),
        )

    def home(self, home_id: str) -> Home:
        return Home(
            home_id=home_id,
            setting=self.one(Setting),
            provider_id=self.one(("P-1", "P-2")),
            postcode=self.one(POSTCODES),
            grade=self.maybe(self.one(Grade)),
            beds_approved=3,
            beds_usable=3,
            capabilities=tuple(
                Capability(domain=each, level=self.of.randint(0, 4))
                for each in self.some(SOME_DOMAINS, 5)
            ),
            household=Household(
                own_children_ages=self.maybe(tuple(self.some(range(20), 2))),
                pets=self.maybe(self.yes()),
                smokers=self.maybe(self.yes()),
                ethnicities=self.maybe(frozenset(self.some(list(Ethnicity), 3))),
                religions=self.maybe(frozenset(self.some(WORDS, 2))),
                languages=self.maybe(frozenset(self.some(WORDS, 3))),
            ),
            agreement_ids=tuple(self.some(["A-1", "A-2", "A-3"], 2)),
            weekly_fee_pence=self.maybe(self.of.randint(0, 900_000)),
            connected_to=frozenset(self.some(["C-1", "C-2"], 1)),
            long_term=self.maybe(self.yes()),
            post_18=self.maybe(self.yes()),
        )

    def world(self) -> World:
        children = [self.child(f"C-{each}") for each in range(1, 6)]
        homes = [self.home(f"H-{each}") for each in range(1, 9)]
        fee = Fee(age_from=5, age_to=15, need_to=3, weekly_fee_pence=123_457)
        return make_world(
            as_of=TODAY,
            authority="E06000060",
            children=children,
            homes=homes,
            sibling_groups=[
                SiblingGroup(
                    sibling_group_id="G-1",
                    links=(SiblingLink(child_a="C-1", child_b="C-2", together=Together.APART),),
                ),
                SiblingGroup(sibling_group_id="G-2", together=self.one(Together)),
            ],
            providers=[
                Provider(provider_id="P-1", sector=PlaceProvider.PR1),
                Provider(provider_id="P-2", sector=PlaceProvider.PR4),
            ],
            agreements=[
                Agreement(agreement_id="A-1", provider_id="P-2", route=Route.BLOCK, block_beds=2),
                Agreement(
                    agreement_id="A-2",
                    provider_id="P-2",
                    route=Route.FRAMEWORK,
                    tier=1,
                    fees=(fee, Fee(age_from=16, weekly_fee_pence=99_999)),
                    solo_extra_pence=11_111,
                    parent_and_child_extra_pence=22_222,
                ),
                Agreement(
                    agreement_id="A-3",
                    provider_id="P-1",
                    route=Route.IN_HOUSE,
                    ends=self.one((None, TODAY - timedelta(days=1))),
                    fees=(fee,),
                ),
            ],
            placements=[
                Placement(
                    child_id=each,
                    home_id=self.one(homes).home_id,
                    started_on=TODAY,
                    agreement_id=self.one((None, "A-1")),
                )
                for each in self.some(["C-1", "C-2", "C-3", "C-4"], 3)
            ],
            residents=[
                Resident(
                    resident_id=f"R-{each}",
                    home_id=self.one(homes).home_id,
                    kind=self.one(ResidentKind),
                    age=self.maybe(self.of.randint(0, 25)),
                    sibling_group_id=self.one((None, "G-1")),
                )
                for each in range(3)
            ],
            locations=LOCATIONS,
        )


def check(
    world: World, policy: Policy, day: date, *, leaving: frozenset[str] = frozenset()
) -> None:
    homes = columns_of(world, without=leaving)
    children = list(world.children.values())
    facts = {each.child_id: child_facts(each, day, homes) for each in children}
    groups = [(each,) for each in children] + list(combinations(children, 2))[:6]
    for group in groups:
        sibling_group = world.sibling_groups.get(group[0].sibling_group_id or "")
        arrivals = Arrivals(tuple(facts[each.child_id] for each in group), sibling_group)
        for child in group:
            cases = [
                PairCase(child, home, world, policy, day, leaving) for home in world.homes.values()
            ]
            for criterion in CRITERIA:
                shares = criterion.shares(homes, facts[child.child_id], arrivals, policy)
                assert shares.shape == (homes.n,)
                for at, case in enumerate(cases):
                    score = criterion.judge(case, group)
                    where = f"{criterion.name}: {child.child_id} in {case.home.home_id}: {score}"
                    expected = math.nan if score.share is None else score.share
                    assert shares[at] == pytest.approx(expected, abs=0, nan_ok=True), where
                    assert score.share is None or 0 <= score.share <= 1, where
                    assert score.applies or score.share == 1, where
                    assert score.sentence.endswith("."), where
                    assert not score.gap or score.gap.endswith("."), where


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), policy=st.sampled_from(POLICIES))
def test_one_case_and_all_homes_agree_to_the_bit(seed: int, policy: Policy) -> None:
    draw = Draw(seed)
    world = draw.world()
    leaving = frozenset(each for each in world.placements if draw.yes(0.3))
    check(world, policy, TODAY + timedelta(days=14), leaving=leaving)


@settings(max_examples=25)
@given(world=worlds(max_children=3, max_homes=3), policy=st.sampled_from(POLICIES))
def test_they_agree_in_worlds_of_any_kind(world: World, policy: Policy) -> None:
    check(world, policy, world.as_of)


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32))
def test_asking_twice_gives_the_same(seed: int) -> None:
    # Kept arrays are shared between children: nobody may have written into them.
    world = Draw(seed).world()
    homes = columns_of(world)
    for _ in range(2):
        seen = {}
        for child in world.children.values():
            facts = child_facts(child, TODAY, homes)
            for criterion in CRITERIA:
                shares = criterion.shares(homes, facts, Arrivals((facts,), None), BALANCED)
                seen[child.child_id, criterion.name] = shares.copy()
    fresh = columns_of(world)
    for child in world.children.values():
        facts = child_facts(child, TODAY, fresh)
        for criterion in CRITERIA:
            shares = criterion.shares(fresh, facts, Arrivals((facts,), None), BALANCED)
            expected = pytest.approx(seen[child.child_id, criterion.name], abs=0, nan_ok=True)
            assert shares == expected
