"""One child and one home, with as little around them as a criterion needs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from matcher.criteria.catalogue import BY_NAME
from matcher.domain.agreement import Provider
from matcher.domain.child import Child
from matcher.domain.codes import PlaceProvider
from matcher.domain.home import Home, Setting
from matcher.domain.need import Capability, Need, NeedDomain
from matcher.domain.sibling_group import SiblingGroup
from matcher.domain.world import make_world
from matcher.evidence.cases import PairCase
from matcher.policy import Policy
from tests.record_strategies import LOCATIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matcher.criteria.criterion import Score

TODAY = date(2025, 3, 31)
BALANCED = Policy.named("balanced")

WYCOMBE = "HP13 7PR"
AYLESBURY = "HP20 1UA"  # 13.1 miles from Wycombe
NOWHERE = "ZZ9 9ZZ"


def a_child(**fields: Any) -> Child:
    """A child of nine."""
    known = {
        "child_id": "C-1",
        "responsible_authority": "E06000060",
        "date_of_birth": date(2016, 1, 15),
    }
    return Child(**(known | fields))


def a_home(**fields: Any) -> Home:
    """An in-house foster household with two beds."""
    known = {
        "home_id": "H-1",
        "setting": Setting.FOSTER,
        "provider_id": "P-1",
        "beds_approved": 2,
        "beds_usable": 2,
    }
    return Home(**(known | fields))


def needing(**levels: int) -> tuple[Need, ...]:
    return tuple(Need(domain=NeedDomain(name), level=level) for name, level in levels.items())


def able(**levels: int) -> tuple[Capability, ...]:
    return tuple(Capability(domain=NeedDomain(name), level=level) for name, level in levels.items())


def judged(
    name: str,
    child: Child,
    home: Home,
    *,
    arrivals: Iterable[Child] = (),
    homes: Iterable[Home] = (),
    children: Iterable[Child] = (),
    policy: Policy = BALANCED,
    **world: Any,
) -> Score:
    """Return what a criterion says; ``arrivals`` are those who come beside the child."""
    everybody = {each.child_id: each for each in (child, *arrivals, *children)}
    groups = {each.sibling_group_id for each in everybody.values()} - {None}
    world.setdefault("sibling_groups", [SiblingGroup(sibling_group_id=each) for each in groups])
    world.setdefault("locations", LOCATIONS)
    made = make_world(
        as_of=TODAY,
        authority="E06000060",
        children=everybody.values(),
        homes=[home, *homes],
        providers=[
            Provider(provider_id="P-1", sector=PlaceProvider.PR1),
            Provider(provider_id="P-2", sector=PlaceProvider.PR4),
        ],
        **world,
    )
    case = PairCase(child, home, made, policy, TODAY)
    return BY_NAME[name].judge(case, (child, *arrivals))
