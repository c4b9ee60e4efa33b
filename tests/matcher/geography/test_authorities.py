from __future__ import annotations

import string
from typing import TYPE_CHECKING

import pytest

from matcher.geography.authorities import (
    authority_name,
    authority_of,
    english_authorities,
    is_authority,
    read_table,
)

if TYPE_CHECKING:
    from matcher.geography.postcodes import Postcodes


def test_england_has_153_by_kind() -> None:
    kinds = [code[:3] for code in english_authorities()]
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {
        "E06": 63,
        "E08": 36,
        "E09": 33,
        "E10": 21,
    }


@pytest.mark.parametrize(
    ("code", "authority", "name"),
    [
        ("E06000060", "E06000060", "Buckinghamshire"),
        ("E07000007", "E06000060", "Buckinghamshire"),  # Wycombe
        ("E07000178", "E10000025", "Oxfordshire"),  # Oxford
        ("E07000026", "E06000063", "Cumberland"),  # Allerdale
        ("E07000027", "E06000064", "Westmorland and Furness"),  # Barrow-in-Furness
        ("E07000165", "E06000065", "North Yorkshire"),  # Harrogate
        ("E07000190", "E06000066", "Somerset"),  # Taunton Deane, gone in 2019
        ("E08000016", "E08000038", "Barnsley"),
        ("E08000019", "E08000039", "Sheffield"),
        ("E07000150", "E06000061", "North Northamptonshire"),  # Corby
        ("E07000154", "E06000062", "West Northamptonshire"),  # Northampton
        ("E06000028", "E06000058", "Bournemouth, Christchurch and Poole"),
        ("E07000052", "E06000059", "Dorset"),  # West Dorset
        ("E07000100", "E10000015", "Hertfordshire"),  # St Albans, former code
        ("E06000010", "E06000010", "Kingston upon Hull"),
        ("W06000023", "W06000023", "Powys"),
        ("S12000036", "S12000036", "City of Edinburgh"),
        ("N09000003", "N09000003", "Belfast"),
        ("E06999999", "E06999999", "E06999999"),
    ],
)
def test_districts_give_the_authority_that_answers_for_children(
    code: str, authority: str, name: str
) -> None:
    assert authority_of(code) == authority
    assert authority_name(code) == name


def test_every_code_of_the_package_has_a_named_authority(postcodes: Postcodes) -> None:
    met = {
        authority_of(code)
        for letter in string.ascii_uppercase
        for code in postcodes.letter(letter).codes
    }
    assert {code for code in met if not is_authority(code)} == set()
    assert not any(code.startswith("E07") for code in met)
    assert set(english_authorities()) <= met


def test_successors_are_current_and_districts_are_not_authorities() -> None:
    for row in read_table("districts.csv"):
        assert is_authority(row["authority"]), row
        assert not is_authority(row["district"]), row
        assert row["status"] in ("current", "former")
