"""The queue of jobs: one worker at a time, whoever dies meanwhile."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from api.planning import asking
from api.records.job import AssignmentAsked, Job, JobProgress, JobState
from api.storage.job_queue import MOST_LOST, Claim, JobQueue
from api.storage.jobs import JobStore
from matcher.errors import NotFoundError
from tests.api.storage.actors import NOON, OFFICER, STRANGER, later

if TYPE_CHECKING:
    from api.storage.database import Database

LONG, SHORT = 600.0, 0.05


def ask(database: Database, minutes: float = 0, **asked: float) -> Job:
    with database.work(OFFICER.authority, OFFICER, at=later(minutes)) as work:
        return asking.ask(work, JobStore(database), AssignmentAsked.model_validate(asked))


def claim(database: Database, lease_seconds: float = LONG) -> Claim | None:
    return JobQueue(database).claim(at=NOON, lease_seconds=lease_seconds)


def taken(database: Database, lease_seconds: float = LONG) -> Claim:
    found = claim(database, lease_seconds)
    assert found is not None
    return found


def finish(
    database: Database, held: Claim, *, results: tuple[tuple[str, str, bytes], ...] = ()
) -> bool:
    with database.work(OFFICER.authority, OFFICER, at=later(9)) as work:
        work.note("job done")
        return JobQueue(database).finish(
            work, held, JobState.DONE, sentence="Done.", results=results
        )


def state(database: Database, job: Job) -> JobState:
    return JobStore(database).get(job.authority, job.job_id).state


def test_jobs_are_taken_in_the_order_in_which_they_were_asked_for(database: Database) -> None:
    first, second = ask(database), ask(database, 1)
    assert [taken(database).job.job_id for _ in range(2)] == [first.job_id, second.job_id]
    assert claim(database) is None


def test_a_job_is_queued_with_its_entry_or_not_at_all(database: Database) -> None:
    jobs = JobStore(database)
    work = database.work(OFFICER.authority, OFFICER, at=NOON)
    asking.ask(work, jobs, AssignmentAsked())
    work.abandon()
    assert jobs.page(OFFICER.authority, before=None, limit=10) == []
    assert database.sequence(OFFICER.authority) == 0
    ask(database)
    assert database.sequence(OFFICER.authority) == 1


def test_of_many_workers_one_gets_a_job(database: Database) -> None:
    asked = [ask(database, minute) for minute in range(4)]
    found: list[str] = []
    begin = threading.Barrier(6)

    def work() -> None:
        begin.wait()
        while (held := claim(database)) is not None:
            found.append(held.job.job_id)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(job.job_id for job in asked)


def test_a_silent_workers_job_goes_to_another_and_its_word_counts_no_more(
    database: Database,
) -> None:
    job = ask(database)
    lost = taken(database, SHORT)
    assert claim(database) is None
    time.sleep(3 * SHORT)
    found = taken(database)
    assert found.job.job_id == job.job_id
    assert found.attempt == 2
    queue = JobQueue(database)
    assert queue.beat(lost, lease_seconds=LONG).lost
    assert not queue.keep(lost, "a", b"1", media_type="text/plain", result=False)
    assert not finish(database, lost)
    assert not queue.beat(found, lease_seconds=LONG).lost
    assert finish(database, found)
    assert state(database, job) is JobState.DONE


def test_a_worker_that_is_heard_of_keeps_its_job(database: Database) -> None:
    ask(database)
    held = taken(database, SHORT)
    queue = JobQueue(database)
    queue.beat(held, lease_seconds=LONG, progress=JobProgress(doing="this", done=1, total=2))
    time.sleep(3 * SHORT)
    assert claim(database) is None
    shown = JobStore(database).get(OFFICER.authority, held.job.job_id)
    assert shown.progress == JobProgress(doing="this", done=1, total=2)


def test_a_job_on_which_every_worker_dies_ends(database: Database) -> None:
    job = ask(database)
    for _ in range(MOST_LOST):
        taken(database, SHORT)
        time.sleep(3 * SHORT)
    assert claim(database) is None
    ended = JobStore(database).get(job.authority, job.job_id)
    assert ended.state is JobState.FAILED
    assert ended.sentence is not None
    assert "lost 3 times" in ended.sentence


def test_a_job_that_is_given_back_is_taken_at_once_and_does_not_count_as_lost(
    database: Database,
) -> None:
    ask(database)
    for attempt in range(1, 2 * MOST_LOST):
        held = taken(database)
        assert held.attempt == attempt
        JobQueue(database).give_back(held)


def test_what_an_attempt_keeps_the_next_one_finds_and_nobody_downloads(
    database: Database,
) -> None:
    ask(database)
    first = taken(database, SHORT)
    queue = JobQueue(database)
    assert queue.keep(first, "future-1", b"one", media_type="text/plain", result=False)
    time.sleep(3 * SHORT)
    second = taken(database)
    assert queue.kept(second) == {"future-1": b"one"}
    with pytest.raises(NotFoundError):
        JobStore(database).file(second.job.job_id, "future-1")
    assert finish(database, second, results=(("plan.csv", "text/csv", b"a,b"),))
    assert queue.kept(second) == {}
    assert JobStore(database).file(second.job.job_id, "plan.csv") == ("text/csv", b"a,b")
    assert [each.name for each in JobStore(database).files(second.job.job_id)] == ["plan.csv"]


def cancel(database: Database, job: Job) -> Job:
    with database.work(OFFICER.authority, OFFICER, at=later(5)) as work:
        return asking.cancel(work, JobStore(database), job.job_id)


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_hears_of_it(
    database: Database,
) -> None:
    waiting = ask(database)
    assert cancel(database, waiting).state is JobState.CANCELLED
    running = ask(database, 1)
    held = taken(database)
    assert held.job.job_id == running.job_id
    assert not JobQueue(database).beat(held, lease_seconds=LONG).cancelling
    assert cancel(database, running).cancelling
    assert JobQueue(database).beat(held, lease_seconds=LONG).cancelling


def test_jobs_of_another_authority_are_not_there(database: Database) -> None:
    job = ask(database)
    jobs = JobStore(database)
    assert jobs.page(STRANGER.authority, before=None, limit=10) == []
    with pytest.raises(NotFoundError):
        jobs.get(STRANGER.authority, job.job_id)
    with (
        pytest.raises(NotFoundError),
        database.work(STRANGER.authority, STRANGER, at=NOON) as work,
    ):
        asking.cancel(work, jobs, job.job_id)
    assert state(database, job) is JobState.QUEUED


def test_old_jobs_are_removed_with_their_results_and_open_ones_stay(database: Database) -> None:
    old = ask(database)
    finish(database, taken(database), results=(("plan.csv", "text/csv", b""),))
    waits = ask(database, 1)
    queue = JobQueue(database)
    assert queue.sweep(ended_before=NOON) == 0
    assert queue.sweep(ended_before=NOON + timedelta(days=1)) == 1
    jobs = JobStore(database)
    assert [job.job_id for job in jobs.page(OFFICER.authority, before=None, limit=9)] == [
        waits.job_id
    ]
    assert jobs.files(old.job_id) == ()


def test_jobs_are_counted_by_kind_and_state(database: Database) -> None:
    ask(database)
    ask(database, 1)
    taken(database)
    assert JobStore(database).counts() == {
        ("assignment", "queued"): 1,
        ("assignment", "running"): 1,
    }
