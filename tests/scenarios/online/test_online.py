from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from matcher.domain.agreement import Route
from matcher.errors import UsageError
from matcher.live.choice import Choice, Part
from matcher.lookahead.learning import learn
from matcher.policy import Policy
from scenarios.county import make_county
from scenarios.online.bound import bound
from scenarios.online.future import Future, Way, worse
from scenarios.online.judging import AS_LEARNT, MEASURES, Asked, Condition, judge
from scenarios.online.town import Drift, Town, make_town, opened

if TYPE_CHECKING:
    from matcher.lookahead.values import BedValues
    from scenarios.online.town import Coming

WEEKS, FROM = 40, 13


def named(name: str) -> Policy:
    return Policy.named(name).replace(vacancy_fresh_days=3650)


@pytest.fixture(scope="module")
def town() -> Town:
    return make_town(make_county(size=0.1), named("balanced"), beds_a_child=1.05)


@pytest.fixture(scope="module")
def values(town: Town) -> BedValues:
    return learn(opened(town), named("look_ahead"), town.past(weeks=60), visits=200)


def ways(values: BedValues) -> list[Way]:
    ahead = named("look_ahead")
    return [
        Way("practice", named("practice")),
        Way("first_come", named("balanced"), together=False),
        Way("weekly_batch", named("balanced")),
        Way("look_ahead", ahead, values),
        Way(
            "unlimited",
            ahead.replace(look_ahead=ahead.look_ahead.replace(margin_points=100.0)),
            values,
        ),
        Way("kept_open", ahead, values, kept_open=True),
    ]


def test_the_same_families_come_whatever_is_decided_and_others_are_learnt_from(
    town: Town,
) -> None:
    one, again = town.stream(seed=3, weeks=30), town.stream(seed=3, weeks=30)
    assert one == again
    assert town.stream(seed=4, weeks=30) != one
    learnt = {
        child.date_of_birth for each in town.past(weeks=30).arrivals for child in each.children
    }
    judged = {child.date_of_birth for each in one for child in each.children}
    assert len(learnt & judged) < len(judged) / 2


def test_beds_for_each_child_are_as_many_as_asked(town: Town) -> None:
    world = make_county(size=0.1)
    ample = make_town(world, named("balanced"), beds_a_child=1.2)
    assert ample.rate == pytest.approx(town.rate * 1.05 / 1.2)


def test_drift_brings_more_teenagers(town: Town) -> None:
    def teenagers(coming: tuple[Coming, ...]) -> int:
        return sum(
            10 <= (child.age_on(town.start) or 0) <= 16
            for each in coming
            for child in each.children
        )

    usual = town.stream(seed=5, weeks=80)
    more = town.stream(seed=5, weeks=80, drift=Drift(2.0))
    assert teenagers(more) > teenagers(usual)


class Watchful(Future):
    """A future in which, after every decision, nobody waits for whom a home is open.

    Nor does anybody lose the home that was kept for them, but for one nearly as good.
    """

    looked = 0

    def _decide(self, week: int) -> None:
        before = {part.child_ids: part for _, kept in self._kept.values() for part in kept.parts}
        super()._decide(week)
        margin = self._way.policy.look_ahead.margin_points
        now = {part.child_ids: part for _, kept in self._kept.values() for part in kept.parts}
        for child_ids, part in before.items():
            assert self.live.view.placements.keys() >= set(child_ids)
            points = now[child_ids].points if child_ids in now else part.points
            assert min(np.subtract(points, part.points)) >= -margin
        for each in list(self._waiting.values()):
            left = self._left(each)
            if left:
                assert not self.live.choose(left).parts
                self.looked += 1


def test_nobody_waits_while_an_eligible_bed_is_open(town: Town, values: BedValues) -> None:
    coming = replace(town, rate=2 * town.rate).stream(seed=2, weeks=WEEKS)
    for way in ways(values)[2:]:
        future = Watchful(town, coming, way, counted_from=0)
        future.run(WEEKS)
        assert future.looked


def test_a_kept_home_may_only_be_exchanged_for_one_nearly_as_good() -> None:
    def choice(*points: float, unplaced: tuple[str, ...] = ()) -> Choice:
        part = Part("H", ("A", "B"), date(2025, 3, 31), points, (), (), (), Route.SPOT, None, False)
        return Choice((part,), unplaced, proved=True)

    had = choice(70, 60)
    split = Choice((*had.parts, *had.parts), (), proved=True)
    assert not worse(choice(69, 61), had, margin=1)
    assert worse(choice(68.9, 80), had, margin=1), "each child for itself"
    assert worse(choice(99, 99, unplaced=("C",)), had, margin=1)
    assert worse(split, had, margin=1)


