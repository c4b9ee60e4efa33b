"""Providers, agreements and what they charge."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.agreement import Agreement, Fee, Provider, Route
from matcher.domain.codes import PlaceProvider
from matcher.domain.home import Setting
from scenarios.county.drafts import Draft, Part

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scenarios.county.profile import Profile
    from scenarios.county.streams import Streams

_AGES = ((0, 4), (5, 10), (11, 15), (16, 25))
_NEEDS = ((0, 1), (2, 2), (3, 3), (4, 4))
_BY_AGE = (0.90, 0.95, 1.06, 1.12)
_BY_NEED = (0.90, 0.98, 1.12, 1.34)
_SPOT_MEDIAN = 1.0
_SPOT_SPREAD = 0.7
_NORMAL = NormalDist()
_FIRST = date(2022, 4, 1)
_LAST = date(2028, 3, 31)


@dataclass(frozen=True)
class Market:
    """Who sells beds, and on what terms.

    Parameters
    ----------
    providers, agreements
        Records, in the order of their identifiers.
    provider_of
        Provider of each home, in the order of the homes.
    agreements_of
        Agreements under which a provider's beds of a setting are bought.
    """

    providers: tuple[Provider, ...]
    agreements: tuple[Agreement, ...]
    provider_of: tuple[str, ...]
    agreements_of: Mapping[tuple[str, Setting], tuple[str, ...]]


def fee_table(mean_pounds: float, factor: float) -> tuple[Fee, ...]:
    """Return a fee table by age band and need band around a mean, in whole pounds."""
    return tuple(
        Fee(
            age_from=age[0],
            age_to=age[1],
            need_from=need[0],
            need_to=need[1],
            weekly_fee_pence=round(mean_pounds * factor * by_age * by_need) * 100,
        )
        for age, by_age in zip(_AGES, _BY_AGE, strict=True)
        for need, by_need in zip(_NEEDS, _BY_NEED, strict=True)
    )


class _Ledger:
    """Collects providers and agreements under running identifiers."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.providers: list[Provider] = []
        self.agreements: list[Agreement] = []
        self.of: dict[tuple[str, Setting], tuple[str, ...]] = {}

    def provider(
        self, sector: PlaceProvider, *, authority: str | None = None, urn: int | None = None
    ) -> str:
        identifier = f"P-{self.prefix}{len(self.providers) + 1:03d}"
        self.providers.append(
            Provider(provider_id=identifier, sector=sector, authority=authority, urn=urn)
        )
        return identifier

    def agree(self, provider: str, settings: Sequence[Setting], **terms: object) -> str:
        identifier = f"A-{self.prefix}{len(self.agreements) + 1:03d}"
        fields: dict[str, object] = {"starts": _FIRST, "ends": _LAST, **terms}
        self.agreements.append(
            Agreement.model_validate(
                {"agreement_id": identifier, "provider_id": provider, **fields}
            )
        )
        for setting in settings:
            key = (provider, setting)
            self.of[key] = (*self.of.get(key, ()), identifier)
        return identifier


def make_market(
    homes: Sequence[Draft],
    profile: Profile,
    others: Sequence[str],
    streams: Streams,
    *,
    prefix: str = "",
) -> Market:
    """Return the providers and agreements of a county, and who runs each home.

    Parameters
    ----------
    homes
        The homes.
    profile
        For the mean fees.
    others
        ONS codes of other councils with homes in use.
    prefix
        Put into identifiers, so that several counties can stand in one World.
    """
    rng = streams.stream("market.terms")
    ledger = _Ledger(prefix)
    agency_fee = profile.value("fee_agency")
    council = ledger.provider(PlaceProvider.PR1, authority=profile.authority)
    foster = (Setting.FOSTER, Setting.PARENT_AND_CHILD)
    extra = round(profile.value("fee_parent_and_child") - agency_fee) * 100
    ledger.agree(
        council,
        foster,
        route=Route.IN_HOUSE,
        fees=fee_table(profile.value("fee_in_house"), 1.0),
        parent_and_child_extra_pence=extra,
        starts=None,
        ends=None,
    )
    home_fee = profile.value("fee_residential")
    supported_fee = profile.value("fee_supported")
    ledger.agree(
        council,
        (Setting.CHILDRENS_HOME,),
        route=Route.IN_HOUSE,
        fees=(Fee(weekly_fee_pence=round(home_fee * 0.88) * 100),),
        solo_extra_pence=180_000,
        starts=None,
        ends=None,
    )
    ledger.agree(
        council,
        (Setting.SUPPORTED,),
        route=Route.IN_HOUSE,
        fees=(Fee(age_from=16, weekly_fee_pence=round(supported_fee * 0.9) * 100),),
        starts=None,
        ends=None,
    )  # fmt: skip
    agencies = _agencies(ledger, agency_fee, extra, rng)
    companies = _companies(ledger, home_fee, rng)
    supported = _supported(ledger, supported_fee, rng)
    schools = _national(ledger, home_fee, profile.value("fee_secure"), rng)
    councils = [ledger.provider(PlaceProvider.PR2, authority=code) for code in others]
    public = ledger.provider(PlaceProvider.PR3)
    parents = ledger.provider(PlaceProvider.PR0)
    unreported = ledger.provider(PlaceProvider.PR4)
    sellers = {**agencies, **companies, **supported, **schools}

    pick = streams.stream("market.homes")
    balance = _Balance(profile.value("off_framework"))
    chosen = []
    for home in homes:
        at = pick.random()
        if home.sector is None:
            chosen.append(unreported)
        elif home.sector is PlaceProvider.PR0:
            chosen.append(parents)
        elif home.sector is PlaceProvider.PR1:
            chosen.append(council)
        elif home.sector is PlaceProvider.PR3:
            chosen.append(public)
        elif home.sector is PlaceProvider.PR2:
            theirs = {x.authority for x in home.lodgers} | {home.spot.authority}
            same = [p for p, code in zip(councils, others, strict=True) if code in theirs]
            chosen.append((same or councils)[int(at * len(same or councils))])
        else:
            pool = (
                sellers.get((home.setting, home.sector))
                or sellers[(Setting.CHILDRENS_HOME, home.sector)]
            )
            if home.setting is Setting.CHILDRENS_HOME:
                pool = balance.pool(home, pool, ledger)
            # The larger providers come first: a seller's share falls with its place.
            chosen.append(pool[int(at * at * len(pool))])
    return Market(tuple(ledger.providers), tuple(ledger.agreements), tuple(chosen), ledger.of)


