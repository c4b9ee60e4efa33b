"""What beds cost: fees, discounts, a framework tendered anew, a national contract, inflation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from matcher.domain.agreement import Agreement, Route
from matcher.domain.home import Home, Setting
from matcher.domain.phrases import listed
from matcher.domain.record import Identifier
from matcher.errors import UsageError
from scenarios.changes import FeesChange, HomesChange, NumberChanges
from scenarios.levers.homes_there import bought, by_lot, check_providers, new_id
from scenarios.levers.lever import Change, Lever, Percent, Unit

if TYPE_CHECKING:
    from scenarios.changes import AnyChange
    from scenarios.outlook import Outlook

Routes = Annotated[tuple[Route, ...], Unit("routes")]
Settings = Annotated[tuple[Setting, ...], Unit("kinds of home")]
Providers = Annotated[tuple[Identifier, ...], Unit("identifiers of providers")]
SomeProviders = Annotated[
    tuple[Identifier, ...], Field(min_length=1), Unit("identifiers of providers")
]


def _limits(routes: tuple[Route, ...], settings: tuple[Setting, ...],
            provider_ids: tuple[str, ...]) -> str:  # fmt: skip
    parts = []
    if settings:
        parts.append(listed([each.label for each in settings]))
    if routes:
        parts.append(listed([each.label for each in routes]))
    if provider_ids:
        parts.append(f"provider {listed(provider_ids)}")
    return f" ({'; '.join(parts)})" if parts else ""


def _by(percent: float) -> str:
    return f"{'rise' if percent >= 0 else 'fall'} by {abs(percent):g} per cent"


class ChangeFees(Lever):
    """Fees rise or fall.

    Parameters
    ----------
    percent
        By how much; less when negative.
    routes, settings, provider_ids
        Only these; all when empty. The council's own carers are the route in_house.
    new_only
        Whether only placements that begin from then on pay it.
    """

    title: ClassVar[str] = "Change fees"

    kind: Literal["change_fees"] = "change_fees"
    percent: Change
    routes: Routes = ()
    settings: Settings = ()
    provider_ids: Providers = ()
    new_only: bool = False

    def _does(self) -> str:
        new = " of new placements" if self.new_only else ""
        return (
            f"Fees{new} {_by(self.percent)}{_limits(self.routes, self.settings, self.provider_ids)}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the new fees."""
        check_providers(self.provider_ids, outlook)
        return (
            FeesChange(
                starts=self.first_day(outlook),
                ends=self.ends,
                multiply=1 + self.percent / 100,
                routes=self.routes,
                settings=self.settings,
                provider_ids=self.provider_ids,
                new_only=self.new_only,
            ),
        )


class NegotiateDiscount(Lever):
    """Some providers charge less.

    Parameters
    ----------
    provider_ids
        Which.
    discount_percent
        By how much.
    new_only
        Whether only placements that begin from then on pay less.
    """

    title: ClassVar[str] = "Negotiate a discount"

    kind: Literal["negotiate_discount"] = "negotiate_discount"
    provider_ids: SomeProviders
    discount_percent: Percent
    new_only: bool = False

    def _does(self) -> str:
        new = " for new placements" if self.new_only else ""
        charge = "charge" if len(self.provider_ids) > 1 else "charges"
        return f"{listed(self.provider_ids)} {charge} {self.discount_percent:g} per cent less{new}"

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the new fees."""
        check_providers(self.provider_ids, outlook)
        return (
            FeesChange(
                starts=self.first_day(outlook),
                ends=self.ends,
                multiply=1 - self.discount_percent / 100,
                provider_ids=self.provider_ids,
                new_only=self.new_only,
            ),
        )


class RetenderFramework(Lever):
    """A framework is tendered anew: other prices on it, and homes join that were bought spot.

    Which homes join is drawn by lot. A home that joins charges its own quote less the discount.

    Parameters
    ----------
    price_percent
        By how much prices on the framework change; less when negative.
    joining_percent
        Share of the homes without any agreement that join.
    joining_discount_percent
        What a home that joins takes off its quote.
    tier
        Of the homes that join.
    settings
        Kinds of home that it is for.
    """

    title: ClassVar[str] = "Tender the framework anew"
    alone: ClassVar[tuple[str, ...] | None] = ("settings",)

    kind: Literal["retender_framework"] = "retender_framework"
    price_percent: Change = 0.0
    joining_percent: Percent = 0.0
    joining_discount_percent: Percent = 5.0
    tier: Annotated[int, Field(ge=1, le=9), Unit("tier")] = 2
    settings: Annotated[tuple[Setting, ...], Field(min_length=1), Unit("kinds of home")] = (
        Setting.FOSTER,
        Setting.CHILDRENS_HOME,
    )

    def _does(self) -> str:
        joining = (
            f", and {self.joining_percent:g} per cent of the homes without an agreement join it in "
            f"tier {self.tier}, at {self.joining_discount_percent:g} per cent below their quotes"
            if self.joining_percent
            else ""
        )
        kinds = listed([each.label for each in self.settings])
        return f"Prices on the framework ({kinds}) {_by(self.price_percent)}{joining}"

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the new prices, and the agreements of the homes that join."""
        first = self.first_day(outlook)
        found: list[AnyChange] = []
        if self.price_percent:
            found.append(
                FeesChange(
                    starts=first,
                    ends=self.ends,
                    multiply=1 + self.price_percent / 100,
                    routes=(Route.FRAMEWORK,),
                    settings=self.settings,
                )
            )
        quoted = [
            home
            for home in bought(outlook, *self.settings)
            if not home.agreement_ids and home.weekly_fee_pence is not None
        ]
        count = round(len(quoted) * self.joining_percent / 100)
        for home in by_lot(quoted, count, seed=seed, purpose=self.kind):
            agreement = Agreement(
                agreement_id=new_id("A", f"{self.identity}|{home.provider_id}"),
                provider_id=home.provider_id,
                route=Route.FRAMEWORK,
                tier=self.tier,
            )
            found.append(_under(self, home, agreement, outlook, self.joining_discount_percent))
        return tuple(found)


