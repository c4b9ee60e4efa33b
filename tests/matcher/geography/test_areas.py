from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from matcher.geography.areas import Area, adjoining, area_of, letters_of
from matcher.geography.authorities import (
    authority_name,
    authority_of,
    english_authorities,
    is_authority,
    read_table,
)
from matcher.geography.derive import ACROSS_OPEN_WATER, neighbours_of, touching, write_table
from matcher.geography.letters import NO_REFERENCE, make_letter
from matcher.geography.postcodes import Postcodes

if TYPE_CHECKING:
    from pathlib import Path

BUCKINGHAMSHIRE = "E06000060"


def names_around(name: str) -> set[str]:
    code = next(code for code in english_authorities() if authority_name(code) == name)
    return {authority_name(neighbour) for neighbour in adjoining(code)}


# Written from general knowledge of the map of England, not from the table.
@pytest.mark.parametrize(
    ("name", "neighbours"),
    [
        (
            "Buckinghamshire",
            "Oxfordshire|Hertfordshire|Milton Keynes|Central Bedfordshire|West Northamptonshire|"
            "Slough|Windsor and Maidenhead|Hillingdon|Wokingham",
        ),
        ("Luton", "Central Bedfordshire|Hertfordshire"),
        ("Slough", "Buckinghamshire|Windsor and Maidenhead|Hillingdon|Surrey"),
        ("Reading", "Oxfordshire|West Berkshire|Wokingham"),
        ("Southend-on-Sea", "Essex"),
        ("Blackpool", "Lancashire"),
        ("Plymouth", "Cornwall|Devon"),
        ("Torbay", "Devon"),
        ("Leicester", "Leicestershire"),
        ("Nottingham", "Nottinghamshire"),
        ("Derby", "Derbyshire"),
        ("Stoke-on-Trent", "Staffordshire"),
        ("York", "North Yorkshire|East Riding of Yorkshire"),
        ("Rutland", "Leicestershire|Lincolnshire|North Northamptonshire"),
        (
            "Bath and North East Somerset",
            "Bristol|North Somerset|Somerset|South Gloucestershire|Wiltshire",
        ),
        ("Isle of Wight", ""),
        ("Isles of Scilly", ""),
        ("Harrow", "Barnet|Brent|Ealing|Hillingdon|Hertfordshire"),
        ("Islington", "Camden|City of London|Hackney|Haringey"),
        ("Knowsley", "Liverpool|Sefton|St. Helens|Halton|Lancashire"),
        ("Solihull", "Birmingham|Coventry|Warwickshire|Worcestershire"),
        (
            "Cumberland",
            "Northumberland|Westmorland and Furness|Dumfries and Galloway|Scottish Borders",
        ),
    ],
)
def test_neighbours_are_those_on_the_map(name: str, neighbours: str) -> None:
    assert names_around(name) == {part for part in neighbours.split("|") if part}


def test_adjoining_goes_both_ways_and_never_to_oneself() -> None:
    codes = [row["code"] for row in read_table("areas.csv")]
    assert codes == sorted(codes)
    for code in codes:
        assert is_authority(code)
        assert code not in adjoining(code)
        for neighbour in adjoining(code):
            assert code in adjoining(neighbour)


def test_only_islands_stand_alone() -> None:
    alone = {authority_name(code) for code in english_authorities() if not adjoining(code)}
    assert alone == {"Isle of Wight", "Isles of Scilly"}


@pytest.mark.parametrize(
    ("home", "responsible", "area"),
    [
        (BUCKINGHAMSHIRE, BUCKINGHAMSHIRE, Area.INSIDE),
        ("E07000007", BUCKINGHAMSHIRE, Area.INSIDE),  # Wycombe, now Buckinghamshire
        ("E10000025", BUCKINGHAMSHIRE, Area.ADJOINING),
        ("E07000178", BUCKINGHAMSHIRE, Area.ADJOINING),  # Oxford, in Oxfordshire
        ("E06000032", BUCKINGHAMSHIRE, Area.DISTANT),  # Luton
        ("E06000038", BUCKINGHAMSHIRE, Area.DISTANT),  # Reading
        ("S12000036", BUCKINGHAMSHIRE, Area.DISTANT),
        ("L99999999", BUCKINGHAMSHIRE, Area.DISTANT),  # Channel Islands
        (None, BUCKINGHAMSHIRE, Area.UNKNOWN),
        ("", BUCKINGHAMSHIRE, Area.UNKNOWN),
        (BUCKINGHAMSHIRE, None, Area.UNKNOWN),
        ("E06999999", BUCKINGHAMSHIRE, Area.UNKNOWN),
        (BUCKINGHAMSHIRE, "E06999999", Area.UNKNOWN),
        ("E06999999", "E06999999", Area.UNKNOWN),
    ],
)
def test_area_is_seen_from_the_responsible_authority(
    home: str | None, responsible: str | None, area: Area
) -> None:
    assert area_of(home, responsible) is area


