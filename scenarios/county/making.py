"""Make a county: draw the people, house them, buy their beds, and let others wait."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from matcher.domain.places import postcodes_of
from matcher.domain.world import make_world
from matcher.errors import UsageError
from matcher.geography.postcodes import Postcodes
from scenarios.county.children import child_records, draw_roots
from scenarios.county.drafts import Draft, Part
from scenarios.county.families import draw_families
from scenarios.county.fostering import (
    add_places,
    foster_homes,
    limit_exempted,
    others_households,
    parent_and_child,
    resting_households,
)
from scenarios.county.homes import home_records
from scenarios.county.land import Pools, survey
from scenarios.county.market import make_market
from scenarios.county.naming import Naming
from scenarios.county.people import draw_people
from scenarios.county.placements import (
    budget_records,
    exemption_records,
    hold_records,
    placement_records,
    resident_records,
)
from scenarios.county.profile import (
    BUCKINGHAMSHIRE,
    Profile,
    Target,
    england,
    shipped_profile,
)
from scenarios.county.residential import (
    farther_offers,
    house_in_childrens_homes,
    other_homes,
    others_beds,
    registered_homes,
    supported_homes,
)
from scenarios.county.shown import VACANT_BEDS, dress, family_drafts, held_home, shown_drafts
from scenarios.county.streams import Streams
from scenarios.county.waiting import draw_queue

if TYPE_CHECKING:
    from matcher.domain.agreement import Agreement, Budget, Provider
    from matcher.domain.child import Child
    from matcher.domain.home import Home
    from matcher.domain.placement import Exemption, Hold, Placement, Resident
    from matcher.domain.referral import Referral
    from matcher.domain.sibling_group import SiblingGroup
    from matcher.domain.world import World

ONE_AUTHORITY_UP_TO = 3.0
"""Sizes above this are spread over the authorities of England."""

HOMES_FOR_EACH_CHILD = 1.25
"""Homes for each child in care in counties spread over England: 100,000 for 80,000.

