"""A World that changes: what a change does to the next decision."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from matcher.domain.agreement import Budget
from matcher.domain.child import Child
from matcher.domain.home import Home, TermsOfApproval
from matcher.domain.placement import Exemption, Hold, HoldKind, HoldScope, Placement
from matcher.domain.sibling_group import AssessorRole, SiblingGroup, SiblingLink, Together
from matcher.errors import DataError, NotFoundError, UsageError
from matcher.live import LiveWorld
from matcher.policy import Method, Policy
from tests.builders import AS_OF, a_child, a_home, a_referral, a_world, miles_east, siblings

if TYPE_CHECKING:
    from matcher.domain.world import World

NEAR, FAR = miles_east(2).postcode, miles_east(30).postcode
BALANCED = Policy.named("balanced")


def two_homes(children: list[Child], beds: int = 1, **rest: object) -> World:
    """Return a World with one home near and one far."""
    homes = [a_home("H-1", beds, postcode=NEAR), a_home("H-2", beds, postcode=FAR)]
    return a_world(children, homes, **rest)  # type: ignore[arg-type]


def homes_of(live: LiveWorld, *child_ids: str) -> list[str | None]:
    return list(live.choose(child_ids).home_of.values())


def test_the_nearer_home_is_chosen_until_somebody_lives_there() -> None:
    live = LiveWorld(two_homes([a_child("C-1"), a_child("C-2")]), BALANCED)
    first = live.choose(["C-1"])
    assert first.together
    assert first.parts[0].home_id == "H-1"
    live.take(first)
    assert "C-1" not in live.view.referral_by_child
    assert homes_of(live, "C-2") == ["H-2"]
    live.drop(Placement, "C-1")
    assert homes_of(live, "C-2") == ["H-1"]


def test_a_hold_stops_a_home_for_as_long_as_it_stands() -> None:
    live = LiveWorld(two_homes([a_child("C-1")]), BALANCED)
    until = AS_OF + timedelta(days=10)
    live.put(
        Hold(
            hold_id="S-1",
            scope=HoldScope.HOME,
            target_id="H-1",
            kind=HoldKind.QUALITY,
            starts=AS_OF,
            until=until,
        )
    )
    assert homes_of(live, "C-1") == ["H-2"]
    live.set_day(until + timedelta(days=1))
    assert homes_of(live, "C-1") == ["H-1"]
    live.set_day(AS_OF)
    live.drop(Hold, "S-1")
    assert homes_of(live, "C-1") == ["H-1"]


def test_homes_open_change_and_close() -> None:
    live = LiveWorld(two_homes([a_child("C-1")]), BALANCED)
    live.put(a_home("H-0", 1, postcode=miles_east(1).postcode))
    assert homes_of(live, "C-1") == ["H-0"]
    live.put(live.home("H-0").replace(terms=TermsOfApproval(age_from=12)))
    assert homes_of(live, "C-1") == ["H-1"]
    live.drop(Home, "H-1")
    assert homes_of(live, "C-1") == ["H-2"]
    live.drop(Home, "H-2")
    assert live.choose(["C-1"]).unplaced == ("C-1",)
    assert list(live.world().homes) == ["H-0"]


def test_a_child_who_grows_too_old_for_the_younger_is_noticed() -> None:
    world = two_homes([a_child("C-1", 9), a_child("C-2", 9)], beds=2)
    older = world.children["C-2"].replace(
        household_risks=frozenset({"no_older_children"}), date_of_birth=AS_OF.replace(year=2016)
    )
    world = world.replace(children={**world.children, "C-2": older})
    live = LiveWorld(world, BALANCED)
    live.put(Placement(child_id="C-1", home_id="H-1", started_on=AS_OF))
    assert live.columns.occupant_age_high.tolist() == [9, -1]
    assert homes_of(live, "C-2") == ["H-1"]
    live.set_day(AS_OF.replace(year=2026, month=2, day=1))
    live.confirm_vacancies()
    assert live.columns.occupant_age_high.tolist() == [11 - 1, -1]
    assert homes_of(live, "C-2") == ["H-2"]


def test_an_old_vacancy_is_no_choice_until_it_is_confirmed() -> None:
    live = LiveWorld(two_homes([a_child("C-1")]), BALANCED)
    for home_id in ("H-1", "H-2"):
        live.put(live.home(home_id).replace(provider_id="P-2", grade="good"))
    assert homes_of(live, "C-1") == ["H-1"]
    live.set_day(AS_OF + timedelta(days=60))
    assert live.choose(["C-1"]).unplaced == ("C-1",)
    live.confirm_vacancies()
    assert homes_of(live, "C-1") == ["H-1"]
    assert live.world().homes["H-2"].vacancy_confirmed_on == live.day


def test_siblings_stay_together_unless_they_must_not() -> None:
    live = LiveWorld(two_homes(siblings(6, 8), beds=2), BALANCED)
    assert homes_of(live, "C-1", "C-2") == ["H-1", "H-1"]
    apart = SiblingLink(child_a="C-1", child_b="C-2", together=Together.APART)
    live.put(SiblingGroup(sibling_group_id="S-1", links=(apart,)))
    assert sorted(map(str, homes_of(live, "C-1", "C-2"))) == ["H-1", "H-2"]
    live.put(SiblingGroup(sibling_group_id="S-1", together=Together.REQUIRED))
    assert homes_of(live, "C-1", "C-2") == ["H-1", "H-1"]
    assert live.choose(("C-1", "C-2"), avoid=frozenset({"H-1", "H-2"})).unplaced == ("C-1", "C-2")


def test_two_families_who_want_one_bed_are_placed_best_together() -> None:
    world = two_homes([a_child("C-1"), a_child("C-2", unaccompanied=True)])
    live = LiveWorld(world, BALANCED)
    assert [homes_of(live, each) for each in ("C-1", "C-2")] == [["H-1"], ["H-1"]]
    both = live.batch([("C-1",), ("C-2",)])
    # Distance is a loss to one of them only.
    assert [choice.home_of for choice in both] == [{"C-1": "H-1"}, {"C-2": "H-2"}]
    assert all(choice.proved for choice in both)


def test_a_budget_holds_for_all_who_are_placed_at_once() -> None:
    live = LiveWorld(two_homes([a_child("C-1"), a_child("C-2")], beds=2), BALANCED)
    live.set_budgets([Budget(weekly_pence=60_000)])
    choices = live.batch([("C-1",), ("C-2",)])
    assert [len(choice.parts) for choice in choices] in ([1, 0], [0, 1])
    assert len(live.choose(["C-2"]).parts) == 1


def test_practice_takes_requests_in_the_order_received() -> None:
    first = a_referral("R-2", "C-2", received_on=AS_OF - timedelta(days=3))
    world = two_homes([a_child("C-1"), a_child("C-2")], referrals=[a_referral("R-1", "C-1"), first])
    live = LiveWorld(world, BALANCED.replace(method=Method.SEARCH_ORDER))
    choices = live.batch([("C-1",), ("C-2",)])
    assert [choice.home_of for choice in choices] == [{"C-1": "H-2"}, {"C-2": "H-1"}]
    assert not any(choice.proved for choice in choices)


def test_a_child_who_leaves_leaves_nothing_behind() -> None:
    live = LiveWorld(two_homes(siblings(6, 8), beds=2), BALANCED)
    link = SiblingLink(child_a="C-1", child_b="C-2", together=Together.REQUIRED)
    live.put(SiblingGroup(sibling_group_id="S-1", links=(link,)))
    live.put(
        Exemption(
            exemption_id="E-1",
            rule="QUALITY_GATEWAY",
            child_ids=frozenset({"C-1"}),
            home_id="H-1",
            granted_by=AssessorRole.DIRECTOR,
            granted_on=AS_OF,
        )
    )
    live.take(live.choose(("C-1", "C-2")))
    live.drop(Child, "C-1")
    world = live.world()
    assert list(world.children) == ["C-2"]
    assert list(world.placements) == ["C-2"]
    assert world.sibling_groups["S-1"].links == ()
    assert not world.exemptions
    assert live.beds_free("H-1") == 1


def test_what_cannot_be_is_refused() -> None:
    live = LiveWorld(two_homes([*siblings(6, 8), a_child("C-3")]), BALANCED)
    with pytest.raises(UsageError, match="a family is one child"):
        live.choose(("C-1", "C-3"))
    with pytest.raises(UsageError, match="one family"):
        live.batch([("C-1",), ("C-2",)])
    live.take(live.choose(["C-3"]))
    with pytest.raises(UsageError, match="C-3 does not wait"):
        live.choose(["C-3"])
    with pytest.raises(UsageError, match="Somebody lives in H-1"):
        live.drop(Home, "H-1")
    with pytest.raises(NotFoundError, match="no Hold 'S-9'"):
        live.drop(Hold, "S-9")
    live.put(Placement(child_id="C-1", home_id="H-9", started_on=AS_OF))
    with pytest.raises(DataError, match="H-9"):
        live.world()
