"""No way to decide beats the bound: each loss in it is a least one, and its sum a dual value."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from ortools.linear_solver.python import model_builder

from matcher.columns import columns_of
from matcher.domain.child import Voice, Wish, WishTopic
from matcher.policy import Policy
from scenarios.county import make_county
from scenarios.online.bound import bound, seekers_of
from scenarios.online.future import Future, Way
from scenarios.online.town import Town, make_town, opened

if TYPE_CHECKING:
    from matcher.live.choice import Choice
    from scenarios.online.town import Coming

WEEKS, FROM = 60, 13


@pytest.fixture(scope="module")
def town() -> Town:
    policy = Policy.named("balanced").replace(vacancy_fresh_days=3650)
    return make_town(make_county(size=0.1), policy, beds_a_child=0.95)


@pytest.fixture(scope="module")
def coming(town: Town) -> tuple[Coming, ...]:
    return town.stream(seed=2, weeks=WEEKS)


def for_company(each: Coming) -> Coming:
    """Return a family whose children wish for others: who lives where decides what they lose."""
    wish = Wish(topic=WishTopic.OTHER_CHILDREN, voice=Voice.CHILD)
    children = [
        child.model_copy(update={"wishes": (*child.wishes, wish)}) for child in each.children
    ]
    return replace(each, children=tuple(children))


class Noting(Future):
    """A future that notes who was placed where, and what was lost by it."""

    taken: list[tuple[Coming, Choice]]

    def _take(self, each: Coming, choice: Choice) -> None:
        self.taken.append((each, choice))
        super()._take(each, choice)


def test_nobody_loses_less_than_the_bound_thinks(town: Town, coming: tuple[Coming, ...]) -> None:
    coming = tuple(for_company(each) for each in coming)
    future = Noting(town, coming, Way("weekly", town.policy), counted_from=FROM)
    future.taken = []
    future.run(WEEKS)
    counted = [each for each in coming if each.week >= FROM]
    seekers = seekers_of(town, counted, first=FROM, weeks=WEEKS)
    row_of = {each.referral.referral_id: row for row, each in enumerate(counted)}
    index = columns_of(opened(town)).index
    several = [each for each in counted if len(each.children) > 1]
    by_itself = {
        child.child_id: len(counted) + at
        for at, child in enumerate(child for each in several for child in each.children)
    }
    looked = split = 0
    for each, choice in future.taken:
        for part in choice.parts if each.week >= FROM else ():
            if len(part.child_ids) == len(each.children):
                rows = [row_of[each.referral.referral_id]]
            else:
                rows = [by_itself[child_id] for child_id in part.child_ids]
                split += 1
            lost = sum(100 - points for points in part.points)
            assert lost >= seekers.loss[rows, index[part.home_id]].sum() - 1e-6
            looked += 1
    assert looked > 20
    assert split


@pytest.mark.parametrize("turning", [11, 13], ids=["opens homes", "closes one"])
def test_a_birthday_while_a_family_waits_only_adds_homes(
    town: Town, coming: tuple[Coming, ...], turning: int
) -> None:
    one = next(each for each in coming if len(each.children) == 1 and each.week >= FROM)
    birthday = one.referral.needed_by + timedelta(weeks=4)
    losses = []
    for away in (timedelta(weeks=20), timedelta(), timedelta(weeks=-20)):
        born = birthday.replace(year=birthday.year - turning) + away
        child = one.children[0].model_copy(update={"date_of_birth": born})
        found = seekers_of(town, [replace(one, children=(child,))], first=FROM, weeks=WEEKS)
        losses.append(found.loss[0])
    younger, between, older = losses
    assert np.isfinite(younger).tolist() != np.isfinite(older).tolist()
    assert (between <= np.minimum(younger, older) + 1e-6).all()


def test_it_is_nearly_the_optimum_of_the_linear_programme(
    town: Town, coming: tuple[Coming, ...]
) -> None:
    alone = tuple(each for each in coming if len(each.children) == 1)
    counted = [each for each in alone if each.week >= FROM]
    seekers = seekers_of(town, counted, first=FROM, weeks=WEEKS)
    model = model_builder.Model()  # type: ignore[no-untyped-call]
    beds: dict[tuple[int, int], list[Any]] = {}
    costs: list[Any] = []
    for row in range(len(counted)):
        unplaced = model.new_num_var(0, 1, "")
        costs.append(unplaced * float(seekers.nowhere[row]))
        chosen = [unplaced]
        for choice in np.flatnonzero(np.isfinite(seekers.waiting[row])).tolist():
            for home in np.flatnonzero(np.isfinite(seekers.loss[row])).tolist():
                share = model.new_num_var(0, 1, "")
                chosen.append(share)
                lost = seekers.loss[row, home] + seekers.waiting[row, choice]
                costs.append(share * float(lost))
                for week in range(seekers.begins[row, choice], seekers.ends[row, choice]):
                    beds.setdefault((home, week), []).append(share * float(seekers.beds[row, home]))
        model.add(sum(chosen) == 1)
    for (home, _), used in beds.items():
        model.add(sum(used) <= float(seekers.room[home]))
    model.minimize(sum(costs))
    solver = model_builder.Solver("GLOP")
    assert solver.solve(model) == model_builder.SolveStatus.OPTIMAL
    best = solver.objective_value
    free = seekers.loss.min(axis=1, initial=np.inf, where=np.isfinite(seekers.loss))
    assert best > np.minimum(free, seekers.nowhere).sum() + 1, "beds are scarce"
    found = bound(town, alone, counted_from=FROM, weeks=WEEKS)
    assert 0.98 * best <= found <= best + 1e-6