class NationalContract(Lever):
    """Homes come under a national contract, whatever they were bought under before.

    Parameters
    ----------
    discount_percent
        Below what the council pays for them today.
    settings
        Which kinds of home.
    provider_ids
        Only these providers; all private and voluntary ones when empty.
    """

    title: ClassVar[str] = "A national contract"
    alone: ClassVar[tuple[str, ...] | None] = ("settings", "provider_ids")

    kind: Literal["national_contract"] = "national_contract"
    discount_percent: Percent = 0.0
    settings: Annotated[tuple[Setting, ...], Field(min_length=1), Unit("kinds of home")] = (
        Setting.RESIDENTIAL_SCHOOL,
        Setting.CHILDRENS_HOME,
    )
    provider_ids: Providers = ()

    def _does(self) -> str:
        limits = _limits((), self.settings, self.provider_ids)
        less = f", {self.discount_percent:g} per cent below today's prices" * bool(
            self.discount_percent
        )
        return f"Homes{limits} come under a national contract{less}"

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the homes' new agreements."""
        check_providers(self.provider_ids, outlook)
        found: list[AnyChange] = []
        for home in bought(outlook, *self.settings):
            if self.provider_ids and home.provider_id not in self.provider_ids:
                continue
            base = _present_agreement(home, outlook)
            if base is None and home.weekly_fee_pence is None:
                continue
            less = 1 - self.discount_percent / 100
            name = f"{self.identity}|{home.provider_id}|{base.agreement_id if base else ''}"
            agreement = Agreement(
                agreement_id=new_id("A", name),
                provider_id=home.provider_id,
                route=Route.NATIONAL,
                fees=tuple(
                    fee.replace(weekly_fee_pence=round(fee.weekly_fee_pence * less))
                    for fee in (base.fees if base else ())
                ),
                sibling_discount_percent=base.sibling_discount_percent if base else 0,
                solo_extra_pence=base.solo_extra_pence if base else 0,
                parent_and_child_extra_pence=base.parent_and_child_extra_pence if base else 0,
            )
            found.append(_under(self, home, agreement, outlook, self.discount_percent))
        if not found:
            limits = _limits((), self.settings, self.provider_ids)
            raise UsageError(
                f"No home could come under the national contract{limits}: none is "
                "run by those providers and has a known price. Widen 'settings' or "
                "'provider_ids'."
            )
        return tuple(found)


class Inflation(Lever):
    """All fees grow each year, beside what the assumptions already say.

    Parameters
    ----------
    percent_a_year
        By how much; results are then in the money of each year.
    """

    title: ClassVar[str] = "Inflation"

    kind: Literal["inflation"] = "inflation"
    percent_a_year: Annotated[float, Field(ge=-10, le=50), Unit("per cent a year")]

    def _does(self) -> str:
        return f"All fees {_by(self.percent_a_year)} a year"

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the growth of fees."""
        return (
            NumberChanges(
                starts=self.first_day(outlook),
                ends=self.ends,
                name="cost.fee_growth",
                add=self.percent_a_year / 100,
            ),
        )


def _present_agreement(home: Home, outlook: Outlook) -> Agreement | None:
    """Return the agreement with a fee table under which a home is bought first."""
    there = [outlook.world.agreements[each] for each in home.agreement_ids]
    priced = sorted(
        (each for each in there if each.fees), key=lambda each: (each.tier or 0, each.agreement_id)
    )
    return priced[0] if priced else None


def _under(
    lever: Lever, home: Home, agreement: Agreement, outlook: Outlook, discount_percent: float
) -> HomesChange:
    """Return a home under another agreement, its quote lowered where it has one."""
    fields: dict[str, object] = {"agreement_ids": (agreement.agreement_id,)}
    if home.weekly_fee_pence is not None:
        fields["weekly_fee_pence"] = round(home.weekly_fee_pence * (1 - discount_percent / 100))
    return HomesChange(
        starts=lever.first_day(outlook),
        ends=lever.ends,
        home_ids=(home.home_id,),
        fields=fields,
        agreements=(agreement,),
    )
