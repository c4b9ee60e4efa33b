"""Races for beds and writers killed at random moments, in short; `make load` runs them in full."""

from __future__ import annotations

from datetime import date

from api.records.capacity import Booking
from api.storage.database import Database
from benchmarks.load.kills import kill_and_look
from benchmarks.load.local_postgres import LocalPostgres
from benchmarks.load.measures import MEASURES
from benchmarks.load.page import with_tables
from benchmarks.load.races import overlaps, race


def test_no_bed_is_taken_twice_and_no_change_is_lost(database_url: str) -> None:
    found = race(database_url, clients=4, attempts=160, beds=8, durable=False)
    assert found["attempts"] == 160
    assert found["booked"] > 20
    assert found["refused_taken"] > 0
    assert (found["overlaps"], found["lost_updates"], found["lost_bookings"]) == (0, 0, 0)


def test_overlaps_would_be_counted() -> None:
    def booking(number: int, starts: int, ends: int | None, bed: int = 1) -> Booking:
        return Booking(
            booking_id=f"B-{number}",
            home_id="H-1",
            bed=bed,
            starts=date(2025, 1, starts),
            ends=None if ends is None else date(2025, 1, ends),
        )

    assert overlaps([booking(1, 1, 5), booking(2, 5, None), booking(3, 2, 3, bed=2)]) == 0
    assert overlaps([booking(1, 1, 6), booking(2, 5, None), booking(3, 9, 10)]) == 2


def test_nothing_acknowledged_is_lost_when_writers_are_killed(database_url: str) -> None:
    found = kill_and_look(database_url, kills=5, durable=False)
    assert found["acknowledged"] > 0
    assert (found["lost"], found["chain_faults"], found["file"]) == (0, 0, "ok")
    assert found["versions"] >= found["acknowledged"]


def test_nothing_acknowledged_is_lost_when_the_server_is_killed() -> None:
    with LocalPostgres(durable=True) as server:
        url = server.url("postgres")
        database = Database(url)
        database.create()
        database.dispose()
        found = kill_and_look(url, kills=2, server=server, server_every=2)
    assert found["of_them_servers"] == 1
    assert (found["lost"], found["chain_faults"]) == (0, 0)


def test_figures_stand_between_their_marks() -> None:
    page = (
        "# Page\n\n<!-- figures races -->\nold\n<!-- end -->\n\n"
        "<!-- figures kills -->\n<!-- end -->\n"
    )
    row = {"engine": "sqlite", **dict.fromkeys(MEASURES["races"].columns, 12_345)}
    result = {
        "date": "2025-03-31",
        "commit": "abc",
        "machine": {"cores": 2},
        "load": 1.0,
        "rows": [row],
    }
    found = with_tables(page, {"races": result})
    assert "| SQLite | 12,345 |" in found
    assert "old" not in found
    assert "Not measured yet." in found
    assert with_tables(found, {"races": result}) == found