England's published counts come to about 0.7. The rest are foster households that are
approved and take nobody for now: there to be searched, not to be filled.
"""

_RELATIVES = 0.06
"""Waiting children for whom a relative or friend has come forward."""


@dataclass
class _Tables:
    """Records of one county or of several."""

    children: list[Child] = field(default_factory=list)
    groups: list[SiblingGroup] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)
    providers: list[Provider] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    placements: list[Placement] = field(default_factory=list)
    residents: list[Resident] = field(default_factory=list)
    exemptions: list[Exemption] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    budgets: tuple[Budget, ...] = ()
    groups_named: int = 0
    """Identifiers of sibling groups handed out, of which a few stay unused."""


def make_county(
    *,
    authority: str = BUCKINGHAMSHIRE,
    size: float = 1.0,
    seed: int = 7,
    profile: Profile | None = None,
    postcodes: Postcodes | None = None,
) -> World:
    """Return a synthetic county: invented people on real postcodes, totals as published.

    Parameters
    ----------
    authority
        ONS code; only Buckinghamshire's figures are shipped. A profile brings its own.
    size
        1.0 is the authority as published. From 0.05 (about 30 children); above 3 the county
        is spread over England's authorities, each with its own share of the children, and
        about 153 is England.
    seed
        0 or more. The same seed gives the same World to the byte.
    profile
        The figures; None for those shipped.
    postcodes
        The directory; None for the packaged one.

    Returns
    -------
    World
        ``synthetic`` is True; as of 31 March of the profile's year.

    Raises
    ------
    UsageError
        If no figures are shipped for the authority, or size or seed are out of range.
    """
    if not 0.05 <= size <= 200:
        raise UsageError(
            f"A county of size {size} cannot be made. Give a size from 0.05 (about 30 children) "
            "to 200 (somewhat more than England)."
        )
    if seed < 0:
        raise UsageError(f"The seed {seed} is negative. Give a whole number from 0.")
    profile = profile if profile is not None else shipped_profile(authority)
    postcodes = postcodes if postcodes is not None else Postcodes.default()
    if size <= ONE_AUTHORITY_UP_TO:
        tables = _make_one(profile, size, seed, Pools(postcodes), Naming(), national=False)
    else:
        tables = _make_many(profile, size, seed, Pools(postcodes))
    return _world(tables, profile, postcodes)


def _make_many(profile: Profile, size: float, seed: int, pools: Pools) -> _Tables:
    """Make a county in every authority of England, each with its share of the children."""
    total = sum(area.children for area in england())
    everything = _Tables()
    for number, area in enumerate(england()):
        share = size * area.children / total
        children = round(share * profile.children)
        if children < 8 or not len(pools.of(area.code)):
            continue
        naming = Naming(
            children=len(everything.children),
            homes=len(everything.homes),
            referrals=len(everything.referrals),
            groups=everything.groups_named,
            residents=len(everything.residents),
            width=6,
            market=f"{number + 1:03d}-",
        )
        part = _make_one(
            _moved(profile, area.code, area.name), share, seed, pools, naming, national=True
        )
        for name in ("children", "groups", "homes", "providers", "agreements", "referrals",
                     "placements", "residents", "exemptions", "holds"):  # fmt: skip
            getattr(everything, name).extend(getattr(part, name))
        everything.groups_named += part.groups_named
    everything.budgets = budget_records(
        profile, sum(len(referral.child_ids) for referral in everything.referrals)
    )
    return everything


def _moved(profile: Profile, authority: str, name: str) -> Profile:
    """Return the profile's shape for another authority, without children's homes as registered."""
    return replace(profile, authority=authority, name=name, registered=(), adjoining=())


def _others(profile: Profile) -> int:
    """Return how many of other authorities' children live in the authority's homes."""
    targets: list[Target] = [
        t for t in profile.marginal("LA of placement") if t.category.startswith("2.")
    ]
    return targets[0].number or 0 if targets else 0


def _make_one(
    profile: Profile,
    size: float,
    seed: int,
    pools: Pools,
    naming: Naming,
    *,
    national: bool,
) -> _Tables:
    """Make one authority's county.

    Parameters
    ----------
    national
        One of many: every child is somebody's own, so no others' children are invented.
    """
    as_of = date(profile.year, 3, 31)
    streams = Streams(seed, profile.authority)
    land = survey(profile, pools, streams)
    count = max(1, round(size * profile.children))
    people = draw_people(profile, count, streams)
    families = draw_families(people, profile, as_of, streams)
    first_group = len(families.together) + len(families.apart_sizes)
    queue = draw_queue(
        profile,
        size,
        land,
        streams,
        as_of=as_of,
        naming=naming,
        first_child=count,
        first_group=first_group,
    )
    neighbours = sorted(land.adjoining) or [profile.authority]

    registered = registered_homes(profile, land, size, streams)
    farther = house_in_childrens_homes(people, registered, land, streams, profile.authority)
    farther += farther_offers(people, land, streams)
    supported = supported_homes(people, land, streams)
    limit = 0 if national else round(_others(profile) * size)
    inside = 0
    if not national:
        inside = others_beds(
            [*registered, *farther, *supported], profile.authority, neighbours, limit, streams
        )
    households = foster_homes(people, families, land, profile, streams)
    foster = [home for home in households if home.part is Part.FOSTER]
    connected = [home for home in households if home.part is Part.CONNECTED]
    limit_exempted(foster, size, people)
    parent_and_child(foster, people, streams)
    foster += others_households(limit - inside, land, neighbours, streams)
    shown = shown_drafts(queue.spots[queue.shown[0]] if queue.shown else None, land, streams)
    foster = add_places(foster, land, profile, streams, elsewhere=VACANT_BEDS if shown else 0)
    relatives_of = [
        at for at, spot in enumerate(queue.spots) if spot is not None and at not in queue.shown
    ]
    wanted = round(_RELATIVES * len(queue.children))
    chosen = sorted(streams.stream("waiting.relatives").permutation(relatives_of)[:wanted].tolist())
    family = family_drafts([s for s in (queue.spots[at] for at in chosen) if s], land, streams)
    other = other_homes(people, families, land, streams)
    drafts: list[Draft] = [
        *foster, *connected, *registered, *farther, *supported, *family, *other, *shown
    ]  # fmt: skip
    if national:
        wanted_homes = round(HOMES_FOR_EACH_CHILD * count)
        drafts += resting_households(max(wanted_homes - len(drafts), 0), land, streams)

    roots = draw_roots(people, families, drafts, land, streams)
    children, groups = child_records(
        people,
        families,
        roots,
        drafts,
        land,
        streams,
        authority=profile.authority,
        as_of=as_of,
        naming=naming,
    )
    market = make_market(drafts, profile, neighbours, streams, prefix=naming.market)
    homes = home_records(drafts, children, market, profile, streams, as_of=as_of, naming=naming)
    dress(
        homes,
        drafts,
        [queue.children[at] for at in queue.shown],
        as_of,
        [queue.children[at].child_id for at in chosen],
    )
    return _Tables(
        children=[*children, *queue.children],
        groups=[*groups, *queue.groups],
        homes=homes,
        providers=list(market.providers),
        agreements=list(market.agreements),
        referrals=queue.referrals,
        placements=placement_records(
            drafts, homes, children, market, profile, streams, as_of=as_of
        ),
        residents=resident_records(drafts, homes, naming),
        exemptions=exemption_records(drafts, homes, children, as_of, naming, streams),
        holds=hold_records(drafts, homes, market, as_of, naming, streams, held=held_home(drafts)),
        budgets=budget_records(profile, len(queue.children)),
        groups_named=first_group + len(queue.groups),
    )


def _world(tables: _Tables, profile: Profile, postcodes: Postcodes) -> World:
    wanted = {
        postcode
        for record in (*tables.children, *tables.homes)
        for postcode in postcodes_of(record)
    }
    return make_world(
        as_of=date(profile.year, 3, 31),
        authority=profile.authority,
        children=tables.children,
        homes=tables.homes,
        sibling_groups=tables.groups,
        providers=tables.providers,
        agreements=tables.agreements,
        referrals=tables.referrals,
        placements=tables.placements,
        residents=tables.residents,
        exemptions=tables.exemptions,
        holds=tables.holds,
        budgets=tables.budgets,
        locations=postcodes.find_all(sorted(wanted)),
        synthetic=True,
    )
