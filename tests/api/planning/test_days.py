"""Days pass once for each authority, whichever worker is there, and whatever went before."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from api.planning.days import Days
from api.planning.worker import jobs_actor
from api.storage.tables import ENTRIES, HEADS
from matcher.domain.child import Child
from tests.api.casework.desk import Desk, two_children
from tests.api.storage.actors import ELSEWHERE, STRANGER
from tests.builders import AS_OF

if TYPE_CHECKING:
    from api.storage.database import Database


def days_passed(database: Database) -> int:
    with database.engine.connect() as connection:
        query = sa.select(sa.func.count()).where(ENTRIES.c.action == "day passed")
        return connection.execute(query).scalar_one()


def test_a_day_passes_once_whoever_is_first_and_missed_ones_are_caught_up_with(
    database: Database,
) -> None:
    desk = Desk(database, two_children())
    workers = [Days(database, jobs_actor, lambda: desk.now) for _ in range(3)]
    begin = threading.Barrier(len(workers))
    told: list[int] = []

    def work(worker: Days) -> None:
        begin.wait()
        told.append(worker.pass_all())

    threads = [threading.Thread(target=work, args=(each,)) for each in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [0, 0, 1]
    assert workers[0].pass_all() == 0
    assert days_passed(database) == 1
    assert desk.codes(code="PATHWAY_ASSESSMENT") == []
    # Nobody works for two hundred days, and a birthday falls on the fortieth.
    turns_16 = AS_OF + timedelta(days=40)
    with desk.work() as work_:
        child = work_.get(Child, "C-9").record
        born = turns_16.replace(year=turns_16.year - 16)
        work_.put(child.replace(date_of_birth=born), reason="test")
    desk.wait(days=200)
    assert [each.pass_all() for each in workers] == [1, 0, 0]
    assert desk.codes(code="PATHWAY_ASSESSMENT") == ["PATHWAY_ASSESSMENT"]


def test_an_authority_whose_chores_fail_does_not_keep_the_others_waiting(
    sqlite_database: Database,
) -> None:
    database = sqlite_database
    desk = Desk(database, two_children())
    with database.work(ELSEWHERE, STRANGER, at=desk.now) as work:
        work.note("looked")
    broken = sa.update(HEADS).where(HEADS.c.authority == ELSEWHERE)
    with database.engine.begin() as connection:
        (good,) = connection.execute(
            sa.select(HEADS.c.seal).where(HEADS.c.authority == ELSEWHERE)
        ).one()
        connection.execute(broken.values(seal="0" * 64))
    done_for: list[str] = []
    days = Days(
        database,
        jobs_actor,
        lambda: desk.now,
        afterwards=lambda actor: done_for.append(actor.authority),
    )
    assert [days.pass_all(), days.pass_all()] == [1, 0]
    with database.engine.begin() as connection:
        connection.execute(broken.values(seal=good))
    assert days.pass_all() == 1, "it is tried again"
    assert len(done_for) == len(set(done_for)) == 2, "what comes afterwards comes once a day"
