"""Who came, as returns tell it: everybody for whom a bed was looked for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from matcher.domain.child import Child
from matcher.domain.history import PastStay, history_of_stays, in_season
from matcher.domain.placement import Placement
from matcher.errors import DataError
from matcher.geography.postcodes import Postcodes
from scenarios.history.arrivals import arrivals_of_returns
from scenarios.history.history import read_history
from tests.builders import AS_OF, a_child, a_home, a_world
from tests.scenarios.history.returns import HOME, a_return, episode, header

if TYPE_CHECKING:
    from pathlib import Path

    from matcher.domain.history import ArrivalHistory


def test_returns_tell_who_came_and_children_placed_now_lend_their_needs(tmp_path: Path) -> None:
    episodes = [
        episode("A", "10/05/2023", "10/06/2023", home=HOME),
        episode("B", "10/05/2023", home=HOME),
        episode("C", "01/02/2020", "01/09/2023", home="HP20 2QP"),
        episode("C", "01/09/2023", rne="P", place="K2", home="HP20 2QP"),
        episode("D", "01/07/2023", place="P1"),  # with parents: nobody looked for a bed
        episode("E", "01/07/2023", place="U1"),  # with a relative: nor here
    ]
    episodes[2][8] = "X1"
    years = [header(child, "01/01/2015") for child in "ABCDE"]
    folder = a_return(tmp_path / "returns", episodes, years)
    history = read_history(folder)
    needy = a_child("X-1", solo=True)
    world = a_world([needy], [a_home()], referrals=[])
    with pytest.raises(DataError, match="Nobody is placed"):
        arrivals_of_returns(history, world, Postcodes.default())
    placement = Placement(child_id="X-1", home_id="H-1", started_on=AS_OF)
    world = a_world([needy], [a_home()], referrals=[], placements=[placement])
    found = arrivals_of_returns(history, world, Postcodes.default())
    assert [len(each.children) for each in found.arrivals] == [2, 1]
    siblings, moved = found.arrivals
    assert siblings.group is not None
    assert siblings.referral.needed_by == date(2023, 5, 10)
    assert moved.referral.needed_by == date(2023, 9, 1)
    for each in (*siblings.children, *moved.children):
        assert (each.solo, each.date_of_birth) == (needy.solo, date(2015, 1, 1))
        assert each.home_postcode is not None
        assert each.home_postcode in found.locations
    assert "lent by children placed now" in found.source
    assert (found.starts, found.ends) == (date(2023, 4, 1), date(2024, 4, 1))


def test_a_stay_that_goes_on_is_taken_to_last_as_others_of_its_age_do() -> None:
    starts, ends = date(2023, 1, 2), date(2024, 1, 1)

    def stay(name: str, began: date, ended: date | None) -> PastStay:
        child = Child(
            child_id=name, responsible_authority="E06000060", date_of_birth=date(2013, 1, 1)
        )
        return PastStay(child, began, ended, family=name)

    fortnight = timedelta(weeks=2)
    known = [
        stay(f"C{at}", starts + at * fortnight, starts + (at + 5) * fortnight) for at in range(20)
    ]
    still = stay("S", ends - fortnight, None)
    before = stay("B", starts - fortnight, starts + fortnight)
    found = history_of_stays([*known, still, before], starts=starts, ends=ends, source="test")
    assert len(found.arrivals) == 21, "who came before the window did not come in it"
    weeks = {each.children[0].child_id: each.stay_weeks for each in found.arrivals}
    assert weeks["C0"] == 10
    lasts = weeks["S"]
    assert lasts is not None
    assert 10 < lasts < 14
    moved_on = stay("C0", starts, starts)
    stays = [moved_on, *known, still, before]
    again = history_of_stays(stays, starts=starts, ends=ends, source="test")
    assert again.arrivals == found.arrivals, "a bed that was taken for no night was not taken"
    nobody_left = history_of_stays([still], starts=starts, ends=ends, source="test")
    assert nobody_left.arrivals[0].stay_weeks is None


def test_who_had_a_home_until_the_day_of_the_move_was_not_without_one() -> None:
    starts, ends = date(2023, 1, 2), date(2024, 1, 1)
    child = Child(child_id="C", responsible_authority="E06000060", date_of_birth=date(2013, 1, 1))
    days = [starts + timedelta(weeks=each) for each in (0, 5, 10, 11)]
    stays = [
        PastStay(child, days[0], days[1], family="C"),
        PastStay(child, days[1], days[2], family="C"),
        PastStay(child, days[3], None, family="C"),
    ]
    found = history_of_stays(stays, starts=starts, ends=ends, source="test")
    assert [each.moving for each in found.arrivals] == [False, True, False]


def test_who_came_at_the_time_of_year_that_comes_next_counts_most() -> None:
    def stays(weeks: int) -> list[PastStay]:
        child = Child(child_id="C", responsible_authority="E06000060")
        days = [date(2022, 1, 3) + timedelta(weeks=at) for at in range(weeks)]
        return [
            PastStay(child, day, day + timedelta(days=7), family=f"F{at}")
            for at, day in enumerate(days)
        ]

    def history(weeks: int) -> ArrivalHistory:
        starts = date(2022, 1, 3)
        ends = starts + timedelta(weeks=weeks)
        return history_of_stays(stays(weeks), starts=starts, ends=ends, source="test")

    plain = history(104)
    spring = in_season(plain, date(2024, 4, 1))
    by_day = {each.referral.needed_by: each.per_week for each in spring.arrivals}
    assert sum(by_day.values()) == pytest.approx(sum(each.per_week for each in plain.arrivals))
    assert by_day[date(2023, 5, 15)] == pytest.approx(3 * by_day[date(2023, 11, 13)], rel=0.01)
    assert in_season(history(50), date(2024, 4, 1)) == history(50)
