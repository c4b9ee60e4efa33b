"""Beds that are somebody's already, and decisions that only a manager takes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from matcher.domain.codes import ReasonPlaceChange
from matcher.domain.home import Setting
from matcher.domain.placement import Hold, HoldKind, HoldScope
from matcher.domain.sibling_group import AssessorRole, SiblingGroup, Together
from scenarios.beginning import settle_in
from scenarios.shared import Shared
from scenarios.simulation import _Simulation

if TYPE_CHECKING:
    from scenarios.outlook import Outlook

START = date(2025, 4, 1)


def begun(outlook: Outlook) -> _Simulation:
    """Return a simulation on its first day."""
    simulation = _Simulation(outlook, START, 1, 1, 0, Shared())
    settle_in(simulation.stage, simulation.register, simulation.placing)
    simulation.supply.begin()
    simulation.stays.begin(simulation.stage.today)
    return simulation


@pytest.mark.parametrize("event", ["_bed_lost", "_taken"])
def test_a_reserved_bed_is_neither_lost_nor_lent(outlook: Outlook, event: str) -> None:
    simulation = begun(outlook)
    live = simulation.stage.live
    home = next(
        home
        for home in live.view.homes.values()
        if home.setting is Setting.FOSTER
        and live.beds_free(home.home_id) == 1
        and not live.view.occupants_of(home.home_id)
    )

    def state() -> tuple[int, int]:
        there = live.view.occupants_of(home.home_id)
        return live.view.homes[home.home_id].beds_usable, len(there)

    before = state()
    live.put(
        Hold(
            hold_id="K-RESERVED",
            scope=HoldScope.HOME,
            target_id=home.home_id,
            kind=HoldKind.RESERVED,
            starts=START,
            beds=1,
        )
    )
    getattr(simulation.supply, event)(home.home_id)
    assert state() == before
    live.drop(Hold, "K-RESERVED")
    getattr(simulation.supply, event)(home.home_id)
    assert state() != before


def test_a_manager_lets_siblings_live_apart_who_wait_too_long(outlook: Outlook) -> None:
    world = outlook.world
    home_id = next(
        home_id
        for home_id, there in sorted(world.occupants.items())
        if sum(each.child is not None for each in there) >= 2
    )
    pair = sorted(
        each.occupant_id for each in world.occupants_of(home_id) if each.child is not None
    )[:2]
    children = dict(world.children)
    for child_id in pair:
        children[child_id] = children[child_id].model_copy(update={"sibling_group_id": "S-PAIR"})
    group = SiblingGroup(
        sibling_group_id="S-PAIR",
        together=Together.REQUIRED,
        assessed_by=AssessorRole.SOCIAL_WORKER,
        assessed_on=START,
    )
    world = world.replace(
        children=children, sibling_groups={**world.sibling_groups, "S-PAIR": group}
    )
    simulation = begun(type(outlook)(world, outlook.policy, outlook.assumptions))
    stage, placing = simulation.stage, simulation.placing
    simulation.register.leave_home(pair[0], ReasonPlaceChange.CREQB)
    placing.displaced([pair[0]], avoid=frozenset({home_id}))
    weeks = round(stage.numbers.value("siblings.apart_after_weeks"))
    assert weeks > 1
    for week in range(weeks):
        stage.day = START + timedelta(weeks=week)
        stage.live.set_day(stage.day)
        placing.decide()
        assert stage.home_of(pair[0]) is None  # only beside the sibling, and that home is barred
        assert not [
            each for each in stage.live.view.exemptions.values() if pair[0] in each.child_ids
        ]
    stage.day = START + timedelta(weeks=weeks)
    stage.live.set_day(stage.day)
    placing.decide()
    (decision,) = (
        each for each in stage.live.view.exemptions.values() if pair[0] in each.child_ids
    )
    assert decision.rule == "STAY_TOGETHER"
    assert decision.child_ids == frozenset(pair)
    assert decision.granted_by is AssessorRole.TEAM_MANAGER
    assert decision.granted_on == stage.day
