"""A walk through casework, step by step beside a plain model."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from api.casework import approvals, choosing, referrals, searching
from api.casework.choosing import choose
from api.casework.ending import End, end, undo_end, undo_start
from api.casework.picking import ChoiceMade, HomePicked
from api.casework.starting import Start, start
from api.errors import ConflictError
from api.records.actor import Role
from api.records.approval import Approval, ApprovalState
from api.records.capacity import Booking
from api.records.care_placement import CarePlacement, PlacementState, ReasonCeased
from api.records.finding import Finding, FindingKind
from api.records.referral_case import CaseState, ReferralCase
from api.records.search import Matches
from matcher.domain.agreement import Route
from matcher.domain.codes import ReasonPlaceChange
from matcher.domain.placement import Hold, HoldKind, HoldScope
from matcher.explaining.report import RulesFailed
from tests.api.casework.desk import Desk, a_draft, an_empty_report
from tests.api.casework.plain_model import BEDS, Model, Stay
from tests.builders import a_child, a_home, a_world

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.storage.database import Database
    from api.storage.work import Work

CHILDREN = ("C-1", "C-2", "C-3")

REFERRALS = st.integers(0, 3)
HOMES = st.sampled_from(sorted(BEDS))


class Walk(RuleBasedStateMachine):
    """Steps in any order; what must be refused is refused, and the rest is as in the model."""

    database: Database

    def __init__(self) -> None:
        super().__init__()
        self.open()
        homes = [a_home(home_id, beds) for home_id, beds in BEDS.items()]
        world = a_world([a_child(child_id) for child_id in CHILDREN], homes, referrals=[])
        self.desk = Desk(self.database, world)
        self.model = Model()
        self.ids: list[str] = []

    def open(self) -> None:
        raise NotImplementedError

    # What may be done -----------------------------------------------------------------

    @initialize()
    def everybody(self) -> None:
        """Begin with a referral for each child, or walks would be over before they began."""
        for child in CHILDREN:
            self.draft(child)

    @rule(at=REFERRALS, home_id=HOMES, steps=st.integers(1, 6))
    def go_on(self, at: int, home_id: str, steps: int) -> None:
        """Take the usual steps, so that most walks get to the end of placements."""
        for _ in range(steps):
            match self.model.states[at] if at < len(self.ids) else None:
                case "drafted":
                    self.submit(at)
                case "submitted":
                    self.open_search(at)
                case "searching":
                    self.choose(at, home_id)
                case "chosen":
                    self.decide(at, approve=True)
                case "approved":
                    self.start(at)
                case "placed":
                    self.end(at)
            self.as_in_the_model()

    @rule(child=st.sampled_from(CHILDREN))
    def draft(self, child: str) -> None:
        if len(self.ids) > 3:
            return
        with self.desk.work() as work:
            self.ids.append(referrals.draft(work, a_draft(child)).record.referral_id)
        self.model.states.append("drafted")
        self.model.child_of.append(child)

    @rule(at=REFERRALS)
    def submit(self, at: int) -> None:
        def model() -> bool:
            if self.model.waits_elsewhere(at):
                return False
            return self._go(at, "submitted", "drafted")

        self._step(at, referrals.submit, model)

    @rule(at=REFERRALS)
    def open_search(self, at: int) -> None:
        self._step(at, searching.open_search, lambda: self._go(at, "searching", "submitted"))

    @rule(at=REFERRALS)
    def withdraw(self, at: int) -> None:
        def model() -> bool:
            waiting = ("drafted", "submitted", "searching", "chosen", "approved")
            if not self._go(at, "withdrawn", *waiting):
                return False
            self.model.let_go(at)
            return True

        self._step(at, lambda work, it: referrals.withdraw(work, it, "No longer needed."), model)

    @rule(at=REFERRALS)
    def reopen(self, at: int) -> None:
        self._step(at, referrals.reopen, lambda: self._go(at, "drafted", "withdrawn"))

    @rule(at=REFERRALS, home_id=HOMES)
    def choose(self, at: int, home_id: str) -> None:
        def model() -> bool:
            if self.model.states[at] != "searching" or home_id in self.model.held:
                return False
            lives = self.model.living(self.model.child_of[at])
            if lives is not None and lives.home_id == home_id:
                return False
            taken = self.model.take(home_id, self.today)
            if taken is None:
                return False
            self.model.chosen[at] = taken
            return self._go(at, "chosen", "searching")

        def real(work: Work, it: str) -> None:
            made = ChoiceMade(
                matches_id=self._matches(work, it),
                homes=(HomePicked(home_id=home_id, route=Route.IN_HOUSE),),
                starts_on=self.today,
                reasons="Suits.",
                why_not_first="No ranking in this test.",
            )
            choose(work, it, made, judge=self.judge)

        self._step(at, real, model)

    @rule(at=REFERRALS)
    def stop(self, at: int) -> None:
        def model() -> bool:
            if not self._go(at, "searching", "chosen", "approved"):
                return False
            self.model.let_go(at)
            return True

        self._step(at, lambda work, it: choosing.stop(work, it, "Thought again."), model)

    @rule(at=REFERRALS, approve=st.booleans())
    def decide(self, at: int, approve: bool) -> None:
        def model() -> bool:
            if self.model.states[at] != "chosen":
                return False
            if approve and self.model.chosen[at].home_id not in self.model.held:
                return self._go(at, "approved", "chosen")
            self.model.let_go(at)
            return self._go(at, "searching", "chosen")

        def real(work: Work, it: str) -> None:
            asked = work.find(Approval, referral_id=it, state=ApprovalState.ASKED)
            if not asked:
                raise ConflictError("Nothing is asked.")
            approvals.decide(
                work, asked[0].record.approval_id, approve=approve, reasons="So.", judge=self.judge
            )

        self._step(at, real, model, role=Role.MANAGER)

    @rule(at=REFERRALS)
    def start(self, at: int) -> None:
        def model() -> bool:
            if self.model.states[at] != "approved":
                return False
            taken = self.model.chosen[at]
            if taken.home_id in self.model.held:
                self.model.let_go(at)
                return self._go(at, "searching", "approved")
            before = self.model.living(self.model.child_of[at])
            if before is not None:
                self.model.leave(before, self.today)
            taken.starts = self.today
            del self.model.chosen[at]
            self.model.stays.append(
                Stay(at, self.model.child_of[at], taken.home_id, self.today, taken)
            )
            return self._go(at, "placed", "approved")

        def real(work: Work, it: str) -> None:
            how = Start(started_on=self.today, left_because=ReasonPlaceChange.CARPL)
            start(work, it, how, judge=self.judge)

        self._step(at, real, model)

    @rule(at=REFERRALS)
    def end(self, at: int) -> None:
        def model() -> bool:
            stay = self.model.stay_of(at)
            if stay is None or not stay.lives:
                return False
            self.model.leave(stay, self.today)
            return True

        def real(work: Work, it: str) -> None:
            how = End(ended_on=self.today, ceased=ReasonCeased.E4A)
            end(work, self._placement(work, it), how)

        self._step(at, real, model)

    @rule(at=REFERRALS)
    def undo_end(self, at: int) -> None:
        def model() -> bool:
            stay = self.model.stay_of(at)
            if stay is None or self.model.states[at] != "ended" or stay.lives:
                return False
            if self.model.living(stay.child_id) is not None:
                return False
            if not self._bed_again(stay):
                return False
            stay.lives, stay.ended = True, None
            return self._go(at, "placed", "ended")

        self._step(at, lambda work, it: undo_end(work, self._placement(work, it)), model)

    def _bed_again(self, stay: Stay) -> bool:
        model = self.model
        if stay.bed is not None and any(each is stay.bed for each in model.beds):
            clash = any(
                each is not stay.bed
                and (each.home_id, each.bed) == (stay.bed.home_id, stay.bed.bed)
                and (each.ends is None or each.ends > stay.bed.starts)
                for each in model.beds
            )
            if clash:
                return False
            stay.bed.ends = None
            return True
        stay.bed = model.take(stay.home_id, stay.started)
        return stay.bed is not None

    @rule(at=REFERRALS)
    def undo_start(self, at: int) -> None:
        def model() -> bool:
            stay = self.model.stay_of(at)
            if stay is None or self.model.states[at] not in ("placed", "ended"):
                return False
            lives = self.model.living(stay.child_id)
            if self.model.waits_elsewhere(at) or (lives is not None and lives is not stay):
                return False
            self.model.give_back(stay.bed, stay.started)
            self.model.stays = [each for each in self.model.stays if each is not stay]
            return self._go(at, "searching", "placed", "ended")

        self._step(at, undo_start, model)

    @rule(home_id=HOMES)
    def hold(self, home_id: str) -> None:
        with self.desk.work() as work:
            if home_id in self.model.held:
                work.retire(Hold, f"HO-{home_id}", reason="lifted")
            else:
                hold = Hold(
                    hold_id=f"HO-{home_id}",
                    scope=HoldScope.HOME,
                    target_id=home_id,
                    kind=HoldKind.LADO,
                    starts=self.today,
                )
                work.put(hold, reason="test", expected=0)
        self.model.held ^= {home_id}

    @rule(days=st.integers(1, 3))
    def sleep(self, days: int) -> None:
        self.desk.wait(days=days)

    # What must always be so -----------------------------------------------------------

    @invariant()
    def as_in_the_model(self) -> None:
        with self.desk.work() as work:
            cases = {each.record.referral_id: each.record.state for each in work.find(ReferralCase)}
            stays = [each.record for each in work.find(CarePlacement)]
            beds = [each.record for each in work.find(Booking)]
        assert [cases[it].value for it in self.ids] == self.model.states
        assert set(cases.values()) <= set(CaseState)
        living = sorted((s.child_id, s.home_id) for s in stays if s.state.lived_in)
        assert living == sorted((s.child_id, s.home_id) for s in self.model.stays if s.lives)
        assert len({child for child, _ in living}) == len(living), "nobody lives in two homes"
        real = sorted((b.home_id, b.bed, b.starts, b.ends or date.max) for b in beds)
        plain = sorted((b.home_id, b.bed, b.starts, b.ends or date.max) for b in self.model.beds)
        assert real == plain
        for first, second in pairwise(real):
            if first[:2] == second[:2]:
                assert first[3] <= second[2], "two in one bed"
        for stay in stays:
            assert (stay.ended_on is not None) == (stay.state is PlacementState.ENDED)

    # How ------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        return self.desk.now.date()

    def judge(self, work: Work, home_of: Any) -> Sequence[Finding]:
        return [
            Finding(rule="HOLD", kind=FindingKind.FAILS, sentence="On hold.", home_id=home_id)
            for home_id in set(home_of.values())
            if work.find(Hold, target_id=home_id)
        ]

    def _matches(self, work: Work, referral_id: str) -> str:
        """Store a ranking with nothing in it: what is ranked is not what is walked through."""
        matches_id = f"M-{referral_id}"
        if work.maybe(Matches, matches_id) is None:
            work.put(
                Matches(
                    matches_id=matches_id,
                    referral_id=referral_id,
                    made_at=work.at,
                    made_by="U-test",
                    sequence=0,
                    policy="balanced",
                    report=an_empty_report(referral_id, self.today),
                    exclusions=RulesFailed(homes=0, bits={}),
                ),
                reason="test",
            )
        return matches_id

    def _placement(self, work: Work, referral_id: str) -> str:
        found = [
            held.record.placement_id
            for held in work.find(CarePlacement, referral_id=referral_id)
            if held.record.state is not PlacementState.MISTAKEN
        ]
        if not found:
            raise ConflictError("There is no placement.")
        return found[-1]

    def _go(self, at: int, after: str, *before: str) -> bool:
        if self.model.states[at] not in before:
            return False
        self.model.states[at] = after
        return True

    def _step(self, at: int, real: Any, model: Any, *, role: Role = Role.OFFICER) -> None:
        if at >= len(self.ids):
            return
        expected = model()
        try:
            with self.desk.work(role) as work:
                work.lock()
                real(work, self.ids[at])
            done = True
        except ConflictError:
            done = False
        assert done is expected
