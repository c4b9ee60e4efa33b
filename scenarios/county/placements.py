"""Who lives where now and on what terms; holds, exemptions and budgets."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.agreement import Budget, Route
from matcher.domain.child import PermanencePlan
from matcher.domain.codes import LegalStatus, PlaceCode
from matcher.domain.home import Setting
from matcher.domain.placement import (
    Exemption,
    Hold,
    HoldKind,
    HoldScope,
    Placement,
    Resident,
)
from matcher.domain.sibling_group import AssessorRole
from scenarios.county.drafts import Draft, Part
from scenarios.county.fostering import USUAL_LIMIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.domain.agreement import Agreement
    from matcher.domain.child import Child
    from matcher.domain.home import Home
    from scenarios.county.market import Market
    from scenarios.county.naming import Naming
    from scenarios.county.profile import Profile
    from scenarios.county.streams import Streams

_MAY_MOVE = 0.03
_FREE_OF_CHARGE = (Setting.WITH_PARENTS, Setting.ADOPTIVE, Setting.HOSPITAL)

# Median length of a placement that stands today, in days.
_DAYS = {
    Setting.FOSTER: 420,
    Setting.CONNECTED: 520,
    Setting.CHILDRENS_HOME: 260,
    Setting.SUPPORTED: 170,
    Setting.ADOPTIVE: 120,
    Setting.WITH_PARENTS: 200,
}


def placement_records(
    homes: Sequence[Draft],
    records: Sequence[Home],
    children: Sequence[Child],
    market: Market,
    profile: Profile,
    streams: Streams,
    *,
    as_of: date,
) -> list[Placement]:
    """Return the current placements, in the order of the homes."""
    rng = streams.stream("placements")
    agreements = {each.agreement_id: each for each in market.agreements}
    block_left = {each.agreement_id: each.block_beds for each in market.agreements}
    found = []
    for draft, home in zip(homes, records, strict=True):
        days = _DAYS.get(draft.setting, 150) * float(np.exp(0.9 * rng.standard_normal()))
        for at in draft.children:
            child = children[at]
            born = child.date_of_birth or as_of
            first = date(born.year + 16, born.month, min(born.day, 28)) if (
                draft.setting is Setting.SUPPORTED
            ) else born  # fmt: skip
            started = max(first, as_of - timedelta(days=max(1, round(days))))
            agreement = _agreement(home, agreements, block_left, started)
            long_term = (
                child.permanence_plan is PermanencePlan.LONG_TERM_FOSTERING
                or child.permanence_plan is PermanencePlan.CONNECTED_PERSON
            )
            found.append(
                Placement(
                    child_id=child.child_id,
                    home_id=home.home_id,
                    started_on=min(started, as_of),
                    place_code=_place_code(draft, home, child, long_term=long_term),
                    agreement_id=agreement.agreement_id if agreement else None,
                    weekly_fee_pence=_fee(draft, home, agreement, child, profile, as_of),
                    may_move=bool(home.setting.offered and rng.random() < _MAY_MOVE),
                )
            )
    return found


def _agreement(
    home: Home, agreements: dict[str, Agreement], block_left: dict[str, int], day: date
) -> Agreement | None:
    """Return the agreement a bed was bought under: a block first, while it has prepaid beds."""
    for each in (agreements[identifier] for identifier in home.agreement_ids):
        if each.route is Route.BLOCK:
            if block_left[each.agreement_id] > 0:
                block_left[each.agreement_id] -= 1
                return each
            continue
        return each
    return None


def _fee(
    draft: Draft,
    home: Home,
    agreement: Agreement | None,
    child: Child,
    profile: Profile,
    as_of: date,
) -> int | None:
    if draft.setting in _FREE_OF_CHARGE:
        return 0
    if draft.setting is Setting.CONNECTED:
        return round(profile.value("allowance")) * 100
    if agreement is not None and agreement.route is Route.BLOCK:
        return agreement.block_weekly_pence // max(agreement.block_beds, 1)
    fee = home.weekly_fee_pence
    if fee is None and agreement is not None:
        fee = agreement.weekly_fee_pence(child.age_on(as_of) or 0, child.highest_need or 0)
    if fee is not None and agreement is not None and child.solo:
        fee += agreement.solo_extra_pence
    return fee


def _place_code(draft: Draft, home: Home, child: Child, *, long_term: bool) -> PlaceCode:
    if draft.setting is Setting.ADOPTIVE:
        return PlaceCode.A6 if child.legal_status is LegalStatus.E1 else PlaceCode.A4
    if draft.setting is Setting.SUPPORTED and not home.registered:
        return PlaceCode.H5
    return home.place_code(long_term=long_term)


def resident_records(
    homes: Sequence[Draft], records: Sequence[Home], naming: Naming
) -> list[Resident]:
    """Return everybody else who lives in the homes."""
    found: list[Resident] = []
    for draft, home in zip(homes, records, strict=True):
        for lodger in draft.lodgers:
            found.append(
                Resident(
                    resident_id=naming.resident(len(found)),
                    home_id=home.home_id,
                    kind=lodger.kind,
                    responsible_authority=lodger.authority,
                    age=lodger.age,
                    sex=lodger.sex,
                )
            )
    return found


def exemption_records(
    homes: Sequence[Draft],
    records: Sequence[Home],
    children: Sequence[Child],
    as_of: date,
    naming: Naming,
    streams: Streams,
) -> list[Exemption]:
    """Return what makes lawful a household over the limit, or a child in a failing home."""
    rng = streams.stream("exemptions")
    found: list[Exemption] = []
    for draft, home in zip(homes, records, strict=True):
        living = [children[at] for at in draft.children]
        if not living:
            continue
        siblings = {child.sibling_group_id for child in living}
        over = home.setting.fostering and len(living) > USUAL_LIMIT
        failing = home.grade is not None and home.grade.failing
        rules: list[tuple[str, AssessorRole, date | None]] = []
        if over and (len(siblings) > 1 or None in siblings):
            rules.append(("FOSTERING_LIMIT", AssessorRole.FOSTERING_PANEL, None))
        if failing:
            review = as_of + timedelta(days=90)
            rules.append(("QUALITY_GATEWAY", AssessorRole.HEAD_OF_SERVICE, review))
        for rule, role, until in rules:
            found.append(
                Exemption(
                    exemption_id=f"E-{naming.homes + len(found) + 1:0{naming.width}d}",
                    rule=rule,
                    child_ids=frozenset(child.child_id for child in living),
                    home_id=home.home_id,
                    granted_by=role,
                    granted_on=as_of - timedelta(days=int(rng.integers(40, 300))),
                    until=until,
                )
            )
    return found


def hold_records(
    homes: Sequence[Draft],
    records: Sequence[Home],
    market: Market,
    as_of: date,
    naming: Naming,
    streams: Streams,
    *,
    held: int | None,
) -> list[Hold]:
    """Return a few holds: an allegation, carers' own requests, a reservation, a provider."""
    rng = streams.stream("holds")
    open_homes = [
        at
        for at, draft in enumerate(homes)
        if draft.free > 0 and draft.part in (Part.FOSTER, Part.REGISTERED) and draft.setting.offered
    ]
    chosen = [open_homes[i] for i in rng.permutation(len(open_homes))]
    count = max(1, round(len(open_homes) * 0.06))
    kinds = [HoldKind.CARER_REQUEST, HoldKind.RESERVED, HoldKind.LADO, HoldKind.SAFEGUARDING]
    found: list[Hold] = []

    def add(scope: HoldScope, target: str, kind: HoldKind, days: int) -> None:
        found.append(
            Hold(
                hold_id=f"L-{naming.homes + len(found) + 1:0{naming.width}d}",
                scope=scope,
                target_id=target,
                kind=kind,
                starts=as_of - timedelta(days=int(rng.integers(1, 30))),
                until=as_of + timedelta(days=days) if days else None,
                beds=1 if kind is HoldKind.RESERVED else None,
            )
        )

    for at, home in enumerate(chosen[:count]):
        kind = kinds[min(at % 5, 3)] if at % 5 else HoldKind.CARER_REQUEST
        days = 0 if kind in (HoldKind.LADO, HoldKind.SAFEGUARDING) else int(rng.integers(7, 40))
        add(HoldScope.HOME, records[home].home_id, kind, days)
    if held is not None:
        add(HoldScope.HOME, records[held].home_id, HoldKind.LADO, 0)
        # The smallest provider of supported accommodation: a council's own quality concern.
        small = [p.provider_id for p in market.providers if p.urn == 9_000_305]
        if small:
            add(HoldScope.PROVIDER, small[0], HoldKind.QUALITY, 0)
    return found


def budget_records(profile: Profile, waiting: int) -> tuple[Budget, ...]:
    """Return what new placements may cost a week: in all, and bought spot."""
    total = round(profile.value("budget_per_child") * waiting) * 100
    spot = round(profile.value("budget_per_child") * profile.value("budget_spot_share") * waiting)
    return (Budget(weekly_pence=total), Budget(route=Route.SPOT, weekly_pence=spot * 100))
