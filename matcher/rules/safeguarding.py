"""Holds on homes and providers, and places that a child must live away from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.child import SafetyZone, ZoneReason
from matcher.domain.phrases import day_words
from matcher.domain.placement import HoldKind
from matcher.evidence.verdict import MET, NOT_APPLICABLE, Judgement, Verdict, not_met, unknown
from matcher.geography.authorities import authority_name
from matcher.geography.location import Precision
from matcher.rules.masks import new_placements, new_placements_mask, verdict_where
from matcher.rules.rule import PairRule, Source

if TYPE_CHECKING:
    from datetime import date

    from matcher.domain.child import Child
    from matcher.evidence.arrays import ChildFacts, Flags, HomeArrays, Verdicts
    from matcher.evidence.cases import PairCase
    from matcher.geography.location import Location
    from matcher.policy import Policy

OUTCODE_MILES = 10
"""Of 1,000 English postcodes 998 lie within so many miles of the middle of their outcode."""


def _judge_hold(case: PairCase) -> Judgement:
    holds = tuple(
        f"{hold.kind.label} hold until {day_words(hold.until) if hold.until else 'lifted'}"
        for hold in case.world.holds_by_home.get(case.home.home_id, ())
        if hold.kind is not HoldKind.RESERVED and hold.in_force(case.day)
    )
    return not_met(holds=holds) if holds else MET


def _mask_hold(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    day = child.day_ordinal

    def make() -> Verdicts:
        verdicts = homes.fresh(Verdict.MET)
        verdicts[homes.holds_on(day, reserved=False)[:, 0]] = Verdict.NOT_MET
        return verdicts

    return homes.kept_today(("HOLD", day), make)


HOLD = PairRule(
    code="HOLD",
    title="Nothing stops new placements in the home or with its provider",
    family="safeguarding",
    sources=(
        Source(
            "Council procedure: a safeguarding, LADO or quality concern stops new placements with "
            "the home or provider until it is resolved; carers may ask for a pause"
        ),
        Source(
            "Working Together to Safeguard Children (statutory guidance): allegations against "
            "people who work with children",
            "https://www.gov.uk/government/publications/working-together-to-safeguard-children--2",
        ),
    ),
    needs=("holds",),
    judge=new_placements(_judge_hold),
    mask=new_placements_mask(_mask_hold),
    of_home=True,
    sentence="{home} takes nobody for now: {holds}.",
    change="The hold would have to end or be lifted by whoever set it.",
)


def _zones(child: Child, day: date) -> tuple[SafetyZone, ...]:
    return tuple(zone for zone in child.safety_zones if zone.until is None or day <= zone.until)


def _by_outcode(place: Location | None) -> bool:
    return place is not None and place.precision is Precision.OUTCODE


def _judge_zone(case: PairCase) -> Judgement:
    zones = _zones(case.child, case.day)
    if not zones:
        return NOT_APPLICABLE
    place = case.world.location(case.home.postcode)
    authority = None if place is None else place.authority
    breached: list[str] = []
    doubtful = False
    for zone in zones:
        why = "" if zone.reason is ZoneReason.OTHER else f" ({zone.reason.value.replace('_', ' ')})"
        if zone.authority is not None:
            doubtful |= authority is None
            if zone.authority == authority:
                breached.append(f"in {authority_name(authority)}, an area to stay out of{why}")
            continue
        miles = case.miles_to(zone.postcode)
        radius = zone.radius_miles or 0
        middle = case.world.location(zone.postcode)
        if miles is None:
            doubtful = True
        elif miles < radius:
            away = "1 mile" if radius == 1 else f"{radius:g} miles"
            breached.append(f"{miles:.1f} miles from a place to stay {away} away from{why}")
        elif miles < radius + OUTCODE_MILES * (_by_outcode(place) + _by_outcode(middle)):
            doubtful = True
    if breached:
        return not_met(zones=tuple(breached))
    return unknown() if doubtful else MET


def _mask_zone(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    zones = _zones(child.child, child.day)
    if not zones:
        return homes.all(Verdict.NOT_APPLICABLE)
    inside: Flags = np.zeros(homes.n, dtype=np.bool_)
    doubtful: Flags = np.zeros(homes.n, dtype=np.bool_)
    by_outcode = homes.by_outcode.astype(np.int8)
    for zone in zones:
        if zone.authority is not None:
            doubtful |= homes.authority < 0
            if zone.authority in homes.authorities:
                inside |= homes.authority == homes.authorities.index(zone.authority)
            continue
        miles = child.miles_to(zone.postcode)
        radius = zone.radius_miles or 0
        inexact = by_outcode + _by_outcode(homes.world.location(zone.postcode))
        doubtful |= np.isnan(miles) | (miles < radius + OUTCODE_MILES * inexact)
        inside |= miles < radius
    return verdict_where(inside, Verdict.NOT_MET, verdict_where(doubtful, Verdict.UNKNOWN))


EXCLUSION_ZONE = PairRule(
    code="EXCLUSION_ZONE",
    title="The home lies outside every place that the child must live away from",
    family="safeguarding",
    sources=(
        Source(
            "Children Act 1989, section 22(3)(a) (duty to safeguard and promote welfare)",
            "https://www.legislation.gov.uk/ukpga/1989/41/section/22",
        ),
        Source("Practice: evidenced risk of exploitation, gangs or family, or a court order"),
    ),
    needs=("child.safety_zones", "home.postcode"),
    judge=_judge_zone,
    mask=_mask_zone,
    sentence="{child} must live elsewhere: {home} is {zones}.",
    unknown=(
        "It is not known whether {home} lies in a place that {child} must live away from; find "
        "out the postcodes."
    ),
    change="The care plan would have to lift the zone after a new risk assessment.",
    changeable=False,
)

RULES = (HOLD, EXCLUSION_ZONE)
