"""Queues and what lapses: watch-list, 17½+, permanence, expiries, targets, waivers, outcomes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from api.casework.keeping import keep
from api.casework.placements import (
    WatchBegun,
    look_again,
    steady,
    watch,
)
from api.casework.providers import shares
from api.casework.queues import leavers, permanence, rematch, sector_mix, unmet, waiting_list
from api.casework.searching import exhaust
from api.casework.targets import expiring, measured
from api.errors import ConflictError, NotAllowedError
from api.records.actor import Role
from api.records.assurance import CarerTraining, Course, QualityVisit, Target, Waiver
from api.records.concerns import Sign, WatchState
from api.records.permanence import (
    AdulthoodPlan,
    NextHome,
    OutcomeArea,
    OutcomeNote,
    PermanenceStage,
    PermanenceStep,
)
from api.records.search import Exhausted, SearchStep
from api.records.task import Standing, Task, TaskState
from matcher.domain.child import Child, PermanencePlan
from matcher.domain.home import Home
from tests.api.casework.desk import Desk, stays, two_children
from tests.builders import AS_OF

if TYPE_CHECKING:
    from api.storage.database import Database


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database, two_children())


def test_the_watch_list(desk: Desk) -> None:
    begun = WatchBegun(signs=frozenset({Sign.MISSING}), next_look_on=AS_OF + timedelta(days=7))
    with desk.work() as work:
        watch_id = watch(work, "PL-C-9", begun).record.watch_id
    with pytest.raises(ConflictError, match="watched already"), desk.work() as work:
        watch(work, "PL-C-9", begun)
    with desk.work() as work:
        look_again(work, watch_id, begun)
        assert steady(work, watch_id).record.state is WatchState.STEADY


def test_queues_say_who_is_next(desk: Desk) -> None:
    desk.open_search()
    with desk.work() as work:
        step = work.find(SearchStep)[0].record
        exhaust(work, step.step_id, Exhausted.NOBODY_THERE)
        first = waiting_list(work)[0]
        assert (first.referral_id, first.children, first.late) == ("R-1", 1, False)
        assert first.tiers_exhausted == (
            "relatives, friends and other connected persons: nobody there",
        )
        assert [(each.tier, each.searches) for each in unmet(work)] == [("connected", 1)]
        again = rematch(work, desk.worlds.world(work))
        assert [each.child_id for each in again] == ["C-9"]
        assert {"step_down", "costly"} <= set(again[0].reasons)
        assert again[0].review_needed
        assert [(m.bought, m.placements) for m in sector_mix(work)] == [(False, 1), (True, 0)]
        assert shares(work) == []
    with desk.work() as work:
        child = work.get(Child, "C-9").record
        work.put(child.replace(date_of_birth=AS_OF - timedelta(days=6500)), reason="test")
        plan = AdulthoodPlan(
            plan_id="AP-1", child_id="C-9", next_home=NextHome.STAYING_CLOSE, housing_told_on=AS_OF
        )
        keep(work, plan, expected=0)
    with desk.work() as work:
        leaver = leavers(work)[0]
    assert (leaver.child_id, leaver.bed_stays_taken) == ("C-9", True)


def test_permanence_is_tracked_and_long_term_homes_are_marked(desk: Desk) -> None:
    step = PermanenceStep(
        step_id="PS-1",
        child_id="C-9",
        plan=PermanencePlan.RESIDENTIAL,
        stage=PermanenceStage.FAMILY_FINDING,
        since=AS_OF - timedelta(days=90),
        due_on=AS_OF - timedelta(days=1),
    )
    with desk.work() as work:
        keep(work, step, expected=0)
        assert permanence(work)[0].late
        keep(work, step.replace(stage=PermanenceStage.ACHIEVED), expected=1)
        assert permanence(work) == []
    assert stays(desk, child_id="C-9")[0].long_term


def test_what_lapses_is_remembered(desk: Desk) -> None:
    visit = QualityVisit(
        visit_id="V-1",
        home_id="H-1",
        visited_on=AS_OF,
        expires_on=AS_OF + timedelta(days=20),
        passed=True,
    )
    training = CarerTraining(
        training_id="TR-1",
        home_id="H-1",
        course=Course.CHILD_PROTECTION,
        completed_on=AS_OF,
        expires_on=AS_OF + timedelta(days=400),
    )
    with desk.work() as work:
        keep(work, visit, expected=0)
        keep(work, training, expected=0)
        assert work.get(Home, "H-1").record.quality_visit_due == visit.expires_on
        assert [each.kind for each in expiring(work, days=28)] == ["quality visit"]
    later = visit.replace(visit_id="V-2", expires_on=AS_OF + timedelta(days=300))
    with desk.work() as work:
        keep(work, later, expected=0)
        assert expiring(work, days=28) == []
        assert work.count(Task, code="QUALITY_VISIT_EXPIRES", state=TaskState.OPEN) == 1


def test_targets_are_measured_and_their_review_is_due(desk: Desk) -> None:
    target = Target(target_id="T-1", indicator="spot", year=2025, aim=10.0, higher_is_better=False)
    with desk.work() as work:
        keep(work, target, expected=0)
        found = measured(work, desk.worlds.world(work))
    assert [(each.now, each.met, each.review_due) for each in found] == [(0.0, True, True)]


def test_a_waiver_is_granted_by_who_may(desk: Desk) -> None:
    waiver = Waiver(
        waiver_id="WV-1",
        provider_id="P-2",
        granted_on=AS_OF,
        granted_by=Standing.HEAD_OF_SERVICE,
        until=AS_OF + timedelta(days=60),
        limit_pence=400_000,
        reasons="Nobody else can.",
    )
    with pytest.raises(NotAllowedError, match="waiver of standing orders"), desk.work() as work:
        keep(work, waiver, expected=0)
    with desk.work(Role.MANAGER) as work:
        keep(work, waiver, expected=0)


def test_outcomes_belong_to_the_placement_and_its_provider(desk: Desk) -> None:
    note = OutcomeNote(
        outcome_id="OC-1",
        child_id="C-9",
        placement_id="PL-C-9",
        provider_id="P-2",
        area=OutcomeArea.EDUCATION,
        change=1,
        recorded_on=AS_OF,
    )
    with pytest.raises(ConflictError, match="this child with this provider"), desk.work() as work:
        keep(work, note, expected=0)
    with desk.work() as work:
        keep(work, note.replace(provider_id="P-1"), expected=0)
