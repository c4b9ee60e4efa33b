"""The homes of an outlook as levers see them: whose they are, which are left, which to take.

A lever that does not name its homes takes them by lot, and the lot is drawn by the scenario's
seed and the home's identifier alone: choosing eleven homes takes the ten that choosing ten
would have taken, and one more.
"""

from __future__ import annotations

import zlib
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.agreement import Agreement, Fee, Route
from matcher.domain.codes import PlaceProvider
from matcher.domain.phrases import counted
from matcher.errors import UsageError
from scenarios.changes import HomeCloses, HomeOpens, HomesChange, ProviderFails

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matcher.domain.home import Home, Setting
    from matcher.domain.need import Level, NeedDomain
    from scenarios.levers.ground import Ground
    from scenarios.outlook import Outlook


def council_id(outlook: Outlook) -> str:
    """Return the identifier of the council as a provider.

    Raises
    ------
    UsageError
        If the World does not have it.
    """
    world = outlook.world
    own = [p for p in world.providers.values() if p.sector is PlaceProvider.PR1]
    named = [p for p in own if p.authority == world.authority]
    found = sorted(p.provider_id for p in named or own)
    if not found:
        raise UsageError(
            "The data has no provider that is the council itself (sector PR1), so nothing can be "
            "run in-house. Add it to the providers table."
        )
    return found[0]


def in_house(outlook: Outlook, *settings: Setting) -> list[Home]:
    """Return the council's own homes of some settings that are still there."""
    own = {
        p.provider_id
        for p in outlook.world.providers.values()
        if p.sector is PlaceProvider.PR1 and p.authority in (None, outlook.world.authority)
    }
    return [h for h in homes_left(outlook) if h.provider_id in own and h.setting in settings]


def bought(outlook: Outlook, *settings: Setting) -> list[Home]:
    """Return private and voluntary providers' homes of some settings that are still there."""
    outside = (PlaceProvider.PR4, PlaceProvider.PR5)
    return [
        h
        for h in homes_left(outlook)
        if h.setting in settings
        and outlook.world.providers[h.provider_id].sector in outside
        and h.beds_approved > 0
    ]


def homes_left(outlook: Outlook) -> list[Home]:
    """Return the World's homes that no change closes, in the order of their identifiers."""
    gone = {c.home_id for c in outlook.changes if isinstance(c, HomeCloses)}
    failed = {c.provider_id for c in outlook.changes if isinstance(c, ProviderFails)}
    return [
        h
        for h in outlook.world.homes.values()
        if h.home_id not in gone and h.provider_id not in failed
    ]


def moved_in_house(outlook: Outlook) -> frozenset[str]:
    """Return the homes that a change has already turned over to another provider."""
    return frozenset(
        home_id
        for c in outlook.changes
        if isinstance(c, HomesChange) and "provider_id" in c.fields
        for home_id in c.home_ids
    )


def with_new_homes(outlook: Outlook) -> dict[str, Home]:
    """Return the World's homes and those that changes open, by identifier."""
    opened = {c.home.home_id: c.home for c in outlook.changes if isinstance(c, HomeOpens)}
    return {**outlook.world.homes, **opened}


def on_ground(homes: Iterable[Home], ground: Ground, outlook: Outlook) -> list[Home]:
    """Return those homes that lie on some ground."""
    return [h for h in homes if ground.holds(outlook.world.location(h.postcode))]


def by_lot(homes: Iterable[Home], count: int, *, seed: int, purpose: str) -> list[Home]:
    """Return some homes, drawn by identifier and seed, in the order of their identifiers."""
    salt = f"{seed}|{purpose}|"
    ranked = sorted(homes, key=lambda h: (lot(salt + h.home_id), h.home_id))
    return sorted(ranked[:count], key=lambda h: h.home_id)


