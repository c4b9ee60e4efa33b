"""Peers solve the very same problem: where they prove a plan best, it is as good as ours."""

from __future__ import annotations

import importlib.util
import time
from typing import TYPE_CHECKING

import pytest

from benchmarks.judged import gaps, judged
from benchmarks.peers.conflicts import refused_pairs
from benchmarks.peers.greedy import greedy
from benchmarks.peers.group_columns import group_columns
from benchmarks.peers.naive import naive
from benchmarks.stopwatches import PHASES, phases
from benchmarks.worlds import Size, council
from matcher.domain.agreement import Budget
from matcher.policy import Policy
from matcher.solving import solve as solve_module
from matcher.solving.model import Model, weighted_model
from matcher.solving.options import MILLI
from matcher.solving.problem import problem_of
from matcher.solving.solve import solve

if TYPE_CHECKING:
    from matcher.domain.world import World

POLICY = Policy.named("balanced").replace(may_move=True)


def model_of(world: World) -> Model:
    return weighted_model(problem_of(world, POLICY))


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("budget", [None, 700_000])
def test_plans_proved_best_are_equally_good(seed: int, budget: int | None) -> None:
    world = council(Size(24, 60), seed=seed)
    if budget is not None:
        world = world.replace(budgets=(Budget(weekly_pence=budget),))
    ours, model = solve(world, POLICY, seconds=20), model_of(world)
    assert ours.bound is not None
    columns = group_columns(model, seconds=10, seed=1)
    booleans = naive(model, seconds=3, seed=1)
    for peer in (columns, booleans, greedy(model)):
        assert peer.chosen is not None
        figures = judged(model, peer.chosen)
        assert figures["objective"] >= ours.bound - 1e-6
        if peer.status == "proved":
            assert figures["objective"] == pytest.approx(ours.objective, abs=2e-3)
        if peer.bound is not None:
            assert peer.bound / MILLI <= ours.objective + 1e-6
    assert columns.status == "proved"


def test_children_who_may_not_live_together_do_not() -> None:
    world = council(Size(12, 40), seed=1)
    # Nobody is to live with anybody: each home then takes one party.
    ids = sorted(world.children)
    apart = {
        child_id: child.replace(incompatible_with=frozenset(ids) - {child_id})
        for child_id, child in world.children.items()
        if child.sibling_group_id is None
    }
    world = world.replace(children={**world.children, **apart})
    model = model_of(world)
    assert list(refused_pairs(model.problem))
    for peer in (group_columns(model, seconds=10, seed=1), naive(model, seconds=2, seed=1)):
        assert peer.chosen is not None
        judged(model, peer.chosen)


def test_gaps_are_counted_three_ways() -> None:
    assert gaps(1100.0, 1000.0, 1090.0, 10) == {
        "gap": pytest.approx(10 / 1100),
        "gap_placed": pytest.approx(0.1),
        "gap_points_per_child": pytest.approx(1.0),
    }
    assert set(gaps(1.0, 0.0, None, 1).values()) == {None}


def test_the_stopwatch_counts_every_second_once_and_leaves_nothing_behind() -> None:
    world, before = council(Size(24, 60), seed=1), dict(vars(solve_module))
    began = time.perf_counter()
    with phases() as measured:
        watched = solve(world, POLICY, seconds=20)
    took = time.perf_counter() - began
    assert dict(vars(solve_module)) == before
    assert watched.plan == solve(world, POLICY, seconds=20).plan
    whole = sum(measured.seconds.values())
    assert watched.seconds - 0.01 <= whole <= took + 0.01
    named = {name for name in measured.seconds if name != "everything else"}
    assert "children, homes and options" in named
    assert sum(measured.seconds[name] for name in named) > 0.7 * whole


def test_every_module_that_is_a_phase_exists() -> None:
    for modules in PHASES.values():
        for name in modules:
            assert importlib.util.find_spec(f"matcher.solving.{name}"), name
