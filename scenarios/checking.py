"""The checker at work in a simulation: each week whom it touches, each quarter everything.

The question about a decision is the checker's own (:func:`matcher.checking.check`), asked of the
World as it is before the decision is carried out, about the children placed and the homes they
go to. What a changing World keeps current beside its records, such as who lives where, is
compared each quarter with what the records say when they are read anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.checking import Claim, check
from matcher.domain.plan import Plan
from scenarios.roll import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.domain.world import World
    from matcher.live import Choice, LiveWorld
    from scenarios.register import Register
    from scenarios.shared import Shared
    from scenarios.stage import Stage


def check_choices(
    live: LiveWorld,
    families: Sequence[Sequence[str]],
    choices: Sequence[Choice],
    shared: Shared,
) -> int:
    """Check decisions before they are carried out; return how many children and homes.

    Parameters
    ----------
    live
        The World as it is now: nobody has moved in yet.
    families, choices
        Who waits, and what was decided for them.
    shared
        What the variants of the replication have in common: a decision of which every record
        was the same in another variant has been checked there.

    Raises
    ------
    CheckFailedError
        If anything does not hold: a fault in Near Home.
    """
    home_of: dict[str, str | None] = {}
    points: dict[str, float] = {}
    for choice in choices:
        home_of.update(choice.home_of)
        for part in choice.parts:
            points.update(zip(part.child_ids, part.points, strict=True))
    if sorted(home_of) != sorted(child_id for family in families for child_id in family):
        raise AssertionError("A decision is about other children than those who wait.")
    homes = {home_id for home_id in home_of.values() if home_id is not None}
    if not homes:
        return 0  # nobody moves: there is nothing to check
    policy = live.policy.replace(may_move=False) if live.policy.may_move else live.policy
    decided = sorted(home_of)
    if not shared.has(
        ("checked", live.day, *decided),
        (policy, choices, _looked_at(live.view, decided, sorted(homes))),
    ):
        check(
            live.view,
            policy,
            Plan.of(home_of),
            claimed=Claim(points=points),
            decided=decided,
            tasks=False,
        )
    return len(home_of) + len(homes)


def _looked_at(view: World, child_ids: Sequence[str], home_ids: Sequence[str]) -> object:
    """Return every record that the check of a decision looks at, to compare with another's."""
    children = [view.children[each] for each in child_ids]
    groups = sorted({each.sibling_group_id for each in children} - {None}, key=str)
    siblings = sorted(each for group in groups for each in view.siblings_in_care[str(group)])
    homes = [view.homes[each] for each in home_ids]
    agreements = sorted({each for home in homes for each in home.agreement_ids})
    return (
        children,
        [view.referral_by_child[each] for each in child_ids],
        [view.sibling_groups[str(each)] for each in groups],
        [(each, view.placements.get(each), view.residents.get(each)) for each in siblings],
        homes,
        [view.occupants_of(each) for each in home_ids],
        [view.holds_by_home.get(each, ()) for each in home_ids],
        [view.providers[home.provider_id] for home in homes],
        [
            # How many live under an agreement only matters to a block.
            (each, view.placements_by_agreement.get(each.agreement_id) if each.block_beds else 0)
            for each in (view.agreements[agreement_id] for agreement_id in agreements)
        ],
        [
            (each, view.homes[each])
            for child_id in child_ids
            for each in sorted(view.connected_homes.get(child_id, ()))
        ],
        [
            each
            for each in view.exemptions.values()
            if not each.child_ids or not each.child_ids.isdisjoint(child_ids)
        ],
        view.budgets,
    )


