"""A placements team at work on a small World, for tests of casework."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from api.access.permissions import permissions_of
from api.casework import approvals, referrals, searching
from api.casework.choosing import choose
from api.casework.loading import load_world
from api.casework.picking import ChoiceMade, HomePicked
from api.casework.present import Judge, judge_by
from api.casework.settling import settle
from api.casework.starting import Start, start
from api.records.actor import Actor, ActorKind, Role
from api.records.approval import Approval, ApprovalState, Delegation
from api.records.care_placement import CarePlacement
from api.records.referral_case import CaseState, LegalBasis, ReferralCase, ReferralDraft
from api.records.task import Standing, Task, TaskState
from api.worlds.worlds import Worlds
from matcher.domain.codes import LegalStatus, PlaceCode
from matcher.domain.home import Setting
from matcher.domain.placement import Placement
from matcher.domain.sibling_group import AssessorRole
from matcher.explaining.report import RankReport, Stamp
from matcher.version import VERSION
from tests.builders import AS_OF, BUCKS, a_child, a_home, a_referral, a_world

if TYPE_CHECKING:
    from datetime import date

    from api.records.choice import Choice
    from api.records.search import Matches
    from api.storage.database import Database
    from api.storage.reading import Held
    from api.storage.work import Work
    from matcher.domain.world import World

NINE = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 9, tzinfo=UTC)
"""Nine o'clock in London on the day of the World, which is in summer time: ten."""

BASIS = LegalBasis(
    legal_status=LegalStatus.C2,
    decided_on=AS_OF,
    decided_by=AssessorRole.HEAD_OF_SERVICE,
    rationale="Reasons that were tested.",
)


class Places:
    """Knows where the postcodes of one World lie."""

    def __init__(self, world: World) -> None:
        self._world = world

    def find_all(self, postcodes: Any) -> dict[str, Any]:
        return {each: self._world.location(each) for each in postcodes}


def actor(role: Role, authority: str = BUCKS) -> Actor:
    roles = frozenset({role})
    return Actor(
        authority=authority,
        actor_id=f"U-{role.value}",
        roles=roles,
        permissions=permissions_of(roles),
        see_names=True,
    )


class Desk:
    """A database with a World in it, people of each role, and a clock that goes on."""

    def __init__(self, database: Database, world: World) -> None:
        self.database = database
        self.now = NINE
        self.worlds = Worlds(database, postcodes=Places(world))  # type: ignore[arg-type]
        self.judge: Judge = judge_by(self.worlds)
        loader = Actor(authority=BUCKS, actor_id="U-loader", kind=ActorKind.JOB)
        with database.work(BUCKS, loader, at=self.now) as work:
            load_world(work, world, why="test")
            for role, standing in (
                (Role.OFFICER, Standing.OFFICER),
                (Role.MANAGER, Standing.DIRECTOR),
            ):
                delegation = Delegation(
                    delegation_id=f"D-{role.value}",
                    actor_id=f"U-{role.value}",
                    standing=standing,
                    starts=AS_OF,
                )
                work.put(delegation, reason="test")

    def work(self, role: Role = Role.OFFICER, *, later: timedelta = timedelta(minutes=1)) -> Work:
        """Begin a unit of work, a minute after the one before."""
        self.now += later
        return self.database.work(BUCKS, actor(role), at=self.now)

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    def case(self, referral_id: str = "R-1") -> ReferralCase:
        with self.work() as work:
            return work.get(ReferralCase, referral_id).record

    def tasks(self, state: TaskState | None = TaskState.OPEN, **wanted: Any) -> list[Task]:
        wanted = wanted if state is None else {"state": state, **wanted}
        with self.work() as work:
            return [held.record for held in work.find(Task, **wanted)]

    def codes(self, state: TaskState | None = TaskState.OPEN, **wanted: Any) -> list[str]:
        return sorted(task.code for task in self.tasks(state, **wanted))

    # Steps that most tests take -------------------------------------------------------

    def open_search(self, referral_id: str = "R-1") -> None:
        with self.work() as work:
            searching.open_search(work, referral_id)

    def rank(self, referral_id: str = "R-1") -> Held[Matches]:
        with self.work() as work:
            ranked = self.worlds.rank(work, referral_id)
            return searching.keep_matches(
                work,
                referral_id,
                ranked.report,
                failed=ranked.failed,
                sequence=ranked.sequence,
            )

    def choose(
        self, home_id: str, referral_id: str = "R-1", *, matches_id: str, **changes: Any
    ) -> Held[Choice]:
        picked = {key: changes.pop(key) for key in list(changes) if key in HomePicked.model_fields}
        made = {
            "matches_id": matches_id,
            "homes": (HomePicked(home_id=home_id, **picked),),
            "starts_on": self.now.date(),
            "reasons": "Near school, and the carer knows such needs.",
            **changes,
        }
        with self.work() as work:
            return choose(work, referral_id, ChoiceMade(**made), judge=self.judge)

    def chosen(
        self, home_id: str = "H-1", referral_id: str = "R-1", **changes: Any
    ) -> Held[Choice]:
        """Open the search, rank, and choose."""
        if self.case(referral_id).state == "submitted":
            self.open_search(referral_id)
        matches = self.rank(referral_id)
        return self.choose(home_id, referral_id, matches_id=matches.record.matches_id, **changes)

    def approvals(self, state: ApprovalState = ApprovalState.ASKED) -> list[Approval]:
        with self.work() as work:
            return [held.record for held in work.find(Approval, state=state)]


