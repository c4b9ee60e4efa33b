"""Changes of homes: those that open, close, fail, are held, or can do more."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from matcher.domain.agreement import Agreement, Provider
from matcher.domain.home import Home, Setting
from matcher.domain.need import Capability, Level, NeedDomain
from matcher.domain.record import Identifier
from matcher.geography.location import Location
from scenarios.changes.change import Amount, Change, Weeks


class HomeOpens(Change):
    """A home opens, with what is needed to buy its beds.

    Its beds become usable one after the other, evenly over the ramp-up; the first on
    ``starts``. When the change ends the home closes as :class:`HomeCloses` says, with
    twelve weeks' notice. Homes of carers who are recruited are subject to the same leaving
    and holds as others from then on.

    Parameters
    ----------
    home
        The home as it is once it runs fully.
    location
        Where its postcode lies, since the World may not have it yet; None where it does.
    agreements, provider
        Agreements and a provider that the World does not have yet. When the running cost
        covers everything, give the home's agreement a fee of 0.
    ramp_up_weeks
        From the first bed to the last.
    running_weekly_pence
        Paid every week from ``starts`` on, whether or not a bed is used, beside any fees.
    capital_pence
        Paid once, in the week of ``starts``.
    """

    home: Home
    location: Location | None = None
    agreements: tuple[Agreement, ...] = ()
    provider: Provider | None = None
    ramp_up_weeks: Weeks = 0
    running_weekly_pence: Amount = 0
    capital_pence: Amount = 0


class HomeCloses(Change):
    """A home takes nobody from ``starts`` and is empty when the notice is over.

    Children are found another home within the notice, in the weekly batch; whoever is still
    there when it is over needs one the same day. A closure does not end.

    Parameters
    ----------
    home_id
        The home.
    notice_weeks
        From the last day on which a child may be placed to the day it shuts.
    saved_weekly_pence
        Running cost that falls away when it shuts, where it is not in the fees.
    """

    home_id: Identifier
    notice_weeks: Weeks = 12
    saved_weekly_pence: Amount = 0


class ProviderFails(Change):
    """Every home of a provider shuts, with this notice. A failure does not end.

    Parameters
    ----------
    provider_id
        The provider.
    notice_weeks
        As in :class:`HomeCloses`.
    """

    provider_id: Identifier
    notice_weeks: Weeks = 4


class HomesChange(Change):
    """Some homes are different: terms, beds, capabilities, household, agreements, provider.

    Parameters
    ----------
    home_ids
        Which homes.
    fields
        Fields of :class:`matcher.domain.home.Home` with their new values.
    agreements, provider
        Records that the World does not have yet.
    capital_pence
        For each home, once, in the week of ``starts``.
    yearly_pence
        For each home, spread over the weeks.
    """

    home_ids: tuple[Identifier, ...]
    fields: dict[str, Any] = Field(default_factory=dict)
    agreements: tuple[Agreement, ...] = ()
    provider: Provider | None = None
    capital_pence: Amount = 0
    yearly_pence: Amount = 0

    @model_validator(mode="after")
    def _known_fields(self) -> Self:
        unknown = sorted(
            set(self.fields) - set(Home.model_fields) | ({"home_id"} & set(self.fields))
        )
        if unknown:
            raise ValueError(f"a home has no field {unknown[0]!r} that could change")
        return self


class CapabilityRises(Change):
    """Some homes can meet higher levels of need than before; falls back when the change ends.

    Relative to what a home can do by then, so that training and therapy add up, and so that it
    holds for homes that open later. A domain that is not recorded stays unknown.

    Parameters
    ----------
    home_ids
        Which homes.
    provider_ids, settings
        And every home of these providers and settings, whenever it opens; neither counts
        while one of the two is empty.
    domains
        In which domains of need.
    by
        By how many levels.
    at_most
        No home rises above this level; one that is above it already stays so.
    """

    home_ids: tuple[Identifier, ...] = ()
    provider_ids: tuple[Identifier, ...] = ()
    settings: tuple[Setting, ...] = ()
    domains: tuple[NeedDomain, ...]
    by: Annotated[int, Field(ge=1, le=4)] = 1
    at_most: Level = 4

    def is_for(self, home: Home) -> bool:
        """Whether a home rises."""
        return home.home_id in self.home_ids or (
            home.provider_id in self.provider_ids and home.setting in self.settings
        )

    def raised(self, home: Home) -> Home:
        """Return a home with its capabilities raised."""
        return home.replace(
            capabilities=tuple(
                Capability(
                    domain=each.domain,
                    level=max(each.level, min(each.level + self.by, self.at_most)),
                )
                if each.domain in self.domains
                else each
                for each in home.capabilities
            )
        )


class HoldPlaced(Change):
    """Nobody may be placed in these homes while the change holds; who lives there stays.

    Parameters
    ----------
    home_ids
        Which homes.
    """

    home_ids: tuple[Identifier, ...]
