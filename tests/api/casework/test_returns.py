"""The SSDA903 return that follows from stays and legal statuses."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api.casework import approvals
from api.casework.ending import End, end
from api.casework.episodes import episodes_of
from api.casework.placements import ReviewHeld, change_legal_status, record_review
from api.casework.returns import make_return
from api.casework.settling import settle
from api.casework.starting import Start, start
from api.errors import ConflictError, InvalidError
from api.records.actor import Role
from api.records.approval import Approval, ApprovalState
from api.records.care_placement import (
    CarePlacement,
    LegalSpell,
    Participation,
    PlacementState,
    ReasonCeased,
)
from api.records.referral_case import CaseState, ReferralCase
from api.records.task import Task, TaskState
from matcher.domain.codes import LegalStatus, PlaceCode, PlaceProvider, ReasonPlaceChange
from scenarios.county import make_county
from tests.api.casework import desk as desk_module
from tests.api.casework.desk import Desk

if TYPE_CHECKING:
    from api.storage.database import Database

SPRING = date(2025, 4, 1)

OF_THE_VALIDATOR = {"241"}
"""Rules that find what is no error.

241 compares the place of supported accommodation with the responsible authority where its own
comment says the provider's: whatever is out of the area is found.
"""


def a_stay(placement_id: str, starts: int, ends: int | None, **changes: Any) -> CarePlacement:
    """Return a stay of C-1 from a day to a day of the year, counted from 1 April."""
    values: dict[str, Any] = {
        "placement_id": placement_id,
        "child_id": "C-1",
        "home_id": f"H-{placement_id}",
        "started_on": SPRING + timedelta(days=starts),
        "place_code": PlaceCode.U6,
        "place_provider": PlaceProvider.PR1,
    }
    if ends is not None:
        values |= {
            "state": PlacementState.ENDED,
            "ended_on": SPRING + timedelta(days=ends),
            "ceased": ReasonCeased.X1,
            "end_reason": ReasonPlaceChange.CARPL,
        }
    return CarePlacement.model_validate({**values, **changes})


def a_spell(status: LegalStatus, starts: int, ends: int | None = None) -> LegalSpell:
    return LegalSpell(
        spell_id=f"L-{starts}",
        child_id="C-1",
        legal_status=status,
        starts=SPRING + timedelta(days=starts),
        ended_on=None if ends is None else SPRING + timedelta(days=ends),
    )


def test_every_change_of_home_or_status_begins_an_episode() -> None:
    stays = [
        a_stay("1", 0, 30),
        a_stay("2", 30, 60, home_id="H-1"),
        a_stay("3", 60, 90, ceased=ReasonCeased.E4A, end_reason=None),
    ]
    spells = [a_spell(LegalStatus.V2, 0, 10), a_spell(LegalStatus.C1, 10, 60)]
    spells.append(a_spell(LegalStatus.C2, 60, 90))
    found = [
        ((each.decom - SPRING).days, each.rne.value, each.rec and each.rec.value, each.reason)
        for each in episodes_of(stays, spells)
    ]
    assert found == [
        (0, "S", "X1", None),
        (10, "L", "X1", "CARPL"),
        (30, "T", "X1", "CARPL"),
        (60, "B", "E4A", None),
    ]


def test_a_stay_recorded_by_mistake_is_no_episode() -> None:
    mistaken = a_stay("1", 0, None, state=PlacementState.MISTAKEN)
    assert episodes_of([mistaken], [a_spell(LegalStatus.C2, 0)]) == ()


def test_who_comes_back_after_days_at_home_starts_again() -> None:
    stays = [a_stay("1", 0, 30, ceased=ReasonCeased.E4A, end_reason=None), a_stay("2", 40, None)]
    spells = [a_spell(LegalStatus.V2, 0, 30), a_spell(LegalStatus.V2, 40)]
    assert [each.rne.value for each in episodes_of(stays, spells)] == ["S", "S"]


def test_the_future_has_no_return(sqlite_database: Database) -> None:
    desk = Desk(sqlite_database, make_county(size=0.05))
    with pytest.raises(InvalidError, match="begins on 1 April"), desk.work() as work:
        make_return(work, 2030)


@pytest.fixture
def year(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Return a county after most of a year: some placed, moved, adopted, returned home."""
    monkeypatch.setattr(desk_module, "NINE", datetime(2025, 4, 14, 9, tzinfo=UTC))
    desk = Desk(sqlite_database, make_county(size=0.3))
    with desk.work() as work:
        waiting = [held.record.referral_id for held in work.find(ReferralCase)]
    placed = [referral_id for referral_id in waiting if _place(desk, referral_id)]
    assert len(placed) >= 4
    desk.wait(days=40)
    with desk.work() as work:
        stays = [each.record for each in work.find(CarePlacement)]
    here = [stay for stay in stays if stay.state.lived_in]
    with desk.work() as work:
        for stay in here[::3]:
            record_review(
                work,
                stay.child_id,
                ReviewHeld(held_on=desk.now.date(), participation=Participation.PN1),
            )
        for stay in [each for each in here if _status(work, each) is LegalStatus.C1][:5]:
            change_legal_status(work, stay.child_id, LegalStatus.C2, desk.now.date())
    desk.wait(days=40)
    with desk.work() as work:
        for stay, ceased in zip(here[::7], (ReasonCeased.E4A, ReasonCeased.E3), strict=False):
            end(work, stay.placement_id, End(ended_on=desk.now.date(), ceased=ceased))
    desk.wait(days=200)
    return desk


