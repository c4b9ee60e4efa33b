"""What a live World decides is what the solver plans for the same families."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.placement import Placement
from matcher.domain.plan import extra_households
from matcher.domain.referral import Referral
from matcher.engine import Engine
from matcher.live import LiveWorld
from matcher.live.remembering import Memory
from matcher.live.slowly import choose_slowly
from matcher.policy import Aim, AimName, LookAhead, Method, Policy
from matcher.ranking import OptionStatus
from tests.matcher.solving.small_worlds import a_small_world
from tests.properties.test_live_columns import peopled, walk

if TYPE_CHECKING:
    from matcher.domain.world import World
    from matcher.live.choice import Choice

seeds = st.integers(0, 100_000)
METHODS = tuple(Method)


def families_of(world: World) -> list[tuple[str, ...]]:
    """Return those who wait: children alone, and siblings together."""
    found: dict[str, list[str]] = {}
    for child_id in world.waiting:
        group = world.children[child_id].sibling_group_id
        found.setdefault(group or f"/{child_id}", []).append(child_id)
    return [tuple(ids) for ids in found.values()]


def said(choices: list[Choice]) -> list[object]:
    """Return everything that choices say but how they were proved."""
    return [
        (
            [
                # Points are sums in another order, alike but for the last digits.
                replace(part, points=tuple(round(each, 6) for each in part.points))
                for part in sorted(choice.parts, key=lambda part: part.child_ids)
            ],
            choice.unplaced,
        )
        for choice in choices
    ]


def value(choices: list[Choice], world: World, policy: Policy) -> list[float]:
    """Return what a plan costs by the aims, and which of equals it is, derived from its parts."""
    parts = [part for choice in choices for part in choice.parts]
    homes = list(world.homes)
    home_of = {child: home for choice in choices for child, home in choice.home_of.items()}
    by_aim: dict[AimName, float] = dict.fromkeys(AimName, 0)
    by_aim[AimName.UNPLACED] = sum(len(choice.unplaced) for choice in choices)
    by_aim[AimName.EXTRA_HOUSEHOLDS] = extra_households(world, home_of)
    for part in parts:
        by_aim[AimName.MATCH] += sum(round((100 - each) * 1000) for each in part.points)
        by_aim[AimName.COST] += sum(fee or 0 for fee in part.fees_pence)
        by_aim[AimName.COST] += sum(part.transport_pence) if None not in part.fees_pence else 0
    tie = sum((homes.index(part.home_id) + 1) * len(part.child_ids) for part in parts)
    if policy.method is Method.LEXICOGRAPHIC:
        return [*(by_aim[aim.name] for aim in policy.aims), tie]
    weights = {AimName.MATCH: 1.0, AimName.COST: 10.0}
    total = sum(
        by_aim[aim.name] * aim.price_points * weights.get(aim.name, 1000.0) for aim in policy.aims
    )
    return [total, tie]


def agree(quick: list[Choice], slow: list[Choice], world: World, policy: Policy) -> None:
    """Assert that two plans are the same, or as good and equal in the tie-break too."""
    if policy.method is Method.SEARCH_ORDER:
        assert said(quick) == said(slow)
    elif said(quick) != said(slow):
        mine, theirs = value(quick, world, policy), value(slow, world, policy)
        if all(choice.proved for choice in slow):
            # Pounds are rounded option by option, hence a thousandth of a point or two.
            assert mine == pytest.approx(theirs, abs=5)
        else:
            assert mine[:-1] <= [each + 5 for each in theirs[:-1]]


def compare(live: LiveWorld, policy: Policy, seed: int) -> None:
    rng = random.Random(seed)
    world = live.world()
    families = families_of(world)
    if not families:
        return
    avoid = [
        frozenset(rng.sample(list(world.homes), min(len(world.homes), rng.choice([0, 0, 1]))))
        for _ in families
    ]
    quick = live.batch(families, avoid=avoid)
    slow = choose_slowly(world, policy, families, avoid)
    agree(quick, slow, world, policy)
    for family, barred in zip(families, avoid, strict=True):
        agree(
            [live.choose(family, avoid=barred)],
            choose_slowly(world, policy, [family], [barred]),
            world,
            policy,
        )


@given(seeds, st.sampled_from(METHODS), st.sampled_from([0, 0, 20]))
@settings(max_examples=50)
def test_choices_in_small_worlds_are_the_solvers(seed: int, method: Method, price: int) -> None:
    world, policy = a_small_world(seed)
    policy = policy.replace(method=method)
    if price:
        priced = [each for each in policy.aims if each.name is not AimName.COST]
        policy = policy.replace(aims=(*priced, Aim(name=AimName.COST, price_points=price / 100)))
    compare(LiveWorld(world, policy), policy, seed)


@given(seeds, st.sampled_from(METHODS))
@settings(max_examples=30)
def test_choices_in_worlds_that_have_changed_are_the_solvers(seed: int, method: Method) -> None:
    rng = random.Random(seed)
    policy = Policy.named("balanced").replace(method=method, minimum_match_points=20)
    live = LiveWorld(peopled(seed), policy)
    for step in range(3):
        walk(live, rng, 5, peopled(seed + 1 + step))
        compare(live, policy, seed)
        for family in families_of(live.world())[:1]:
            live.take(live.choose(family))


@given(seeds, st.sampled_from(METHODS))
@settings(max_examples=30)
def test_what_is_remembered_of_another_world_changes_no_choice(seed: int, method: Method) -> None:
    policy = Policy.named("balanced").replace(method=method, minimum_match_points=20)
    other = policy.replace(name="other", look_ahead=LookAhead(margin_points=3))
    memory = Memory(policy)
    assert memory.serves(other)
    assert not memory.serves(policy.replace(unknown_scores=0.25))
    world = peopled(seed)
    pair = [LiveWorld(world, each, memory_of=lambda _: memory) for each in (policy, other)]
    for step in range(3):
        for at, live in enumerate(pair):
            walk(live, random.Random(seed + at), 5, peopled(seed + 1 + step))
            compare(live, live.policy, seed)
            for family in families_of(live.world())[:1]:
                live.take(live.choose(family))


@given(seeds, st.sampled_from(METHODS))
@settings(max_examples=30)
def test_who_is_told_that_there_is_no_hope_finds_no_home(seed: int, method: Method) -> None:
    policy = Policy.named("balanced").replace(method=method, minimum_match_points=20)
    rng = random.Random(seed)
    live = LiveWorld(peopled(seed), policy)
    for step in range(2):
        walk(live, rng, 4, peopled(seed + 1 + step))
        named = set(live.view.referral_by_child)
        for child_id in sorted(live.view.placements.keys() - named):
            there = frozenset({live.view.placements[child_id].home_id})
            live.put(
                Referral(
                    referral_id=f"M-{child_id}",
                    child_ids=(child_id,),
                    received_on=live.day,
                    needed_by=live.day,
                )
            )
            if live.hopeless(child_id, avoid=there):
                old = live.view.placements[child_id]
                live.drop(Placement, child_id)
                assert live.choose([child_id], avoid=there).unplaced == (child_id,)
                live.put(old)
            live.drop(Referral, f"M-{child_id}")
        compare(live, policy, seed)


@given(seeds)
@settings(max_examples=30)
def test_a_child_goes_where_the_engine_ranks_first(seed: int) -> None:
    world, policy = a_small_world(seed)
    policy = policy.replace(
        method=Method.WEIGHTED,
        minimum_match_points=0,
        out_of_area_share=None,
        spot_share=None,
        aims=tuple(each for each in policy.aims if each.name is not AimName.COST),
    )
    world = world.replace(budgets=())
    live, engine = LiveWorld(world, policy), Engine(world, policy)
    for referral in world.referrals.values():
        waiting = [each for each in referral.child_ids if each in world.waiting]
        siblings = world.children[waiting[0]].sibling_group_id if waiting else "none"
        if len(referral.child_ids) > 1 or not waiting or siblings is not None:
            continue
        first = engine.rank(referral.referral_id, top=1).options
        chosen = live.choose(waiting)
        if not first or first[0].status is not OptionStatus.ELIGIBLE:
            assert chosen.unplaced == tuple(waiting)
        else:
            assert [part.home_id for part in first[0].parts] == [
                part.home_id for part in chosen.parts
            ]
            assert chosen.parts[0].points[0] == pytest.approx(first[0].score, abs=0.006)
