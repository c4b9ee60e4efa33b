"""Which providers belong to a tier of the search, and what they have free."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from api.capacity.beds import Wanted, vacancies
from api.records.search import Tier
from matcher.domain.agreement import Agreement, Provider
from matcher.domain.home import Home

if TYPE_CHECKING:
    from api.records.search import SearchStep
    from api.storage.work import Work


class TierProvider(NamedTuple):
    """A provider who can be asked in a tier."""

    provider: Provider
    homes: int
    """How many homes of theirs are known."""
    beds_free: int
    """How many beds in them are free today."""


def providers_of(work: Work, step: SearchStep) -> tuple[TierProvider, ...]:
    """Return whom to ask in a tier, those with most free beds first.

    Parameters
    ----------
    work
        The transaction.
    step
        The tier.

    Returns
    -------
    tuple
        For connected persons nobody; for spot purchase every provider but the council itself;
        otherwise those with an agreement of that route in force today, and for the framework
        of that one of its own tiers.
    """
    if step.tier is Tier.CONNECTED:
        return ()
    providers = {held.record.provider_id: held.record for held in work.find(Provider)}
    own = {each.provider_id for each in providers.values() if each.authority == work.authority}
    if step.tier is Tier.IN_HOUSE:
        wanted = own
    elif step.tier is Tier.SPOT:
        wanted = set(providers) - own
    else:
        wanted = {
            held.record.provider_id
            for held in work.find(Agreement)
            if held.record.route is step.tier.route
            and held.record.in_force(work.today)
            and step.framework_tier in (None, held.record.tier)
        }
    homes = Counter(held.record.provider_id for held in work.find(Home))
    free: Counter[str] = Counter()
    for vacancy in vacancies(work, Wanted(beds_free=1)):
        free[vacancy.home.record.provider_id] += vacancy.beds_free
    found = [
        TierProvider(providers[each], homes[each], free[each])
        for each in wanted
        if each in providers
    ]
    return tuple(sorted(found, key=lambda each: (-each.beds_free, each.provider.provider_id)))
