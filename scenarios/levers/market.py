"""The market of providers: one fails, one is held, dependence on one is capped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from matcher.domain.phrases import counted, listed
from matcher.domain.record import Identifier
from scenarios.changes import HoldPlaced, ProviderCapped, ProviderFails
from scenarios.levers.fees import Providers
from scenarios.levers.homes_there import check_providers, named_homes
from scenarios.levers.lever import Lever, Unit, Weeks

if TYPE_CHECKING:
    from scenarios.changes import AnyChange
    from scenarios.outlook import Outlook


class ProviderShuts(Lever):
    """A provider fails: every home it runs shuts.

    Parameters
    ----------
    provider_id
        The provider, as the data has it.
    notice_weeks
        How long the council has to find its children other homes.
    """

    title: ClassVar[str] = "A provider fails"
    can_end: ClassVar[bool] = False
    alone: ClassVar[tuple[str, ...] | None] = ("provider_id",)

    kind: Literal["provider_fails"] = "provider_fails"
    provider_id: Identifier
    notice_weeks: Weeks = 4

    def _does(self) -> str:
        return (
            f"Provider {self.provider_id} fails, and all its homes shut with "
            f"{counted(self.notice_weeks, 'week')} of notice"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the failure."""
        check_providers([self.provider_id], outlook)
        return (
            ProviderFails(
                starts=self.first_day(outlook),
                provider_id=self.provider_id,
                notice_weeks=self.notice_weeks,
            ),
        )


class CapProviderShare(Lever):
    """No new placement with a provider that has more than a share of the children already.

    Parameters
    ----------
    share_percent
        Of the children who live with providers other than the council and parents.
    provider_ids
        Only these; every provider but the council when empty.
    """

    title: ClassVar[str] = "Cap dependence on one provider"
    alone: ClassVar[tuple[str, ...] | None] = ("provider_ids",)

    kind: Literal["cap_provider_share"] = "cap_provider_share"
    share_percent: Annotated[float, Field(gt=0, le=100), Unit("per cent")]
    provider_ids: Providers = ()

    def _does(self) -> str:
        who = listed(self.provider_ids) if self.provider_ids else "any one provider"
        return (
            f"Nobody more is placed with {who} while it has {self.share_percent:g} per cent of the "
            "children who live with providers"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the cap."""
        check_providers(self.provider_ids, outlook)
        return (
            ProviderCapped(
                starts=self.first_day(outlook),
                ends=self.ends,
                share=self.share_percent / 100,
                provider_ids=self.provider_ids,
            ),
        )


class HoldHomes(Lever):
    """Nobody is placed in some homes for a time: a concern about quality, a change of manager.

    Parameters
    ----------
    home_ids
        Which homes; who lives there stays.
    """

    title: ClassVar[str] = "Hold new placements"

    kind: Literal["hold_homes"] = "hold_homes"
    home_ids: Annotated[tuple[Identifier, ...], Field(min_length=1), Unit("identifiers of homes")]

    def _does(self) -> str:
        return f"Nobody new is placed in {listed(self.home_ids)}; who lives there stays"

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the hold."""
        homes = named_homes(self.home_ids, outlook)
        return (
            HoldPlaced(
                starts=self.first_day(outlook),
                ends=self.ends,
                home_ids=tuple(home.home_id for home in homes),
            ),
        )