def check_touched(stage: Stage, register: Register) -> int:
    """Check those to whom something happened this week; return how many children and homes.

    Each child is where the register and the roll have them, in one home at most; no home has
    more of our children and of others than beds, unless it had at the start.

    Raises
    ------
    AssertionError
        If anything does not hold: a fault in Near Home.
    """
    view, roll = stage.live.view, stage.roll
    children = homes = 0
    for name in register.touched:
        if name in view.homes:
            homes += 1
            ours = register.children_in[name]
            if any(view.placements[each].home_id != name for each in ours):
                raise AssertionError(f"The World and the register disagree about {name}.")
            _not_too_many(stage, view, name)
        elif name in roll.slot_of:
            children += 1
            _in_one_place(stage, register, name)
        elif register.children_in.get(name) or name in view.placements:
            raise AssertionError(
                f"{name} is gone, and somebody lives there or they live somewhere."
            )
    return children + homes


def _in_one_place(stage: Stage, register: Register, child_id: str) -> None:
    state = State(int(stage.roll.state[stage.roll.slot_of[child_id]]))
    home_id = stage.home_of(child_id)
    if (state is State.UNPLACED and home_id is not None) or (
        state is State.PLACED and home_id is None
    ):
        raise AssertionError(f"{child_id} is {state.name.lower()} and lives in {home_id}.")
    if home_id is not None and child_id not in register.children_in[home_id]:
        raise AssertionError(f"{child_id} is missing among those who live in {home_id}.")
    if stage.child(child_id).age_on(stage.day) != int(stage.roll.age[stage.roll.slot_of[child_id]]):
        raise AssertionError(f"{child_id} counts with an age that is not theirs.")


def _not_too_many(stage: Stage, world: World, home_id: str) -> None:
    """Refuse more people than beds, unless there were as many too many at the start."""
    start = stage.outlook.world
    crowded = max(_too_many(start, home_id), 0) if home_id in start.homes else 0
    too_many = _too_many(world, home_id)
    if too_many > crowded:
        raise AssertionError(f"{home_id} has {too_many} people more than beds.")


def _too_many(world: World, home_id: str) -> int:
    """Return how many people more than beds there are; reserved beds are nobody's yet."""
    return len(world.occupants_of(home_id)) - world.homes[home_id].beds_usable


def check_everything(stage: Stage, register: Register) -> int:
    """Check who lives where, everybody and everywhere; return how many children and homes.

    Every reference leads somewhere; what is kept current is what the records say; every child
    looked after is in one place and of the age that their birthday says; no home has more
    people than beds unless it had at the start.

    Raises
    ------
    AssertionError
        If anything does not hold: a fault in Near Home.
    """
    world = stage.live.world()
    _as_kept(stage.live.view, world)
    roll = stage.roll
    if set(world.children) != set(roll.slot_of):
        odd = sorted(set(world.children) ^ set(roll.slot_of))
        raise AssertionError(f"The World and the roll disagree about {', '.join(odd[:5])}.")
    for child_id in roll.slot_of:
        _in_one_place(stage, register, child_id)
    for home_id in world.homes:
        ours = {each.occupant_id for each in world.occupants_of(home_id) if each.child is not None}
        if ours != register.children_in[home_id]:
            raise AssertionError(f"The World and the register disagree about {home_id}.")
        _not_too_many(stage, world, home_id)
    return len(world.children) + len(world.homes)


def _as_kept(view: World, world: World) -> None:
    """Refuse what a changing World keeps current if its records, read anew, say otherwise."""
    for name in ("occupants", "members", "siblings_in_care", "holds_by_home"):
        kept, read = getattr(view, name), getattr(world, name)
        if kept.keys() != read.keys() or any(
            # In what order they came means nothing.
            tuple(mine) != tuple(read[key])
            and (len(mine) != len(read[key]) or any(each not in mine for each in read[key]))
            for key, mine in kept.items()
        ):
            raise AssertionError(f"What is kept of {name} is not what the records say.")
    for name in ("referral_by_child", "placements_by_agreement", "connected_homes"):
        if getattr(view, name) != getattr(world, name):
            raise AssertionError(f"What is kept of {name} is not what the records say.")
