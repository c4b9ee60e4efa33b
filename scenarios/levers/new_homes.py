"""Makes the records of homes that levers open: whole, lawful, and at real postcodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.domain.home import Grade, Home, Household, Setting, TermsOfApproval
from matcher.domain.need import Adaptation, Capability, NeedDomain
from scenarios.changes import HomeOpens
from scenarios.levers.homes_there import bought, in_house, levels_of, like_ours, new_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from matcher.domain.agreement import Agreement
    from scenarios.levers.ground import Ground
    from scenarios.outlook import Outlook

PLAIN_HOUSEHOLD = Household(
    adult_men=0, adult_women=1, own_children_ages=(), pets=False, smokers=False
)
"""Of new carers where there are no carers to take after."""

ACCESSIBLE = frozenset(
    {
        Adaptation.WHEELCHAIR_ACCESS,
        Adaptation.GROUND_FLOOR_BEDROOM,
        Adaptation.GROUND_FLOOR_BATHROOM,
    }
)


def open_household(
    outlook: Outlook,
    ground: Ground,
    *,
    identity: str,
    at: int,
    seed: int,
    opens: date,
    ends: date | None,
    provider_id: str,
    agreement_ids: tuple[str, ...],
    agreements: tuple[Agreement, ...],
    beds: int,
    ages: tuple[int, int],
    at_least: Mapping[NeedDomain, int],
    setting: Setting = Setting.FOSTER,
    emergency_only: bool = False,
    adapted: bool = False,
    running_weekly_pence: int = 0,
    capital_pence: int = 0,
) -> HomeOpens:
    """Return the opening of a foster household or of lodgings in a family.

    Who lives there and what they can do is as in one of the council's own foster households,
    by lot: new carers are taken to be like those there are.

    Parameters
    ----------
    outlook, ground
        Where.
    identity, at, seed
        Which household of which lever: it keeps its place and its people in every variant.
    opens, ends
        First and last day.
    provider_id, agreement_ids, agreements
        Who pays it, and under what.
    beds, ages
        Terms of approval.
    at_least
        Levels of need that they can meet whoever they are.
    setting, emergency_only, adapted
        What kind of household.
    running_weekly_pence, capital_pence
        Beside fees.
    """
    alike = in_house(outlook, Setting.FOSTER) or bought(outlook, Setting.FOSTER)
    home_id = new_id("H", identity, at)
    drawn = like_ours(alike, home_id, seed=seed)
    donor = drawn[0] if drawn else None
    location = ground.draw(home_id, authority=outlook.world.authority, seed=seed)
    supported = setting is Setting.SUPPORTED
    levels = levels_of(donor, NeedDomain, usual=2, least=0)
    has = donor.adaptations or frozenset() if donor else frozenset()
    return HomeOpens(
        starts=opens,
        ends=ends,
        home=Home(
            home_id=home_id,
            setting=setting,
            provider_id=provider_id,
            postcode=location.postcode,
            terms=TermsOfApproval(age_from=ages[0], age_to=ages[1], number=beds),
            registered=True,
            grade=Grade.NOT_YET_INSPECTED if supported else None,
            beds_approved=beds,
            beds_usable=beds,
            capabilities=_capable(levels, at_least),
            adaptations=has | ACCESSIBLE if adapted else has,
            household=donor.household if donor else PLAIN_HOUSEHOLD,
            agreement_ids=agreement_ids,
            vacancy_confirmed_on=opens,
            emergency_only=emergency_only,
            takes_parent_and_child=setting is Setting.PARENT_AND_CHILD,
            long_term=False if emergency_only else donor.long_term if donor else None,
            post_18=True if supported else donor.post_18 if donor else None,
        ),
        location=location,
        agreements=agreements,
        running_weekly_pence=running_weekly_pence,
        capital_pence=capital_pence,
    )


def open_staffed_home(
    outlook: Outlook,
    ground: Ground,
    *,
    identity: str,
    seed: int,
    opens: date,
    ends: date | None,
    setting: Setting,
    provider_id: str,
    agreement_ids: tuple[str, ...],
    agreements: tuple[Agreement, ...],
    beds: int,
    ages: tuple[int, int],
    level: int,
    at: int | None = None,
    accessible: bool = False,
    ramp_up_weeks: int = 0,
    running_weekly_pence: int = 0,
    capital_pence: int = 0,
) -> HomeOpens:
    """Return the opening of a children's home or of supported accommodation.

    Parameters
    ----------
    outlook, ground
        Where.
    identity, at, seed
        Which home of which lever.
    opens, ends
        First day on which it is registered and staffed for one child, and last day.
    setting, provider_id, agreement_ids, agreements
        What it is, who runs it, and under what its beds are paid.
    beds, ages
        On the certificate.
    level
        Of need that it can meet, in every domain.
    accessible
        Step-free, with a bedroom and bathroom on the ground floor.
    ramp_up_weeks, running_weekly_pence, capital_pence
        As of the change.
    """
    home_id = new_id("H", identity, at)
    location = ground.draw(home_id, authority=outlook.world.authority, seed=seed)
    return HomeOpens(
        starts=opens,
        ends=ends,
        home=Home(
            home_id=home_id,
            setting=setting,
            provider_id=provider_id,
            postcode=location.postcode,
            terms=TermsOfApproval(age_from=ages[0], age_to=ages[1], number=beds),
            registered=True,
            grade=Grade.NOT_YET_INSPECTED,
            beds_approved=beds,
            beds_usable=beds,
            capabilities=_capable(dict.fromkeys(NeedDomain, level), {}),
            adaptations=ACCESSIBLE if accessible else frozenset(),
            agreement_ids=agreement_ids,
            vacancy_confirmed_on=opens,
            post_18=setting is Setting.SUPPORTED,
        ),
        location=location,
        agreements=agreements,
        ramp_up_weeks=ramp_up_weeks,
        running_weekly_pence=running_weekly_pence,
        capital_pence=capital_pence,
    )


def _capable(
    levels: Mapping[NeedDomain, int], at_least: Mapping[NeedDomain, int]
) -> tuple[Capability, ...]:
    return tuple(
        Capability(domain=domain, level=max(level, at_least.get(domain, 0)))
        for domain, level in levels.items()
    )


def spread_over(first: date, count: int, weeks: int) -> Iterable[date]:
    """Yield a day for each of several homes, evenly over some weeks, the first at once."""
    from datetime import timedelta

    for at in range(count):
        yield first + timedelta(weeks=(weeks * at) // max(count - 1, 1) if count > 1 else 0)