def a_draft(*child_ids: str, **changes: Any) -> ReferralDraft:
    """Return what a social worker sends for children, complete."""
    values: dict[str, Any] = {
        "child_ids": child_ids or ("C-1",),
        "received_on": AS_OF,
        "needed_by": AS_OF + timedelta(days=4),
        "child_views_on": AS_OF,
        "family_views_on": AS_OF,
        "legal_basis": BASIS,
    }
    return ReferralDraft.model_validate({**values, **changes})


def drafted(desk: Desk, *child_ids: str, **changes: Any) -> str:
    with desk.work() as work:
        return referrals.draft(work, a_draft(*child_ids, **changes)).record.referral_id


def an_empty_report(referral_id: str, day: date) -> Any:
    """Return a ranking in which no home is an option."""
    return RankReport(
        referral_id=referral_id,
        children=("C-1",),
        about=(),
        needed_by=day + timedelta(days=1),
        timescale="planned",
        options=(),
        to_check=(),
        eligible_count=0,
        to_check_count=0,
        excluded_count=0,
        excluded_by_rule={},
        excluded=(),
        near_misses=(),
        together_sentence=None,
        stamp=Stamp(
            as_of=day,
            policy="balanced",
            policy_version="1",
            rule_set="test",
            data_hash="0",
            seed=None,
            version=VERSION,
            synthetic=True,
        ),
    )


def placed(desk: Desk, home_id: str = "H-1", referral_id: str = "R-1", **how: Any) -> None:
    """Take a referral to its placement."""
    choice = desk.chosen(home_id, referral_id).record
    for task in desk.tasks(choice_id=choice.choice_id):
        with desk.work(Role.MANAGER) as work:
            settle(work, task.task_id, "do", judge=desk.judge)
    for approval in desk.approvals():
        with desk.work(Role.MANAGER) as work:
            approvals.decide(
                work, approval.approval_id, approve=True, reasons="Yes.", judge=desk.judge
            )
    with desk.work() as work:
        start(work, referral_id, Start(started_on=desk.now.date(), **how), judge=desk.judge)
    assert desk.case(referral_id).state is CaseState.PLACED


def stays(desk: Desk, **wanted: Any) -> list[CarePlacement]:
    with desk.work() as work:
        return [held.record for held in work.find(CarePlacement, **wanted)]


def two_children() -> World:
    """Return a World in which C-1 waits and C-9 lives in H-9, far away and dear."""
    return a_world(
        [a_child("C-1"), a_child("C-9", 17)],
        [
            a_home("H-1"),
            a_home("H-2", postcode="HP2 0AA"),
            a_home("H-9", postcode="HP7 5AA", setting=Setting.CHILDRENS_HOME, grade=None),
        ],
        referrals=[a_referral("R-1", "C-1")],
        placements=[
            Placement(
                child_id="C-9",
                home_id="H-9",
                started_on=AS_OF - timedelta(days=400),
                place_code=PlaceCode.K2,
                weekly_fee_pence=520_000,
            )
        ],
    )
