"""What a simulation counts: the name and the definition of every tally, in one place.

A tally is an array with one number a week (:data:`WEEKLY`) or a year (:data:`YEARLY`), or a
number for each place (:data:`BY_AREA`). Weekly stocks are counted once a week, after the
week's placements, so that a sum of them is in child-weeks or bed-weeks; weekly flows are
counted as they happen. Measures are functions of tallies and of nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matcher.domain.agreement import Route
from matcher.domain.codes import ReasonPlaceChange
from matcher.domain.home import OFFERED_SETTINGS, Setting

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import numpy as np
    from numpy.typing import NDArray

SETTINGS = tuple(setting for setting in Setting if setting in OFFERED_SETTINGS)
"""Settings in which beds are counted."""

MOVE_REASONS = tuple(
    reason
    for reason in ReasonPlaceChange
    if reason not in (ReasonPlaceChange.PLACE, ReasonPlaceChange.CUSTOD)
)
"""Reasons for moves that the simulation gives, as SSDA903 returns them."""

AGE_BANDS = ("under_1", "1_4", "5_9", "10_15", "16_17")
"""The age bands of the published statistics."""

PROFILES = ("aged_0_9", "aged_10_15", "aged_16_17", "high_need", "siblings", "unaccompanied")
"""Who lacks a home: the first that fits of unaccompanied, siblings (waiting with a brother or
sister), high_need (highest level 4, or 3 and non-negotiable), then by age."""

_STOCKS = {
    "children": "Children looked after: placed, or in need of a home that they do not have.",
    "placed": "Children who live in a placement.",
    "unplaced": "Children who need a home this week and have none.",
    "waiting": "Children for whom a home is sought and who do not need it yet.",
    "near": "Children placed at most 20.0 miles from home.",
    "far": "Children placed more than 20.0 miles from home.",
    "distance_unknown": "Placed children to whom distance applies and for whom it is not known.",
    "distance_not_applicable": "Placed unaccompanied children.",
    "away_for_safety": "Placed children whose care plan asks for a home away (counted above too).",
    "away_for_safety_far": "Those of them more than 20.0 miles from home.",
    "inside": "Placed children whose home lies inside the authority.",
    "adjoining": "Placed children whose home lies in an adjoining authority.",
    "distant": "Placed children whose home lies in any other authority.",
    "area_unknown": "Placed children whose home's authority is not known.",
    "residential_inside": "Children in residential homes inside the authority.",
    "residential_adjoining": "Children in residential homes in an adjoining authority.",
    "residential_distant": "Children in residential homes in any other authority.",
    "residential_area_unknown": "Children in residential homes whose authority is not known.",
    "residential": "Children in children's homes, residential schools and secure homes.",
    "residential_not_needed": (
        "Children in children's homes whose highest assessed need is level 2 or less, who have "
        "no secure or deprivation-of-liberty order and need not be alone."
    ),
    "groups": "Sibling groups with at least two placed children who may live together.",
    "groups_together": "Those of them in as few homes as their assessments allow.",
    "staying_put": "Young adults of 18 and over who stayed with their carers and use a bed.",
    "beds_void_block": "Block beds that are paid for and not used.",
    "beds_shared_out": "Beds that other authorities use against an income.",
    "cost.gross_pence": "Everything below: what the council pays this week.",
    "cost.fees_pence": "Fees of children who are placed, and block prices of beds in use.",
    "cost.void_pence": "The part of block prices that is for beds not used.",
    "cost.transport_pence": "Taking children to the schools that they keep.",
    "cost.capital_pence": "Capital, in the week in which it is spent.",
    "cost.running_pence": "Running costs of homes and changes that are not in fees.",
    "cost.emergency_pence": "Children who have no home, at the emergency cost of a week.",
    "cost.staying_put_pence": "Young adults who stayed with their carers.",
    "income_pence": "Income from beds that other authorities use; not taken off the gross cost.",
    "fee_unknown": "Placed children whose fee is not known; they cost nothing in the sums.",
}

_FLOWS = {
    "arrivals": "Children who come into care, the returning among them.",
    "reentries": "Those of them who were in care before, within the simulation.",
    "leavers": "Children who cease to be looked after.",
    "referrals": "Referrals made: a child or siblings who need a home, for whatever reason.",
    "referrals_placed": "Referrals of which every child now has a home.",
    "days_to_match_sum": "Days from the referral to the first day in the home, over those.",
    "new_placements": "Placements begun.",
    "new_spot": "Placements begun under a spot purchase.",
    "new_emergency": "Placements begun for children who needed a home the same day.",
    "new_near": "Placements begun at most 20.0 miles from home.",
    "new_distance_applies": "Placements begun by children to whom distance applies.",
    "breakdowns": "Placements that broke down: moves for CREQB and CHILD.",
    "first_placements": "First placements of children who came into care, begun 26 weeks ago.",
    "first_placements_lasting": (
        "Those of them that lasted 26 weeks, or until the child left care."
    ),
    "carers_joined": "Foster households that opened by themselves, changes apart.",
    "carers_left": "Foster households that closed by themselves, changes apart.",
    "homes_opened": "Homes that opened, for whatever reason.",
    "homes_closed": "Homes that closed, for whatever reason.",
    "recalled": "Shared beds that were recalled.",
}

WEEKLY: Mapping[str, str] = {
    **_STOCKS,
    **_FLOWS,
    **{
        f"cost.route.{route.value}_pence": f"Paid for beds obtained by the route {route.label}."
        for route in Route
    },
    **{
        f"placed.route.{route.value}": f"Children in beds obtained by the route {route.label}."
        for route in Route
    },
    **{
        f"placed.setting.{setting.value}": f"Children who live in a {setting.label}."
        for setting in Setting
    },
    **{
        f"children.aged.{band}": f"Children looked after, aged {band.replace('_', ' to ')}."
        for band in AGE_BANDS
    },
    **{
        f"moves.{reason.value}": f"Moves to another home: {reason.meaning}."
        for reason in MOVE_REASONS
    },
    **{
        f"leavers.{why}": sentence
        for why, sentence in {
            "return_home": "Leavers who return to their parents or relatives.",
            "adoption": "Leavers who are adopted.",
            "special_guardianship": "Leavers to special guardians or by child arrangements order.",
            "turned_18": "Leavers who turn 18.",
            "other": "Leavers for any other reason.",
        }.items()
    },
    **{
        f"beds_usable.{setting.value}": f"Usable beds in homes of the setting {setting.label}."
        for setting in SETTINGS
    },
    **{
        f"beds_occupied.{setting.value}": f"Beds in use in homes of the setting {setting.label}."
        for setting in SETTINGS
    },
    **{
        f"unmet.{profile}": f"Children without a home: {profile.replace('_', ' ')}."
        for profile in PROFILES
    },
}
"""Names of the weekly tallies, each with its definition."""

YEARLY: Mapping[str, str] = {
    "ni62_three_or_more": "Looked after at the year's end, three or more placements in the year.",
    "ni62_children": "Looked after at the year's end.",
    "ni63_same_carer": (
        "Of ni63_children, those with the same carer for at least two years (adoptive placement "
        "together with the one before it)."
    ),
    "ni63_same_placement": "Of ni63_children, those in the same placement for at least two years.",
    "ni63_children": "Under 16 at the year's end and looked after for at least 2.5 years.",
    "children_at_end": "Looked after at the year's end.",
    "near_at_end": "Of them, placed at most 20.0 miles from home.",
}
"""Names of the yearly tallies (at the end of each simulated year), each with its definition."""

BY_AREA: Mapping[str, str] = {
    "children_from": "Child-weeks in placement, by the outcode of the home before care.",
    "near_from": "Child-weeks near home, by the outcode of the home before care.",
    "children_in": "Child-weeks in placement, by the outcode of the placement.",
    **{
        f"unmet.{profile}": f"Child-weeks without a home, {profile.replace('_', ' ')}, by the "
        "outcode of the home before care."
        for profile in PROFILES
    },
}
"""Tallies by outcode ("HP13"; "unknown" where there is no postcode), over all weeks."""


@dataclass(frozen=True)
class Course:
    """One simulated future, as counted.

    Parameters
    ----------
    start
        First day of the first week.
    years
        How many; each has 52 weeks.
    seed, replication
        What it was drawn from.
    weekly
        For each name of :data:`WEEKLY`, one number a week.
    yearly
        For each name of :data:`YEARLY`, one number a year.
    by_area
        For each name of :data:`BY_AREA`, a number for each outcode that occurs.
    checked
        How many children and homes went through the checker.
    """

    start: date
    years: int
    seed: int
    replication: int
    weekly: Mapping[str, NDArray[np.float64]]
    yearly: Mapping[str, NDArray[np.float64]]
    by_area: Mapping[str, Mapping[str, float]]
    checked: int
