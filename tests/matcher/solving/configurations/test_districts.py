from __future__ import annotations

import random

import numpy as np
import pytest

from matcher.solving.configurations.districts import OUTSIDE, Districts, cut
from tests.matcher.solving.configurations.drawn import drawn, every_plan


@pytest.mark.parametrize("seed", range(8))
def test_any_plan_of_a_district_is_one_of_the_whole(seed: int) -> None:
    instance = drawn(seed, children=4, homes=4)
    plans = list(every_plan(instance))
    if not plans:
        return
    rng = random.Random(seed)
    found = 0
    for value, chosen in rng.sample(plans, min(len(plans), 3)):
        district = np.array([rng.randint(0, 1) for _ in range(instance.homes)])
        districts = Districts(instance, chosen, district)
        for number in range(len(districts)):
            part = districts.part(number, chosen)
            if part is None:
                continue
            own = set(part.options.tolist())
            inside = [at for at in chosen if at in own]
            known = np.searchsorted(part.options, inside).tolist()
            assert part.instance.lawful(known)
            before = part.instance.value(known)
            others = [at for at in chosen if at not in own]
            theirs = [each for each in every_plan(part.instance) if part.instance.lawful(each[1])]
            for less, taken in rng.sample(theirs, min(len(theirs), 9)):
                whole = sorted(others + part.options[list(taken)].tolist())
                assert instance.lawful(whole)
                assert instance.value(whole) - value == less - before
                found += 1
    assert found


@pytest.mark.parametrize("turn", [0.0, 0.7])
def test_a_map_is_cut_until_no_district_weighs_too_much(turn: float) -> None:
    rng = np.random.default_rng(3)
    place, weight = rng.uniform(0, 100, (200, 2)), rng.uniform(0, 5, 200)
    found = cut(place, weight, 60.0, turn)
    of_each = np.bincount(found, weights=weight)
    assert len(of_each) > weight.sum() / 60.0
    assert of_each.min() > 0
    assert of_each.max() <= 60.0
    alone = cut(place[:1], np.array([99.0]), 60.0, turn)
    assert alone.tolist() == [0]
    assert OUTSIDE not in found
