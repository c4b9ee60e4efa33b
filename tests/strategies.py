"""Hypothesis strategies for sibling groups and whole Worlds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from matcher.domain.agreement import Budget, Route
from matcher.domain.placement import Hold, HoldKind, HoldScope
from matcher.domain.sibling_group import AssessorRole, SiblingGroup, SiblingLink, Together
from matcher.domain.world import make_world

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hypothesis.strategies import DrawFn, SearchStrategy

    from matcher.domain.child import (
        Child,
    )
    from matcher.domain.home import Home
    from matcher.domain.world import World
    from matcher.geography.location import Location
from tests.record_strategies import (
    AS_OF,
    LOCATIONS,
    agreements,
    authorities,
    children,
    dates,
    exemptions,
    homes,
    identifiers,
    maybe,
    one_of_ids,
    placements,
    providers,
    referrals,
    residents,
    some,
    tuples,
)


@st.composite
def holds(draw: DrawFn, hold_id: str, home_ids: Sequence[str], provider_ids: Sequence[str]) -> Hold:
    """Draw a hold on one of the homes or providers."""
    kind = draw(st.sampled_from(HoldKind))
    reserved = kind is HoldKind.RESERVED
    scope = HoldScope.HOME if reserved else draw(st.sampled_from(HoldScope))
    starts = draw(dates)
    return Hold(
        hold_id=hold_id,
        scope=scope,
        target_id=draw(one_of_ids(home_ids if scope is HoldScope.HOME else provider_ids)),
        kind=kind,
        starts=starts,
        until=draw(maybe(st.just(starts + timedelta(days=30)))),
        beds=draw(st.integers(1, 100)) if reserved else None,
    )


@st.composite
def sibling_groups(
    draw: DrawFn, sibling_group_id: str, child_ids: Sequence[str] = ()
) -> SiblingGroup:
    """Draw a sibling group; pairs with an assessment of their own are among the children."""
    links = []
    if len(child_ids) > 1 and draw(st.booleans()):
        a, b = draw(st.permutations(list(child_ids)))[:2]
        links.append(
            SiblingLink(
                child_a=a,
                child_b=b,
                together=draw(st.sampled_from(Together)),
                assessed_by=draw(maybe(st.sampled_from(AssessorRole))),
                assessed_on=draw(maybe(dates)),
            )
        )
    return SiblingGroup(
        sibling_group_id=sibling_group_id,
        together=draw(st.sampled_from(Together)),
        assessed_by=draw(maybe(st.sampled_from(AssessorRole))),
        assessed_on=draw(maybe(dates)),
        links=tuple(links),
    )


budgets = st.builds(
    Budget, route=maybe(st.sampled_from(Route)), weekly_pence=st.integers(0, 100_000_000_000)
)


def _ids(most: int, least: int = 0) -> SearchStrategy[list[str]]:
    return st.lists(identifiers, min_size=least, max_size=most, unique=True)


@st.composite
def worlds(draw: DrawFn, *, max_children: int = 5, max_homes: int = 4) -> World:
    """Draw a World in which every reference holds and every postcode has its location.

    Parameters
    ----------
    max_children, max_homes
        At most so many; there may be none.
    """
    provider_ids = draw(_ids(3, 1))
    agreement_ids = draw(_ids(3))
    home_ids = draw(_ids(max_homes))
    group_ids = draw(_ids(2))
    child_ids = draw(_ids(max_children))

    def each(ids: Iterable[str], strategy: Any) -> list[Any]:
        return [draw(strategy(one)) for one in ids]

    drawn_children = each(
        child_ids,
        lambda one: children(one, sibling_group_ids=group_ids, child_ids=child_ids),
    )
    drawn_homes = each(home_ids, lambda one: homes(one, provider_ids, agreement_ids, child_ids))
    return make_world(
        as_of=AS_OF,
        authority=draw(authorities),
        synthetic=draw(st.booleans()),
        providers=[draw(providers).replace(provider_id=one) for one in provider_ids],
        agreements=each(agreement_ids, lambda one: agreements(one, provider_ids)),
        homes=drawn_homes,
        sibling_groups=each(group_ids, lambda one: sibling_groups(one, child_ids)),
        children=drawn_children,
        referrals=each(draw(_ids(2)), lambda one: referrals(one, child_ids)) if child_ids else (),
        placements=each(draw(some(child_ids)), lambda one: placements(one, home_ids, agreement_ids))
        if home_ids
        else (),
        residents=each(draw(_ids(2)), lambda one: residents(one, home_ids)) if home_ids else (),
        exemptions=each(draw(_ids(2)), lambda one: exemptions(one, child_ids, home_ids))
        if home_ids
        else (),
        holds=each(draw(_ids(2)), lambda one: holds(one, home_ids, provider_ids))
        if home_ids
        else (),
        budgets=draw(tuples(budgets)),
        locations=_locations_of(drawn_children, drawn_homes),
    )


def _locations_of(the_children: Iterable[Child], the_homes: Iterable[Home]) -> dict[str, Location]:
    named = {home.postcode for home in the_homes}
    for child in the_children:
        named.add(child.home_postcode)
        named.add(child.school.postcode if child.school else None)
        named.update(zone.postcode for zone in child.safety_zones)
        named.update(contact.postcode for contact in child.contacts)
    return {postcode: LOCATIONS[postcode] for postcode in sorted(named - {None}, key=str)}
