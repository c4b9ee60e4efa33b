from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.checking import check
from matcher.explaining.plans import claim_of
from matcher.policy import Method
from matcher.solving.best import Formulation
from matcher.solving.by_configurations import search_configurations
from matcher.solving.model import weighted_model
from matcher.solving.problem import problem_of
from matcher.solving.search_order import staying
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


@given(st.integers(0, 100_000), st.sampled_from([Method.WEIGHTED, Method.LEXICOGRAPHIC]))
@settings(max_examples=150)
def test_both_formulations_agree(seed: int, method: Method) -> None:
    world, wanted = a_small_world(seed)
    wanted = wanted.replace(method=method)
    one = solve(world, wanted)
    other = solve(world, wanted, formulation=Formulation.OPTIONS)
    assert one.objective == pytest.approx(other.objective, abs=1e-9)
    assert one.status is other.status
    if method is Method.LEXICOGRAPHIC:
        values = [[each.value for each in found.tiers] for found in (one, other)]
        assert values[0] == pytest.approx(values[1])
    check(world, wanted, other.plan, claimed=claim_of(other))


def test_without_time_the_plan_known_comes_back() -> None:
    world, wanted = a_small_world(1)
    problem = problem_of(world, wanted)
    found = search_configurations(
        weighted_model(problem), known=staying(problem), watch=Stopwatch(0.0)
    )
    assert list(found.chosen) == sorted(staying(problem))
    assert found.stopped is StopReason.TIME_LIMIT
    assert not found.proved
