"""Siblings: how many of the child's brothers and sisters in care would live in the same home."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.criteria.criterion import Criterion, Score, does_not_apply
from matcher.domain.sibling_group import Together

if TYPE_CHECKING:
    from matcher.domain.child import Child
    from matcher.domain.world import World
    from matcher.evidence.arrays import Arrivals, ChildFacts, Floats, HomeArrays
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy


def siblings_to_live_with(child: Child, world: World) -> tuple[str, ...]:
    """Return the child's siblings in care, without those assessed to live apart from them."""
    group_id = child.sibling_group_id
    if group_id is None:
        return ()
    group = world.sibling_groups.get(group_id)
    return tuple(
        each
        for each in world.siblings_in_care.get(group_id, ())
        if each != child.child_id
        and (group is None or group.between(child.child_id, each) is not Together.APART)
    )


def siblings_there(case: PairCase, arrivals: tuple[Child, ...], siblings: tuple[str, ...]) -> int:
    """Return how many of some siblings would live in the home: arriving, or there already."""
    there = {each.occupant_id for each in case.occupants}
    there.update(each.child_id for each in arrivals)
    return sum(each in there for each in siblings)


def sibling_shares(homes: HomeArrays, arrivals: Arrivals, siblings: tuple[str, ...]) -> Floats:
    """Return the share of some siblings who would live in each home; at least one sibling."""
    arriving = {each.child.child_id for each in arrivals.members}
    count = np.full(homes.n, sum(each in arriving for each in siblings), dtype=np.float64)
    for each in siblings:
        at = homes.home_of_occupant.get(each)
        if at is not None and each not in arriving:
            count[homes.at((at,))] += 1
    count /= len(siblings)
    return count


def _judge(case: PairCase, arrivals: tuple[Child, ...]) -> Score:
    siblings = siblings_to_live_with(case.child, case.world)
    if not siblings:
        return does_not_apply(
            "No siblings in care."
            if case.child.sibling_group_id is None
            else "No siblings in care whom the child should live with."
        )
    there = siblings_there(case, arrivals, siblings)
    return Score(there / len(siblings), lambda: _sentence(there, len(siblings)))


def _sentence(there: int, of: int) -> str:
    if of == 1:
        return "Together with the sibling." if there else "Apart from the sibling."
    everyone = "both siblings" if of == 2 else f"all {of} siblings"
    if there == of:
        return f"Together with {everyone}."
    if there == 0:
        return f"Apart from {everyone}."
    return f"Together with {there} of {of} siblings."


def _shares(homes: HomeArrays, child: ChildFacts, arrivals: Arrivals, policy: Policy) -> Floats:
    siblings = siblings_to_live_with(child.child, homes.world)
    if not siblings:
        return np.ones(homes.n)
    return sibling_shares(homes, arrivals, siblings)


SIBLINGS = Criterion(
    name="siblings",
    title="The child lives with their brothers and sisters in care, unless assessed apart",
    measure=(
        "Of the child's brothers and sisters in care who are not assessed to live apart from "
        "the child, the share who would live in the same home: arriving together, or living "
        "there already. Does not apply when there are none."
    ),
    sources=(
        (
            "Children Act 1989, section 22C(8)(c): where a sibling is also looked after, the "
            "placement enables them to live together",
            "https://www.legislation.gov.uk/ukpga/1989/41/section/22C",
        ),
    ),
    needs=("child.sibling_group_id", "sibling_group.together", "placements", "residents"),
    judge=_judge,
    shares=_shares,
    depends_on_arrivals=True,
)
