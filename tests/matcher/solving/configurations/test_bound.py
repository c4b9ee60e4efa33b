from __future__ import annotations

import numpy as np
import pytest

from matcher.solving.configurations.bound import bound_of
from matcher.solving.configurations.prices import (
    Prices,
    better_prices,
    first_prices,
    lagrangian,
)
from matcher.solving.configurations.pricing import Pricer
from tests.matcher.solving.configurations.drawn import best_plan, configurations, drawn

SEEDS = range(60)


def some_prices(seed: int, instance) -> list[Prices]:
    rng = np.random.default_rng(seed)
    drawn_prices = Prices(
        rng.uniform(-100, 500, instance.items), rng.uniform(-1, 4, instance.limits), 0.0
    )
    pricer = Pricer(instance)
    good = better_prices(
        pricer, first_prices(instance), upper=instance.ceiling + 1, steps=80, halted=lambda: False
    )
    return [drawn_prices, good]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_is_below_the_bound_whatever_the_prices(seed: int) -> None:
    instance = drawn(seed, children=5, homes=3)
    optimum, _ = best_plan(instance)
    pricer = Pricer(instance)
    for prices in some_prices(seed, instance):
        limits = np.maximum(prices.limits, 0)
        for refusals in (None, pricer.refusals):
            bound = bound_of(instance, prices, refusals)
            if optimum is not None:
                assert bound.value <= optimum
        # With everything refused that comes up, it is what pricing says too.
        found = pricer.columns(
            prices.items, limits, floor=np.zeros(instance.homes), spread=1e9, most=3
        )
        exact = bound_of(instance, prices, pricer.refusals)
        expected = lagrangian(instance, prices.items, limits, float(found.best.sum()))
        assert exact.scaled / exact.scale == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_plan_with_an_option_is_below_the_bound_through_it(seed: int) -> None:
    instance = drawn(seed, children=4, homes=2, limits=0)
    for prices in some_prices(seed, instance):
        bound = bound_of(instance, prices)
        for home in range(instance.homes):
            for chosen in configurations(instance, home):
                at = list(chosen)
                reduced = int(
                    (instance.cost[at].sum() + instance.opening[home] * bool(at)) * bound.scale
                    - bound.items[instance.item[at]].sum()
                )
                whole = bound.scaled - bound.least[home] + reduced
                # A family with the item pays for a split with it.
                more = sum(int(bound.dearer[item]) for item in instance.item[at])
                assert all(bound.through[option] <= whole + more for option in at)


def test_good_prices_come_near_the_optimum() -> None:
    gaps = []
    for seed in SEEDS:
        instance = drawn(seed, children=5, homes=3, household=False, limits=0)
        optimum, _ = best_plan(instance)
        if optimum is not None:
            prices = better_prices(
                Pricer(instance),
                first_prices(instance),
                upper=optimum,
                steps=300,
                halted=lambda: False,
            )
            assert bound_of(instance, prices).value <= optimum
            gaps.append((optimum - prices.bound) / max(abs(optimum), 1))
    assert np.median(gaps) < 0.005


def test_steps_end_when_asked_to() -> None:
    instance = drawn(1)
    prices = better_prices(
        Pricer(instance),
        first_prices(instance),
        upper=instance.ceiling + 1,
        steps=50,
        halted=lambda: True,
    )
    assert prices.steps == 1
    assert bound_of(instance, prices).value <= bound_of(instance, prices).value


def test_large_costs_do_not_overflow() -> None:
    instance = drawn(2, household=False, limits=0)
    large = Prices(np.full(instance.items, 4e12), np.zeros(0), 0.0)
    bound = bound_of(instance, large)
    assert bound.scale < 1_000_000
    assert bound.value <= best_plan(instance)[0]
