from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from matcher.checking import check
from matcher.domain.agreement import Budget
from matcher.explaining.plans import claim_of
from matcher.policy import Method, Policy
from matcher.solving import appraising, by_shortlists, shortlists
from matcher.solving.by_shortlists import is_large, search_shortlists
from matcher.solving.configurations import districts
from matcher.solving.model import weighted_model
from matcher.solving.problem import ground_of
from matcher.solving.shortlists import NEVER, Lister
from matcher.solving.solve import solve, solve_beside_practice
from matcher.solving.stopwatch import StopReason, Stopwatch
from scenarios.county import make_county
from tests.matcher.solving.small_worlds import BruteForce, a_small_world

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.domain.world import World


def as_if_large(monkeypatch: pytest.MonkeyPatch, *, few: bool, company: bool = True) -> None:
    monkeypatch.setattr(by_shortlists, "LARGE", 0)
    if few:
        monkeypatch.setattr(by_shortlists, "FIRST", 1)
        monkeypatch.setattr(by_shortlists, "CHOSEN", 1)
        monkeypatch.setattr(shortlists, "KEPT", 2)
    if not company:
        monkeypatch.setattr(by_shortlists, "COMPANY", 0)


@pytest.mark.parametrize("company", [True, False])
@pytest.mark.parametrize("first", range(0, 60, 20))
def test_bound_optimum_and_plan_are_in_order(
    first: int, company: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_if_large(monkeypatch, few=True, company=company)
    proved = 0
    for seed in range(first, first + 20):
        world, policy = a_small_world(seed)
        assert is_large(world, policy)
        found = solve(world, policy)
        check(world, policy, found.plan, claimed=claim_of(found))
        if found.limited_groups:
            assert found.bound is None
            continue
        brute = BruteForce(world, policy)
        best = min(brute.weighted(each) for _, each in brute.plans())
        assert found.bound is not None
        assert found.bound <= best + 1e-6, seed
        assert found.objective >= best - 1e-6, seed
        proved += found.objective == pytest.approx(best)
    assert proved >= (15 if company else 12)


def county() -> World:
    world = make_county(size=0.2, seed=5)
    return world.replace(
        placements={
            child_id: placement.replace(may_move=at % 3 == 0)
            for at, (child_id, placement) in enumerate(world.placements.items())
        }
    )


@pytest.mark.parametrize("changes", [{}, {"out_of_area_share": 0.15}])
def test_a_county_comes_out_nearly_as_it_does_otherwise(
    changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    world, policy = county(), Policy.named("balanced").replace(may_move=True, **changes)
    assert not is_large(world, policy)
    best = solve(world, policy)
    assert best.bound is not None
    for few in (False, True):
        as_if_large(monkeypatch, few=few)
        found = solve(world, policy)
        assert found.bound is not None
        assert found.bound <= best.objective
        assert best.bound <= found.objective <= best.objective * 1.01
        assert found.gap_placed is not None
        # Under a cap the relaxation of so few children is not whole, and the bound is its value.
        assert found.gap_placed < (0.1 if changes else 0.02)
        check(world, policy, found.plan, claimed=claim_of(found))
    again = solve(world, policy)
    assert (again.plan, again.bound) == (found.plan, found.bound)


def test_the_auction_alone_keeps_to_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    world, policy = county(), Policy.named("balanced").replace(may_move=True)
    free = solve(world, policy)
    pence = check(world, policy, free.plan, claimed=claim_of(free)).new_weekly_cost_pence
    world = world.replace(budgets=(Budget(weekly_pence=int(pence * 0.9)),))
    best = solve(world, policy)
    as_if_large(monkeypatch, few=False, company=False)
    found = solve(world, policy)
    checked = check(world, policy, found.plan, claimed=claim_of(found))
    assert checked.new_weekly_cost_pence <= pence * 0.9
    assert found.bound is not None
    assert found.bound <= best.objective <= found.objective
    assert found.gap_placed is not None
    assert found.gap_placed < 0.05


def test_those_left_out_are_explained_over_all_options(monkeypatch: pytest.MonkeyPatch) -> None:
    world, policy = make_county(size=0.2, seed=5), Policy.named("balanced")
    homes = dict(list(world.homes.items())[: len(world.homes) // 6])
    lived_in = {each.home_id for each in world.placements.values()}
    homes |= {home_id: world.homes[home_id] for home_id in lived_in}
    plain = solve(world, policy)
    as_if_large(monkeypatch, few=True)
    found, practice = solve_beside_practice(world, policy)
    assert {each.child_id for each in found.unplaced} == {
        child_id for child_id, home in found.plan.home_of.items() if home is None
    }
    if {each.child_id for each in found.unplaced} == {each.child_id for each in plain.unplaced}:
        assert found.unplaced == plain.unplaced or found.plan != plain.plan
    assert practice.method is Method.SEARCH_ORDER
    check(world, policy, practice.plan, claimed=claim_of(practice))


def test_without_time_everybody_stays() -> None:
    world, policy = county(), Policy.named("balanced").replace(may_move=True)
    found = search_shortlists(ground_of(world, policy), watch=Stopwatch(0.0))
    assert found.stopped is StopReason.TIME_LIMIT
    assert found.bound is None
    assert weighted_model(found.problem).keeps_limits(found.plan)


@pytest.mark.parametrize(
    "stage", ["Lister", "LawfulAuction", "better_prices", "bound_of", "solve_districts", "search"]
)
def test_an_interrupt_returns_what_is_known(stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world, policy = county(), Policy.named("balanced").replace(may_move=True)

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    as_if_large(monkeypatch, few=True)
    if stage == "Lister":
        monkeypatch.setattr(Lister, "part", interrupted)
    elif stage == "LawfulAuction":
        monkeypatch.setattr(by_shortlists.LawfulAuction, "run", interrupted)
    elif stage == "search":  # in the second of several districts
        monkeypatch.setattr(by_shortlists, "DISTRICT", 20.0)
        searches = iter([districts.search])
        monkeypatch.setattr(
            districts,
            "search",
            lambda *given, **named: next(searches, interrupted)(*given, **named),
        )
    else:
        monkeypatch.setattr(by_shortlists, stage, interrupted)
    found = solve(world, policy)
    assert found.stop_reason is StopReason.INTERRUPTED
    check(world, policy, found.plan, claimed=claim_of(found))
    assert (found.bound is None) == (stage not in ("solve_districts", "search"))


class Kept:
    def __init__(self) -> None:
        self.arrays: dict[str, NDArray[Any]] = {}

    def has(self, name: str) -> bool:
        return name in self.arrays

    def get(self, name: str) -> NDArray[Any] | None:
        return self.arrays.get(name)

    def put(self, name: str, array: NDArray[Any]) -> None:
        self.arrays[name] = array


def test_a_run_that_was_interrupted_goes_on_from_what_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, policy = county(), Policy.named("balanced").replace(may_move=True)
    as_if_large(monkeypatch, few=False, company=False)
    monkeypatch.setattr(appraising, "ITEMS_A_BLOCK", 30)
    store = Kept()
    whole = solve(world, policy)
    lister = Lister(ground_of(world, policy), store=store)
    every = list(range(len(lister.parts)))
    assert lister.missing() == Lister(lister.ground).missing() == every
    lister.part(0)
    assert lister.missing() == every[1:]
    assert len(every) > 1
    found = solve(world, policy, store=store)
    assert (found.plan, found.bound) == (whole.plan, whole.bound)
    asked: list[int] = []
    monkeypatch.setattr(Lister, "_found", lambda *_: asked.append(1))
    again = solve(world, policy, store=store)
    assert not asked
    assert again.bound is not None
    assert whole.bound is not None
    assert again.bound >= whole.bound
    assert again.objective == whole.objective


def test_what_is_kept_and_what_is_said_of_the_rest_is_right() -> None:
    world, policy = county(), Policy.named("balanced").replace(may_move=True)
    policy = policy.replace(out_of_area_share=0.1)
    ground = ground_of(world, policy)
    every = Lister(ground, most=10**6).lists(lambda: False)
    some = Lister(ground, most=5).lists(lambda: False)
    assert every is not None
    assert some is not None
    at_home = [set(ground.lives_at[list(item.children)].tolist()) for item in ground.items.items]
    for item in range(len(every.first) - 1):
        low, high = every.first[item : item + 2]
        kept = set(some.home[slice(*some.first[item : item + 2])].tolist())
        assert at_home[item] & set(every.home[low:high].tolist()) <= kept
        out = ~np.isin(every.home[low:high], list(kept))
        if out.any():
            inside = np.flatnonzero(~out)
            assert len(inside) >= 5
            assert some.rest[item] <= every.value[low:high][out].min()
            assert (some.spare[:, item] <= every.use[:, low:high][:, out].min(axis=1)).all()
    short = np.flatnonzero(some.rest < NEVER)
    more = Lister(ground, most=5).completed(some, short, some.rest[short] + 2_000)
    assert len(some) < len(more) < len(every)
    for item in short.tolist():
        low, high = every.first[item : item + 2]
        kept = set(more.home[slice(*more.first[item : item + 2])].tolist())
        assert set(some.home[slice(*some.first[item : item + 2])].tolist()) <= kept
        values = every.value[low:high].astype(np.int64)
        out = values[~np.isin(every.home[low:high], list(kept))]
        assert out.min(initial=NEVER) == more.rest[item] >= some.rest[item] + 2_000
    again = Lister(ground, most=5).completed(some, short, np.full(len(short), NEVER))
    assert np.array_equal(again.home, every.home)
    assert np.array_equal(again.value, every.value)
    assert np.array_equal(again.use, every.use)
    assert (again.rest == NEVER).all()