def test_every_way_decides_the_same_futures_and_none_beats_the_bound(
    town: Town, values: BedValues
) -> None:
    coming = town.stream(seed=1, weeks=WEEKS)
    least = bound(town, coming, counted_from=FROM, weeks=WEEKS)
    assert least > 0
    totals = {}
    for way in ways(values):
        found = Future(town, coming, way, counted_from=FROM).run(WEEKS)
        figures = found.figures()
        again = Future(town, coming, way, counted_from=FROM).run(WEEKS).figures()
        assert figures == again
        counted = sum(len(each.ids) for each in coming if each.week >= FROM)
        assert len(found.points) + found.never <= counted
        assert figures["total_loss"] >= least
        totals[way.name] = figures["total_loss"]
    assert len(set(totals.values())) > 2


def test_with_values_of_nothing_and_no_margin_it_is_the_weekly_batch(
    town: Town, values: BedValues
) -> None:
    ahead = named("look_ahead")
    off = ahead.replace(look_ahead=ahead.look_ahead.replace(margin_points=0.0))
    coming = town.stream(seed=6, weeks=25)
    one = Future(town, coming, Way("off", off, values), counted_from=0).run(25)
    other = Future(town, coming, Way("batch", named("balanced")), counted_from=0).run(25)
    assert one == other


def test_a_provider_that_fails_moves_the_children_who_live_there(
    town: Town, values: BedValues
) -> None:
    coming = town.stream(seed=1, weeks=WEEKS)
    way = ways(values)[3]
    usual = Future(town, coming, way, counted_from=FROM)
    failing = Future(town, coming, way, counted_from=FROM, failing=20)
    assert usual.run(WEEKS).moves == 0
    failing.run(WEEKS)
    assert len(failing.live.home_ids) < len(usual.live.home_ids)


@pytest.mark.usefixtures("hasty_learning")
def test_the_judge_compares_future_by_future() -> None:
    asked = Asked(
        size=0.08,
        seeds=2,
        levels=(1.05,),
        margins=(2.0,),
        conditions=(Condition("short past", past_weeks=15),),
        weeks=30,
        counted_from=8,
    )
    rows = list(judge(asked))
    learnt = [row for row in rows if row["condition"] == AS_LEARNT.name]
    assert [row["way"] for row in learnt] == [
        "practice",
        "weekly_batch",
        "first_come",
        "fluid_rent.1",
        "fluid_rent.100",
        "money_yields.1",
        "look_ahead.1",
        "look_ahead.2",
        "look_ahead.100",
        "look_ahead_kept_open.1",
    ]
    assert len(rows) == len(learnt) + 3
    base = learnt[1]
    assert base["against_weekly_batch"] is None
    for row in learnt:
        against = row["against_weekly_batch"]
        if against is not None:
            assert set(against) == set(MEASURES)
            for name, each in against.items():
                assert each["low"] <= each["difference"] <= each["high"]
                assert each["difference"] == pytest.approx(
                    row["means"][name] - base["means"][name], abs=1e-3
                )
    assert learnt[0]["gap_to_bound_closed"] == 0
    assert np.isfinite(learnt[-1]["bound"])


@pytest.mark.parametrize(
    "asked",
    [
        Asked(seeds=1),
        Asked(size=9),
        Asked(levels=()),
        Asked(levels=(9.0,)),
        Asked(weeks=10, counted_from=10),
    ],
)
def test_what_makes_no_sense_is_refused(asked: Asked) -> None:
    with pytest.raises(UsageError):
        next(judge(asked))


def test_an_outlook_may_look_ahead(town: Town, values: BedValues) -> None:
    from scenarios.assumptions import shipped_assumptions
    from scenarios.outlook import Outlook
    from scenarios.simulation import simulate

    world = make_county(size=0.08)
    outlook = Outlook(world, Policy.named("look_ahead"), shipped_assumptions())
    plain = simulate(outlook, start=world.as_of, years=1, seed=1, replication=1)
    ahead = simulate(
        replace(outlook, bed_values=values), start=world.as_of, years=1, seed=1, replication=1
    )
    assert plain.weekly.keys() == ahead.weekly.keys()
    assert ahead.checked > 0
