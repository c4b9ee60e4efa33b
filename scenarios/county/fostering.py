"""Foster households and connected persons: who lives with whom, and how many beds are left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.domain.codes import PlaceProvider, Sex
from matcher.domain.home import Setting
from matcher.domain.placement import ResidentKind
from scenarios.county.drafts import Draft, Lodger, Part
from scenarios.county.labels import PROVIDERS, Cell, Kind

if TYPE_CHECKING:
    import numpy as np

    from scenarios.county.families import Families
    from scenarios.county.land import Land, Spot
    from scenarios.county.people import People
    from scenarios.county.profile import Profile
    from scenarios.county.streams import Streams

USUAL_LIMIT = 3
"""Children in a foster household unless all are siblings (Children Act 1989, Schedule 7)."""

_OTHERS_OWN_CARERS = 0.4
"""Other councils' children who live with those councils' own carers, not agencies'."""

_EXEMPTED = 3
"""Households over the usual limit, by exemption, in a county of size 1."""

_WITH_PARENT = 0.25
"""Households with one baby that are parent-and-child homes."""

_ONE_IN_FOR_PARENTS = 8
"""One empty household in so many, if it has two beds, is for a parent with their baby."""

_STAYING_PUT = 0.05
"""Foster households in which a young adult stays put."""


def spot_for(
    cell: Cell, land: Land, rng: np.random.Generator, *, adjoining_share: float = 0.4
) -> Spot:
    """Return a place for a home from which a child's cell can come true."""
    if cell.inside:
        return land.draw_own(rng, far=cell is Cell.FAR_INSIDE)
    near = cell is Cell.NEAR_OUTSIDE or (cell is Cell.UNKNOWN_OUTSIDE and rng.random() < 0.6)
    return land.draw_outside(rng, near=near, adjoining_share=adjoining_share)


def units(people: People, families: Families, kind: Kind) -> list[tuple[int, ...]]:
    """Return sibling groups and single children of one kind of placement, who stay whole."""
    grouped = [g for g in families.together if people.kind[g[0]] == kind]
    taken = {child for group in families.together for child in group}
    singles = [(i,) for i in range(len(people)) if people.kind[i] == kind and i not in taken]
    return [*grouped, *singles]


def foster_homes(
    people: People, families: Families, land: Land, profile: Profile, streams: Streams
) -> list[Draft]:
    """Return the households in which the authority's fostered children live."""
    rng = streams.stream("fostering.households")
    homes: list[Draft] = []
    open_homes: dict[tuple[int, int], list[Draft]] = {}
    everyone = units(people, families, Kind.FOSTER)
    for at in rng.permutation(len(everyone)).tolist():
        members = everyone[at]
        cell = Cell(int(people.cell[members[0]]))
        sector = PROVIDERS[min(int(people.provider[members[0]]), len(PROVIDERS) - 1)]
        if people.connected[members[0]]:
            homes.append(
                Draft(
                    part=Part.CONNECTED,
                    setting=Setting.CONNECTED,
                    sector=sector,
                    spot=spot_for(cell, land, rng),
                    approved=len(members),
                    usable=len(members),
                    children=list(members),
                )
            )
            continue
        key = (int(people.provider[members[0]]), int(cell))
        there = [d for d in open_homes.get(key, []) if d.occupied + len(members) <= USUAL_LIMIT]
        if there and rng.random() < 0.5:
            there[0].children.extend(members)
            continue
        home = Draft(
            part=Part.FOSTER,
            setting=Setting.FOSTER,
            sector=sector,
            spot=spot_for(cell, land, rng),
            approved=0,
            usable=0,
            children=list(members),
        )
        homes.append(home)
        # A group above the usual limit lives alone; the newest open home is tried first.
        open_homes.setdefault(key, []).insert(0, home)
        del open_homes[key][4:]
    for home in homes:
        room = home.part is Part.FOSTER and home.occupied < USUAL_LIMIT
        if room and rng.random() < _STAYING_PUT:
            age = int(rng.integers(18, 21))
            home.lodgers.append(Lodger(ResidentKind.STAYING_PUT, age, _sex(rng), None))
    return homes


def others_households(
    count: int, land: Land, authorities: list[str], streams: Streams
) -> list[Draft]:
    """Return foster households in the county where other authorities' children live.

    Parameters
    ----------
    count
        Children.
    authorities
        ONS codes of the authorities that look after them, likelier first.
    """
    rng = streams.stream("fostering.others")
    homes: list[Draft] = []
    left = count
    while left > 0:
        size = min(left, int(rng.choice([1, 2, 3], p=[0.5, 0.36, 0.14])))
        left -= size
        authority = authorities[min(int(rng.exponential(3)), len(authorities) - 1)]
        own = rng.random() < _OTHERS_OWN_CARERS
        sector = PlaceProvider.PR2 if own else PlaceProvider.PR4
        if not own and rng.random() < 0.12:
            sector = PlaceProvider.PR5
        base = int(rng.integers(1, 16))
        lodgers = [
            Lodger(ResidentKind.FOSTERED, max(0, min(17, base + int(rng.integers(-3, 4)))),
                   _sex(rng), authority)
            for _ in range(size)
        ]  # fmt: skip
        homes.append(
            Draft(
                part=Part.FOSTER,
                setting=Setting.FOSTER,
                sector=sector,
                spot=land.draw_own(rng),
                approved=0,
                usable=0,
                lodgers=lodgers,
                closed=own,
            )
        )
    return homes


