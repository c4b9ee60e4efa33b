"""Children's homes as registered, those farther away, schools, secure and supported homes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.codes import PlaceProvider, Sex
from matcher.domain.home import Grade, Setting
from matcher.domain.placement import ResidentKind
from scenarios.county.drafts import Draft, Lodger, Part
from scenarios.county.fitting import apportion
from scenarios.county.fostering import spot_for, units
from scenarios.county.labels import PROVIDERS, Cell, Kind
from scenarios.county.land import draw

if TYPE_CHECKING:
    from scenarios.county.families import Families
    from scenarios.county.land import Land
    from scenarios.county.people import People
    from scenarios.county.profile import Profile, RegisteredHomes
    from scenarios.county.streams import Streams

# National, 31 March 2023 (Ofsted): share of children's homes by grade, in the order below.
_GRADES = (Grade.OUTSTANDING, Grade.GOOD, Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE)
_GRADE_SHARES = (0.11, 0.70, 0.17, 0.02)
_SUPPORTED_GRADES = (
    Grade.CONSISTENTLY_POSITIVE,
    Grade.INCONSISTENT,
    Grade.SERIOUS_CONCERNS,
    Grade.NOT_YET_INSPECTED,
)
_SUPPORTED_SHARES = (0.28, 0.16, 0.04, 0.52)

_FREE_IN_CHILDRENS_HOMES = (0.66, 0.26, 0.08)
"""Share of children's homes with no, one and two free beds."""

_FARTHER_OFFERS = 0.08
"""Homes farther away with a vacancy on offer and no child of ours, for each child in one."""


def registered_homes(
    profile: Profile, land: Land, size: float, streams: Streams, *, adjoining: bool = True
) -> list[Draft]:
    """Return children's homes as registered, a postcode of their authority drawn for each."""
    rng = streams.stream("registered.spots")
    rows = [r for r in profile.registered if adjoining or r.authority == profile.authority]
    homes = []
    for row, count in _counted(rows, size):
        pool = land.own if row.authority == profile.authority else land.adjoining.get(row.authority)
        if pool is None:
            continue
        for _ in range(count):
            homes.append(
                Draft(
                    part=Part.REGISTERED,
                    setting=row.setting,
                    sector=row.sector,
                    spot=draw(pool, rng),
                    approved=row.places,
                    usable=row.places,
                    grade=row.grade,
                )
            )
    return homes


def _counted(rows: list[RegisteredHomes], size: float) -> list[tuple[RegisteredHomes, int]]:
    """Return how many homes of each description a county of a size has.

    Authorities and sectors keep their shares first, descriptions within them next.
    """
    groups: dict[tuple[str, str], list[RegisteredHomes]] = {}
    for row in rows:
        groups.setdefault((row.authority, row.sector.value), []).append(row)
    totals = [sum(row.homes for row in group) for group in groups.values()]
    found = []
    shares = apportion(totals, round(size * sum(totals))).tolist()
    for group, share in zip(groups.values(), shares, strict=True):
        counts = apportion([row.homes for row in group], share).tolist()
        found += list(zip(group, counts, strict=True))
    return found


