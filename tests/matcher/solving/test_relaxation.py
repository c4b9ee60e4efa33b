"""The linear relaxation, also where options join it a few at a time, as in large counties."""

from __future__ import annotations

import pytest

from matcher.solving import relaxation
from matcher.solving.bound import bound_of
from matcher.solving.model import weighted_model
from matcher.solving.problem import problem_of
from matcher.solving.relaxation import relax
from matcher.solving.search_order import search_in_order
from matcher.solving.solution import Status
from matcher.solving.solve import solve
from matcher.solving.stopwatch import Stopwatch
from tests.matcher.solving.small_worlds import a_small_world


@pytest.fixture
def a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ALL_AT_ONCE", "FIRST_AN_ITEM", "MORE_AN_ITEM"):
        monkeypatch.setattr(relaxation, name, 1)


@pytest.mark.usefixtures("a_few_at_a_time")
@pytest.mark.parametrize("seed", range(12))
def test_options_that_join_later_change_no_answer(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, wanted = a_small_world(seed)
    few = solve(world, wanted)
    monkeypatch.undo()
    whole = solve(world, wanted)
    assert few.objective == pytest.approx(whole.objective)
    assert few.status is whole.status


@pytest.mark.usefixtures("a_few_at_a_time")
def test_prices_of_a_few_options_bound_all_of_them() -> None:
    for seed in range(12):
        world, wanted = a_small_world(seed)
        problem = problem_of(world, wanted)
        model = weighted_model(problem)
        best = solve(world, wanted)
        if best.status is not Status.OPTIMAL:
            continue
        prices = relax(model, chosen=search_in_order(problem), watch=Stopwatch(None))
        assert prices is not None
        assert bound_of(model, prices).value <= round(best.objective * 1000)
