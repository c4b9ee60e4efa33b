"""A funding decision on one page, as it was known when it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.audit.decision import decision_record
from api.audit.decision_page import decision_page
from api.casework import approvals, referrals
from api.casework.catalogue import CATALOGUE
from api.casework.settling import settle
from api.records.actor import Role
from api.records.approval import ApprovalState
from api.records.task import TaskState
from api.storage.trail_reading import Trail
from matcher.errors import NotFoundError
from tests.api.casework.desk import Desk, a_draft, actor, drafted
from tests.builders import AS_OF, BUCKS, a_child, a_home, a_world

if TYPE_CHECKING:
    from api.audit.decision import DecisionRecord
    from api.storage.database import Database


@pytest.fixture
def desk(database: Database) -> Desk:
    homes = [a_home("H-1"), a_home("H-2", postcode="HP2 0AA"), a_home("H-3", beds_usable=0)]
    return Desk(database, a_world([a_child()], homes))


def of(desk: Desk, choice_id: str, role: Role = Role.MANAGER) -> DecisionRecord:
    with desk.work(role) as work:
        return decision_record(work, choice_id, title_of=lambda code: CATALOGUE[code].title)


def chosen(desk: Desk) -> str:
    with desk.work() as work:
        referrals.withdraw(work, "R-1", "Drafted anew.")
    referral_id = drafted(desk)
    with desk.work() as work:
        referrals.submit(work, referral_id)
    choice = desk.chosen("H-2", referral_id, why_not_first="The child knows <H-2>.")
    return choice.record.choice_id


def test_a_decision_says_need_options_reasons_and_who_approved(desk: Desk) -> None:
    choice_id = chosen(desk)
    before = of(desk, choice_id)
    assert before.decided_at is None
    assert [a.state for a in before.approvals] == [ApprovalState.ASKED]
    for task in desk.tasks(choice_id=choice_id):
        with desk.work(Role.MANAGER) as work:
            settle(work, task.task_id, "do", remarks="Done.", judge=desk.judge)
    asked = desk.approvals()[0]
    with desk.work(Role.MANAGER) as work:
        approvals.decide(
            work, asked.approval_id, approve=True, reasons="Best for him.", judge=desk.judge
        )
        decided_at = work.at
    found = of(desk, choice_id)
    assert found.decided_at == decided_at
    assert [(o.rank, o.home_ids, o.chosen) for o in found.options] == [
        (1, ("H-1",), False),
        (2, ("H-2",), True),
    ]
    assert found.excluded_count == 1
    assert (found.weekly_fee_pence, found.yearly_cost_pence) == (50_000, 2_600_000)
    assert found.why_not_first == "The child knows <H-2>."
    assert "boy" in found.need[0]
    assert {gate.state for gate in found.gates} <= {TaskState.DONE, TaskState.NOT_NEEDED}
    approval = found.approvals[0]
    assert (approval.decided_by, approval.reasons) == ("U-manager", "Best for him.")
    with desk.work() as work:
        entries = {entry.sequence: entry for entry in Trail(work.connection, BUCKS).entries()}
    assert found.proofs
    assert all(entries[proof.sequence].hash == proof.hash for proof in found.proofs)

    page = decision_page(found)
    for told in (
        "Best for him.",
        "The child knows &lt;H-2&gt;.",
        "£500.00 a week, £26,000.00 a year",
        "H-2 (chosen)",
        "Excluded: 1 home",
        "U-manager",
        found.stamp.policy_version,
    ):
        assert told in page, told
    assert "<H-2>" not in page
    assert len(page) < 9_000, "one page"


def test_it_is_told_as_it_was_known(desk: Desk) -> None:
    choice_id = chosen(desk)
    with desk.work(Role.MANAGER) as work:
        asked = desk.approvals()[0]
        approvals.decide(work, asked.approval_id, approve=False, reasons="No.", judge=desk.judge)
        at = work.at
    before = of(desk, choice_id)
    with desk.work() as work:
        referrals.amend(work, before.referral_id, a_draft(needed_by=AS_OF.replace(year=2026)))
    again = of(desk, choice_id)
    assert again.as_known_at == at
    assert again.needed_by == before.needed_by


def test_what_people_wrote_is_withheld_from_who_may_not_see_names(desk: Desk) -> None:
    choice_id = chosen(desk)
    desk.now = desk.now.replace(hour=15)
    commissioner = actor(Role.COMMISSIONER).replace(see_names=False)
    with desk.database.work(BUCKS, commissioner, at=desk.now) as work:
        found = decision_record(work, choice_id)
    assert found.reasons == found.why_not_first == "(not shown)"
    assert found.options


def test_there_is_no_decision_without_a_choice(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        of(desk, "CH-9")
