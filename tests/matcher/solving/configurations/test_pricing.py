from __future__ import annotations

import numpy as np
import pytest

from matcher.solving.configurations.pricing import Pricer
from tests.matcher.solving.configurations.drawn import configurations, drawn

COMPILED = [False, True]


def prices(seed: int, instance) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    each_child = rng.uniform(0, 350, instance.items)
    return each_child * instance.size, rng.uniform(0, 5, instance.limits)


def by_brute_force(instance, items, limits) -> list[dict[tuple[int, ...], float]]:
    found = []
    for home in range(instance.homes):
        worth = {}
        for chosen in configurations(instance, home):
            if chosen:
                at = list(chosen)
                price = items[instance.item[at]].sum()
                cost = instance.cost[at].sum() + instance.opening[home]
                worth[chosen] = float(price - cost - (limits @ instance.use[:, at]).sum())
        found.append(worth)
    return found


@pytest.mark.parametrize("compiled", COMPILED)
def test_the_best_configurations_are_those_of_brute_force(compiled: bool) -> None:
    homes = 0
    for seed in range(60):
        instance = drawn(seed, children=7)
        items, limits = prices(seed, instance)
        expected = by_brute_force(instance, items, limits)
        pricer = Pricer(instance, compiled=compiled)
        found = pricer.columns(items, limits, floor=np.zeros(instance.homes), spread=1e9, most=4)
        assert found.exact.all()
        for home in range(instance.homes):
            homes += 1
            best = sorted((worth for worth in expected[home].values() if worth > 0), reverse=True)
            mine = np.flatnonzero(found.home == home)
            assert found.best[home] == pytest.approx(best[0] if best else 0.0)
            # Where much was refused, more was looked at.
            assert len(mine) <= 4 or home in pricer.refusals.by_home
            for at in mine:
                chosen = tuple(sorted(found.options(at).tolist()))
                assert found.profit[at] == pytest.approx(expected[home][chosen])
    assert homes == 240


@pytest.mark.parametrize("compiled", COMPILED)
def test_the_best_alone_is_found_without_asking_anybody(compiled: bool) -> None:
    for seed in range(60):
        instance = drawn(seed, children=7, household=False)
        items, limits = prices(seed, instance)
        expected = by_brute_force(instance, items, limits)
        found = Pricer(instance, compiled=compiled).best(items, limits)
        for home in range(instance.homes):
            assert found.best[home] == pytest.approx(max([0.0, *expected[home].values()]))
        assert (found.profit > 0).all()


@pytest.mark.parametrize("compiled", COMPILED)
def test_everything_within_a_gap_is_enumerated_costly_company_too(compiled: bool) -> None:
    seen = 0
    for seed in range(40):
        instance = drawn(seed, children=7, household=False)
        items, limits = prices(seed, instance)
        pricer = Pricer(instance, compiled=compiled)
        best = pricer.best(items, limits).best
        gap = 150.0
        found = pricer.within(items, limits, least=best - gap, most=10_000)
        assert found.exact.all()
        expected = {
            (home, chosen)
            for home, worths in enumerate(by_brute_force(instance, items, limits))
            for chosen, worth in worths.items()
            if worth > best[home] - gap
        }
        mine = {
            (int(found.home[at]), tuple(sorted(found.options(at).tolist())))
            for at in range(len(found))
        }
        assert mine == expected
        seen += len(mine)
    assert seen > 500


def test_an_enumeration_that_is_cut_short_says_so() -> None:
    instance = drawn(3, children=7, household=False)
    items, limits = np.full(instance.items, 900.0), np.zeros(instance.limits)
    found = Pricer(instance).within(items, limits, least=np.full(instance.homes, -1e9), most=2)
    assert not found.exact.all()
    assert (np.bincount(found.home, minlength=instance.homes) <= 2).all()


def test_the_household_is_asked_once_and_only_about_company() -> None:
    instance = drawn(5, children=7)
    pricer = Pricer(instance)
    items, limits = prices(5, instance)
    for _ in range(3):
        pricer.columns(items, limits, floor=np.zeros(instance.homes), spread=1e9, most=6)
    asked = instance.household.asked
    assert asked
    assert all(len(items) > 1 for _, items in asked)
    assert len(set(asked)) == len(asked) == pricer.refusals.asked
