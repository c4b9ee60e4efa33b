"""Homes that make the shown referral instructive: sure choices, near misses, homes to check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from matcher.domain.codes import PlaceProvider, Sex
from matcher.domain.home import Grade, Home, Setting, TermsOfApproval
from scenarios.county.drafts import Draft, Part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.domain.child import Child
    from scenarios.county.land import Land, Spot
    from scenarios.county.streams import Streams


@dataclass(frozen=True, slots=True)
class _Shown:
    """One such home: who runs it, how far from the children's own, and what is special."""

    mark: str
    sector: PlaceProvider
    miles: float
    beds: int


_HOMES = (
    _Shown("shown-sure", PlaceProvider.PR1, 3.0, 3),
    _Shown("shown-sure", PlaceProvider.PR4, 8.0, 3),
    _Shown("shown-sure", PlaceProvider.PR4, 14.0, 3),
    _Shown("shown-aged", PlaceProvider.PR1, 2.5, 3),
    _Shown("shown-sex", PlaceProvider.PR4, 6.0, 3),
    _Shown("shown-late", PlaceProvider.PR1, 5.0, 3),
    _Shown("shown-held", PlaceProvider.PR4, 4.0, 3),
    _Shown("shown-terms", PlaceProvider.PR4, 9.0, 3),
)
VACANT_BEDS = sum(home.beds for home in _HOMES)
"""Vacant beds that these homes bring; the foster households make that many fewer."""


def shown_drafts(spot: Spot | None, land: Land, streams: Streams) -> list[Draft]:
    """Return the homes for the shown referral; none when the county has no such referral."""
    if spot is None:
        return []
    rng = streams.stream("shown.homes")
    return [
        Draft(
            part=Part.SHOWN,
            setting=Setting.FOSTER,
            sector=home.sector,
            spot=land.within(spot, home.miles, rng),
            approved=home.beds,
            usable=home.beds,
            mark="shown",
        )
        for home in _HOMES
    ]


def family_drafts(spots: Sequence[Spot], land: Land, streams: Streams) -> list[Draft]:
    """Return relatives and friends who could take a waiting child, one for each spot."""
    rng = streams.stream("shown.relatives")
    return [
        Draft(
            part=Part.FAMILY,
            setting=Setting.CONNECTED,
            sector=PlaceProvider.PR1,
            spot=land.within(spot, 9, rng),
            approved=1,
            usable=1,
        )
        for spot in spots
    ]


def dress(records: list[Home], homes: Sequence[Draft], children: Sequence[Child], as_of: date,
          relatives_of: Sequence[str]) -> None:  # fmt: skip
    """Give the shown homes and the relatives what makes them so, in place.

    Parameters
    ----------
    records, homes
        Records and drafts of all homes, in the same order.
    children
        The siblings of the shown referral.
    as_of
        The county's date.
    relatives_of
        Identifiers of the waiting children who have a relative, in the order of the drafts.
    """
    shown = iter(_HOMES)
    family = iter(relatives_of)
    fewest = {child.sex for child in children if child.sex is not None}
    for at, draft in enumerate(homes):
        if draft.part is Part.FAMILY:
            records[at] = records[at].replace(
                connected_to=frozenset({next(family)}),
                temporary_approval_until=as_of + timedelta(days=105),
                vacancy_confirmed_on=as_of - timedelta(days=2),
                available_from=None,
            )
        if draft.part is not Part.SHOWN:
            continue
        mark = next(shown).mark
        changes: dict[str, object] = {
            "terms": TermsOfApproval(age_from=0, age_to=17, number=draft.approved),
            "grade": records[at].grade and Grade.GOOD,
            "bedrooms": None,
            "available_from": None,
            "vacancy_confirmed_on": as_of - timedelta(days=3),
            "emergency_only": False,
            "long_term": True,
            "capabilities": tuple(
                c.replace(level=max(c.level, 3)) for c in records[at].capabilities
            ),
            "quality_visit_due": (
                None if draft.sector is PlaceProvider.PR1 else as_of + timedelta(days=150)
            ),
        }
        if mark == "shown-aged":
            changes["terms"] = TermsOfApproval(age_from=0, age_to=10, number=draft.approved)
        elif mark == "shown-sex" and fewest:
            only = Sex.FEMALE if fewest == {Sex.MALE} else Sex.MALE
            changes["terms"] = TermsOfApproval(
                age_from=0, age_to=17, sex=only, number=draft.approved
            )
        elif mark == "shown-late":
            changes["available_from"] = as_of + timedelta(days=18)
        elif mark == "shown-terms":
            changes["terms"] = None
        records[at] = records[at].replace(**changes)


def held_home(homes: Sequence[Draft]) -> int | None:
    """Return the index of the shown home that is under a hold; None when there is none."""
    at = [i for i, draft in enumerate(homes) if draft.part is Part.SHOWN]
    marks = [home.mark for home in _HOMES]
    return at[marks.index("shown-held")] if at else None
