from __future__ import annotations

import random

import numpy as np
import pytest

from matcher.solving.configurations.columns import Columns
from matcher.solving.configurations.districts import (
    OUTSIDE,
    Districts,
    Taken,
    cut,
    solve_districts,
)
from matcher.solving.configurations.master import relax
from matcher.solving.configurations.prices import first_prices
from matcher.solving.configurations.pricing import Pricer
from matcher.solving.stopwatch import Stopwatch
from tests.matcher.solving.configurations.drawn import drawn, every_plan


@pytest.mark.parametrize("seed", range(8))
def test_any_plan_of_a_district_is_one_of_the_whole(seed: int) -> None:
    instance = drawn(seed, children=4, homes=4)
    plans = list(every_plan(instance))
    if not plans:
        return
    rng = random.Random(seed)
    found = 0
    for value, chosen in rng.sample(plans, min(len(plans), 3)):
        district = np.array([rng.randint(0, 1) for _ in range(instance.homes)])
        districts = Districts(instance, Taken.by_plan(instance, np.array(chosen)), district)
        for number in range(len(districts)):
            part = districts.part(number)
            if part is None:
                continue
            own = set(part.options.tolist())
            inside = [at for at in chosen if at in own]
            known = np.searchsorted(part.options, inside).tolist()
            assert part.instance.lawful(known)
            before = part.instance.value(known)
            others = [at for at in chosen if at not in own]
            theirs = [each for each in every_plan(part.instance) if part.instance.lawful(each[1])]
            for less, taken in rng.sample(theirs, min(len(theirs), 9)):
                whole = sorted(others + part.options[list(taken)].tolist())
                assert instance.lawful(whole)
                assert instance.value(whole) - value == less - before
                found += 1
    assert found


def test_districts_of_a_relaxation_come_to_a_lawful_plan_near_it() -> None:
    watch, known, found = Stopwatch(None), 0, 0
    for seed in range(12):
        instance = drawn(seed, children=5, homes=4)
        values = [value for value, _ in every_plan(instance)]
        pricer, columns = Pricer(instance), Columns(instance)
        relaxed = relax(pricer, columns, first_prices(instance), upper=10**9, watch=watch)
        taken = Taken.by_relaxation(columns, relaxed)
        districts = Districts(instance, taken, np.arange(instance.homes) % 2)
        plan = solve_districts(districts, relaxed.prices, watch=watch)
        if plan is not None:
            assert instance.lawful(plan.tolist())
            value = instance.value(plan.tolist())
            assert value >= min(values)
            # What is a plan of districts is never made worse by going through them again.
            again = Districts(
                instance, Taken.by_plan(instance, plan), np.arange(instance.homes) % 3
            )
            better = solve_districts(again, relaxed.prices, plan, watch=watch)
            assert better is not None
            assert min(values) <= instance.value(better.tolist()) <= value
        known += bool(values)
        found += plan is not None
    assert found > known * 0.7


@pytest.mark.parametrize("turn", [0.0, 0.7])
def test_a_map_is_cut_until_no_district_weighs_too_much(turn: float) -> None:
    rng = np.random.default_rng(3)
    place, weight = rng.uniform(0, 100, (200, 2)), rng.uniform(0, 5, 200)
    found = cut(place, weight, 60.0, turn)
    of_each = np.bincount(found, weights=weight)
    assert len(of_each) > weight.sum() / 60.0
    assert of_each.min() > 0
    assert of_each.max() <= 60.0
    alone = cut(place[:1], np.array([99.0]), 60.0, turn)
    assert alone.tolist() == [0]
    assert OUTSIDE not in found
