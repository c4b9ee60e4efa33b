"""Where levers act: every way of naming a place ends at the right real postcodes."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.errors import UsageError
from matcher.geography.distance import distances_miles
from matcher.geography.location import Location, Precision
from scenarios.levers.ground import NEAR_TOWN_MILES, ground, place_words

BUCKS = "E06000060"


def test_the_south_is_the_third_of_postcodes_with_the_smallest_northings() -> None:
    county, south = ground("county", BUCKS), ground("south", BUCKS)
    north = ground("north", BUCKS)
    assert abs(len(south.postcodes) / len(county.postcodes) - 1 / 3) < 0.005
    assert south.northings.max() <= np.quantile(county.northings, 1 / 3)
    assert not set(south.postcodes) & set(north.postcodes)


def test_east_and_west_go_by_eastings() -> None:
    west, east = ground("west", BUCKS), ground("East", BUCKS)
    assert west.eastings.max() < east.eastings.min()


def test_a_town_is_what_lies_around_its_middle() -> None:
    wycombe = ground("high  wycombe", BUCKS)
    miles = distances_miles(486_728, 193_053, wycombe.eastings, wycombe.northings)
    assert miles.max() <= 2 * NEAR_TOWN_MILES
    assert wycombe.name == "near High Wycombe"
    assert set(wycombe.authorities) == {BUCKS}


def test_an_outcode_across_a_boundary_is_the_part_inside() -> None:
    inside = ground("MK18", BUCKS)
    assert set(inside.authorities) == {BUCKS}
    assert all(each.startswith("MK18 ") for each in inside.postcodes)


def test_a_postcode_is_itself() -> None:
    there = ground("hp136rg", BUCKS)
    assert there.postcodes == ("HP13 6RG",)
    assert there.draw("anything", authority=BUCKS, seed=3).postcode == "HP13 6RG"


def test_a_town_or_an_authority_beside_the_council() -> None:
    assert set(ground("Oxfordshire", BUCKS).authorities) == {"E10000025"}
    assert set(ground("Windsor", BUCKS).authorities) == {"E06000040"}
    assert set(ground("Marlow", BUCKS).authorities) == {BUCKS}


def test_a_place_is_held_only_when_it_is_known_and_there() -> None:
    south = ground("south", BUCKS)
    at = south.draw("x", authority=BUCKS, seed=1)
    assert south.holds(at)
    assert not south.holds(None)
    assert not south.holds(Location("HP11", None, None, None, Precision.UNKNOWN))
    assert not south.holds(ground("north", BUCKS).draw("x", authority=BUCKS, seed=1))


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("Aylesbry", "Did you mean Aylesbury\\? Give a town in or beside Buckinghamshire"),
        ("HP13 9ZZ", "HP13 9ZZ is not in the postcode directory"),
        ("ZZ99", "not an outcode of the postcode directory"),
        ("Scarborough", "neither in the council's area nor beside it"),
    ],
)
def test_a_place_that_is_not_there_says_what_may_be_written(where: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        ground(where, BUCKS)


def test_an_authority_without_postcodes_is_refused() -> None:
    with pytest.raises(UsageError, match="holds no postcode of E06999999"):
        ground("county", "E06999999")


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("County", "in the county"),
        ("south", "in the south of the county"),
        ("hp11", "in HP11"),
        ("hp112de", "at HP11 2DE"),
        ("Marlow", "near Marlow"),
    ],
)
def test_places_in_sentences(where: str, words: str) -> None:
    assert place_words(where) == words
