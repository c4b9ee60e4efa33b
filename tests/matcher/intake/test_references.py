"""Rows that name others: what is missing, what follows from it, and what is only doubtful."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from matcher.errors import IntakeErrors
from matcher.intake import read_world
from tests.matcher.intake.conftest import TABLES
from tests.record_strategies import FewPostcodes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matcher.intake import Reading

    Read = Callable[..., Reading]


def said(reading: Reading) -> list[str]:
    return [fault.sentence for fault in reading.faults]


def test_an_identifier_that_occurs_twice(check: Read) -> None:
    reading = check(children=TABLES["children"] + "C-1,E06000060,,,\n")
    assert said(reading) == [
        'children.csv, row 4, column child_id: "C-1" stands in row 2 already. Each child has one '
        "row: take one out, or correct the identifier."
    ]
    assert reading.counts["children"].read == 2


def test_a_reference_to_nothing(check: Read) -> None:
    reading = check(
        placements="child_id,home_id,started_on\nC-1,H-9,01/01/2025\nC-2,H-2,01/01/2025\n"
    )
    assert said(reading) == [
        'placements.csv, row 2, column home_id: "H-9" is not in homes. Add it there, or correct '
        "it here."
    ]
    assert reading.world is not None
    assert list(reading.world.placements) == ["C-2"]


def test_a_row_that_depends_on_a_bad_one_is_reported_too(check: Read) -> None:
    reading = check(
        homes=TABLES["homes"].replace("H-1,foster", "H-1,castle"),
        placements="child_id,home_id,started_on\nC-1,H-1,01/01/2025\n",
        holds="hold_id,scope,target_id,kind,starts\nX-1,home,H-1,lado,01/01/2025\n",
    )
    assert len(reading.faults) == 3
    assert said(reading)[1:] == [
        'placements.csv, row 2, column home_id: "H-1" is in row 2 of homes, which is at fault, so '
        "this row was left out too. Correct that row.",
        'holds.csv, row 2, column target_id: "H-1" is in row 2 of homes, which is at fault, so '
        "this row was left out too. Correct that row.",
    ]
    assert reading.world is not None
    assert list(reading.world.homes) == ["H-2"]
    assert not reading.complete


def test_a_table_that_cannot_be_read_is_told_once(check: Read) -> None:
    reading = check(
        homes="home_id\nH-1\n",
        placements="child_id,home_id,started_on\nC-1,H-1,01/01/2025\nC-2,H-1,01/01/2025\n",
    )
    assert len(reading.faults) == 2
    assert "names a row of homes, which could not be read" in said(reading)[1]
    assert reading.counts["placements"].rejected == 2


def test_rows_of_a_child_that_is_not_there(check: Read) -> None:
    reading = check(
        needs="child_id,domain,level\nC-9,health,2\nC-1,health,2\n,health,2\nC-1,health,7\n\n"
    )
    assert said(reading) == [
        'needs.csv, row 2, column child_id: "C-9" is not in children. Add it there, or correct it '
        "here.",
        "needs.csv, row 4, column child_id: is empty. Fill it in.",
        'needs.csv, row 5, column level: "7" is not a whole number from 0 to 4. Correct it.',
    ]
    assert reading.counts["needs"].read == 1
    assert reading.counts["needs"].rejected == 3


def test_a_row_that_contradicts_another(check: Read) -> None:
    reading = check(
        needs="child_id,domain,level\nC-1,health,2\nC-1,missing,1\nC-1,health,3\n",
        agreements="agreement_id,provider_id,route\nA-1,P-1,spot\n",
        fees="agreement_id,age_from,age_to,weekly_fee_pounds\nA-1,0,9,900\nA-1,9,12,950\n",
    )
    assert said(reading) == [
        "fees.csv, row 3: two fee rows cover the same age and need, and this row would "
        "break that. Correct it, or take it out.",
        "needs.csv, row 4: a child has at most one need in a domain, and this row would "
        "break that. Correct it, or take it out.",
    ]
    assert reading.world is not None
    assert len(reading.world.child("C-1").needs) == 2


def test_more_residents_than_beds_is_a_warning(check: Read) -> None:
    reading = check(
        homes=TABLES["homes"].replace("HP13 7PR,2,2", "HP13 7PR,2,1"),
        placements="child_id,home_id,started_on\nC-1,H-1,01/01/2025\nC-2,H-1,01/01/2025\n",
    )
    assert reading.complete
    assert [warning.sentence for warning in reading.warnings] == [
        "homes.csv, row 2, column beds_usable: 2 live there, and it has 1 usable bed. That can be "
        "lawful for six working days; otherwise correct the beds or who lives there."
    ]


def test_a_name_that_nobody_bears_is_a_warning(check: Read) -> None:
    reading = check(
        children="child_id,responsible_authority,incompatible_with\nC-1,E06000060,C-2;R-1;C-7\n"
        "C-2,E06000060,\n",
        residents="resident_id,home_id\nR-1,H-1\n",
        wishes="child_id,voice,topic,home_id\nC-1,child,this_home,H-7\n",
    )
    assert reading.complete
    assert [(w.table, w.row, w.value) for w in reading.warnings] == [
        ("children", 2, "C-7"),
        ("wishes", 2, "H-7"),
    ]


def test_one_row_about_the_data(check: Read) -> None:
    assert said(check(meta="as_of,authority\n")) == [
        "meta.csv: it has no row. Add one with the date of the data and the council."
    ]
    assert said(check(meta=TABLES["meta"] + "01/01/2024,E06000060\n")) == [
        "meta.csv, row 3: this table has one row only. Take the others out."
    ]
    reading = check(meta="as_of,authority\nsoon,Bucks\n")
    assert reading.world is None
    assert [fault.column for fault in reading.faults] == ["as_of", "authority"]


def test_links_between_siblings(check: Read) -> None:
    tables = {
        "children": "child_id,responsible_authority,sibling_group_id\nC-1,E06000060,G-1\n"
        "C-2,E06000060,G-1\nC-3,E06000060,G-2\n",
        "sibling_groups": "sibling_group_id,together\nG-1,\n",
        "sibling_links": "sibling_group_id,child_a,child_b,together\nG-1,C-1,C-2,apart\n"
        "G-1,C-1,C-3,apart\nG-1,C-1,C-9,apart\n",
    }
    reading = check(**tables)
    assert said(reading) == [
        'children.csv, row 4, column sibling_group_id: "G-2" is not in sibling_groups. Add it '
        "there, or correct it here.",
        'sibling_links.csv, row 3, column child_b: "C-3" is in row 4 of children, which is at '
        "fault, so this row was left out too. Correct that row.",
        'sibling_links.csv, row 4, column child_b: "C-9" is not in children. Add it there, or '
        "correct it here.",
    ]
    assert reading.world is not None
    assert len(reading.world.sibling_groups["G-1"].links) == 1


def test_too_many_children_in_a_referral(check: Read) -> None:
    reading = check(
        referrals="referral_id,child_ids,received_on,needed_by\n"
        f"R-1,{';'.join(f'C-{i}' for i in range(13))},01/01/2025,02/01/2025\n"
        "R-2,;,01/01/2025,02/01/2025\n"
    )
    assert "holds more than 12 items" in said(reading)[0]
    assert said(reading)[-1] == "referrals.csv, row 3, column child_ids: is empty. Fill it in."


def test_read_world_raises_every_fault(folder: Callable[..., Path]) -> None:
    path = folder(children="child_id,responsible_authority\nC 1,E06000060\nC-2,Bucks\n")
    with pytest.raises(IntakeErrors) as caught:
        read_world(path, postcodes=FewPostcodes())
    assert len(caught.value.faults) == 2
    assert caught.value.exit_code == 3
    assert "children.csv, row 3" in caught.value.sentence


def test_very_many_contradictions_are_cut_short(check: Read) -> None:
    reading = check(needs="child_id,domain,level\n" + "C-1,health,2\n" * 500)
    assert len(reading.faults) == 51
    assert "449 of the same owner were left out too" in said(reading)[-1]
    assert reading.counts["needs"].read == 1
    assert reading.counts["needs"].rejected == 499


def test_postcodes_are_looked_up_in_the_directory_that_comes_along(
    folder: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEARHOME_CACHE", str(tmp_path / "cache"))
    world = read_world(folder(homes=TABLES["homes"].replace("HP13 7PR", "HP19 8FF")))
    location = world.locations["HP19 8FF"]
    assert location.authority == "E06000060"
    assert location.known
