"""How homes are found, and for whom none is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenarios.measures.measure import Measure, Per
from scenarios.results import Good, Unit
from scenarios.tallies import PROFILES

if TYPE_CHECKING:
    from collections.abc import Iterator

_OWN = "Near Home"
_S22G = "Children Act 1989, s 22G: sufficient accommodation"


_WHO = {
    "aged_0_9": "aged 0 to 9",
    "aged_10_15": "aged 10 to 15",
    "aged_16_17": "aged 16 or 17",
    "high_need": "of high need",
    "siblings": "siblings who wait together",
    "unaccompanied": "unaccompanied",
}


def finding() -> Iterator[Measure]:
    """Yield the measures of finding a home."""
    group = "Finding a home"
    yield Measure(
        name="unplaced_child_weeks",
        label="Weeks without a home",
        unit=Unit.CHILD_WEEKS_A_YEAR,
        good=Good.LESS,
        group=group,
        definition="Weeks, added over children, in which a child needs a home and has none. A "
        "year.",
        source=_S22G,
        top=("unplaced",),
        per=Per.YEAR,
        headline=True,
    )
    yield Measure(
        name="days_to_match",
        label="Days to a home",
        unit=Unit.DAYS,
        good=Good.LESS,
        group=group,
        definition="Mean days from the referral to the first day in the home, over referrals of "
        "which every child got a home.",
        source=_OWN,
        top=("days_to_match_sum",),
        bottom=("referrals_placed",),
    )
    for kind, label, definition in (
        ("spot", "Bought by spot purchase", "Placements begun under a spot purchase"),
        (
            "emergency",
            "Begun in an emergency",
            "Placements begun on the day or the day after they were asked for",
        ),
    ):
        yield Measure(
            name=f"{kind}_share",
            label=label,
            unit=Unit.SHARE,
            good=Good.LESS,
            group=group,
            definition=f"{definition}, of placements begun.",
            source=_OWN,
            top=(f"new_{kind}",),
            bottom=("new_placements",),
            headline=kind == "spot",
        )
    for profile in PROFILES:
        who = _WHO[profile]
        yield Measure(
            name=f"unmet_{profile}",
            label=f"Weeks without a home: {who}",
            unit=Unit.CHILD_WEEKS_A_YEAR,
            good=Good.LESS,
            group=group,
            definition=f"Weeks without a home a year, of children who are {who}: the first that "
            "fits of unaccompanied, siblings, high need, then age. By area of the home before "
            "care in the tables by area.",
            source=_S22G,
            top=(f"unmet.{profile}",),
            per=Per.YEAR,
        )
