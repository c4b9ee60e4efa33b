"""One referral against 1,000, 10,000 and 100,000 homes, beside a plain loop over the same rules.

Every referral of the synthetic county is asked against its homes, repeated with new
identifiers and moved about until there are as many as wanted. Timed is everything that a
ranking computes: the verdict of every rule and the share of every criterion in every home,
for every set of siblings that the answer needs. The loop asks the same rules and criteria
their plain ``judge`` home by home, for all the children together.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.candidates import Appraiser
from matcher.criteria.catalogue import criteria_of
from matcher.engine import Engine
from matcher.evidence.cases import HouseholdCase, PairCase
from matcher.policy import Policy
from matcher.ranking import rank_homes
from matcher.rules.catalogue import HOUSEHOLD_RULES, PAIR_RULES
from scenarios.county import make_county

if TYPE_CHECKING:
    from matcher.domain.world import World

SIZES = (1_000, 10_000, 100_000)
LOOP_HOMES = 1_000
"""The loop is timed over this many homes and scaled: its time is proportional to them."""


def enlarge(world: World, homes: int) -> World:
    """Return the county with its homes repeated under new identifiers.

    Parameters
    ----------
    world
        A county.
    homes
        How many homes the result has.
    """
    originals = list(world.homes.values())
    repeated = {}
    for at in range(homes):
        home = originals[at % len(originals)]
        home_id = home.home_id if at < len(originals) else f"{home.home_id}-{at}"
        # model_copy skips validation: the original was validated, only its name changes.
        repeated[home_id] = home.model_copy(update={"home_id": home_id})
    kept = set(repeated)
    return world.replace(
        homes=dict(sorted(repeated.items())),
        placements={k: v for k, v in world.placements.items() if v.home_id in kept},
        residents={k: v for k, v in world.residents.items() if v.home_id in kept},
        holds={
            k: v for k, v in world.holds.items() if v.scope.value != "home" or v.target_id in kept
        },
        exemptions={
            k: v for k, v in world.exemptions.items() if v.home_id is None or v.home_id in kept
        },
    )


def run(
    *, repeats: int = 5, sizes: tuple[int, ...] = SIZES, county_size: float = 1.0
) -> list[dict[str, Any]]:
    """Time rankings at each size.

    Parameters
    ----------
    repeats
        How often every referral is ranked.
    sizes
        Numbers of homes.
    county_size
        Size of the county that is enlarged.

    Returns
    -------
    list of dict
        One row a size: milliseconds at the 50th and 99th percentile for the arrays and for
        the whole worded answer, those of the loop, and the ratio of the medians.
    """
    county = make_county(size=county_size)
    policy = Policy.named("balanced")
    rows = []
    for size in sizes:
        world = enlarge(county, size)
        engine = Engine(world, policy)
        referrals = list(world.referrals)
        arrays: list[float] = []
        worded: list[float] = []
        _ = world.data_hash  # computed once for a World, not for each answer
        for _ in range(repeats):
            for referral_id in referrals:
                referral = world.referrals[referral_id]
                children = [world.children[each] for each in referral.child_ids]
                appraiser = Appraiser(engine.appraiser.homes, policy)
                began = time.perf_counter()
                rank_homes(appraiser, children, referral.needed_by, top=10)
                arrays.append(time.perf_counter() - began)
                began = time.perf_counter()
                engine.rank(referral_id)
                worded.append(time.perf_counter() - began)
        loop = [_loop(world, referral_id, policy) for referral_id in referrals[:5]]
        scaled = [seconds * size / min(LOOP_HOMES, size) for seconds in loop]
        p50, p99 = (float(np.percentile(arrays, each)) * 1e3 for each in (50, 99))
        rows.append(
            {
                "homes": size,
                "rankings": len(arrays),
                "p50_ms": round(p50, 2),
                "p99_ms": round(p99, 2),
                "worded_p50_ms": round(float(np.percentile(worded, 50)) * 1e3, 2),
                "worded_p99_ms": round(float(np.percentile(worded, 99)) * 1e3, 2),
                "loop_p50_ms": round(float(np.median(scaled)) * 1e3, 1),
                "times_faster": round(float(np.median(scaled)) * 1e3 / p50),
            }
        )
    return rows


def _loop(world: World, referral_id: str, policy: Policy) -> float:
    """Return the seconds that plain Python needs for the same verdicts and scores."""
    referral = world.referrals[referral_id]
    children = tuple(world.children[each] for each in sorted(referral.child_ids))
    criteria = criteria_of(policy)
    homes = list(world.homes.values())[:LOOP_HOMES]
    began = time.perf_counter()
    for home in homes:
        for child in children:
            case = PairCase(child, home, world, policy, referral.needed_by)
            for rule in PAIR_RULES:
                rule.verdict(case)
            for criterion in criteria:
                criterion.judge(case, children)
        household = HouseholdCase(home, children, world, policy, referral.needed_by)
        for household_rule in HOUSEHOLD_RULES:
            household_rule.verdict(household)
    return time.perf_counter() - began
