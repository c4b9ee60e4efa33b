"""What the masks of several rules have in common: verdicts from flags, kept where they can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.codes import LegalStatus, PlaceProvider
from matcher.domain.home import OFFERED_SETTINGS, Setting
from matcher.evidence.arrays import setting_codes
from matcher.evidence.lookup import among
from matcher.evidence.verdict import NOT_APPLICABLE, Judgement, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from matcher.domain.agreement import Provider
    from matcher.domain.child import Child
    from matcher.domain.world import World
    from matcher.evidence.arrays import ChildFacts, Flags, HomeArrays, Verdicts
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy

    Judge = Callable[[PairCase], Judgement]
    Mask = Callable[[HomeArrays, ChildFacts, Policy], Verdicts]

BOUGHT_SETTINGS = OFFERED_SETTINGS - {Setting.CONNECTED}
"""Homes whose beds are bought from a provider; a connected person is paid an allowance."""
SHORT_BREAK_STATUSES = (LegalStatus.V3, LegalStatus.V4)


def verdict_where(
    flags: Flags, then: Verdict, otherwise: Verdict | Verdicts = Verdict.MET
) -> Verdicts:
    """Return one verdict where flags are set and another elsewhere, shape (n,)."""
    rest = _BYTE_OF[otherwise] if isinstance(otherwise, Verdict) else otherwise
    return np.where(flags, _BYTE_OF[then], rest)


_BYTE_OF = {verdict: np.int8(verdict) for verdict in Verdict}


def kept_verdicts(
    homes: HomeArrays, key: Hashable, make: Callable[[], Verdicts], *, for_now: bool = False
) -> Verdicts:
    """Return verdicts that several children share; never change them.

    Parameters
    ----------
    homes, key, make
        As for :meth:`~matcher.evidence.arrays.HomeArrays.kept`.
    for_now
        Whether they depend on who lives where.
    """
    return (homes.kept_for_now if for_now else homes.kept)(key, make)


def of_setting(homes: HomeArrays, *settings: Setting) -> Flags:
    """Return which homes are of some settings."""
    return homes.kept(settings, lambda: among(homes.setting, setting_codes(*settings)))


def is_own(provider: Provider, world: World) -> bool:
    """Whether a provider is the council itself."""
    return provider.sector is PlaceProvider.PR1 or provider.authority == world.authority


def own_homes(homes: HomeArrays) -> Flags:
    """Return which homes the council runs itself."""

    def make() -> Flags:
        providers = homes.world.providers.values()
        own = np.array([is_own(each, homes.world) for each in providers], dtype=np.bool_)
        return own[homes.provider]

    return homes.kept("own", make)


def own_provision(case: PairCase) -> bool:
    """Whether the council runs the home itself."""
    return is_own(case.world.providers[case.home.provider_id], case.world)


def bought(homes: HomeArrays) -> Flags:
    """Return which homes' beds are bought from a provider."""
    return of_setting(homes, *BOUGHT_SETTINGS)


def in_short_breaks(child: Child) -> bool:
    """Whether the child is accommodated in a series of short breaks."""
    return child.legal_status in SHORT_BREAK_STATUSES


def lives_there(case: PairCase) -> bool:
    """Whether the child lives in the home already."""
    return case.lives_there


def new_placements(judge: Judge) -> Judge:
    """Return a test that does not apply where the child lives already."""

    def judged(case: PairCase) -> Judgement:
        return NOT_APPLICABLE if case.lives_there else judge(case)

    return judged


def new_placements_mask(mask: Mask) -> Mask:
    """Return the vectorised twin of :func:`new_placements`."""

    def masked(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
        found = mask(homes, child, policy)
        placement = homes.world.placements.get(child.child.child_id)
        if placement is not None:
            found = found.copy()
            found[homes.index[placement.home_id]] = np.int8(Verdict.NOT_APPLICABLE)
        return found

    return masked
