"""Every lever there is, by kind, and how several of them make one outlook."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from scenarios.levers.beds_bought import BlockBeds, JoinConsortium, ShareSpareBeds
from scenarios.levers.carers import ConvertAgencyCarers, LoseCarers, RecruitCarers, RetainCarers
from scenarios.levers.demand import (
    DemandShocks,
    MoreChildren,
    RisingComplexity,
    UnaccompaniedChildren,
)
from scenarios.levers.fees import (
    ChangeFees,
    Inflation,
    NationalContract,
    NegotiateDiscount,
    RetenderFramework,
)
from scenarios.levers.homes import (
    CloseHome,
    EmergencyBeds,
    OpenChildrensHome,
    StepDownFromResidential,
)
from scenarios.levers.market import CapProviderShare, HoldHomes, ProviderShuts
from scenarios.levers.older import OpenSemiIndependence, StayingPut, SupportedLodgings
from scenarios.levers.permanence import (
    Adoption,
    EarlyPermanence,
    ReviewConnectedCarers,
    SpecialGuardianship,
)
from scenarios.levers.policies import ChangePolicy, SetBudgets
from scenarios.levers.prevention import EdgeOfCare, PreventRepeatRemovals, ReturnHome
from scenarios.levers.support import (
    AdaptCarersHomes,
    InHouseTherapy,
    ReduceBreakdowns,
    TrainCarers,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scenarios.levers.lever import Lever
    from scenarios.outlook import Outlook

FAMILIES: Mapping[str, tuple[type[Lever], ...]] = MappingProxyType(
    {
        "Homes": (OpenChildrensHome, CloseHome, EmergencyBeds, StepDownFromResidential),
        "Foster carers": (RecruitCarers, LoseCarers, ConvertAgencyCarers, RetainCarers),
        "Support": (TrainCarers, InHouseTherapy, AdaptCarersHomes, ReduceBreakdowns),
        "Beds in blocks and pools": (BlockBeds, ShareSpareBeds, JoinConsortium),
        "What beds cost": (
            ChangeFees,
            NegotiateDiscount,
            RetenderFramework,
            NationalContract,
            Inflation,
        ),
        "The market of providers": (ProviderShuts, CapProviderShare, HoldHomes),
        "Sixteen and over": (SupportedLodgings, OpenSemiIndependence, StayingPut),
        "Permanence": (SpecialGuardianship, ReviewConnectedCarers, Adoption, EarlyPermanence),
        "Prevention": (EdgeOfCare, ReturnHome, PreventRepeatRemovals),
        "Demand": (MoreChildren, UnaccompaniedChildren, DemandShocks, RisingComplexity),
        "The council's policy": (ChangePolicy, SetBudgets),
    }
)
"""The levers by family, in the order of the reference."""

LEVERS: Mapping[str, type[Lever]] = MappingProxyType(
    {
        str(lever.model_fields["kind"].default): lever
        for levers in FAMILIES.values()
        for lever in levers
    }
)
"""Every lever by its kind."""


def combine(outlook: Outlook, levers: Iterable[Lever], *, seed: int = 0) -> Outlook:
    """Return the outlook that several levers make together, whatever their order.

    Levers that take something away come first, so that those that choose among what is left
    do so whatever was written first; then they go by date, kind and values.

    Parameters
    ----------
    outlook
        Without them.
    levers
        In any order.
    seed
        Of the scenario.

    Raises
    ------
    UsageError
        If the outlook does not hold what a lever acts on.
    """
    for lever in in_order(levers, outlook):
        outlook = lever.on(outlook, seed=seed)
    return outlook


def in_order(levers: Iterable[Lever], outlook: Outlook) -> list[Lever]:
    """Return levers in the one order in which they are combined.

    Parameters
    ----------
    levers
        In any order.
    outlook
        For the first day of levers without a date.
    """
    return sorted(levers, key=lambda each: _order(each, outlook))


def _order(lever: Lever, outlook: Outlook) -> tuple[int, str, str, str]:
    takes_away = isinstance(lever, CloseHome | ProviderShuts)
    opens = lever.opens_homes
    return (
        0 if takes_away else 1 if opens else 2,
        lever.first_day(outlook).isoformat(),
        lever.kind,
        lever.model_dump_json(),
    )
