"""Tables in and out: whole or not at all, and casework is never overruled by a table."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from api.audit.verifying import verify
from api.errors import InvalidError
from api.exchange.exporting import export_world
from api.exchange.importing import Imported, import_world
from api.records.actor import Actor, ActorKind
from api.records.capacity import Booking
from api.records.care_placement import CarePlacement
from api.records.referral_case import CaseState, ReferralCase
from api.storage.trail_reading import Question, Trail
from api.worlds.worlds import Worlds
from matcher.domain.agreement import Budget
from matcher.domain.home import Home
from matcher.domain.placement import Placement, Resident, ResidentKind
from matcher.errors import IntakeErrors
from matcher.intake import read_world, write_world
from tests.api.casework.desk import NINE, Places
from tests.builders import AS_OF, BUCKS, a_child, a_home, a_world, siblings

if TYPE_CHECKING:
    from pathlib import Path

    from api.storage.database import Database
    from matcher.domain.world import World

CONSOLE = Actor(authority=BUCKS, actor_id="command-line", kind=ActorKind.JOB)


@pytest.fixture
def world() -> World:
    """Return a world with somebody of each sort in it."""
    return a_world(
        [*siblings(4, 7), a_child("C-8"), a_child("C-9")],
        [a_home("H-1", beds=3), a_home("H-2", postcode="HP2 0AA")],
        placements=[
            Placement(
                child_id="C-8", home_id="H-1", started_on=AS_OF - timedelta(days=90), may_move=True
            )
        ],
        residents=[
            Resident(resident_id="X-1", home_id="H-1", kind=ResidentKind.STAYING_PUT, age=18)
        ],
        budgets=[Budget(weekly_pence=5_000_000)],
    )


def brought_in(database: Database, world: World, minutes: int = 0, **how: Any) -> Imported:
    at = NINE + timedelta(minutes=minutes)
    with database.work(BUCKS, CONSOLE, at=at) as work:
        return import_world(work, world, why="import", **how)


def as_stored(world: World) -> dict[str, Any]:
    """Return a world without what casework adds: the code of a stay that had none."""
    placements = {child: each.replace(place_code=None) for child, each in world.placements.items()}
    return {
        name: dict(getattr(world, name))
        for name in ("children", "homes", "sibling_groups", "providers", "agreements", "residents")
    } | {
        "referrals": dict(world.referrals),
        "placements": placements,
        "budgets": world.budgets,
        "as_of": world.as_of,
    }


@pytest.mark.parametrize("name", ["tables", "tables.xlsx"])
def test_what_is_brought_in_goes_out_again(
    database: Database, world: World, tmp_path: Path, name: str
) -> None:
    done = brought_in(database, world)
    assert done.stored["children"] == 4
    assert done.left == ()
    assert "children 4" in done.sentence
    worlds = Worlds(database, postcodes=Places(world))  # type: ignore[arg-type]
    with database.work(BUCKS, CONSOLE, at=NINE) as work:
        export_world(work, worlds, tmp_path / name, why="return")
    again = read_world(tmp_path / name, postcodes=Places(world))
    assert as_stored(again) == as_stored(world)
    with database.work(BUCKS, CONSOLE, at=NINE) as work:
        entry = Trail(work.connection, BUCKS).page(Question(action="exported")).items[0]
        assert entry.child_ids == ("C-1", "C-2", "C-8", "C-9")
    assert verify(database, BUCKS).sound


def test_what_is_the_same_is_left_alone(database: Database, world: World) -> None:
    brought_in(database, world)
    before = database.sequence(BUCKS)
    done = brought_in(database, world, 1)
    assert sum(done.stored.values()) == 0
    assert done.sentence.startswith("Everything was stored already.")
    assert database.sequence(BUCKS) == before + 1, "the note that somebody did"
    dearer = world.homes["H-2"].replace(beds_usable=0)
    changed = brought_in(database, world.replace(homes={**world.homes, "H-2": dearer}), 2)
    assert {name: count for name, count in changed.stored.items() if count} == {"homes": 1}
    with database.work(BUCKS, CONSOLE, at=NINE) as work:
        assert work.get(Home, "H-2") == (dearer, 2, NINE + timedelta(minutes=2))


def test_casework_is_not_overruled(database: Database, world: World) -> None:
    brought_in(database, world)
    with database.work(BUCKS, CONSOLE, at=NINE) as work:
        case = work.get(ReferralCase, "R-1").record
        work.put(case.replace(state=CaseState.WITHDRAWN, withdrawn_why="no"), reason="x")
    moved = Placement(child_id="C-8", home_id="H-2", started_on=AS_OF - timedelta(days=9))
    new = Placement(child_id="C-9", home_id="H-1", started_on=AS_OF - timedelta(days=9))
    changed = world.replace(placements={"C-8": moved, "C-9": new})
    done = brought_in(database, changed, 5)
    assert any("C-8 lives in H-2 by the tables" in each for each in done.left)
    assert any("R-1 is known" in each for each in done.left)
    with database.work(BUCKS, CONSOLE, at=NINE) as work:
        assert work.get(ReferralCase, "R-1").record.state is CaseState.WITHDRAWN
        homes = {h.record.child_id: h.record.home_id for h in work.find(CarePlacement)}
        assert homes == {"C-8": "H-1", "C-9": "H-1"}
        beds = [h.record.bed for h in work.find(Booking, home_id="H-1")]
        assert sorted(beds) == [1, 2, 3], "each in a bed of their own"


def test_faults_are_named_by_their_cell_and_nothing_is_half_written(
    database: Database, world: World, tmp_path: Path
) -> None:
    write_world(world, tmp_path / "tables")
    file = tmp_path / "tables" / "children.csv"
    text = file.read_text(encoding="utf-8").replace("2018-01-15", "31/02/2018", 1)
    file.write_text(text, encoding="utf-8")
    with pytest.raises(IntakeErrors) as refused:
        read_world(tmp_path / "tables", postcodes=Places(world))
    assert "children.csv" in refused.value.sentence
    assert "date_of_birth" in refused.value.sentence
    assert database.sequence(BUCKS) == 0


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"authority": "E06000042"}, "you work for E06000060"),
        ({"as_of": AS_OF + timedelta(days=1)}, "still to come"),
        ({"synthetic": True}, "invented"),
    ],
)
def test_tables_that_do_not_belong_here_are_refused(
    database: Database, world: World, changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(InvalidError, match=named):
        brought_in(database, world.replace(**changes))
    assert database.sequence(BUCKS) == 0


def test_a_demonstration_takes_invented_people(database: Database, world: World) -> None:
    assert brought_in(database, world.replace(synthetic=True), synthetic=True).stored


def test_of_an_authority_without_records_nothing_is_exported(
    database: Database, world: World, tmp_path: Path
) -> None:
    worlds = Worlds(database, postcodes=Places(world))  # type: ignore[arg-type]
    with (
        pytest.raises(InvalidError, match="Nothing is stored"),
        database.work(BUCKS, CONSOLE, at=NINE) as work,
    ):
        export_world(work, worlds, tmp_path / "tables", why="return")
