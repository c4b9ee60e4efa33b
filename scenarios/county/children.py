"""Records of the children in care: where they come from, what they need, whom they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.child import Child, Contact, ContactWith, School, Voice, Wish, WishTopic
from matcher.domain.codes import CategoryOfNeed
from matcher.domain.home import Setting
from matcher.domain.sibling_group import AssessorRole, SiblingGroup, Together
from matcher.geography.distance import NEAR_HOME_MILES
from scenarios.county.families import births_plausible, completed_years
from scenarios.county.labels import ETHNIC_GROUPS, LEGAL, NEEDS, SEXES, Cell, Kind
from scenarios.county.land import miles_between, spot_at
from scenarios.county.needs import (
    Complexity,
    draw_adaptations,
    draw_ethnicity,
    draw_languages,
    draw_needs,
    draw_plan,
    draw_religion,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from scenarios.county.drafts import Draft
    from scenarios.county.families import Families
    from scenarios.county.land import Land, Spot
    from scenarios.county.naming import Naming
    from scenarios.county.people import People
    from scenarios.county.streams import Streams

_COMPLEXITY = {
    Kind.FOSTER: ((0.35, Complexity.LOW), (0.48, Complexity.USUAL), (0.17, Complexity.HIGH)),
    Kind.SUPPORTED: ((0.4, Complexity.LOW), (0.5, Complexity.USUAL), (0.1, Complexity.HIGH)),
    Kind.CHILDRENS_HOME: (
        (0.15, Complexity.USUAL),
        (0.55, Complexity.HIGH),
        (0.3, Complexity.VERY_HIGH),
    ),
    Kind.PARENTS: ((0.4, Complexity.LOW), (0.6, Complexity.USUAL)),
    Kind.ADOPTION: ((0.7, Complexity.LOW), (0.3, Complexity.USUAL)),
}
_MASK_MINIMUM = 8
_TRIES = 80


@dataclass(frozen=True)
class Roots:
    """Where children come from and whom they belong to.

    Parameters
    ----------
    spot_of
        Where each child lived when they came into care; None when not recorded.
    groups
        Sibling groups as indices of children, those together before those apart.
    together
        How many of them live together.
    """

    spot_of: tuple[Spot | None, ...]
    groups: tuple[tuple[int, ...], ...]
    together: int


def draw_roots(
    people: People, families: Families, homes: Sequence[Draft], land: Land, streams: Streams
) -> Roots:
    """Return former homes from which every distance falls into its published class."""
    home_of = {child: home for home in homes for child in home.children}
    masks: dict[int, NDArray[np.bool_]] = {}

    def mask(child: int) -> NDArray[np.bool_]:
        if child not in masks:
            near = land.near(home_of[child].spot)
            masks[child] = near if _is_near(people, child) else ~near
        return masks[child]

    apart = _separate(people, families, home_of, mask, streams)
    groups = [*families.together, *apart]
    rng = streams.stream("roots.postcodes")
    spots: list[Spot | None] = [None] * len(people)
    grouped = {child for group in groups for child in group}
    for members in [*groups, *((i,) for i in range(len(people)) if i not in grouped)]:
        at = rng.random()
        known = [m for m in members if Cell(int(people.cell[m])).known]
        if not known:
            continue
        there = mask(known[0])
        for member in known[1:]:
            there = there & mask(member)
        open_at = np.flatnonzero(there)
        if len(open_at):
            spot = spot_at(land.own, int(open_at[int(at * len(open_at))]))
        else:
            spot = _from_elsewhere([(home_of[m].spot, _is_near(people, m)) for m in known],
                                   land, rng)  # fmt: skip
        for member in known:
            spots[member] = spot
            masks.pop(member, None)
    return Roots(tuple(spots), tuple(groups), len(families.together))


def _is_near(people: People, child: int) -> bool:
    return people.cell[child] in (Cell.NEAR_INSIDE, Cell.NEAR_OUTSIDE)


def _from_elsewhere(
    wanted: Sequence[tuple[Spot, bool]], land: Land, rng: np.random.Generator
) -> Spot:
    """Return a former home outside the authority, at the right distance from each home.

    A compact authority has no two postcodes 20 miles apart, and yet has children placed
    inside it who come from farther away: their families live elsewhere.
    """
    spot = land.draw_outside(rng, near=False)
    for _ in range(_TRIES):
        if all((miles_between(spot, home) <= NEAR_HOME_MILES) is near for home, near in wanted):
            return spot
        spot = land.draw_outside(rng, near=False)
    return spot


def _separate(
    people: People,
    families: Families,
    home_of: dict[int, Draft],
    mask: object,
    streams: Streams,
) -> list[tuple[int, ...]]:
    """Choose separated groups: the same ethnic group, different homes, one home before care."""
    rng = streams.stream("families.apart")
    taken = {child for group in families.together for child in group}
    free = [
        child
        for child in rng.permutation(len(people)).tolist()
        if child not in taken
        and not people.unaccompanied[child]
        and Cell(int(people.cell[child])).known
    ]
    pools: dict[int, list[int]] = {}
    for child in free:
        pools.setdefault(int(people.ethnic[child]), []).append(child)
    found = []
    for size in families.apart_sizes:
        keys = sorted(key for key, pool in pools.items() if len(pool) >= size)
        if not keys:
            break
        weights = np.array([len(pools[key]) for key in keys], dtype=np.float64)
        pool = pools[keys[int(rng.choice(len(keys), p=weights / weights.sum()))]]
        group = [pool.pop()]
        there = mask(group[0])  # type: ignore[operator] # a function, kept local
        for at in range(min(_TRIES, len(pool))):
            if len(group) == size:
                break
            other = pool[-1 - at]
            if any(home_of[other] is home_of[member] for member in group):
                continue
            if not births_plausible([int(families.born[c]) for c in (*group, other)]):
                continue
            both = there & mask(other)  # type: ignore[operator] # a function, kept local
            if int(both.sum()) >= _MASK_MINIMUM:
                there = both
                group.append(other)
        if len(group) > 1:
            for member in group[1:]:
                pool.remove(member)
            found.append(tuple(sorted(group)))
    return found


def child_records(
    people: People,
    families: Families,
    roots: Roots,
    homes: Sequence[Draft],
    land: Land,
    streams: Streams,
    *,
    authority: str,
    as_of: date,
    naming: Naming,
) -> tuple[list[Child], list[SiblingGroup]]:
    """Return the records of the children in care and of their sibling groups."""
    rng = streams.stream("children.records")
    group_of = {child: at for at, group in enumerate(roots.groups) for child in group}
    home_of = {child: home for home in homes for child in home.children}
    shared: dict[int, tuple[object, ...]] = {}
    records = []
    for child in range(len(people)):
        born = date.fromordinal(int(families.born[child]))
        age = completed_years(born, as_of)
        kind = Kind(int(people.kind[child]))
        home = home_of[child]
        ethnic = ETHNIC_GROUPS[int(people.ethnic[child])]
        group = group_of.get(child)
        if group is None or group not in shared:
            ethnicity = draw_ethnicity(ethnic, rng)
            identity = (
                ethnicity,
                draw_religion(ethnic, rng),
                draw_languages(ethnicity, bool(people.unaccompanied[child]), rng),
            )
            if group is not None:
                shared[group] = identity
        else:
            identity = shared[group]  # type: ignore[assignment] # the same three
        need = NEEDS[int(people.need[child])]
        legal = LEGAL[int(people.legal[child])]
        disabled = need is CategoryOfNeed.N2 or rng.random() < 0.01
        spot = roots.spot_of[child]
        alone = home.occupied == 1
        secure = home.setting is Setting.SECURE
        records.append(
            Child(
                child_id=naming.child(child),
                responsible_authority=authority,
                date_of_birth=born,
                sex=SEXES[int(people.sex[child])],
                ethnicity=identity[0],
                religion=identity[1],
                languages=identity[2],
                unaccompanied=bool(people.unaccompanied[child]),
                home_postcode=spot.postcode if spot else None,
                legal_status=legal,
                category_of_need=need,
                permanence_plan=draw_plan(
                    legal,
                    age,
                    rng,
                    residential=kind is Kind.CHILDRENS_HOME,
                    connected=bool(people.connected[child]),
                ),
                needs=draw_needs(_complexity(kind, rng), age, as_of, rng, disabled=disabled),
                adaptations=draw_adaptations(rng) if disabled else frozenset(),
                solo=(
                    kind is Kind.CHILDRENS_HOME
                    and alone
                    and not secure
                    and group is None
                    and bool(rng.random() < 0.3)
                ),
                school=draw_school(spot, age, land, rng) if people.cell[child] == 0 else None,
                contacts=draw_contacts(spot, land, rng),
                wishes=_wishes(rng),
                ehcp=bool(rng.random() < (0.9 if disabled else 0.28)) if age >= 4 else None,
                secure_order=secure,
                secure_minister_approval=secure and age < 13,
                asthma_or_heart_condition=bool(rng.random() < 0.05),
                sibling_group_id=naming.group(group) if group is not None else None,
            )
        )
    return records, _group_records(roots, streams, as_of, naming)


def _group_records(
    roots: Roots, streams: Streams, as_of: date, naming: Naming
) -> list[SiblingGroup]:
    rng = streams.stream("families.assessments")
    records = []
    for at in range(len(roots.groups)):
        draw = rng.random()
        if at < roots.together:
            together = Together.REQUIRED if draw < 0.35 else Together.PREFERRED
        else:
            together = Together.APART if draw < 0.4 else Together.PREFERRED
        records.append(
            SiblingGroup(
                sibling_group_id=naming.group(at),
                together=together,
                assessed_by=AssessorRole.SOCIAL_WORKER,
                assessed_on=as_of - timedelta(days=int(rng.integers(20, 600))),
            )
        )
    return records


def draw_school(spot: Spot | None, age: int, land: Land, rng: np.random.Generator) -> School | None:
    """Return an invented school near a former home; None for the very young and the unknown."""
    if spot is None or not 4 <= age <= 17 or rng.random() < 0.06:
        return None
    miles = 1.5 if age < 11 else 3.5
    return School(
        postcode=land.within(spot, miles, rng).postcode,
        keep=bool(rng.random() < (0.9 if age in (10, 14, 15) else 0.65)),
    )


def draw_contacts(spot: Spot | None, land: Land, rng: np.random.Generator) -> tuple[Contact, ...]:
    """Return a contact plan: mostly a parent, sometimes others; none when unaccompanied."""
    if spot is None or rng.random() < 0.18:
        return ()
    found = [
        Contact(
            with_whom=ContactWith.PARENT,
            postcode=spot.postcode if rng.random() < 0.6 else land.within(spot, 6, rng).postcode,
            times_a_month=float(rng.integers(1, 9)),
        )
    ]
    if rng.random() < 0.22:
        found.append(
            Contact(
                with_whom=ContactWith.GRANDPARENT,
                postcode=land.within(spot, 8, rng).postcode,
                times_a_month=float(rng.integers(1, 3)),
            )
        )
    return tuple(found)


def _wishes(rng: np.random.Generator) -> tuple[Wish, ...]:
    if rng.random() < 0.75:
        return ()
    topics = (WishTopic.NEAR_HOME, WishTopic.SAME_SCHOOL, WishTopic.FAMILY_HOME)
    return (Wish(voice=Voice.CHILD, topic=topics[int(rng.integers(len(topics)))]),)


def _complexity(kind: Kind, rng: np.random.Generator) -> Complexity:
    at = rng.random()
    for share, complexity in _COMPLEXITY.get(kind, _COMPLEXITY[Kind.FOSTER]):
        at -= share
        if at < 0:
            return complexity
    return Complexity.USUAL
