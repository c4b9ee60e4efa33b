"""Where children live: near home, and in the authority's area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenarios.measures.measure import Measure
from scenarios.results import Good, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator

_DFE = (
    "Department for Education, Children looked after in England including adoptions: distance "
    "between home and placement"
)
_AREA = (
    "Care Planning, Placement and Case Review (England) Regulations 2010, reg 11; Department for "
    "Education, Children looked after in England: placed inside the authority's boundary"
)
_OWN = "Near Home"


def near_home() -> Iterator[Measure]:
    """Yield the measures of near home."""
    group = "Near home"
    yield Measure(
        name="near_home_rate",
        label="Within 20 miles of home",
        unit=Unit.SHARE,
        good=Good.MORE,
        group=group,
        definition="Placed children at most 20.0 straight-line miles from home, of those whose "
        "distance applies and is known.",
        source=_DFE,
        top=("near",),
        bottom=("near", "far"),
        headline=True,
    )
    yield Measure(
        name="near_home_of_all",
        label="Within 20 miles, of all",
        unit=Unit.SHARE,
        good=Good.MORE,
        group=group,
        definition="Placed children at most 20.0 miles from home, of all placed children, the "
        "unaccompanied and those with an unknown distance among them.",
        source=_DFE,
        top=("near",),
        bottom=("placed",),
    )
    yield Measure(
        name="near_home_of_applicable",
        label="Within 20 miles, of those to whom it applies",
        unit=Unit.SHARE,
        good=Good.MORE,
        group=group,
        definition="Placed children at most 20.0 miles from home, of all but unaccompanied "
        "children; an unknown distance is not near.",
        source=_DFE,
        top=("near",),
        bottom=("placed", "-distance_not_applicable"),
    )
    yield Measure(
        name="near_home_new",
        label="New placements within 20 miles",
        unit=Unit.SHARE,
        good=Good.MORE,
        group=group,
        definition="Placements begun at most 20.0 miles from home, of placements begun by "
        "children to whom distance applies.",
        source=_OWN,
        top=("new_near",),
        bottom=("new_distance_applies",),
    )
    yield Measure(
        name="distance_unknown_rate",
        label="Distance not known",
        unit=Unit.SHARE,
        good=Good.LESS,
        group=group,
        definition="Placed children whose distance is not known, of those to whom it applies.",
        source=_DFE,
        top=("distance_unknown",),
        bottom=("placed", "-distance_not_applicable"),
    )
    yield Measure(
        name="away_for_safety_rate",
        label="Away for safety",
        unit=Unit.SHARE,
        good=Good.NEITHER,
        group=group,
        definition="Placed children whose care plan asks for a home away, of all placed. They "
        "stand in the measures above as everybody does, and are shown apart here.",
        source=_OWN,
        top=("away_for_safety",),
        bottom=("placed",),
    )
    yield Measure(
        name="away_for_safety_far_rate",
        label="Away for safety and over 20 miles",
        unit=Unit.SHARE,
        good=Good.NEITHER,
        group=group,
        definition="Of placed children whose care plan asks for a home away, those more than "
        "20.0 miles from home.",
        source=_OWN,
        top=("away_for_safety_far",),
        bottom=("away_for_safety",),
    )


def in_area() -> Iterator[Measure]:
    """Yield the measures of in area."""
    group = "In area"
    for prefix, whose, who in (
        ("", "", "Placed children"),
        (
            "residential_",
            " (residential)",
            "Children in residential homes",
        ),
    ):
        known = tuple(f"{prefix}{where}" for where in ("inside", "adjoining", "distant"))
        for where, name, label, good, what in (
            ("inside", "in_area_rate", "Inside the authority", Good.MORE, "inside the authority"),
            (
                "adjoining",
                "adjoining_rate",
                "In an adjoining authority",
                Good.NEITHER,
                "in an authority that adjoins it",
            ),
            ("distant", "distant_rate", "Distant", Good.LESS, "in any other authority"),
        ):
            yield Measure(
                name=f"{prefix}{name}",
                label=f"{label}{whose}",
                unit=Unit.SHARE,
                good=good,
                group=group,
                definition=f"{who} whose home lies {what}, of those whose home's authority is "
                "known.",
                source=_AREA,
                top=(f"{prefix}{where}",),
                bottom=known,
                headline=name == "in_area_rate" and not prefix,
            )
