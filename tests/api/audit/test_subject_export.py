"""Everything about one child, and nothing about another that is not also about this one."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest

from api.audit.subject_export import export_child
from api.records.child_details import ChildDetails
from api.records.referral_case import ReferralCase
from api.records.search import SearchStep, Tier
from api.storage.trail_reading import Question, Trail
from matcher.domain.child import Child
from matcher.errors import NotFoundError
from tests.api.storage.actors import NOON, OFFICER, later
from tests.builders import BUCKS, a_child, a_referral

if TYPE_CHECKING:
    from api.audit.subject_export import SubjectExport
    from api.storage.database import Database


@pytest.fixture
def exported(database: Database) -> SubjectExport:
    with database.work(BUCKS, OFFICER, at=NOON) as w:
        w.put_all(
            [
                a_child("C-1"),
                a_child("C-2"),
                a_child("C-3"),
                ChildDetails(child_id="C-1", full_name="=Canary Kestrel", known_as="Kes"),
                ChildDetails(child_id="C-2", full_name="Another Name"),
                ReferralCase.model_validate(a_referral("R-1", "C-1", "C-2").model_dump()),
                ReferralCase.model_validate(a_referral("R-2", "C-2", "C-3").model_dump()),
                SearchStep(
                    step_id="S-1",
                    referral_id="R-1",
                    tier=Tier.IN_HOUSE,
                    opened_at=NOON,
                    opened_by="U-1",
                ),
            ],
            reason="import",
        )
    with database.work(BUCKS, OFFICER, at=later(1)) as w:
        child = w.get(Child, "C-1").record
        w.put(child.replace(solo=True), reason="assessed")
        w.read("C-1", why="panel")
    with database.work(BUCKS, OFFICER, at=later(2)) as w:
        made = export_child(w, "C-1", reason="asked for by the child")
    with database.work(BUCKS, OFFICER, at=later(3)) as w:
        entry = Trail(w.connection, BUCKS).page(Question(action="exported")).items[0]
        assert (entry.child_ids, entry.reason) == (("C-1",), "asked for by the child")
        assert entry.details == {"records": 4, "entries": 6}
    return made


def test_every_record_is_in_it_with_its_history(exported: SubjectExport) -> None:
    found = exported.as_json()
    assert set(found["records"]) == {"children", "child_details", "referrals", "search_steps"}
    child = found["records"]["children"][0]
    assert [version["record"]["solo"] for version in child["versions"]] == [False, True]
    assert child["so_now"] is True
    assert found["records"]["child_details"][0]["versions"][0]["record"]["known_as"] == "Kes"
    assert found["other_children"] == ["C-2"]
    assert [each["action"] for each in found["who_did_or_read_what"]][-2:] == ["changed", "read"]
    assert "Another Name" not in json.dumps(found)
    assert "C-3" not in json.dumps(found)


def test_it_comes_as_one_archive_with_tables(exported: SubjectExport) -> None:
    made = exported.as_zip()
    assert made == exported.as_zip()
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert archive.testzip() is None
        assert "C-2" in archive.read("about.txt").decode()
        assert json.loads(archive.read("everything.json"))["child_id"] == "C-1"
        text = archive.read("tables/child_details.csv").decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text)))
        assert rows[0]["full_name"] == "'=Canary Kestrel", "no spreadsheet runs it"
        children = archive.read("tables/children.csv").decode("utf-8-sig")
        assert next(csv.DictReader(io.StringIO(children)))["solo"] == "yes"


def test_of_a_child_nobody_knows_there_is_nothing(database: Database) -> None:
    with database.work(BUCKS, OFFICER, at=NOON) as w, pytest.raises(NotFoundError):
        export_child(w, "C-1", reason="x")