class _Balance:
    """Keeps children in homes bought outside agreements at their share.

    Homes of ours and empty ones are counted apart.
    """

    def __init__(self, share: float) -> None:
        self.share = share
        self._children = {True: 0, False: 0}
        self._outside = {True: 0, False: 0}

    def pool(self, home: Draft, sellers: list[str], ledger: _Ledger) -> list[str]:
        """Return the sellers among whom the next home's is to be found."""
        agreed = [p for p in sellers if (p, Setting.CHILDRENS_HOME) in ledger.of]
        others = [p for p in sellers if p not in agreed]
        lived_in = bool(home.children)
        outside = self._outside[lived_in] <= self.share * self._children[lived_in]
        self._children[lived_in] += max(len(home.children), 1)
        if not (others if outside else agreed):
            return sellers
        self._outside[lived_in] += max(len(home.children), 1) if outside else 0
        return others if outside else agreed


_Sellers = dict[tuple[Setting, PlaceProvider], list[str]]


def _agencies(ledger: _Ledger, mean: float, extra: int, rng: np.random.Generator) -> _Sellers:
    """Twelve fostering agencies: three framework tiers, one lapsed agreement, two spot only."""
    settings = (Setting.FOSTER, Setting.PARENT_AND_CHILD, Setting.ADOPTIVE)
    found: _Sellers = {}
    for at in range(12):
        sector = PlaceProvider.PR5 if at in (4, 9) else PlaceProvider.PR4
        provider = ledger.provider(sector, urn=9_000_100 + at)
        for setting in settings:
            found.setdefault((setting, sector), []).append(provider)
        factor = float(np.clip(rng.normal(0.98 + 0.03 * (at // 4), 0.06), 0.8, 1.15))
        if at >= 10:
            continue
        ledger.agree(
            provider,
            settings,
            route=Route.FRAMEWORK,
            tier=1 + at // 4,
            fees=fee_table(mean, factor),
            sibling_discount_percent=int(rng.choice([0, 5, 10])),
            solo_extra_pence=15_000,
            parent_and_child_extra_pence=extra,
            **({"ends": date(2025, 2, 28)} if at == 7 else {}),
        )
    return found


def _companies(ledger: _Ledger, mean: float, rng: np.random.Generator) -> _Sellers:
    """Fourteen companies with children's homes: framework, a block, a consortium, spot."""
    homes = (Setting.CHILDRENS_HOME,)
    found: _Sellers = {}
    for at in range(14):
        sector = PlaceProvider.PR5 if at in (5, 11) else PlaceProvider.PR4
        provider = ledger.provider(sector, urn=9_000_200 + at)
        for setting in (Setting.CHILDRENS_HOME, Setting.FAMILY_CENTRE, Setting.SHORT_BREAK):
            found.setdefault((setting, sector), []).append(provider)
        if at == 1:
            ledger.agree(
                provider,
                homes,
                route=Route.BLOCK,
                block_beds=6,
                block_weekly_pence=6 * round(mean * 0.9) * 100,
            )
        if at == 6:
            ledger.agree(
                provider,
                homes,
                route=Route.CONSORTIUM,
                share_percent=25,
                fees=fee_table(mean, 0.75),
            )
        if at in (0, 1, 3, 5, 8):
            ledger.agree(
                provider,
                homes,
                route=Route.FRAMEWORK,
                tier=1 if at < 4 else 2,
                fees=fee_table(mean, float(np.clip(rng.normal(0.70, 0.04), 0.6, 0.8))),
                sibling_discount_percent=5,
                solo_extra_pence=250_000,
            )
    return found


def _supported(ledger: _Ledger, mean: float, rng: np.random.Generator) -> _Sellers:
    """Six providers of supported accommodation, four on the framework."""
    found: _Sellers = {}
    for at in range(6):
        sector = PlaceProvider.PR5 if at == 2 else PlaceProvider.PR4
        provider = ledger.provider(sector, urn=9_000_300 + at)
        found.setdefault((Setting.SUPPORTED, sector), []).append(provider)
        if at < 4:
            factor = float(np.clip(rng.normal(1.0, 0.06), 0.8, 1.2))
            rows = tuple(
                Fee(
                    age_from=16,
                    need_from=low,
                    need_to=high,
                    weekly_fee_pence=round(mean * factor * by) * 100,
                )
                for (low, high), by in zip(_NEEDS, (0.85, 0.98, 1.15, 1.5), strict=True)
            )
            ledger.agree(
                provider, (Setting.SUPPORTED,), route=Route.FRAMEWORK, tier=1 + at // 2, fees=rows
            )
    return found


def _national(
    ledger: _Ledger, home_fee: float, secure_fee: float, rng: np.random.Generator
) -> _Sellers:
    """Residential schools and secure homes, under a national contract."""
    found: _Sellers = {}
    for at, sector in enumerate((PlaceProvider.PR4, PlaceProvider.PR5)):
        provider = ledger.provider(sector, urn=9_000_400 + at)
        found.setdefault((Setting.RESIDENTIAL_SCHOOL, sector), []).append(provider)
        found.setdefault((Setting.SECURE, sector), []).append(provider)
        ledger.agree(
            provider,
            (Setting.RESIDENTIAL_SCHOOL,),
            route=Route.NATIONAL,
            fees=fee_table(home_fee * float(rng.uniform(0.78, 0.9)), 1.0),
        )
        ledger.agree(
            provider,
            (Setting.SECURE,),
            route=Route.NATIONAL,
            fees=(Fee(age_from=10, weekly_fee_pence=round(secure_fee) * 100),),
        )
    return found


def spot_prices(
    homes: Sequence[Draft], market: Market, profile: Profile, streams: Streams
) -> dict[int, int]:
    """Return what children's homes without an agreement charge, in pence a week, by index.

    Log-normal with a long tail: the median well below the published mean, a few at many
    times the mean. The draws are spread evenly over the distribution, so that small
    counties have their share of the tail, too.
    """
    rng = streams.stream("market.spot")
    found: dict[int, int] = {}
    spot = [
        at
        for at, home in enumerate(homes)
        if home.setting is Setting.CHILDRENS_HOME
        and not home.closed
        and home.sector is not PlaceProvider.PR1
        and (market.provider_of[at], home.setting) not in market.agreements_of
    ]
    median = profile.value("fee_residential") * _SPOT_MEDIAN
    for lived_in in (True, False):
        here = rng.permutation([at for at in spot if bool(homes[at].children) is lived_in])
        weights = np.array([max(len(homes[at].children), 1) for at in here], dtype=np.float64)
        ranks = (np.cumsum(weights) - weights * rng.random(len(here))) / max(weights.sum(), 1)
        for at, rank in zip(here.tolist(), ranks.tolist(), strict=True):
            price = median * math.exp(
                _SPOT_SPREAD * _NORMAL.inv_cdf(min(max(rank, 1e-6), 1 - 1e-6))
            )
            found[at] = round(min(price, profile.value("fee_highest"))) * 100
    return found


def quote_pence(
    home: Draft, agreements: tuple[str, ...], profile: Profile, rng: np.random.Generator
) -> int | None:
    """Return a home's own quote a week; None when its agreement's fee table stands."""
    draw = float(rng.normal())
    if home.part is Part.OTHER or home.sector is PlaceProvider.PR1 or home.closed or agreements:
        return None
    means = {
        Setting.FOSTER: profile.value("fee_agency") * 1.08,
        Setting.PARENT_AND_CHILD: profile.value("fee_parent_and_child"),
        Setting.SUPPORTED: profile.value("fee_supported") * 1.05,
        Setting.SECURE: profile.value("fee_secure"),
        Setting.RESIDENTIAL_SCHOOL: profile.value("fee_residential") * 0.85,
    }
    mean_here = means.get(home.setting)
    return None if mean_here is None else round(mean_here * math.exp(0.08 * draw)) * 100
