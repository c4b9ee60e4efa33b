"""How much fits into every home: what rules about numbers will say, known before they are asked.

The rules themselves have the last word. Here beds, the approved number, the usual fostering
limit and bedrooms become sums, because a sum is a far better bound than a list of refusals.
A sum never forbids what the rules allow: where an exemption is recorded, the sum holds only
in the presence of children whom it does not cover.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from matcher.rules.household import (
    APPROVAL_NUMBER,
    BEDROOM_SHARING,
    FOSTERING_LIMIT,
    USUAL_FOSTERING_LIMIT,
    fostering,
    rooms_needed,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.domain.world import World
    from matcher.evidence.arrays import HomeArrays
    from matcher.rules.rule import HouseholdRule
    from matcher.solving.items import Items
    from matcher.solving.options import Flags, Ints, Options

    Weights = NDArray[np.int16]

NUMBER_RULES = (APPROVAL_NUMBER, FOSTERING_LIMIT, BEDROOM_SHARING)


class Fit(NamedTuple):
    """One sum for every home: the weights of the options taken are at most its room.

    Parameters
    ----------
    room
        Shape (homes,), at least 1.
    weight
        int16, shape (options,): the beds or bedrooms that an option needs, or the whole room when
        its children can only live there alone.
    """

    room: Ints
    weight: Weights


@dataclass(frozen=True, eq=False)
class Space:
    """How much fits into every home.

    Parameters
    ----------
    loosest
        Holds for every plan, by bedrooms where these are fewer, else by beds.
    beds
        Holds for every plan, by beds everywhere.
    by_bedrooms
        Homes where the two differ, shape (homes,).
    strict
        As ``loosest``, had nobody an exemption.
    exempted
        Homes where the two differ, shape (homes,).
    uncovered
        Options with children whom no exemption covers: with them ``strict`` holds, shape
        (options,).
    """

    loosest: Fit
    beds: Fit
    by_bedrooms: Flags
    strict: Fit
    exempted: Flags
    uncovered: Flags


def space_of(
    world: World,
    homes: HomeArrays,
    items: Items,
    needs: Needs,
    options: Options,
    lives_at: Ints,
) -> Space:
    """Return how much fits into every home."""
    nobody = np.zeros(homes.n, dtype=np.bool_)
    by_rule = {rule.code: _exempted(world, homes, rule) for rule in NUMBER_RULES}
    exempted: Flags = np.logical_or.reduce(list(by_rule.values()))
    uncovered = _uncovered(world, homes, items, options, exempted)
    # An exemption that covers nobody who could arrive is as good as none.
    useful = np.zeros(homes.n, dtype=np.bool_)
    useful[options.home[exempted[options.home] & (options.arriving > 0) & ~uncovered]] = True
    by_rule = {code: flags & useful for code, flags in by_rule.items()}
    none = dict.fromkeys(by_rule, nobody)
    room, beds_room, by_bedrooms = _room(homes, items, lives_at, by_rule)
    strict_room, _, strict_by_bedrooms = _room(homes, items, lives_at, none)
    loosest = Fit(room, _weights(needs, options, room, by_bedrooms))
    alike = np.array_equal(strict_room, room) and np.array_equal(strict_by_bedrooms, by_bedrooms)
    return Space(
        loosest=loosest,
        beds=Fit(beds_room, _weights(needs, options, beds_room, nobody))
        if by_bedrooms.any()
        else loosest,
        by_bedrooms=by_bedrooms,
        strict=loosest
        if alike
        else Fit(strict_room, _weights(needs, options, strict_room, strict_by_bedrooms)),
        exempted=exempted & useful,
        uncovered=uncovered,
    )


@dataclass(frozen=True, eq=False)
class AnyRoom:
    """Room that holds for every plan, whatever options there are.

    Parameters
    ----------
    room
        How much fits into each home, shape (homes,).
    by_bedrooms
        Homes of which that is counted in bedrooms, shape (homes,).
    needs
        What rooms each item needs.
    """

    room: Ints
    by_bedrooms: Flags
    needs: Needs

    def weight(self, options: Options) -> Weights:
        """Return how much of its home's room each of some options takes."""
        return _weights(self.needs, options, self.room, self.by_bedrooms)