def test_letters_of_a_district_are_those_of_its_authority() -> None:
    assert letters_of("E07000178") == letters_of("E10000025")
    assert "O" in letters_of("E10000025")
    assert letters_of("E06999999") == ()


def test_the_table_is_what_the_postcodes_give_around_buckinghamshire(
    postcodes: Postcodes,
) -> None:
    codes: list[str] = []
    parts = []
    for letter in sorted({*letters_of(BUCKINGHAMSHIRE), *letters_of("E06000042")}):
        columns = postcodes.letter(letter)
        names = [authority_of(code) for code in columns.codes]
        codes.extend(name for name in names if name not in codes)
        index = np.array([*(codes.index(name) for name in names), -1], dtype=np.int16)
        authorities = index[columns.districts]
        east, north = columns.eastings, columns.northings
        here = (abs(east - 488_000) < 30_000) & (abs(north - 214_000) < 48_000)
        here &= (east != NO_REFERENCE) & (authorities >= 0)
        parts.append((east[here], north[here], authorities[here]))
    east, north, authorities = (np.concatenate(column) for column in zip(*parts, strict=True))
    pairs = touching(east, north, authorities)
    neighbours = neighbours_of((min(codes[a], codes[b]), max(codes[a], codes[b])) for a, b in pairs)
    for whole in (BUCKINGHAMSHIRE, "E06000039", "E06000038", "E06000042"):
        assert neighbours[whole] == adjoining(whole), authority_name(whole)


def test_squares_that_share_an_edge_touch_and_those_beyond_reach_do_not() -> None:
    east = np.array([100_000, 100_000, 103_000, 120_000], dtype=np.int32)
    north = np.array([100_000, 100_000, 100_000, 100_000], dtype=np.int32)
    numbers = np.array([0, 0, 1, 2], dtype=np.int16)
    assert touching(east, north, numbers) == {(0, 1)}
    # A square belongs to the majority, and to the lesser number when it is even.
    one_square = np.full(3, 100_000, dtype=np.int32)
    assert touching(one_square, one_square, np.array([0, 1, 1], dtype=np.int16)) == set()


def test_pairs_across_open_water_are_in_order_and_current() -> None:
    for a, b in ACROSS_OPEN_WATER:
        assert a < b
        assert is_authority(a)
        assert is_authority(b)
        assert b not in adjoining(a)


def test_the_table_is_written_from_any_directory(tmp_path: Path) -> None:
    # Slough and Buckinghamshire side by side, Portsmouth across the water from Wight.
    wycombe, nowhere = "E07000007", float("nan")
    small = Postcodes(
        source="small",
        letters={
            "S": make_letter(
                ["SL1 1AA", "SL1 1AB", "SL9 9ZZ"],
                [497_000.0, 499_000.0, nowhere],
                [180_000.0, 180_000.0, nowhere],
                ["E06000039", wycombe, nowhere],
            ),
            "P": make_letter(
                ["PO1 1AA", "PO331AA"],
                [463_000.0, 464_000.0],
                [99_000.0, 96_000.0],
                ["E06000044", "E06000046"],
            ),
        },
    )
    write_table(small, tmp_path / "areas.csv")
    assert (tmp_path / "areas.csv").read_text(encoding="utf-8").splitlines() == [
        "code,letters,adjoining",
        "E06000039,S,E06000060",
        "E06000044,P,",
        "E06000046,P,",
        "E06000060,S,E06000039",
    ]
