"""Dated changes: the small vocabulary in which every lever says what would be different.

A lever is a pure function from an outlook to an outlook, and in the end all it does is to add
some of these. Each holds from ``starts`` on, to ``ends`` (the last day, included) or for
good. What a change did is undone when it ends, unless its own text says otherwise. Changes
combine: of several that name the same assumption, all multipliers are applied first and then
everything is added; of several that set the same field of a home or of the policy, the one
that stands later in the outlook wins.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, model_validator

from matcher.domain.agreement import Agreement, Budget, Provider, Route
from matcher.domain.home import Home, Setting
from matcher.domain.need import Capability, Level, NeedDomain
from matcher.domain.record import Age, AuthorityCode, Identifier, Record
from matcher.geography.location import Location

Weeks = Annotated[int, Field(ge=0, le=520)]
"""Whole weeks, up to ten years."""

Amount = Annotated[int, Field(ge=0, le=100_000_000_000)]
"""Whole pence, up to a thousand million pounds."""

Prefix = Annotated[str, Field(pattern=r"^[A-Z]{1,2}[0-9]{0,2}[A-Z]?$")]
"""The beginning of a postcode: an outcode such as "HP13", or an area such as "HP"."""


class Change(Record):
    """Something that is different from one day to another.

    Parameters
    ----------
    starts
        First day.
    ends
        Last day; None when it stays so.
    """

    starts: date
    ends: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends is not None and self.ends < self.starts:
            raise ValueError("a change ends on or after the day it starts")
        return self

    def in_force(self, day: date) -> bool:
        """Whether the change holds on a day."""
        return self.starts <= day and (self.ends is None or day <= self.ends)


def _low_to_high(pair: tuple[int, int] | None) -> tuple[int, int] | None:
    if pair is not None and pair[0] > pair[1]:
        raise ValueError("a range runs from a smaller to a larger number")
    return pair


class NumberChanges(Change):
    """An assumption is multiplied, then added to: for everybody, or for some children.

    Parameters
    ----------
    name
        The assumption; see :mod:`scenarios.assumptions`.
    multiply, add
        New value = value as drawn x ``multiply`` + ``add``. Of several changes of one
        name all multipliers come first. A share is kept within 0 and 1, a rate at 0 or more.
    ages
        Only for children of these completed years, both included; None for all. Only for
        assumptions that stand for a child or a family (``Assumption.per``).
    needs
        Only for children whose highest assessed level of need lies here, both included.
    unaccompanied
        Only for unaccompanied children (True), only for others (False), or all (None).
    area
        Only for children whose home before care has a postcode that begins so; empty for all.
    settings
        Only for homes of these settings (assumptions that stand for a home), and for
        children who live in them; empty for all.
    """

    name: str
    multiply: Annotated[float, Field(ge=0, le=100)] = 1.0
    add: Annotated[float, Field(ge=-1e9, le=1e9)] = 0.0
    ages: Annotated[tuple[Age, Age] | None, AfterValidator(_low_to_high)] = None
    needs: Annotated[tuple[Level, Level] | None, AfterValidator(_low_to_high)] = None
    unaccompanied: bool | None = None
    area: tuple[Prefix, ...] = ()
    settings: tuple[Setting, ...] = ()

    @property
    def for_everybody(self) -> bool:
        """Whether the change is not limited to some children or homes."""
        return not (
            self.ages is not None
            or self.needs is not None
            or self.unaccompanied is not None
            or self.area
            or self.settings
        )


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


class MoneySpent(Change):
    """What a programme costs that is neither a home nor a fee.

    Parameters
    ----------
    purpose
        What it is spent on, in a few words.
    once_pence
        Paid once, in the week of ``starts``; counts as capital.
    weekly_pence
        Paid every week while the change holds; counts as running cost.
    """

    purpose: str
    once_pence: Amount = 0
    weekly_pence: Amount = 0


class BlockStarts(Change):
    """Beds are bought in a block, paid for whether they are used or not.

    The agreement is dated by the change. When it ends, children who live there stay at the
    fee of the home's next agreement.

    Parameters
    ----------
    agreement
        Of route block, with ``block_beds`` and ``block_weekly_pence``.
    home_ids
        The homes whose beds it covers.
    """

    agreement: Agreement
    home_ids: tuple[Identifier, ...]

    @model_validator(mode="after")
    def _is_a_block(self) -> Self:
        if self.agreement.route is not Route.BLOCK or self.agreement.block_beds == 0:
            raise ValueError("a block agreement has the route block and at least one bed")
        return self


class FeesChange(Change):
    """Fees are multiplied: of new placements and of those that run.

    Parameters
    ----------
    multiply
        Times the fee.
    routes, provider_ids, settings
        Only these; empty for all.
    new_only
        Only placements that begin while the change holds; they keep the fee afterwards.
    """

    multiply: Annotated[float, Field(ge=0, le=100)]
    routes: tuple[Route, ...] = ()
    provider_ids: tuple[Identifier, ...] = ()
    settings: tuple[Setting, ...] = ()
    new_only: bool = False


class BedsShared(Change):
    """Spare beds are offered to other authorities against an income, and can be recalled.

    A spare bed is taken at the rate ``shared.taken_a_year``; it is recalled when one of our
    own children waits for whom the home would be lawful, and is free after the notice.

    Parameters
    ----------
    home_ids
        Homes that share.
    beds
        At most so many beds in each at a time.
    weekly_income_pence
        For each bed while it is taken.
    recall_weeks
        Notice until a recalled bed is free.
    """

    home_ids: tuple[Identifier, ...]
    beds: Annotated[int, Field(ge=1, le=100)] = 1
    weekly_income_pence: Amount
    recall_weeks: Weeks = 4


class PolicyChanges(Change):
    """The council's policy is another while the change holds.

    Parameters
    ----------
    policy_fields
        Fields of :class:`matcher.policy.Policy` with their new values.
    """

    policy_fields: dict[str, Any]


class BudgetChanges(Change):
    """Other limits on new placements; an empty tuple lifts them all.

    Parameters
    ----------
    budgets
        In place of the World's.
    """

    budgets: tuple[Budget, ...]


class ProviderCapped(Change):
    """No new placement with a provider while it has more than this share of the children.

    Parameters
    ----------
    share
        Of the children who live with providers other than the council and parents.
    provider_ids
        Only these; empty for every provider but the council itself.
    """

    share: Annotated[float, Field(gt=0, le=1)]
    provider_ids: tuple[Identifier, ...] = ()


class StepDown(Change):
    """Children in residential care who do not need it are offered a family home.

    Parameters
    ----------
    a_year
        How often a year each of them is looked for.
    highest_need
        Only children whose highest assessed need is at most this level.
    ages
        Only children of these completed years, both included; None for all.
    to_settings
        Where they may go.
    """

    a_year: Annotated[float, Field(ge=0, le=52)]
    highest_need: Level = 2
    ages: Annotated[tuple[Age, Age] | None, AfterValidator(_low_to_high)] = None
    to_settings: tuple[Setting, ...] = (Setting.FOSTER,)


class HoldPlaced(Change):
    """Nobody may be placed in these homes while the change holds; who lives there stays.

    Parameters
    ----------
    home_ids
        Which homes.
    """

    home_ids: tuple[Identifier, ...]


class DemandShock(Change):
    """Children come into care beside those of the assumed rates, spread evenly over time.

    Parameters
    ----------
    children_a_year
        How many a year while the change holds.
    unaccompanied
        Whether they are unaccompanied children.
    ages
        Completed years, both included.
    transferred_from
        The authority that they come from, where they do; None otherwise.
    """

    children_a_year: Annotated[float, Field(ge=0, le=5000)]
    unaccompanied: bool = False
    ages: Annotated[tuple[Age, Age], AfterValidator(_low_to_high)] = (0, 17)
    transferred_from: AuthorityCode | None = None


AnyChange = (
    NumberChanges
    | HomeOpens
    | HomeCloses
    | ProviderFails
    | HomesChange
    | CapabilityRises
    | MoneySpent
    | BlockStarts
    | FeesChange
    | BedsShared
    | PolicyChanges
    | BudgetChanges
    | ProviderCapped
    | StepDown
    | HoldPlaced
    | DemandShock
)
"""Every kind of change."""
