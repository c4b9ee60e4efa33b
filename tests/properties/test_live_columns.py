"""Whatever has changed, the live arrays are those of the World as it is now."""

from __future__ import annotations

import random
from dataclasses import fields
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.columns import LIVING, columns_of
from matcher.domain.agreement import Provider
from matcher.domain.child import HouseholdRisk
from matcher.domain.home import Home
from matcher.domain.placement import Exemption, Hold, Placement, Resident
from matcher.domain.sibling_group import SiblingGroup
from matcher.evidence.arrays import HomeArrays
from matcher.live import LiveWorld
from matcher.policy import Policy
from tests.properties.worlds import build

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matcher.domain.world import World

BALANCED = Policy.named("balanced")
CHILDREN, HOMES = 7, 6


def peopled(seed: int) -> World:
    """Return a World with siblings, foes and risks, all identifiers the same for every seed."""
    rng = random.Random(seed)
    world = build(rng.choice, children=CHILDREN, homes=HOMES)
    ids = list(world.children)
    groups = {each: SiblingGroup(sibling_group_id=each) for each in ("G1", "G2", "G3")}
    children = {
        child_id: child.replace(
            sibling_group_id=rng.choice([None, *groups]),
            incompatible_with=frozenset(rng.sample([*ids, "X0"], rng.choice([0, 0, 2])))
            - {child_id},
            household_risks=frozenset(rng.sample(list(HouseholdRisk), rng.choice([0, 0, 1]))),
        )
        for child_id, child in world.children.items()
    }
    residents = {
        key: each.replace(
            age=rng.choice([None, 5, 19]),
            solo=rng.choice([False, False, True]),
            incompatible_with=frozenset(rng.sample(ids, rng.choice([0, 1]))),
            sibling_group_id=rng.choice([None, "G1"]),
        )
        for key, each in world.residents.items()
    }
    return world.replace(children=children, residents=residents, sibling_groups=groups)


def walk(live: LiveWorld, rng: random.Random, steps: int, source: World) -> None:
    """Change a live World at random, with records from another World of the same names."""

    def pick(records: Any) -> Any:
        return rng.choice(list(records.values()))

    def some(kind: type[Any], name: str) -> Callable[[], None]:
        def put() -> None:
            if getattr(source, name) and _names_what_is_there(
                record := pick(getattr(source, name)), live.view
            ):
                live.put(record)

        def drop() -> None:
            key = {"homes": "home_id", "placements": "child_id", "residents": "resident_id"}
            there = getattr(live.view, name)
            if name == "homes":
                there = {k: v for k, v in there.items() if not live.view.occupants_of(k)}
                there = {
                    k: v
                    for k, v in there.items()
                    if all(hold.target_id != k for hold in live.view.holds.values())
                    and all(each.home_id != k for each in live.view.exemptions.values())
                }
            if there:
                record = pick(there)
                live.drop(kind, getattr(record, key.get(name, f"{name[:-1]}_id")))

        return drop if rng.random() < 0.5 and name != "providers" else put

    def day() -> None:
        live.set_day(live.day + timedelta(days=rng.choice([0, 1, 7, 30, 400, -3])))

    def confirm() -> None:
        live.confirm_vacancies(rng.choice([None, list(live.view.homes)[:2]]))

    def renamed() -> None:
        """A new home, whose name comes between others."""
        home = pick(source.homes)
        live.put(home.replace(home_id=f"{home.home_id}{rng.choice('AB')}"))

    def new_group() -> None:
        group = f"F{rng.randrange(3)}"
        live.put(SiblingGroup(sibling_group_id=group))
        child = pick(live.view.children) if live.view.children else None
        if child is not None:
            live.put(child.replace(sibling_group_id=group))

    kinds: Sequence[tuple[type[Any], str]] = (
        (Placement, "placements"),
        (Placement, "placements"),
        (Resident, "residents"),
        (Home, "homes"),
        (Hold, "holds"),
        (Exemption, "exemptions"),
        (Provider, "providers"),
    )
    for _ in range(steps):
        choice = rng.randrange(len(kinds) + 6)
        if choice < len(kinds):
            some(*kinds[choice])()
        elif choice == len(kinds):
            live.put(pick(source.agreements))
        elif choice == len(kinds) + 1:
            live.put(pick(source.children))
        else:
            (day, confirm, renamed, new_group)[choice - len(kinds) - 2]()
        if rng.random() < 0.3:
            assert live.columns.n == len(live.view.homes)


