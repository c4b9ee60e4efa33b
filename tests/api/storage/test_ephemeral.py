"""What is kept for a while: forgotten in time, counted without loss, added once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from api.storage.ephemeral import Ephemeral
from tests.api.storage.actors import ELSEWHERE, NOON, OFFICER, later
from tests.builders import BUCKS

if TYPE_CHECKING:
    from api.storage.database import Database


def test_a_value_is_kept_until_its_time_is_over(database: Database) -> None:
    kept = database.ephemeral()
    kept.put("session", "a", {"user": "U-1"}, until=later(5), authority=BUCKS)
    assert kept.get("session", "a", at=later(4), authority=BUCKS) == {"user": "U-1"}
    assert kept.get("session", "a", at=later(5), authority=BUCKS) is None
    assert kept.get("session", "a", at=NOON, authority=ELSEWHERE) is None
    assert kept.get("answer", "a", at=NOON, authority=BUCKS) is None
    kept.put("session", "a", [1], until=later(9), authority=BUCKS)
    kept.put("session", "b", 2, until=later(3), authority=BUCKS)
    assert kept.all("session", at=NOON, authority=BUCKS) == {"a": [1], "b": 2}
    assert kept.sweep(at=later(3)) == 1
    assert kept.all("session", at=NOON, authority=BUCKS) == {"a": [1]}
    kept.remove("session", "a", authority=BUCKS)
    assert kept.all("session", at=NOON, authority=BUCKS) == {}


def test_one_of_several_adds(database: Database) -> None:
    kept = database.ephemeral()
    with ThreadPoolExecutor(6) as pool:
        told = list(
            pool.map(
                lambda number: kept.add("key", "k", number, at=NOON, until=later(5)), range(12)
            )
        )
    assert sum(told) == 1
    assert kept.get("key", "k", at=NOON) == told.index(True)
    assert kept.add("key", "k", "new", at=later(5), until=later(9)), "its time is over"


def test_everybody_is_counted(database: Database) -> None:
    kept = database.ephemeral()
    with ThreadPoolExecutor(6) as pool:
        counts = pool.map(lambda _: kept.count("tries", "k", at=NOON, until=later(1)), range(30))
    assert sorted(counts) == list(range(1, 31))
    assert kept.count("tries", "k", at=later(1), until=later(2)) == 1


def test_within_a_unit_of_work_it_stands_and_falls_with_it(database: Database) -> None:
    with database.work(BUCKS, OFFICER, at=NOON) as work:
        within = Ephemeral(database, work)
        within.put("answer", "k", 1, until=later(5))
        assert within.get("answer", "k", at=NOON) == 1
        work.note("asked")
    assert database.ephemeral().get("answer", "k", at=NOON) == 1
    with database.work(BUCKS, OFFICER, at=NOON) as work:
        Ephemeral(database, work).put("answer", "k", 2, until=later(5))
        work.abandon()
    assert database.ephemeral().get("answer", "k", at=NOON) == 1