def limit_exempted(homes: list[Draft], size: float, people: People) -> None:
    """Let a few households go over the usual limit by one child, in place.

    An exemption names the children of each; see ``exemption_records``.
    """
    for _ in range(round(_EXEMPTED * size)):
        for full in homes:
            if len(full.children) != USUAL_LIMIT or full.lodgers:
                continue
            key = _key(full, people)
            single = next(
                (h for h in homes
                 if len(h.children) == 1 and not h.lodgers and _key(h, people) == key),
                None,
            )  # fmt: skip
            if single is not None:
                full.children += single.children
                homes.remove(single)
                break


def _key(home: Draft, people: People) -> tuple[int, int]:
    return int(people.provider[home.children[0]]), int(people.cell[home.children[0]])


def parent_and_child(homes: list[Draft], people: People, streams: Streams) -> None:
    """Turn a few households with one baby into parent-and-child homes, in place."""
    rng = streams.stream("fostering.parents")
    fits = [
        home
        for home in homes
        if len(home.children) == 1 and not home.lodgers and people.age_band[home.children[0]] == 0
    ]
    for at in rng.permutation(len(fits)).tolist()[: round(_WITH_PARENT * len(fits))]:
        fits[at].setting = Setting.PARENT_AND_CHILD
        fits[at].lodgers.append(
            Lodger(ResidentKind.PARENT, int(rng.integers(18, 25)), Sex.FEMALE, None)
        )


def add_places(
    homes: list[Draft], land: Land, profile: Profile, streams: Streams, *, elsewhere: int = 0
) -> list[Draft]:
    """Give foster households the approved, usable and vacant places of the national shares.

    Approved places follow from those filled. Vacant ones stand in households with room and
    in empty ones; unavailable ones (a carer's break, a child who must be alone, a room in
    repair) are approved and not usable.

    Parameters
    ----------
    elsewhere
        Vacant places that another part of the county brings.

    Returns
    -------
    list of Draft
        The homes given, changed in place, and the empty households added.
    """
    rng = streams.stream("fostering.places")
    filled = sum(home.occupied for home in homes)
    approved = round(filled / profile.value("foster_filled"))
    vacant = max(round(approved * profile.value("foster_vacant")) - elsewhere, 0)
    for home in homes:
        home.approved = home.usable = home.occupied
    usable_left = vacant - round(0.5 * vacant)
    closed_left = max(approved - filled - vacant - elsewhere, 0)
    idle = round(0.45 * closed_left)
    closed_left -= idle
    for at in rng.permutation(len(homes)).tolist():
        home = homes[at]
        room = USUAL_LIMIT - home.approved
        if room <= 0:
            continue
        if usable_left > 0 and not home.closed and rng.random() < 0.45:
            home.usable += 1
            home.approved += 1
            room -= 1
            usable_left -= 1
        more = min(room, closed_left, int(rng.choice([0, 1, 2], p=[0.2, 0.55, 0.25])))
        if more > 0:
            home.approved += more
            closed_left -= more
    added = _empty_households(round(0.5 * vacant) + usable_left, land, streams, idle=False)
    return [*homes, *added, *_empty_households(idle + closed_left, land, streams, idle=True)]


def resting_households(count: int, land: Land, streams: Streams) -> list[Draft]:
    """Return households that are approved and take nobody for now, one bed each."""
    rng = streams.stream("fostering.resting")
    return [
        Draft(
            part=Part.RESTING,
            setting=Setting.FOSTER,
            sector=PlaceProvider.PR1 if rng.random() < 0.55 else PlaceProvider.PR4,
            spot=land.draw_own(rng),
            approved=1,
            usable=0,
            mark="idle",
        )
        for _ in range(count)
    ]


def _empty_households(beds: int, land: Land, streams: Streams, *, idle: bool) -> list[Draft]:
    """Return foster households with nobody placed, on offer or resting."""
    rng = streams.stream("fostering.idle" if idle else "fostering.vacant")
    homes: list[Draft] = []
    while beds > 0:
        size = min(beds, int(rng.choice([1, 2, 3], p=[0.42, 0.4, 0.18])))
        beds -= size
        sector = PROVIDERS[int(rng.choice([1, 4, 5], p=[0.32, 0.60, 0.08]))]
        where = rng.random()
        if where < (0.85 if sector is PlaceProvider.PR1 else 0.24):
            spot = land.draw_own(rng)
        else:
            spot = land.draw_outside(rng, near=bool(rng.random() < 0.55))
        homes.append(
            Draft(
                part=Part.FOSTER,
                setting=(
                    Setting.PARENT_AND_CHILD
                    if size == 2 and not idle and len(homes) % _ONE_IN_FOR_PARENTS == 0
                    else Setting.FOSTER
                ),
                sector=sector,
                spot=spot,
                approved=size,
                usable=0 if idle else size,
                mark="idle" if idle else "vacant",
            )
        )
    return homes


def _sex(rng: np.random.Generator) -> Sex:
    return Sex.MALE if rng.random() < 0.56 else Sex.FEMALE
