from __future__ import annotations

import pytest

from matcher.solving.by_configurations import search_configurations
from matcher.solving.model import weighted_model
from matcher.solving.problem import problem_of
from matcher.solving.search_order import search_in_order, staying
from matcher.solving.solve import solve
from matcher.solving.stopwatch import StopReason, Stopwatch
from tests.matcher.solving.small_worlds import BruteForce, a_small_world


@pytest.mark.parametrize("first", range(0, 150, 30))
def test_the_best_plan_of_small_worlds_comes_out_of_configurations_too(first: int) -> None:
    for seed in range(first, first + 30):
        world, wanted = a_small_world(seed)
        problem = problem_of(world, wanted)
        model = weighted_model(problem)
        found = search_configurations(model, known=staying(problem), watch=Stopwatch(None))
        assert found.chosen is not None
        assert model.value(found.chosen) == found.cost
        assert model.keeps_limits(found.chosen)
        assert found.proved, seed
        assert found.stopped is StopReason.PROVED
        if not problem.items.limited:
            plans = [
                BruteForce(world, wanted).weighted(each)
                for _, each in BruteForce(world, wanted).plans()
            ]
            assert found.cost / 1000 == pytest.approx(min(plans)), seed


@pytest.mark.parametrize("first", range(150, 300, 50))
def test_both_formulations_agree(first: int) -> None:
    for seed in range(first, first + 50):
        world, wanted = a_small_world(seed)
        problem = problem_of(world, wanted)
        found = search_configurations(
            weighted_model(problem), known=search_in_order(problem), watch=Stopwatch(None)
        )
        other = solve(world, wanted)
        assert found.cost == round(other.objective * 1000)


def test_without_time_the_plan_known_comes_back() -> None:
    world, wanted = a_small_world(1)
    problem = problem_of(world, wanted)
    found = search_configurations(
        weighted_model(problem), known=staying(problem), watch=Stopwatch(0.0)
    )
    assert list(found.chosen) == sorted(staying(problem))
    assert found.stopped is StopReason.TIME_LIMIT
    assert not found.proved
