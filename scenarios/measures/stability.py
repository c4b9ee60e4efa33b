"""Whether children stay, and with their brothers and sisters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenarios.measures.measure import WEEKS_A_YEAR, Measure, Per
from scenarios.results import Good, Unit
from scenarios.tallies import MOVE_REASONS

if TYPE_CHECKING:
    from collections.abc import Iterator

_DFE = (
    "Department for Education, Children looked after in England including adoptions: distance "
    "between home and placement"
)
_OWN = "Near Home"
_NI = "National indicator set, Department for Communities and Local Government, 2008"
_S22 = "Children Act 1989, s 22C(8)(c): siblings together, so far as is practicable"


def stability() -> Iterator[Measure]:
    """Yield the measures of stability and siblings."""
    group = "Stability"
    yield Measure(
        name="siblings_together",
        label="Siblings together",
        unit=Unit.SHARE,
        good=Good.MORE,
        group="Siblings",
        definition="Sibling groups in as few homes as their assessments allow, of groups with at "
        "least two placed children who may live together.",
        source=_S22,
        top=("groups_together",),
        bottom=("groups",),
        headline=True,
    )
    yield Measure(
        name="moves_per_child_year",
        label="Moves per child-year",
        unit=Unit.A_CHILD_YEAR,
        good=Good.LESS,
        group=group,
        definition="Moves to another home, whatever the reason, for each year in which a child "
        "was looked after.",
        source=_OWN,
        top=("moves.*",),
        bottom=("children",),
        times=WEEKS_A_YEAR,
        headline=True,
    )
    yield Measure(
        name="ni62",
        label="Three or more placements in the year (NI 62)",
        unit=Unit.SHARE,
        good=Good.LESS,
        group=group,
        definition="Children looked after at the year's end who had three or more placements in "
        "the year, of all looked after then.",
        source=_NI,
        top=("ni62_three_or_more",),
        bottom=("ni62_children",),
    )
    for kind, label in (("carer", "same carer"), ("placement", "same placement")):
        yield Measure(
            name=f"ni63_same_{kind}",
            label=f"Two years with the {label} (NI 63)",
            unit=Unit.SHARE,
            good=Good.MORE,
            group=group,
            definition="Children under 16 at the year's end, looked after for at least 2.5 "
            f"years, who have had the {label} for at least two years.",
            source=_NI if kind == "placement" else f"{_DFE.split(':')[0]}: stability, same carer",
            top=(f"ni63_same_{kind}",),
            bottom=("ni63_children",),
        )
    yield Measure(
        name="breakdowns",
        label="Breakdowns",
        unit=Unit.A_YEAR,
        good=Good.LESS,
        group=group,
        definition="Placements that broke down in a year: moves asked for by the carer because "
        "of the child's behaviour (CREQB) or by the child (CHILD). Returns tell these codes "
        "apart poorly.",
        source="Department for Education, SSDA903 guide: reason for placement change",
        top=("breakdowns",),
        per=Per.YEAR,
        headline=True,
    )
    yield Measure(
        name="first_placement_lasts",
        label="First placements that last",
        unit=Unit.SHARE,
        good=Good.MORE,
        group=group,
        definition="First placements of children who came into care that lasted 26 weeks, or "
        "until the child left care, of those begun 26 weeks ago.",
        source=_OWN,
        top=("first_placements_lasting",),
        bottom=("first_placements",),
    )
    for reason in MOVE_REASONS:
        yield Measure(
            name=f"moves_{reason.value.lower()}",
            label=f"Moves: {reason.value}",
            unit=Unit.A_YEAR,
            good=Good.NEITHER,
            group=group,
            definition=f"Moves to another home in a year: {reason.meaning}.",
            source="Department for Education, SSDA903 guide: reason for placement change",
            top=(f"moves.{reason.value}",),
            per=Per.YEAR,
        )
