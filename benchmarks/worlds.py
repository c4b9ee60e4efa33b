"""Synthetic councils of any size, the same for the same seed, made anew or kept on disk."""

from __future__ import annotations

import hashlib
import pickle
import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from matcher.domain.referral import Referral
from scenarios.county import make_county

if TYPE_CHECKING:
    from matcher.domain.world import World

HOMES_IN_A_COUNTY = 553
"""Homes in the synthetic county of size 1."""
ROOT = Path(__file__).parent.parent
SOURCES = ("scenarios", "matcher/domain", "matcher/geography", "benchmarks/worlds.py")
"""What a made world depends on: a kept one is of no use once any of it has changed."""


@dataclass(frozen=True)
class Size:
    """How large a council is.

    Parameters
    ----------
    children
        Children decided about: half waiting, half placed and free to move. 0 leaves the
        county's own waiting children alone.
    homes
        About how many homes.
    """

    children: int
    homes: int


def council(size: Size, *, seed: int) -> World:
    """Return a synthetic council in which so many children are decided about.

    Parameters
    ----------
    size
        How many children and homes.
    seed
        Of the county, and of who waits and who may move.
    """
    world = make_county(size=size.homes / HOMES_IN_A_COUNTY, seed=seed)
    if not size.children:
        return world
    rng = random.Random(seed)
    waiting = size.children // 2
    more = max(waiting - len(world.waiting), 0)
    # Whole families leave their homes and wait, so that siblings wait together.
    families: dict[str, list[str]] = {}
    for child_id in world.placements:
        group = world.children[child_id].sibling_group_id
        families.setdefault(group or f"/{child_id}", []).append(child_id)
    order = sorted(families)
    rng.shuffle(order)
    leaving: list[str] = []
    referrals = dict(world.referrals)
    for family in order:
        if len(leaving) >= more:
            break
        ids = sorted(families.pop(family))
        leaving += ids
        referral = Referral(
            referral_id=f"BENCH-{len(referrals):05}",
            child_ids=tuple(ids),
            received_on=world.as_of - timedelta(days=rng.randint(0, 20)),
            needed_by=world.as_of + timedelta(days=rng.randint(0, 14)),
        )
        referrals[referral.referral_id] = referral
    gone = set(leaving)
    moving: set[str] = set()
    for family in sorted(families):
        if len(moving) >= size.children - waiting:
            break
        moving.update(families[family])
    placements = {
        child_id: placement.replace(may_move=child_id in moving)
        for child_id, placement in world.placements.items()
        if child_id not in gone
    }
    # The county's own budgets are for the few who wait there.
    return world.replace(
        referrals=dict(sorted(referrals.items())), placements=placements, budgets=()
    )


def kept_council(size: Size, *, seed: int, folder: Path | None) -> World:
    """Return a council from a folder of made ones, making and keeping it when it is not there.

    Parameters
    ----------
    size, seed
        As for :func:`council`.
    folder
        Where made councils are kept; None keeps none. Nobody else may write to it: what is
        read from it is run as code.
    """
    if folder is None:
        return council(size, seed=seed)
    kept = folder / f"council-{size.children}-{size.homes}-{seed}-{_source()}.pickle"
    if kept.exists():
        with kept.open("rb") as file:
            found: World = pickle.load(file)
        return found
    world = council(size, seed=seed)
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_suffix(".part")
    with unfinished.open("wb") as file:
        pickle.dump(world, file, protocol=pickle.HIGHEST_PROTOCOL)
    unfinished.replace(kept)
    return world


def _source() -> str:
    """Return a short name for the state of the code that makes a world."""
    digest = hashlib.sha256()
    for name in SOURCES:
        place = ROOT / name
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
