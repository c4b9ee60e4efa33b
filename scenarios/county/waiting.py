"""The children who wait: invented referrals on the scale of a placement team's week."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.codes import LegalStatus
from matcher.domain.home import Setting
from matcher.domain.referral import Referral, Timescale
from matcher.domain.sibling_group import AssessorRole, SiblingGroup, SiblingLink, Together
from scenarios.county.families import completed_years
from scenarios.county.fitting import apportion
from scenarios.county.labels import ETHNIC_GROUPS, ETHNIC_LABELS
from scenarios.county.land import spot_at
from scenarios.county.needs import draw_ethnicity
from scenarios.county.profile import QUEUE_BASE
from scenarios.county.waiting_children import draw_births, draw_child

if TYPE_CHECKING:
    from matcher.domain.child import Child
    from scenarios.county.land import Land, Spot
    from scenarios.county.naming import Naming
    from scenarios.county.profile import Profile
    from scenarios.county.streams import Streams

SHOWN_AT = 11
"""Index of the referral that the demonstration shows: R-0012."""

_SHOWN_OUTCODE = "HP13"

_ASYLUM_SHARE = 0.12
# What singles bring: (name, share of all children waiting). Each is given to that many.
_FEATURES = (
    ("solo", 0.05),
    ("zone", 0.08),
    ("area", 0.025),
    ("no_younger", 0.05),
    ("no_boys", 0.025),
    ("incompatible", 0.10),
    ("disabled", 0.05),
    ("parent", 0.025),
    ("liberty", 0.025),
    ("away", 0.025),
    ("undated", 0.025),
)


@dataclass
class Queue:
    """Those who wait.

    Parameters
    ----------
    children, groups, referrals
        Records.
    spots
        Where each child lived; None when not applicable.
    shown
        Indices, in ``children``, of the siblings whom the demonstration shows.
    """

    children: list[Child] = field(default_factory=list)
    groups: list[SiblingGroup] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    spots: list[Spot | None] = field(default_factory=list)
    shown: tuple[int, ...] = ()


def referral_sizes(profile: Profile, size: float, streams: Streams) -> list[int]:
    """Return the number of children in each referral; the shown one is a group of three."""
    scale = round(size * profile.children) / QUEUE_BASE
    referrals = max(1, round(profile.value("waiting_referrals") * scale))
    children = max(referrals, round(profile.value("waiting_children") * scale))
    extra = children - referrals
    fours = round(extra * 0.1)
    threes = (extra - 3 * fours) * 4 // 14
    pairs = extra - 3 * fours - 2 * threes
    sizes = [4] * fours + [3] * threes + [2] * pairs
    sizes = (sizes + [1] * referrals)[:referrals]
    mixed = [sizes[i] for i in streams.stream("waiting.sizes").permutation(referrals)]
    at = min(SHOWN_AT, referrals - 1)
    if 3 in mixed:
        other = mixed.index(3)
        mixed[at], mixed[other] = mixed[other], mixed[at]
    return mixed


def draw_queue(
    profile: Profile,
    size: float,
    land: Land,
    streams: Streams,
    *,
    as_of: date,
    naming: Naming,
    first_child: int,
    first_group: int,
) -> Queue:
    """Return the waiting children, their groups and their referrals.

    Parameters
    ----------
    first_child, first_group
        Index of the first waiting child and of their first sibling group.
    """
    queue = Queue()
    sizes = referral_sizes(profile, size, streams)
    timescales = _timescales(len(sizes), streams)
    singles = [at for at, members in enumerate(sizes) if members == 1]
    features = _features(singles, sum(sizes), streams)
    asylum = set(
        streams.stream("waiting.asylum")
        .permutation([at for at in singles if not features[at]])[
            : round(_ASYLUM_SHARE * sum(sizes))
        ]
        .tolist()
    )
    shares = profile.counts("Ethnicity", profile.children)
    weights = np.array([shares.get(label, 0) for label in ETHNIC_LABELS.values()], dtype=float)
    for at, members in enumerate(sizes):
        rng = streams.stream(f"waiting.{at}")
        shown = members == 3 and at == min(SHOWN_AT, len(sizes) - 1)
        seeker = at in asylum
        ids = tuple(naming.child(first_child + len(queue.children) + i) for i in range(members))
        group = naming.group(first_group + len(queue.groups)) if members > 1 else None
        spot = None if seeker else _spot(land, rng, shown=shown)
        ethnic = (
            ETHNIC_GROUPS[int(rng.choice(len(weights), p=weights / weights.sum()))]
            if not seeker
            else ("B", "A", "O")[int(rng.choice(3, p=[0.45, 0.25, 0.3]))]
        )
        ethnicity = draw_ethnicity(ethnic, rng)
        legal = _legal(members, timescales[at], rng) if not seeker else LegalStatus.V2
        feature = features[at]
        if shown:
            queue.shown = tuple(range(len(queue.children), len(queue.children) + 3))
        for born, child_id in zip(draw_births(members, as_of, rng, feature, shown, seeker), ids,
                                  strict=True):  # fmt: skip
            age = completed_years(born, as_of)
            queue.spots.append(spot)
            queue.children.append(
                draw_child(
                    child_id,
                    profile.authority,
                    born,
                    age,
                    ethnicity,
                    ethnic,
                    legal,
                    spot,
                    group,
                    feature,
                    land,
                    as_of,
                    rng,
                    seeker=seeker,
                    shown=shown,
                )
            )
        if group is not None:
            queue.groups.append(_group(group, ids, as_of, rng, shown=shown))
        queue.referrals.append(
            _referral(
                naming.referral(at),
                ids,
                timescales[at],
                [completed_years(c.date_of_birth, as_of) if c.date_of_birth else 12
                 for c in queue.children[-members:]],
                as_of,
                rng,
                shown=shown,
            )
        )  # fmt: skip
    _fall_out(queue, features, sizes)
    return queue


def _timescales(count: int, streams: Streams) -> list[Timescale]:
    emergency, same_day, planned = apportion([0.14, 0.23, 0.63], count).tolist()
    mixed = (
        [Timescale.EMERGENCY] * emergency
        + [Timescale.SAME_DAY] * same_day
        + [Timescale.PLANNED] * planned
    )
    order = streams.stream("waiting.timescales").permutation(count)
    found = [mixed[i] for i in order]
    at = min(SHOWN_AT, count - 1)
    if found[at] is not Timescale.PLANNED and Timescale.PLANNED in found:
        other = found.index(Timescale.PLANNED)
        found[at], found[other] = found[other], found[at]
    return found


def _features(singles: list[int], children: int, streams: Streams) -> dict[int, str]:
    order = streams.stream("waiting.features").permutation(singles).tolist()
    found = dict.fromkeys(singles, "")
    for name, share in _FEATURES:
        for _ in range(round(share * children)):
            if order:
                found[order.pop()] = name
    return {at: found.get(at, "") for at in range(children)}


def _spot(land: Land, rng: np.random.Generator, *, shown: bool) -> Spot:
    if shown:
        there = [i for i, p in enumerate(land.own.postcodes) if p.startswith(_SHOWN_OUTCODE + " ")]
        if there:
            return spot_at(land.own, there[int(rng.integers(len(there)))])
    return land.draw_own(rng)


def _legal(members: int, timescale: Timescale, rng: np.random.Generator) -> LegalStatus:
    at = rng.random()
    if timescale is Timescale.EMERGENCY and at < 0.5:
        return LegalStatus.L1
    if at < 0.45:
        return LegalStatus.V2
    return LegalStatus.C1 if at < 0.75 or members > 1 else LegalStatus.C2


def _group(
    group: str, ids: tuple[str, ...], as_of: date, rng: np.random.Generator, *, shown: bool
) -> SiblingGroup:
    at = rng.random()
    links: tuple[SiblingLink, ...] = ()
    together = Together.REQUIRED if shown or at < 0.3 else Together.PREFERRED
    assessed = as_of - timedelta(days=int(rng.integers(2, 25)))
    if not shown and 0.3 <= at < 0.55:
        links = (
            SiblingLink(
                child_a=ids[0],
                child_b=ids[1],
                together=Together.APART,
                assessed_by=AssessorRole.TEAM_MANAGER,
                assessed_on=assessed,
            ),
        )
    return SiblingGroup(
        sibling_group_id=group,
        together=together,
        assessed_by=AssessorRole.SOCIAL_WORKER,
        assessed_on=assessed,
        links=links,
    )


def _referral(
    referral_id: str,
    ids: tuple[str, ...],
    timescale: Timescale,
    ages: list[int],
    as_of: date,
    rng: np.random.Generator,
    *,
    shown: bool,
) -> Referral:
    if timescale is Timescale.EMERGENCY:
        received, needed = as_of, as_of
    elif timescale is Timescale.SAME_DAY:
        received, needed = (
            as_of - timedelta(days=int(rng.integers(0, 2))),
            as_of + timedelta(days=1),
        )
    else:
        received = as_of - timedelta(days=int(rng.integers(1, 25)))
        needed = as_of + timedelta(days=int(rng.integers(4, 29)))
    if shown:
        received, needed = (
            as_of - timedelta(days=3),
            as_of + timedelta(days=(4 - as_of.weekday()) % 7),
        )
    sought: frozenset[Setting] = frozenset()
    at = rng.random()
    if len(ids) == 1 and ages[0] >= 16 and at < 0.5:
        sought = frozenset({Setting.SUPPORTED, Setting.FOSTER})
    elif max(ages) < 10 and at < 0.7:
        sought = frozenset({Setting.FOSTER, Setting.CONNECTED})
    views = rng.random(2)
    return Referral(
        referral_id=referral_id,
        child_ids=ids,
        received_on=received,
        needed_by=needed,
        timescale=timescale,
        settings_sought=sought,
        expected_weeks=int(rng.integers(2, 105)) if rng.random() < 0.85 else None,
        child_views_on=received if views[0] < 0.75 or shown else None,
        family_views_on=received if views[1] < 0.6 or shown else None,
    )


def _fall_out(queue: Queue, features: dict[int, str], sizes: list[int]) -> None:
    """Pair off the waiting children who must not share a home, in place."""
    starts = np.cumsum([0, *sizes]).tolist()
    marked = [starts[at] for at in range(len(sizes)) if features.get(at) == "incompatible"]
    for a, b in zip(marked[0::2], marked[1::2], strict=False):
        one, two = queue.children[a], queue.children[b]
        queue.children[a] = one.replace(incompatible_with=frozenset({two.child_id}))
        queue.children[b] = two.replace(incompatible_with=frozenset({one.child_id}))
