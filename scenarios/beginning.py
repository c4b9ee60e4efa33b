"""The first day: a World as it was recorded becomes one in which weeks can pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from matcher.domain.agreement import Route
from matcher.domain.child import Child
from matcher.domain.placement import Hold, HoldKind
from matcher.domain.purchase import full_fee_pence, purchase_of, transport_pence
from matcher.domain.referral import Referral, Timescale
from matcher.geography.distance import distance_miles
from scenarios.stage import Money

if TYPE_CHECKING:
    from matcher.domain.world import World
    from scenarios.outlook import Outlook
    from scenarios.placing import Placing
    from scenarios.randomness import Randomness
    from scenarios.register import Register
    from scenarios.shared import Shared
    from scenarios.stage import Stage

_ALWAYS_FRESH_DAYS = 3650
_HELD_FOR_WEEKS = 12
_LONGER_IN_CARE = 0.6
"""Share of the children at the start who have been in care for longer than in their home."""
_LONGER_YEARS = 1.6
_UNKNOWN_AGES = (10, 17)


def as_simulated(outlook: Outlook, start: date, randomness: Randomness, shared: Shared) -> Outlook:
    """Return an outlook whose World can go on: ages known, vacancies confirmed.

    A date of birth that is not recorded is drawn, from ages 10 to 17; a child of 18 or more
    who is still recorded as looked after turns 18 at once. Providers are taken to confirm
    their vacancies in time throughout, and agreements in force to be renewed when they end.

    Parameters
    ----------
    outlook
        As it was given.
    start
        The first day.
    randomness
        Of the replication.
    shared
        What its variants have in common: they begin with the same records.
    """
    world = shared.made("world", outlook.world, lambda: _begun(outlook.world, start, randomness))
    given = outlook.policy
    policy = shared.made(
        "policy",
        given,
        lambda: given.replace(vacancy_fresh_days=_ALWAYS_FRESH_DAYS, may_move=False),
    )
    return replace(outlook, world=world, policy=policy)


def _begun(world: World, start: date, randomness: Randomness) -> World:
    children = {
        child_id: _with_age(child, start, randomness) for child_id, child in world.children.items()
    }
    homes = {
        home_id: home.model_copy(update={"vacancy_confirmed_on": start})
        for home_id, home in world.homes.items()
    }
    return replace(
        world,
        as_of=start,
        children=children,
        homes=homes,
        agreements={
            key: each.model_copy(update={"ends": None}) if each.in_force(start) else each
            for key, each in world.agreements.items()
        },
        holds={key: _ending(hold, start) for key, hold in world.holds.items()},
        referrals=_up_to_date(world, start),
    )


def _with_age(child: Child, start: date, randomness: Randomness) -> Child:
    if child.date_of_birth is not None and child.date_of_birth <= start:
        return child
    low, high = _UNKNOWN_AGES
    days = int(randomness.uniform("born", child.child_id) * 365.25 * (high - low + 1))
    return child.model_copy(
        update={"date_of_birth": start - timedelta(days=int(low * 365.25) + 30 + days)}
    )


def _ending(hold: Hold, start: date) -> Hold:
    """Let a hold without an end last some weeks: nobody is there to lift it."""
    if hold.until is not None or hold.kind is HoldKind.QUALITY:
        return hold
    return hold.model_copy(
        update={"until": max(start, hold.starts) + timedelta(weeks=_HELD_FOR_WEEKS)}
    )


def _up_to_date(world: World, start: date) -> dict[str, Referral]:
    """Return referrals none of which was needed before the start."""
    found: dict[str, Referral] = {}
    for key, referral in world.referrals.items():
        waiting = tuple(
            each
            for each in referral.child_ids
            if each not in world.placements and world.referral_by_child[each] is referral
        )
        if waiting:
            found[key] = referral.model_copy(
                update={"child_ids": waiting, "needed_by": max(referral.needed_by, start)}
            )
    return found


def settle_in(stage: Stage, register: Register, placing: Placing) -> None:
    """Write down who lives where on the first day, and who waits.

    Parameters
    ----------
    stage, register, placing
        The parts of the simulation.
    """
    world = stage.outlook.world
    waiting = {each for referral in world.referrals.values() for each in referral.child_ids}
    for child_id in sorted(world.children):
        if child_id not in world.placements and child_id not in waiting:
            stage.live.drop(Child, child_id)  # known to the council, and not looked after
    for child_id in sorted(world.placements):
        placement = world.placements[child_id]
        child = world.children[child_id]
        home = world.homes[placement.home_id]
        since = min(placement.started_on, stage.day)
        in_care = _in_care_since(child, since, stage)
        stage.roll.enter(child, stage.day, in_care)
        if child.sibling_group_id is not None:
            register.members[child.sibling_group_id].add(child_id)
        register.move_in(child, home, stage.day)
        slot = stage.roll.slot_of[child_id]
        stage.roll.since[slot] = in_care.toordinal()
        stage.roll.home_since[slot] = stage.roll.carer_since[slot] = since.toordinal()
        stage.money[child_id] = _money(child, stage)
        stage.placements_this_year[child_id] = 1
        if home.setting.value in ("with_parents", "adoptive"):
            del stage.money[child_id]
        register.stand(child_id)
    for referral in sorted(world.referrals.values(), key=lambda each: each.referral_id):
        for child_id in referral.child_ids:
            register.enter(world.children[child_id], referral.needed_by)
        planned = referral.timescale is Timescale.PLANNED
        placing.arrives(
            referral if planned else referral.model_copy(update={"received_on": stage.day})
        )
    stage.ledger.begin_anew()


def _in_care_since(child: Child, since: date, stage: Stage) -> date:
    """Return the first day in care: at least as long ago as the first day in the home."""
    born = child.date_of_birth
    draw = stage.randomness.uniform("in_care", child.child_id)
    if born is None or draw > _LONGER_IN_CARE:
        return since
    longer = stage.randomness.uniform("in_care.longer", child.child_id)
    earliest = max((since - born).days, 0)
    return since - timedelta(days=int(min(earliest, 365.25 * 2 * _LONGER_YEARS * longer)))


def _money(child: Child, stage: Stage) -> Money:
    world = stage.outlook.world
    placement = world.placements[child.child_id]
    home = world.homes[placement.home_id]
    agreement = world.agreements.get(placement.agreement_id or "")
    bought = purchase_of(home, world, stage.day)
    route = bought.route if agreement is None else agreement.route
    fee = placement.weekly_fee_pence
    if fee is None:
        fee = full_fee_pence(child, home, bought, stage.day)
    if route is Route.BLOCK:
        fee = 0
    travel = 0
    if child.school is not None and child.school.keep:
        value = stage.outlook.policy.value
        travel = transport_pence(
            child.age_on(stage.day),
            distance_miles(world.location(child.school.postcode), world.location(home.postcode)),
            pence_a_mile=value.transport_pence_a_mile,
            days_a_week=value.school_days_a_week,
        )
    return Money(fee, travel, route)
