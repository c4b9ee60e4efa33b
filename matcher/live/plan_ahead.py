"""A whole plan, party by party: is there a home that others will need less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.domain.placement import Placement
from matcher.domain.plan import first_days
from matcher.live.world import LiveWorld

if TYPE_CHECKING:
    from matcher.domain.world import World
    from matcher.lookahead.values import BedValues
    from matcher.policy import Policy

ROUNDS = 2
"""How often everybody is looked at: an exchange may open a home for somebody before."""


def exchange_homes(
    world: World, policy: Policy, values: BedValues, home_of: dict[str, str | None]
) -> dict[str, str | None]:
    """Return a plan in which homes are exchanged for such as others will need less.

    One party of children after the other, in the order of identifiers, with everybody else
    where the plan has them. Children who live somewhere now are left where the plan has them,
    and so is everybody where shares limit what a plan may buy; under a budget no exchange
    costs more.

    Parameters
    ----------
    world, policy, values
        Where, by what, and what beds are worth.
    home_of
        The policy's own plan.
    """
    found = dict(home_of)
    if policy.out_of_area_share is not None or policy.spot_share is not None:
        return found
    days = first_days(world, home_of)
    live = LiveWorld(world, policy, values)
    arriving: dict[tuple[str, str], list[str]] = {}
    for child_id, home_id in sorted(home_of.items()):
        if home_id is not None and child_id not in world.placements:
            group = world.children[child_id].sibling_group_id or child_id
            arriving.setdefault((group, home_id), []).append(child_id)
            live.put(Placement(child_id=child_id, home_id=home_id, started_on=days[child_id]))
        elif home_id is not None and world.placements[child_id].home_id != home_id:
            live.put(Placement(child_id=child_id, home_id=home_id, started_on=days[child_id]))
    parties = [list(children) for children in arriving.values()]
    for _ in range(ROUNDS):
        changed = False
        for ids in sorted(parties):
            before = found[ids[0]]
            live.drop(Placement, *ids)
            after = live.exchanged(ids, str(before))
            for child_id in ids:
                day = days[child_id]
                live.put(Placement(child_id=child_id, home_id=after, started_on=day))
                found[child_id] = after
            changed |= after != before
        if not changed:
            break
    return found