def any_room(
    world: World, homes: HomeArrays, items: Items, needs: Needs, lives_at: Ints
) -> AnyRoom:
    """Return the loosest room, had every exemption recorded somebody to use it."""
    by_rule = {rule.code: _exempted(world, homes, rule) for rule in NUMBER_RULES}
    room, _, by_bedrooms = _room(homes, items, lives_at, by_rule)
    return AnyRoom(room, by_bedrooms, needs)


def _room(
    homes: HomeArrays, items: Items, lives_at: Ints, exempted: dict[str, Flags]
) -> tuple[Ints, Ints, Flags]:
    """Return the room by bedrooms or beds, by beds alone, and where bedrooms are fewer."""
    days = sorted({item.day.toordinal() for item in items.items})
    if not days:
        none = np.zeros(homes.n, dtype=np.int64)
        return none, none, none.astype(np.bool_)
    # On the day on which most are free: a sum must not forbid what a rule allows.
    beds = np.max([homes.beds_free(day) for day in days], axis=0).astype(np.int64)
    bedrooms = beds + homes.bedrooms - homes.beds_usable
    number = homes.terms_number.astype(np.int64) - homes.fostered
    beds = np.where(exempted[APPROVAL_NUMBER.code], beds, np.minimum(beds, number))
    limit = USUAL_FOSTERING_LIMIT - homes.fostered.astype(np.int64)
    limited = fostering(homes) & ~exempted[FOSTERING_LIMIT.code]
    beds = np.where(limited, np.minimum(beds, limit), beds)
    fewer = (bedrooms < beds) & ~exempted[BEDROOM_SHARING.code]
    # Whoever lives in an overfull home may stay; siblings alone may go beyond the limit.
    staying = np.maximum(np.bincount(lives_at[lives_at >= 0], minlength=homes.n), 1)
    room = np.maximum(np.where(fewer, bedrooms, beds), staying)
    return room, np.maximum(beds, staying), fewer


def _exempted(world: World, homes: HomeArrays, rule: HouseholdRule) -> Flags:
    """Return the homes for which any exemption from a rule is recorded."""
    found = np.zeros(homes.n, dtype=np.bool_)
    for exemption in world.exemptions_by_rule.get(rule.code, ()):
        if exemption.home_id is None:
            found[:] = True
        else:
            found[homes.index[exemption.home_id]] = True
    return found


def _uncovered(
    world: World, homes: HomeArrays, items: Items, options: Options, exempted: Flags
) -> Flags:
    """Return the options, in homes with exemptions, that no exemption covers.

    A household with such children is covered by none either: an exemption names everybody it
    is for.
    """
    found = np.zeros(len(options), dtype=np.bool_)
    for at in np.flatnonzero(exempted[options.home] & (options.arriving > 0)):
        item = items.items[int(options.item[at])]
        children = [items.child_ids[child] for child in item.children]
        home_id = homes.ids[int(options.home[at])]
        found[at] = not any(
            world.exemption(rule.code, children, home_id, item.day) for rule in NUMBER_RULES
        )
    return found


class Needs(NamedTuple):
    """Whether each item has a child who must be the only one, and the bedrooms it needs."""

    solo: Flags
    bedrooms: Weights


def needs_of(world: World, items: Items) -> Needs:
    """Return what rooms each item needs."""
    children = [
        [world.children[items.child_ids[each]] for each in item.children] for item in items.items
    ]
    bedrooms = [
        rooms_needed(
            [
                (child.age_on(item.day), child.sex, child.may_share_bedroom, item.group)
                for child in those
            ]
        )[1]
        for item, those in zip(items.items, children, strict=True)
    ]
    return Needs(
        solo=np.array([any(child.solo for child in those) for those in children], dtype=np.bool_),
        bedrooms=np.array(bedrooms, dtype=np.int16),
    )


def _weights(needs: Needs, options: Options, room: Ints, by_bedrooms: Flags) -> Weights:
    """Return how much of a home's room each option takes.

    Only siblings share a bedroom, and siblings in one home are one item: so what items need
    adds up.
    """
    there = room.astype(np.int16)[options.home]
    found: Weights = np.minimum(options.size, there)
    rows = np.flatnonzero(by_bedrooms[options.home])
    found[rows] = np.minimum(needs.bedrooms[options.item[rows]], there[rows])
    rows = np.flatnonzero(needs.solo[options.item] & (options.arriving == options.size))
    found[rows] = there[rows]
    return found
