from __future__ import annotations

import random
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from matcher.errors import UsageError
from matcher.policy import Policy
from matcher.solving import appraising
from matcher.solving.bound import bound_of
from matcher.solving.demands import Demands
from matcher.solving.model import weighted_model
from matcher.solving.multipliers import Multipliers
from matcher.solving.options import Options, in_order_of_items
from matcher.solving.problem import ground_of, problem_of
from matcher.solving.relaxation import relax
from matcher.solving.search_order import search_in_order
from matcher.solving.spool import Spool, first_choice, priced, united
from matcher.solving.stopwatch import Stopwatch
from scenarios.county import make_county
from tests.matcher.solving.small_worlds import BruteForce, a_small_world

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.domain.world import World


def county() -> World:
    world = make_county(size=0.2, seed=5)
    return world.replace(
        placements={
            child_id: placement.replace(may_move=at % 3 == 0)
            for at, (child_id, placement) in enumerate(world.placements.items())
        }
    )


MOVING = Policy.named("balanced").replace(may_move=True, out_of_area_share=0.15)


def same(one: Options, other: Options) -> bool:
    return all(
        np.array_equal(getattr(one, each.name), getattr(other, each.name))
        for each in fields(Options)
    )


@pytest.mark.parametrize("most", [1, 2, 1_000])
def test_options_are_the_same_however_items_are_divided(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [a_small_world(seed) for seed in range(40)] + [(county(), MOVING)]
    wanted = [problem_of(*each).options for each in cases]
    monkeypatch.setattr(appraising, "ITEMS_A_BLOCK", 1)
    monkeypatch.setattr(appraising, "MOST_ITEMS_A_BLOCK", most)
    for case, options in zip(cases, wanted, strict=True):
        assert same(problem_of(*case).options, options)


def test_a_spool_has_every_option() -> None:
    for world, policy in [*(a_small_world(seed) for seed in range(40)), (county(), MOVING)]:
        spool = Spool(ground_of(world, policy))
        everything = in_order_of_items([bare for bare, _ in spool])
        assert same(spool.problem(everything).options, problem_of(world, policy).options)


class Kept:
    def __init__(self) -> None:
        self.arrays: dict[str, NDArray[Any]] = {}

    def get(self, name: str) -> NDArray[Any] | None:
        return self.arrays.get(name)

    def put(self, name: str, array: NDArray[Any]) -> NDArray[Any]:
        assert name not in self.arrays
        self.arrays[name] = array
        return array


def test_a_spool_that_was_interrupted_goes_on_from_what_is_kept() -> None:
    store, ground = Kept(), ground_of(county(), MOVING)
    Spool(ground, store).make(0)
    made = len(store.arrays)
    assert made
    again = Spool(ground, store)
    everything = in_order_of_items([bare for bare, _ in again])
    assert len(store.arrays) >= made
    assert same(again.problem(everything).options, problem_of(ground.world, MOVING).options)


@pytest.mark.parametrize("seed", range(60))
def test_any_prices_of_any_options_bound_every_plan(seed: int) -> None:
    world, policy = a_small_world(seed)
    rng = random.Random(seed)
    spool = Spool(ground_of(world, policy))
    chosen = first_choice(spool, of_item=1, of_home=1, one_in=3)
    model = weighted_model(spool.problem(chosen))
    prices = Multipliers(
        rows=np.array([rng.uniform(-1e4, 2e5) for _ in range(model.rows)]),
        limits=np.array([rng.uniform(-1, 3) for _ in model.limits]),
        bound=-np.inf,
    )
    found = priced(spool, model, prices, most=1)
    assert found.bound <= found.over_chosen
    brute = BruteForce(world, policy)
    best = min(brute.weighted(each) for _, each in brute.plans())
    if not model.problem.items.limited:
        assert found.bound / 1000 <= best + 1e-6


def test_the_bound_over_all_options_is_that_of_all_options() -> None:
    world = county()
    spool = Spool(ground_of(world, MOVING))
    chosen = first_choice(spool, of_item=3, of_home=3, one_in=50)
    everything = weighted_model(problem_of(world, MOVING))
    assert len(chosen) < len(everything.problem.options) / 2
    for _ in range(20):
        model = weighted_model(spool.problem(chosen))
        prices = relax(model, chosen=search_in_order(model.problem), watch=Stopwatch(None))
        assert prices is not None
        found = priced(spool, model, prices, most=3)
        assert found.over_chosen == bound_of(model, prices).value
        assert found.bound == bound_of(everything, prices).value
        more = united([chosen, found.options])
        if len(more) == len(chosen):
            break
        chosen = more
    assert found.bound >= found.over_chosen * (1 - 1e-6)


def test_what_cannot_be_measured_option_by_option_is_refused() -> None:
    world = county()
    ground = ground_of(world, MOVING)
    spool = Spool(ground)
    options = in_order_of_items([bare for bare, _ in spool])
    problem = ground.problem(ground.maker.described(options), Demands(most_moves=1))
    model = weighted_model(problem)
    prices = Multipliers(np.zeros(model.rows), np.zeros(len(model.limits)), -np.inf)
    with pytest.raises(UsageError, match="number of moves"):
        priced(spool, model, prices, most=1)