def lot(text: str) -> int:
    """Return a number that a text always has, and that looks like any other."""
    # One round of mixing: CRC alone keeps neighbouring identifiers together.
    mixed = (zlib.crc32(text.encode()) * 0x9E3779B97F4A7C15) & 0xFFFFFFFFFFFFFFFF
    mixed ^= mixed >> 29
    return (mixed * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF


def enough(homes: Sequence[Home], count: int, what: str, field: str) -> None:
    """Refuse a lever that asks for more homes than there are.

    Raises
    ------
    UsageError
        With the number that there is.
    """
    if len(homes) < count:
        raise UsageError(
            f"{counted(count, 'home')} asked for, and there "
            f"{'is' if len(homes) == 1 else 'are'} only {len(homes)}: {what}. "
            f"Lower '{field}' or widen 'area'."
        )


def named_homes(home_ids: Iterable[str], outlook: Outlook) -> list[Home]:
    """Return homes by identifier, those that changes open among them.

    Raises
    ------
    UsageError
        If there is none of a name.
    """
    there = with_new_homes(outlook)
    missing = sorted(set(home_ids) - there.keys())
    if missing:
        raise UsageError(
            f"There is no home {missing[0]!r} in the data. Identifiers are case-sensitive; "
            "the homes table lists them."
        )
    return [there[each] for each in sorted(set(home_ids))]


def check_providers(provider_ids: Iterable[str], outlook: Outlook) -> None:
    """Refuse providers that the World does not have.

    Raises
    ------
    UsageError
        With the identifier that is not there.
    """
    missing = sorted(set(provider_ids) - outlook.world.providers.keys())
    if missing:
        raise UsageError(
            f"There is no provider {missing[0]!r} in the data. Identifiers are case-sensitive; "
            "the providers table lists them."
        )


def in_house_terms(
    outlook: Outlook, setting: Setting, *, identity: str, weekly_fee_pence: int | None = None
) -> tuple[tuple[str, ...], tuple[Agreement, ...]]:
    """Return under which agreement the council's own homes of a setting are paid.

    Parameters
    ----------
    outlook, setting
        Where, and for which homes.
    identity
        For the identifier of a new agreement.
    weekly_fee_pence
        What a bed costs a week; None for what the council pays its own today.

    Returns
    -------
    tuple
        Identifiers for the homes, and agreements that the World does not have yet.

    Raises
    ------
    UsageError
        If the fee is not given, and the council has no home of the setting to learn it from.
    """
    if weekly_fee_pence is None:
        used = Counter(
            each
            for home in in_house(outlook, setting)
            for each in home.agreement_ids
            if outlook.world.agreements[each].route is Route.IN_HOUSE
        )
        if not used:
            raise UsageError(
                f"The council has no {setting.label} of its own, so what one costs is not known. "
                "Give 'weekly_fee_pounds'."
            )
        most = max(used.values())
        return (min(each for each, count in used.items() if count == most),), ()
    agreement = Agreement(
        agreement_id=new_id("A", identity),
        provider_id=council_id(outlook),
        route=Route.IN_HOUSE,
        fees=(Fee(weekly_fee_pence=weekly_fee_pence),),
    )
    return (agreement.agreement_id,), (agreement,)


def new_id(prefix: str, identity: str, at: int | None = None) -> str:
    """Return an identifier that the same identity always has."""
    number = zlib.crc32(identity.encode())
    return f"{prefix}-NEW-{number:08x}" + ("" if at is None else f"-{at + 1:03d}")


def like_ours(
    homes: Sequence[Home], identity: str, *, seed: int
) -> tuple[Home, np.random.Generator] | None:
    """Return a home that a new one takes after, by lot; None when there is none."""
    rng = np.random.Generator(
        np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(identity.encode())]))
    )
    if not homes:
        return None
    return homes[int(rng.integers(len(homes)))], rng


def levels_of(
    home: Home | None, domains: Iterable[NeedDomain], *, usual: Level, least: Level
) -> dict[NeedDomain, int]:
    """Return what a new home can do: as the one it takes after, and no less than a level."""
    return {
        domain: max(least, usual if home is None or (known := home.capability(domain)) is None
                    else known)
        for domain in domains
    }  # fmt: skip