def _names_what_is_there(record: Any, view: World) -> bool:
    target = getattr(record, "target_id", None)
    home_id = getattr(record, "home_id", None)
    if isinstance(record, Home):
        return True
    return (home_id is None or home_id in view.homes) and (
        target is None or target in view.homes or target in view.providers
    )


def same(a: HomeArrays, b: HomeArrays) -> list[str]:
    """Return the fields in which two differ."""
    found = []
    for each in fields(HomeArrays):
        x, y = getattr(a, each.name), getattr(b, each.name)
        if each.name in ("world", "purchases") or each.name.startswith("_"):
            continue
        if isinstance(x, np.ndarray):
            if x.dtype != y.dtype or x.shape != y.shape or not _equal(each.name, x, y):
                found.append(each.name)
        elif x != y:
            found.append(each.name)
    for each in fields(type(a.purchases)):
        if not np.array_equal(getattr(a.purchases, each.name), getattr(b.purchases, each.name)):
            found.append(each.name)
    return found


def _equal(name: str, x: Any, y: Any) -> bool:
    if name == "holds":  # the order of rows means nothing
        return sorted(x.tolist()) == sorted(y.tolist())
    return bool(np.array_equal(x, y, equal_nan=x.dtype.kind == "f"))


@given(st.integers(0, 100_000))
@settings(max_examples=40)
def test_live_arrays_are_those_of_the_present_world(seed: int) -> None:
    rng = random.Random(seed)
    live = LiveWorld(peopled(seed), BALANCED)
    for at in range(4):
        walk(live, rng, 6, peopled(seed + 1 + at))
        world = live.world()
        assert same(live.columns, columns_of(world)) == []
        assert isinstance(world.as_of, date)


@given(st.integers(0, 100_000))
@settings(max_examples=30)
def test_what_follows_from_the_records_is_that_of_the_present_world(seed: int) -> None:
    rng = random.Random(seed)
    live = LiveWorld(peopled(seed), BALANCED)
    walk(live, rng, 20, peopled(seed + 1))
    world, view = live.world(), live.view

    def sets(groups: Any) -> dict[str, list[Any]]:
        return {key: sorted(them, key=repr) for key, them in groups.items()}

    assert sets(view.occupants) == sets(world.occupants)
    assert sets(view.members) == sets(world.members)
    assert sets(view.siblings_in_care) == sets(world.siblings_in_care)
    assert sets(view.holds_by_home) == sets(world.holds_by_home)
    assert sets(view.exemptions_by_rule) == sets(world.exemptions_by_rule)
    assert view.placements_by_agreement == world.placements_by_agreement
    assert view.referral_by_child == world.referral_by_child
    assert view.waiting == world.waiting
    assert view.connected_homes == world.connected_homes


@given(st.integers(0, 100_000))
@settings(max_examples=30)
def test_who_appraises_sees_those_who_live_there_now(seed: int) -> None:
    rng = random.Random(seed)
    live = LiveWorld(peopled(seed), BALANCED)
    for step in range(3):
        walk(live, rng, 4, peopled(seed + 1 + step))
        seen = live.appraiser(BALANCED).homes
        fresh = columns_of(live.world())
        for name in LIVING:
            if name != "fostered_group":  # groups have the positions in which they came
                assert np.array_equal(getattr(seen, name), getattr(fresh, name)), name
