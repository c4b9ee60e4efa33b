"""Everybody who came, against every home: who could have lived where, and how well.

Rules and criteria are those of the policy. Homes are taken without the children in them, because
the replay lets them come and go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matcher.candidates import Appraiser
from matcher.columns import columns_of
from matcher.domain.history import age_band
from matcher.domain.placement import ResidentKind
from matcher.domain.sibling_group import Together
from matcher.domain.world import World
from matcher.evidence.verdict import Verdict
from matcher.lookahead.states import LONG, MOST_ROOM, SHORT
from matcher.rules.catalogue import BARS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from numpy.typing import NDArray

    from matcher.domain.child import Child
    from matcher.domain.history import Arrival, ArrivalHistory
    from matcher.policy import Policy

    Floats = NDArray[np.float64]

USUAL_STAY_WEEKS = 60.0
LITTLE_OF_A_BAND = 10
"""So many stays of an age weigh as much as all other ages together."""
OF_THE_DAY = frozenset({"VACANCY_CONFIRMED", "AVAILABLE_BY"})


@dataclass(frozen=True)
class Stays:
    """How long children are expected to stay.

    Parameters
    ----------
    by_age_band
        Weeks, by :func:`matcher.domain.history.age_band`.
    split_weeks
        A stay is long from so many weeks.
    mean_weeks
        Of short stays and of long ones.
    """

    by_age_band: tuple[float, ...]
    split_weeks: float
    mean_weeks: tuple[float, float]

    @property
    def usual_weeks(self) -> float:
        """How long anybody stays."""
        return sum(self.mean_weeks) / 2

    @property
    def usual_kind(self) -> int:
        """Whether somebody of whom nothing is known is a short or a long stayer."""
        return self.kind(self.usual_weeks)

    def expected(self, child: Child, day: object, told: int | None) -> float:
        """Return how long a child is expected to stay: what was told, else what is usual.

        Parameters
        ----------
        child
            Only the age counts.
        day
            On which it counts, a date.
        told
            Weeks that the referral expects; None when it does not say.
        """
        if told is not None:
            return float(told)
        return self.by_age_band[age_band(child.age_on(day))]  # type: ignore[arg-type] # a date

    def kind(self, weeks: float) -> int:
        """Return whether so many weeks are a short or a long stay."""
        return LONG if weeks >= self.split_weeks else SHORT


def stays_of(history: ArrivalHistory) -> Stays:
    """Return how long children are expected to stay, from how long others stayed."""
    known = [
        (age_band(child.age_on(each.referral.needed_by)), each.stay_weeks)
        for each in history.arrivals
        if each.stay_weeks is not None
        for child in each.children
    ]
    everybody = float(np.mean([weeks for _, weeks in known])) if known else USUAL_STAY_WEEKS
    bands = []
    for band in range(5):
        theirs = [weeks for at, weeks in known if at == band]
        total = sum(theirs) + LITTLE_OF_A_BAND * everybody
        bands.append(total / (len(theirs) + LITTLE_OF_A_BAND))
    expected = [
        _expected(each, bands) for each in history.arrivals for _ in range(len(each.children))
    ]
    split = float(np.median(expected)) if expected else everybody
    short = [each for each in expected if each < split]
    long = [each for each in expected if each >= split]
    return Stays(
        by_age_band=tuple(bands),
        split_weeks=split,
        mean_weeks=(
            float(np.mean(short)) if short else split,
            float(np.mean(long)) if long else split,
        ),
    )


def _expected(arrival: Arrival, bands: Sequence[float]) -> float:
    told = arrival.referral.expected_weeks
    if told is not None:
        return float(told)
    day = arrival.referral.needed_by
    return max(bands[age_band(child.age_on(day))] for child in arrival.children)


@dataclass(frozen=True, eq=False)
class Meetings:
    """Families against homes.

    Brothers and sisters who need not live together are there as a family and, after all
    families, each by themselves; as such nobody asks for a home.

    Parameters
    ----------
    home_ids
        In order.
    room
        Beds for children, shape (homes,).
    loss
        Points lost to the best thinkable match, added over the children; inf where the rules
        exclude the home, or it is below the minimum match; shape (families, homes).
    beds
        How many beds each family takes; shape (families,).
    solo
        Whether a child must be the only one, shape (families,).
    foes
        Positions of families of which one child must not live with another, by family.
    kind
        Whether the family stays long, shape (families,).
    per_week
        How many such families come, shape (families,); 0 for those by themselves.
    moving
        Whether they live in another home until one is found, shape (families,).
    alone
        For a family that may be split: the positions of its children by themselves.
    """

    home_ids: tuple[str, ...]
    room: NDArray[np.intp]
    loss: NDArray[np.float32]
    beds: NDArray[np.intp]
    solo: NDArray[np.bool_]
    foes: dict[int, frozenset[int]]
    kind: NDArray[np.intp]
    per_week: Floats
    moving: NDArray[np.bool_]
    alone: dict[int, tuple[int, ...]]


_OF_NOW = np.array([each.code in OF_THE_DAY for each in BARS], dtype=np.bool_)


def meet(
    world: World,
    policy: Policy,
    history: ArrivalHistory,
    stays: Stays,
    *,
    others_stay: bool = False,
    apart: bool = False,
) -> Meetings:
    """Return every family of a history against every home.

    Parameters
    ----------
    world
        Homes, agreements and residents of other authorities as of its day.
    policy
        Rules' thresholds and points.
    history
        Who came; each is seen as old as on the day needed.
    stays
        How long they stay.
    others_stay
        Whether residents of other authorities keep the beds that they have; otherwise all beds
        count, and nobody is asked whether they go together.
    apart
        Whether brothers and sisters are looked at each by themselves too.
    """
    arrivals = history.arrivals
    families = [_as_if_today(each, number, world) for number, each in enumerate(arrivals)]
    children = {child.child_id: child for family in families for child in family}
    empty = World(
        as_of=world.as_of,
        authority=world.authority,
        children=dict(sorted(children.items())),
        homes=world.homes,
        sibling_groups={
            f"A{number}": each.group.model_copy(
                update={"sibling_group_id": f"A{number}", "links": ()}
            )
            for number, each in enumerate(arrivals)
            if each.group is not None
        },
        providers=world.providers,
        agreements=world.agreements,
        referrals={
            f"A{number}": each.referral.model_copy(
                update={
                    "referral_id": f"A{number}",
                    "child_ids": tuple(child.child_id for child in family),
                    "received_on": world.as_of,
                    "needed_by": world.as_of,
                }
            )
            for number, (each, family) in enumerate(zip(arrivals, families, strict=True))
        },
        residents={
            key: each
            for key, each in world.residents.items()
            if others_stay or each.kind is not ResidentKind.FOSTERED
        },
        locations={**history.locations, **world.locations},
        synthetic=world.synthetic,
    )
    homes = columns_of(empty)
    appraiser = Appraiser(homes, policy)
    room = np.maximum(homes.beds_usable.astype(np.intp) - homes.occupied, 0)
    rows = [(number, family) for number, family in enumerate(families)]
    alone: dict[int, tuple[int, ...]] = {}
    for number, family in enumerate(families):
        if apart and len(family) > 1 and _may_be_split(arrivals[number]):
            alone[number] = tuple(range(len(rows), len(rows) + len(family)))
            rows += [(number, (child,)) for child in family]
    loss = np.full((len(rows), homes.n), np.inf, dtype=np.float32)
    for row, (_, family) in enumerate(rows):
        found = appraiser.appraise(family, world.as_of)
        # A vacancy that is stale today is a vacancy of today; who comes next finds another.
        bars = found.bars[~_OF_NOW]
        lawful = bars.max(axis=0) <= Verdict.UNKNOWN
        lawful &= found.lowest_score >= policy.minimum_match_points
        loss[row, lawful] = (100.0 - found.score[lawful]) * len(family)
    beds = np.array([len(family) for _, family in rows], dtype=np.intp)
    solo = np.array([any(child.solo for child in family) for _, family in rows], dtype=np.bool_)
    kinds = [stays.kind(_expected(arrivals[number], stays.by_age_band)) for number, _ in rows]
    nobody = [0.0] * (len(rows) - len(families))
    return Meetings(
        home_ids=homes.ids,
        room=room,
        loss=loss,
        beds=np.minimum(beds, MOST_ROOM),
        solo=solo,
        foes=_foes(arrivals),
        kind=np.array(kinds, dtype=np.intp),
        per_week=np.array([*(each.per_week for each in arrivals), *nobody]),
        moving=np.array([arrivals[number].moving for number, _ in rows], dtype=np.bool_),
        alone=alone,
    )


def _as_if_today(arrival: Arrival, number: int, world: World) -> tuple[Child, ...]:
    """Return the children as old today as they were then."""
    later = world.as_of - arrival.referral.needed_by
    found = []
    for at, child in enumerate(arrival.children):
        born = child.date_of_birth
        found.append(
            child.model_copy(
                update={
                    "child_id": f"A{number}-{at}",
                    "date_of_birth": None if born is None else _moved(born, later),
                    "sibling_group_id": f"A{number}" if arrival.group is not None else None,
                    "incompatible_with": frozenset(),
                }
            )
        )
    return tuple(found)


def _moved(day: object, by: timedelta) -> object:
    return day + by  # type: ignore[operator] # a date


def _may_be_split(arrival: Arrival) -> bool:
    """Whether nothing says that two of a family must live together."""
    ids = [child.child_id for child in arrival.children]
    group = arrival.group
    return group is None or all(
        group.between(a, b) is not Together.REQUIRED
        for at, a in enumerate(ids)
        for b in ids[at + 1 :]
    )


def _foes(arrivals: Sequence[Arrival]) -> dict[int, frozenset[int]]:
    family_of = {
        child.child_id: number for number, each in enumerate(arrivals) for child in each.children
    }
    found: dict[int, set[int]] = {}
    for number, each in enumerate(arrivals):
        for child in each.children:
            for foe in child.incompatible_with:
                if foe in family_of and family_of[foe] != number:
                    found.setdefault(number, set()).add(family_of[foe])
                    found.setdefault(family_of[foe], set()).add(number)
    return {number: frozenset(foes) for number, foes in found.items()}
