"""A small county, and what its beds are worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from matcher.domain.history import ArrivalHistory, history_of_world
from matcher.lookahead.learning import learn
from matcher.policy import Policy
from scenarios.county import make_county

if TYPE_CHECKING:
    from matcher.domain.world import World
    from matcher.lookahead.values import BedValues


@pytest.fixture(scope="session")
def policy() -> Policy:
    return Policy.named("look_ahead")


@pytest.fixture(scope="session")
def small() -> World:
    world = make_county(size=0.2)
    return world.replace(budgets=())


@pytest.fixture(scope="session")
def past(small: World) -> ArrivalHistory:
    return history_of_world(small)


@pytest.fixture(scope="session")
def values(small: World, policy: Policy, past: ArrivalHistory) -> BedValues:
    return learn(small, policy, past, visits=300)


@pytest.fixture(scope="session")
def county_with_budgets() -> World:
    world = make_county(size=0.2)
    assert world.budgets
    return world