def house_in_childrens_homes(
    people: People, registered: list[Draft], land: Land, streams: Streams, authority: str
) -> list[Draft]:
    """Give every child in residential care a home, registered here or farther away.

    Returns
    -------
    list of Draft
        The homes farther away that were made for them, a secure home among them.
    """
    rng = streams.stream("registered.children")
    made: list[Draft] = []
    wanted = (Kind.CHILDRENS_HOME, Kind.SCHOOL)
    children = np.flatnonzero(np.isin(people.kind, wanted))
    secure = _secure_child(people, children)
    for child in rng.permutation(children).tolist():
        cell = Cell(int(people.cell[child]))
        sector = PROVIDERS[min(int(people.provider[child]), len(PROVIDERS) - 1)]
        setting = (
            Setting.SECURE
            if child == secure
            else Setting.RESIDENTIAL_SCHOOL
            if people.kind[child] == Kind.SCHOOL
            else Setting.CHILDRENS_HOME
        )
        home = None
        # Far from home may mean the next county or one farther still.
        if setting is not Setting.SECURE and (cell is not Cell.FAR_OUTSIDE or rng.random() < 0.5):
            fits = [
                each
                for each in registered
                if each.setting is setting
                and each.sector is sector
                and each.free > 0
                and (each.spot.authority == authority) == cell.inside
                and _can_be(cell, each, land)
            ]
            home = fits[int(rng.integers(len(fits)))] if fits else None
        if home is None:
            shared = [
                each
                for each in made
                if each.setting is setting
                and each.sector is sector
                and each.free > 0
                and each.mark == cell.name
            ]
            if shared and rng.random() < 0.25:
                home = shared[0]
        if home is None:
            places = int(rng.choice([2, 3, 4, 5, 6], p=[0.14, 0.24, 0.36, 0.18, 0.08]))
            home = Draft(
                part=Part.FARTHER,
                setting=setting,
                sector=sector,
                spot=spot_for(cell, land, rng, adjoining_share=0.0),
                approved=places if setting is Setting.CHILDRENS_HOME else 20,
                usable=places if setting is Setting.CHILDRENS_HOME else 18,
                grade=_GRADES[int(rng.choice(4, p=_GRADE_SHARES))],
                mark=cell.name,
            )
            made.append(home)
        home.children.append(child)
    return made


