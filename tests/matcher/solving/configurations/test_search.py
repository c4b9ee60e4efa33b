from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from matcher.solving.configurations.search import search
from matcher.solving.configurations.splits import Splits
from matcher.solving.configurations.uses import Uses
from matcher.solving.stopwatch import StopReason, Stopwatch
from tests.matcher.solving.configurations.drawn import best_plan, best_plans, drawn

SEEDS = range(80)


def solved(instance, *, seconds=None, known=None, compiled=None):
    return search(instance, watch=Stopwatch(seconds), known=known, compiled=compiled)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_plan_is_the_best_of_all_and_the_bound_is_below_it(seed: int) -> None:
    instance = drawn(seed, children=5, homes=3)
    optimum, _ = best_plan(instance)
    found = solved(instance)
    if optimum is None:
        assert found.chosen is None
        return
    assert found.chosen is not None
    assert instance.lawful(found.chosen)
    assert instance.value(found.chosen) == found.cost == optimum
    assert found.bound <= optimum
    assert found.proved == (found.bound == optimum)
    assert found.proved
    assert found.stopped is StopReason.PROVED


@pytest.mark.parametrize("seed", range(20))
def test_relabelling_and_reordering_change_nothing(seed: int) -> None:
    instance = drawn(seed, children=5, homes=4, household=False)
    rng = np.random.default_rng(seed)
    items = rng.permutation(instance.items)
    homes = rng.permutation(instance.homes)
    of_family = rng.permutation(instance.splits.families)
    splits = instance.splits
    other_splits = [
        [
            (
                int(splits.cost[at]),
                items[splits.item[splits.first[at] : splits.first[at + 1]]].tolist(),
                dict(enumerate(splits.use.at(np.array([at]))[:, 0].tolist())),
            )
            for at in rng.permutation(np.flatnonzero(splits.family == family))
        ]
        for family in np.argsort(of_family)
    ]
    order = np.lexsort((items[instance.item], homes[instance.home]))
    other = dataclasses.replace(
        instance,
        family=of_family[instance.family[np.argsort(items)]].astype(np.int32),
        size=instance.size[np.argsort(items)],
        splits=Splits.of(other_splits, instance.limits),
        start=np.searchsorted(homes[instance.home][order], np.arange(instance.homes + 1)),
        item=items[instance.item][order].astype(np.int32),
        cost=instance.cost[order],
        weight=instance.weight[order],
        room=instance.room[np.argsort(homes)],
        opening=instance.opening[np.argsort(homes)],
        use=Uses.of(list(instance.use.at(order)), instance.options),
        conflicts=items[instance.conflicts],
    )
    mine, theirs = solved(instance), solved(other)
    assert mine.cost == theirs.cost
    assert mine.proved
    assert theirs.proved


@pytest.mark.parametrize("seed", range(20))
def test_more_room_or_money_never_makes_it_worse(seed: int) -> None:
    instance = drawn(seed, children=5, homes=3, household=False, limits=1)
    tight = solved(instance)
    more = solved(dataclasses.replace(instance, limit=instance.limit + 5))
    roomy = solved(dataclasses.replace(instance, room=instance.room + 1))
    if tight.cost is not None:
        assert more.cost <= tight.cost
        assert roomy.cost <= tight.cost


def test_limits_bind() -> None:
    binding = 0
    for seed in range(30):
        instance = drawn(seed, children=5, homes=3, limits=1)
        free = solved(dataclasses.replace(instance, limit=np.array([1000])))
        found = solved(instance)
        if found.cost is not None:
            assert found.cost >= free.cost
            assert instance.lawful(found.chosen)
            binding += found.cost > free.cost
    assert binding > 3


def test_opening_a_home_is_paid_once() -> None:
    instance = drawn(7, household=False, limits=0)
    dear = dataclasses.replace(instance, opening=np.full(instance.homes, 10_000))
    found = solved(dear)
    used = set(dear.home[list(found.chosen)].tolist())
    assert found.cost - instance.value(found.chosen) == 10_000 * len(used) - sum(
        int(instance.opening[home]) for home in used
    )


def test_compiled_or_not_the_same_plan_comes_out() -> None:
    for seed in range(10):
        plain = solved(drawn(seed), compiled=False)
        fast = solved(drawn(seed), compiled=True)
        assert (plain.chosen, plain.cost, plain.bound) == (fast.chosen, fast.cost, fast.bound)


