"""The declarations: complete, in order, and the only source of what is said about them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import matcher.intake
from matcher.domain.agreement import Agreement, Budget, Fee, Provider
from matcher.domain.child import Child, Contact, SafetyZone, School, Wish
from matcher.domain.home import Home, Household, TermsOfApproval
from matcher.domain.need import Need
from matcher.domain.placement import Exemption, Hold, Placement, Resident
from matcher.domain.referral import Referral
from matcher.domain.sibling_group import SiblingGroup, SiblingLink
from matcher.intake.headers import names_people
from matcher.intake.reference import intake_page
from matcher.intake.tables import TABLES

if TYPE_CHECKING:
    from matcher.domain.record import Record

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "intake.md"
ELSEWHERE = {
    # Fields that are tables or groups of columns of their own.
    Child: {"needs", "safety_zones", "contacts", "wishes", "school"},
    Home: {"terms", "household", "capabilities"},
    SiblingGroup: {"links"},
    Agreement: {"fees"},
}


@pytest.mark.parametrize(
    "model",
    [
        *(Child, Need, SafetyZone, Contact, School, Wish, SiblingGroup, SiblingLink, Referral),
        *(Home, TermsOfApproval, Household, Provider, Agreement, Fee, Budget),
        *(Placement, Resident, Exemption, Hold),
    ],
)
def test_every_field_of_every_record_has_a_column(model: type[Record]) -> None:
    columns = {
        column.source[1]
        for table in TABLES
        for column in table.columns
        if column.source and column.source[0] == model.__name__
    }
    assert columns | ELSEWHERE.get(model, set()) == set(model.model_fields)


def test_what_is_named_stands_before_who_names_it() -> None:
    seen: set[str] = set()
    for table in TABLES:
        named: set[Any] = {column.references for column in table.columns} - {None}
        assert named <= seen, table.name
        seen.add(table.name)


def test_no_column_is_named_like_a_person() -> None:
    assert [c.name for table in TABLES for c in table.columns if names_people(c.name)] == []


def test_every_column_says_what_it_means_and_what_empty_means() -> None:
    for table in TABLES:
        for column in table.columns:
            assert column.meaning.endswith("."), column.name
            assert bool(column.empty) != column.required, column.name
            assert column.kind.refusal.startswith(("is ", "holds ")), column.name


def test_the_reference_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == intake_page().rstrip("\n") + "\n", (
        "docs/reference/intake.md is stale. Run: make reference"
    )


def test_what_writes_workbooks_is_there_when_asked_for() -> None:
    for name in matcher.intake.__all__:
        assert callable(getattr(matcher.intake, name))
    with pytest.raises(AttributeError, match="no attribute 'write_pdf'"):
        matcher.intake.write_pdf  # noqa: B018 - the look-up is the test