def _secure_child(people: People, children: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
    """Return the child in a secure home: one of 10 to 15, far away; -1 when there is none."""
    for child in children.tolist():
        if (
            people.kind[child] == Kind.CHILDRENS_HOME
            and people.cell[child] == Cell.FAR_OUTSIDE
            and people.age_band[child] == 3
            and people.provider[child] == PROVIDERS.index(PlaceProvider.PR4)
            and len(children) >= 50
        ):
            return int(child)
    return -1


def _can_be(cell: Cell, home: Draft, land: Land) -> bool:
    """Whether enough of the authority is at the cell's distance from a home."""
    if not cell.known:
        return True
    near = land.near_share(home.spot)
    return near > 0.02 if cell in (Cell.NEAR_INSIDE, Cell.NEAR_OUTSIDE) else near < 0.98


def farther_offers(people: People, land: Land, streams: Streams) -> list[Draft]:
    """Return homes farther away that hold no child of ours and have beds on offer."""
    rng = streams.stream("farther.offers")
    residential = int((people.kind == Kind.CHILDRENS_HOME).sum())
    homes = []
    settings = [Setting.CHILDRENS_HOME] * max(1, round(_FARTHER_OFFERS * residential))
    if residential >= 50:
        settings += [Setting.SECURE, Setting.SECURE]
    for setting in settings:
        places = 14 if setting is Setting.SECURE else int(rng.integers(2, 6))
        homes.append(
            Draft(
                part=Part.FARTHER,
                setting=setting,
                sector=PlaceProvider.PR2 if setting is Setting.SECURE else PlaceProvider.PR4,
                spot=land.draw_outside(rng, near=False, adjoining_share=0.0),
                approved=places,
                usable=places,
                grade=_GRADES[int(rng.choice(4, p=_GRADE_SHARES))],
            )
        )
    return homes


def supported_homes(people: People, land: Land, streams: Streams) -> list[Draft]:
    """Return supported accommodation for the young people in it, with room beside them."""
    rng = streams.stream("supported.homes")
    homes: list[Draft] = []
    for child in rng.permutation(np.flatnonzero(people.kind == Kind.SUPPORTED)).tolist():
        cell = Cell(int(people.cell[child]))
        sector = PROVIDERS[min(int(people.provider[child]), len(PROVIDERS) - 1)]
        there = [h for h in homes if h.sector is sector and h.mark == cell.name and h.free > 0]
        if there and rng.random() < 0.6:
            there[0].children.append(child)
            continue
        beds = int(rng.choice([3, 4, 5, 6], p=[0.3, 0.35, 0.2, 0.15]))
        homes.append(
            Draft(
                part=Part.SUPPORTED,
                setting=Setting.SUPPORTED,
                sector=sector,
                spot=spot_for(cell, land, rng),
                approved=beds,
                usable=beds,
                children=[child],
                grade=_SUPPORTED_GRADES[int(rng.choice(4, p=_SUPPORTED_SHARES))],
                mark=cell.name,
            )
        )
    return homes


def others_beds(
    homes: list[Draft], authority: str, authorities: list[str], limit: int, streams: Streams
) -> int:
    """Fill beds of children's homes and supported accommodation with others' children.

    Parameters
    ----------
    homes
        Changed in place.
    authority
        Ours: in homes inside it at most ``limit`` others' children live.
    authorities
        ONS codes that the others come from, likelier first.
    limit
        Children.

    Returns
    -------
    int
        Others' children now living inside the authority.
    """
    rng = streams.stream("registered.others")
    inside = 0
    for at in rng.permutation(len(homes)).tolist():
        home = homes[at]
        if home.setting is Setting.SHORT_BREAK:
            continue
        if home.setting in (Setting.RESIDENTIAL_SCHOOL, Setting.SECURE):
            free = min(home.free, int(rng.integers(0, 3)))
        else:
            free = min(home.free, int(rng.choice(3, p=_FREE_IN_CHILDRENS_HOMES)))
        # A bed or two are approved and not used: a child who needs quiet, staff who are lacking.
        spare = home.free - free
        unused = min(spare, int(rng.choice(3, p=[0.7, 0.22, 0.08])))
        home.usable -= unused
        taken = spare - unused
        ours = home.sector is PlaceProvider.PR1
        if home.spot.authority == authority:
            taken = 0 if ours else min(taken, limit - inside)
            inside += taken
            home.usable = home.occupied + taken + free + (spare - unused - taken if ours else 0)
        for _ in range(taken):
            home.lodgers.append(
                Lodger(
                    ResidentKind.FOSTERED,
                    _age(home, rng),
                    Sex.MALE if rng.random() < 0.6 else Sex.FEMALE,
                    authorities[min(int(rng.exponential(4)), len(authorities) - 1)],
                )
            )
    return inside


def _age(home: Draft, rng: np.random.Generator) -> int:
    if home.setting is Setting.SUPPORTED:
        return int(rng.integers(16, 18))
    return int(rng.integers(10 if home.setting is Setting.CHILDRENS_HOME else 8, 18))


def other_homes(people: People, families: Families, land: Land, streams: Streams) -> list[Draft]:
    """Return places that only hold those children: parents, adopters, hospitals, others."""
    rng = streams.stream("other.homes")
    homes = []
    for kind in (Kind.PARENTS, Kind.ADOPTION, Kind.RESIDENTIAL, Kind.OTHER):
        for members in units(people, families, kind):
            at = int(people.provider[members[0]])
            sector = PROVIDERS[at] if at < len(PROVIDERS) else None
            homes.append(
                Draft(
                    part=Part.OTHER,
                    setting=_other_setting(kind, sector),
                    sector=sector,
                    spot=spot_for(Cell(int(people.cell[members[0]])), land, rng),
                    approved=len(members),
                    usable=len(members),
                    children=list(members),
                )
            )
    return homes


def _other_setting(kind: Kind, sector: PlaceProvider | None) -> Setting:
    if kind is Kind.RESIDENTIAL:
        return Setting.HOSPITAL if sector is PlaceProvider.PR3 else Setting.FAMILY_CENTRE
    return {
        Kind.PARENTS: Setting.WITH_PARENTS,
        Kind.ADOPTION: Setting.ADOPTIVE,
        Kind.OTHER: Setting.OTHER,
    }[kind]