def test_the_same_instance_gives_the_same_answer() -> None:
    first, second = solved(drawn(4, children=8, homes=6)), solved(drawn(4, children=8, homes=6))
    first.learnt = second.learnt = None
    assert vars(first) == vars(second)


def test_no_time_at_all_returns_what_was_known() -> None:
    instance = drawn(4)
    best = solved(instance)
    found = solved(instance, seconds=0.0, known=best.chosen)
    assert found.chosen == best.chosen
    assert found.bound is None
    assert not found.proved
    assert found.stopped is StopReason.TIME_LIMIT
    assert solved(instance, seconds=0.0).chosen is None


@pytest.mark.parametrize(
    "step",
    [
        "search.better_prices",
        "search.relax",
        "search.bound_of",
        "search.combine",
        "search.first_of_equals",
        "compact.choose",
    ],
)
def test_an_interrupted_run_keeps_its_plan_and_a_valid_bound(step: str, monkeypatch) -> None:
    def interrupted(*args: object, **more: object) -> None:
        raise KeyboardInterrupt

    instance = drawn(6, children=5, homes=3)
    best = solved(instance)
    known: tuple[int, ...] = ()
    known = known if instance.lawful(known) else best.chosen
    monkeypatch.setattr(f"matcher.solving.configurations.{step}", interrupted)
    ranks = [np.arange(instance.options)]
    found = search(instance, watch=Stopwatch(None), known=known, ranks=ranks)
    assert instance.lawful(found.chosen)
    assert found.bound is None or found.bound <= best.cost
    if not found.proved:
        assert found.stopped is StopReason.INTERRUPTED


@pytest.mark.parametrize("sign", [1, -1])
def test_of_equally_good_plans_the_first_by_rank_is_taken(sign: int, monkeypatch) -> None:
    settled = 0
    for seed in range(30):
        # Options without costs: many plans are equally good.
        instance = drawn(seed, children=4, homes=3)
        none = np.zeros_like(instance.opening)
        instance = dataclasses.replace(instance, cost=0 * instance.cost, opening=none)
        numbers = np.arange(instance.options)
        ranks = [sign * numbers, numbers**2 % 7]
        equals = [
            [int(each[list(chosen)].sum()) for each in ranks] for chosen in best_plans(instance)
        ]
        found = search(instance, watch=Stopwatch(None), ranks=ranks)
        if found.chosen is None:
            assert not equals
            continue
        assert [int(each[list(found.chosen)].sum()) for each in ranks] == min(equals)
        settled += len(equals) > 1
    assert settled > 10
    monkeypatch.setattr("matcher.solving.configurations.ties.MOST_COLUMNS", 0)
    assert "settled" not in search(instance, watch=Stopwatch(None), ranks=ranks).counts


@pytest.mark.parametrize(("setting", "value"), [("MOST_COLUMNS", 0), ("MOST_IN_A_HOME", 1)])
def test_without_a_whole_enumeration_nothing_is_called_proved(
    setting: str, value: int, monkeypatch
) -> None:
    module = "matcher.solving.configurations.search"
    monkeypatch.setattr(f"{module}.{setting}", value)
    monkeypatch.setattr(f"{module}.FIRST_COLUMNS", 0)
    monkeypatch.setattr(f"{module}.MOST_OPTIONS", -1)
    monkeypatch.setattr(f"{module}.STEPS", 3)
    for seed in range(30):
        instance = drawn(seed, children=5, homes=3)
        optimum, _ = best_plan(instance)
        found = solved(instance)
        if found.chosen is not None:
            assert instance.lawful(found.chosen)
            assert found.bound <= optimum <= found.cost
            assert found.proved == (found.bound == found.cost)


@pytest.mark.parametrize("seed", SEEDS)
def test_options_alone_prove_the_same(seed: int, monkeypatch) -> None:
    monkeypatch.setattr("matcher.solving.configurations.search.MOST_COLUMNS", 0)
    monkeypatch.setattr("matcher.solving.configurations.search.FIRST_COLUMNS", -1)
    monkeypatch.setattr("matcher.solving.configurations.search.STEPS", 5)
    instance = drawn(seed, children=5, homes=3)
    optimum, _ = best_plan(instance)
    found = solved(instance)
    assert found.cost == optimum
    assert found.proved
    assert found.infeasible == (optimum is None)
