"""Which homes are used, and for whom; how many children there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.domain.agreement import Route
from matcher.domain.home import Setting
from scenarios.measures.measure import Measure, Per
from scenarios.results import Good, Unit
from scenarios.tallies import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

_OWN = "Near Home"
_S22G = "Children Act 1989, s 22G: sufficient accommodation"


def homes() -> Iterator[Measure]:
    """Yield the measures of homes and beds."""
    group = "Homes and beds"
    yield Measure(
        name="residential_rate",
        label="In residential homes",
        unit=Unit.SHARE,
        good=Good.NEITHER,
        group=group,
        definition="Children in children's homes, residential schools and secure homes, of all "
        "placed.",
        source=_OWN,
        top=("residential",),
        bottom=("placed",),
    )
    yield Measure(
        name="residential_not_needed",
        label="Residential beds used without need",
        unit=Unit.SHARE,
        good=Good.LESS,
        group=group,
        definition="Of children in residential homes, those in a children's home whose highest "
        "assessed need is level 2 or less, who have no secure or deprivation-of-liberty order "
        "and need not be alone.",
        source=_OWN,
        top=("residential_not_needed",),
        bottom=("residential",),
        headline=True,
    )
    for setting in SETTINGS:
        usable, used = f"beds_usable.{setting.value}", f"beds_occupied.{setting.value}"
        yield Measure(
            name=f"occupancy_{setting.value}",
            label=f"Occupancy: {setting.label}",
            unit=Unit.SHARE,
            good=Good.NEITHER,
            group=group,
            definition=f"Beds in use of usable beds, in homes of the setting {setting.label}.",
            source=_S22G,
            top=(used,),
            bottom=(usable,),
        )
        yield Measure(
            name=f"voids_{setting.value}",
            label=f"Empty beds: {setting.label}",
            unit=Unit.BEDS,
            good=Good.NEITHER,
            group=group,
            definition="Usable beds that nobody uses, on a week's mean, in homes of the setting "
            f"{setting.label}.",
            source=_S22G,
            top=(usable, f"-{used}"),
            per=Per.WEEK,
        )
    for name, label, tally, good in (
        ("voids_block", "Empty block beds", "beds_void_block", Good.LESS),
        ("beds_shared", "Beds used by other authorities", "beds_shared_out", Good.NEITHER),
    ):
        yield Measure(
            name=name,
            label=label,
            unit=Unit.BEDS,
            good=good,
            group=group,
            definition=f"{label}, on a week's mean.",
            source=_OWN,
            top=(tally,),
            per=Per.WEEK,
        )


def mix() -> Iterator[Measure]:
    """Yield the measures of where children live, by setting and by route."""
    for each in Setting:
        yield Measure(
            name=f"mix_{each.value}",
            label=f"Living in: {each.label}",
            unit=Unit.SHARE,
            good=Good.NEITHER,
            group="Placement mix",
            definition=f"Children whose home is of the setting {each.label}, of all placed.",
            source=_OWN,
            top=(f"placed.setting.{each.value}",),
            bottom=("placed",),
        )
    for route in Route:
        yield Measure(
            name=f"mix_route_{route.value}",
            label=f"Route: {route.label}",
            unit=Unit.SHARE,
            good=Good.NEITHER,
            group="Placement mix",
            definition=f"Children whose bed was obtained by the route {route.label}, of all "
            "placed.",
            source=_OWN,
            top=(f"placed.route.{route.value}",),
            bottom=("placed",),
        )


def children() -> Iterator[Measure]:
    """Yield the measures of children."""
    group = "Children"
    for name, label, tally, definition in (
        ("children", "Children looked after", "children", "Children looked after, mean of weeks."),
        ("staying_put", "Staying put", "staying_put", "Young adults with their carers."),
    ):
        yield Measure(
            name=name,
            label=label,
            unit=Unit.CHILDREN,
            good=Good.NEITHER,
            group=group,
            definition=definition,
            source=_OWN,
            top=(tally,),
            per=Per.WEEK,
            headline=name == "children",
        )
    for name, label, definition in (
        ("arrivals", "Arrivals", "Children who come into care in a year."),
        ("leavers", "Leavers", "Children who cease to be looked after in a year."),
    ):
        yield Measure(
            name=name,
            label=label,
            unit=Unit.A_YEAR,
            good=Good.NEITHER,
            group=group,
            definition=definition,
            source=_OWN,
            top=(name,),
            per=Per.YEAR,
        )
