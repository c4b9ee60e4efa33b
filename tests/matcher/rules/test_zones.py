"""Zones to keep away from, where a place is known by the first half of its postcode only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matcher.domain.child import SafetyZone
from matcher.engine import rank
from matcher.geography.location import Location, Precision
from tests.builders import a_child, a_home, a_world, miles_east

CENTRE = miles_east(0)


def outcome(miles: int, *, home_exact: bool = True, zone_exact: bool = True) -> str:
    """Return what becomes of a home so many miles from the middle of a zone of five miles."""

    def place(exact: bool, at: Location, name: str) -> Location:
        precision = Precision.POSTCODE if exact else Precision.OUTCODE
        return replace(at, postcode=name, precision=precision)

    child = a_child(safety_zones=(SafetyZone(postcode="HP1 0AB", radius_miles=5),))
    places = {
        "HP1 0AB": place(zone_exact, CENTRE, "HP1 0AB"),
        "HP2 0AB": place(home_exact, miles_east(miles), "HP2 0AB"),
    }
    world = a_world([child], [a_home(postcode="HP2 0AB")])
    world = world.replace(locations={**world.locations, **places})
    report = rank(world, "R-1")
    return report.options[0].status.value if report.options else report.excluded[0].rules[0]


@pytest.mark.parametrize(
    ("miles", "exact", "one_by_outcode", "both_by_outcode"),
    [
        (4, "EXCLUSION_ZONE", "EXCLUSION_ZONE", "EXCLUSION_ZONE"),
        (6, "eligible", "to_check", "to_check"),
        (16, "eligible", "eligible", "to_check"),
        (26, "eligible", "eligible", "eligible"),
    ],
)
def test_a_place_known_by_its_outcode_may_lie_nearer(
    miles: int, exact: str, one_by_outcode: str, both_by_outcode: str
) -> None:
    assert outcome(miles) == exact
    assert outcome(miles, home_exact=False) == one_by_outcode
    assert outcome(miles, zone_exact=False) == one_by_outcode
    assert outcome(miles, home_exact=False, zone_exact=False) == both_by_outcode
