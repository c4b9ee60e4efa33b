"""What beds are worth to those who come next, home by home, as was last learnt."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from api.records.bed_values import LearntBedValues
from api.records.council_policy import COUNCIL
from matcher.domain.history import looked_for
from matcher.domain.purchase import purchase_of
from matcher.geography.spelling import outcode_of
from matcher.lookahead.today import points_a_week

if TYPE_CHECKING:
    from api.storage.reading import Held
    from api.storage.work import Work
    from api.worlds.worlds import Worlds
    from matcher.domain.agreement import Route
    from matcher.domain.home import Setting
    from matcher.domain.world import World
    from matcher.lookahead.values import BedValues
    from matcher.policy import Policy


class Worth(NamedTuple):
    """One home."""

    home_id: str
    setting: Setting
    area: str | None
    """The first half of the postcode."""
    route: Route
    """By which a further bed would be bought."""
    beds_free: int
    families_a_year: float | None
    """How many could live there; None for a home that was not there when values were learnt."""
    points_a_week: float
    """Above the home that others need least."""


class Worths(NamedTuple):
    """What was last learnt and what it says of homes, or why there is nothing to show."""

    learnt: LearntBedValues | None
    homes: list[Worth]
    """Those that are looked for among vacancies, as they are today; worth most first."""
    why_none: str
    """And what to do."""


def last_learnt(work: Work, worlds: Worlds) -> Worths:
    """Return what beds are worth to others in a council.

    Parameters
    ----------
    work
        Whose.
    worlds
        Where homes are as they are today.
    """
    held = work.maybe(LearntBedValues, COUNCIL)
    values = None if held is None else held.record.values
    if held is None or values is None:
        return Worths(None, [], _why_none(held, worlds.policy(work)))
    return Worths(held.record, _of_homes(worlds.world(work), values), "")


def _of_homes(world: World, values: BedValues) -> list[Worth]:
    day = world.as_of
    homes = [home for home in world.homes.values() if looked_for(home.setting)]
    points = {home.home_id: points_a_week(values, world, home.home_id, day) for home in homes}
    least = min(points.values(), default=0.0)
    found = [
        Worth(
            home_id=home.home_id,
            setting=home.setting,
            area=outcode_of(home.postcode),
            route=purchase_of(home, world, day).route,
            beds_free=world.beds_free(home.home_id, day),
            families_a_year=values.yearly_families(home.home_id),
            points_a_week=points[home.home_id] - least,
        )
        for home in homes
    ]
    return sorted(found, key=lambda each: (-each.points_a_week, each.home_id))


def _why_none(held: Held[LearntBedValues] | None, policy: Policy) -> str:
    by_hand = "whoever runs the service can learn them at once with 'nearhome lookahead relearn'"
    if held is not None:
        return (
            "What was learnt is of another version of Near Home and cannot be read by this one. "
            f"Where the council's policy looks ahead a worker learns anew by tomorrow; {by_hand}."
        )
    if not policy.look_ahead.margin_points:
        return (
            f"The council's policy, {policy.name}, does not look ahead, so nothing is learnt by "
            "itself. An administrator can set a margin under [look_ahead] on the policy page; to "
            f"see values without using them, {by_hand}."
        )
    return (
        f"The council's policy, {policy.name}, looks ahead, and nothing has been learnt yet. A "
        f"worker learns once a day has passed and somebody is placed; {by_hand}."
    )