def _status(work: Any, stay: CarePlacement) -> LegalStatus:
    found: LegalStatus = work.find(LegalSpell, child_id=stay.child_id)[-1].record.legal_status
    return found


def _place(desk: Desk, referral_id: str) -> bool:
    """Take a referral to its placement, if the ranking has an option for all together."""
    desk.open_search(referral_id)
    matches = desk.rank(referral_id).record
    options = [each for each in matches.report.options if len(each.parts) == 1]
    if not options:
        return False
    home_id = options[0].parts[0].home_id
    why = {"why_not_first": "All together."} if options[0].rank != 1 else {}
    try:
        choice = desk.choose(home_id, referral_id, matches_id=matches.matches_id, **why).record
    except ConflictError:
        return False
    for task in desk.tasks(choice_id=choice.choice_id):
        with desk.work(Role.MANAGER) as work:
            if work.get(Task, task.task_id).record.state is TaskState.OPEN:
                settle(work, task.task_id, "do", judge=desk.judge)
    with desk.work(Role.MANAGER) as work:
        for held in work.find(Approval, choice_id=choice.choice_id, state=ApprovalState.ASKED):
            approvals.decide(
                work, held.record.approval_id, approve=True, reasons="Yes.", judge=desk.judge
            )
    with desk.work() as work:
        if work.get(ReferralCase, referral_id).record.state is CaseState.APPROVED:
            how = Start(started_on=desk.now.date(), left_because=ReasonPlaceChange.CARPL)
            start(work, referral_id, how, judge=desk.judge)
    return desk.case(referral_id).state is CaseState.PLACED


def test_a_year_of_casework_is_a_return(year: Desk) -> None:
    with year.work() as work:
        made = make_return(work, 2026)
    assert made.faults.no_legal_status == made.faults.place_codes_of_other_years == 0
    rows = list(csv.DictReader(io.StringIO(made.files["episodes.csv"])))
    assert {"S", "L"} <= {row["RNE"] for row in rows}
    assert {"E4A", "E3", "X1"} <= {row["REC"] for row in rows}
    assert len({row["CHILD"] for row in rows}) == len(made.children)


@pytest.mark.outside_data
def test_the_return_is_accepted_by_the_validator(year: Desk, tmp_path: Path) -> None:
    python = os.environ.get("NEARHOME_903_VALIDATOR")
    assert python, "set NEARHOME_903_VALIDATOR to the Python of `make oracle`"
    with year.work() as work:
        made = make_return(work, 2026)
    for name, text in made.files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    script = Path(__file__).with_name("run_validator.py")
    ran = subprocess.run(
        [python, str(script), str(tmp_path), "2026"], capture_output=True, text=True, check=True
    )
    answer = json.loads(ran.stdout.splitlines()[-1])
    assert answer["ran"] > 100
    found = {rule: rows for rule, rows in answer["found"].items() if rule not in OF_THE_VALIDATOR}
    lacking = dict.fromkeys(("392a", "392b"), made.faults.no_postcode)
    assert found == {rule: rows for rule, rows in lacking.items() if rows}
