"""The figures of the service: what each is, and how it is measured on either engine."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from api.storage.database import Database
from benchmarks.load import everything, kills, pages, races, serving, speed
from benchmarks.load.local_postgres import LocalPostgres
from benchmarks.load.model import StorageMachine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Row = dict[str, Any]
ENGINES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Place:
    """An empty database with the latest schema.

    Parameters
    ----------
    engine
        Which.
    url
        Its address.
    server
        The server, where there is one.
    """

    engine: str
    url: str
    server: LocalPostgres | None


@dataclass(frozen=True)
class Measure:
    """One thing that is measured, and the columns of its table.

    Parameters
    ----------
    title
        What is shown.
    run
        Measures it in a place; short or long. Several rows, where several things are alike.
    columns
        Heading by field of a row.
    """

    title: str
    run: Callable[[Place, bool], Row | list[Row]]
    columns: dict[str, str]


@contextmanager
def place(engine: str) -> Iterator[Place]:
    """Make an empty database that writes to the disk as in production."""
    if engine == "sqlite":
        with tempfile.TemporaryDirectory(prefix="nearhome-load-") as folder:
            url = f"sqlite:///{Path(folder) / 'nearhome.sqlite'}"
            _made(url)
            yield Place(engine, url, None)
        return
    with LocalPostgres(durable=True) as server:
        url = server.url("postgres")
        _made(url)
        yield Place(engine, url, server)


def _made(url: str) -> None:
    database = Database(url)
    database.create()
    database.dispose()


def _races(where: Place, short: bool) -> Row:
    if short:
        return races.race(where.url, clients=4, attempts=200, beds=8, durable=True)
    return races.race(where.url, clients=16, attempts=16_000, beds=200, durable=True)


def _kills(where: Place, short: bool) -> Row:
    return kills.kill_and_look(where.url, kills=12 if short else 200, server=where.server)


def _model(where: Place, short: bool) -> Row:
    database = Database(where.url, durable=False)
    outcomes: Counter[str] = Counter()

    class Machine(StorageMachine):
        def _agree(
            self, happened: type[Exception] | None, expected: type[Exception] | None
        ) -> None:
            outcomes["done" if happened is None else happened.__name__] += 1
            super()._agree(happened, expected)

    Machine.database = database
    examples, steps = (10, 20) if short else (500, 50)
    began = time.process_time()
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    database.dispose()
    return {
        "examples": examples,
        "steps": steps,
        "units_done": outcomes.pop("done"),
        "units_refused": sum(outcomes.values()),
        "differences": 0,
        "cpu_seconds": round(time.process_time() - began, 1),
    }


def _speed(where: Place, short: bool) -> Row:
    return speed.measure(where.url, children=100 if short else 1_000, homes=500 if short else 5_000)


def _ranking(where: Place, short: bool) -> Row:
    return serving.rank(where.url, short=short)


def _start(where: Place, short: bool) -> Row:
    return serving.start(where.url, short=short)


def _following(where: Place, short: bool) -> Row:
    return serving.follow(where.url, short=short)


def _pages(where: Place, short: bool) -> list[Row]:
    if short:
        return pages.measure(where.url, size=0.1, requests=5, visits=1)
    return pages.measure(where.url, size=1, requests=100, visits=5)


def _large_pages(where: Place, short: bool) -> list[Row]:
    if short:
        return _pages(where, short)
    return pages.measure(where.url, size=10, requests=100, visits=5)


def _operations(where: Place, short: bool) -> Row:
    return everything.ask_everything(where.url, short=short)


PAGE_COLUMNS = {
    "page": "page",
    "children": "children",
    "homes": "homes",
    "requests": "requests",
    "p50_ms": "first byte: p50, ms",
    "p95_ms": "p95, ms",
    "cpu_ms_a_request": "processor ms for each",
    "interactive_ms": "interactive, first visit, ms",
    "interactive_again_ms": "again, ms",
    "html_kb": "HTML, kB sent of kB",
    "css_kb": "CSS",
    "js_kb": "JavaScript",
    "before_charts_kb": "all before charts",
    "charts_kb": "charts",
}

MEASURES: dict[str, Measure] = {
    "operations": Measure(
        "Every operation as every role",
        _operations,
        {
            "operations": "operations",
            "roles": "roles, strangers included",
            "requests": "requests",
            "done": "done",
            "refused": "refused",
            "faults": "faults of ours",
            "undocumented": "answers not documented",
            "cpu_seconds": "CPU seconds",
        },
    ),
    "ranking": Measure(
        "Ranked matches for many officers",
        _ranking,
        {
            "homes": "homes",
            "children": "children",
            "officers": "officers",
            "requests": "requests",
            "errors": "errors",
            "paced_a_second": "a second, paced",
            "p50_ms": "p50, ms",
            "p95_ms": "p95, ms",
            "p99_ms": "p99, ms",
            "at_once_p50_ms": "all at once: p50, ms",
            "at_once_p95_ms": "all at once: p95, ms",
            "most_a_second": "most a second",
            "cpu_ms_a_request": "processor ms for each, paced",
            "cpu_ms_asked_again": "processor ms, asked again",
            "megabytes": "MB, all processes",
        },
    ),
    "pages": Measure("Pages as they are opened", _pages, PAGE_COLUMNS),
    "large_pages": Measure(
        "The same in a county of ten times the size", _large_pages, PAGE_COLUMNS
    ),
    "start": Measure(
        "Beginning, and memory",
        _start,
        {
            "homes": "homes",
            "ready_seconds": "seconds to ready",
            "ready_cpu_seconds": "processor seconds",
            "processes": "processes",
            "idle_megabytes": "MB idle",
            "first_ranking_seconds": "first ranking, s",
            "loaded_megabytes": "MB loaded",
            "stop_seconds": "seconds to stop",
        },
    ),
    "following": Measure(
        "A commit in one process, a question to another",
        _following,
        {
            "holds": "holds",
            "offered_after_commit": "answers that still offered the home",
            "unseen_after_a_second": "not seen within a second",
            "slowest_ms": "slowest question, ms",
        },
    ),
    "races": Measure(
        "Racing for beds",
        _races,
        {
            "clients": "clients",
            "attempts": "attempts",
            "beds": "beds",
            "booked": "booked",
            "refused_taken": "refused: taken",
            "refused_stale": "refused: changed meanwhile",
            "not_answered": "not answered",
            "overlaps": "overlaps",
            "lost_updates": "lost updates",
            "lost_bookings": "lost bookings",
            "seconds": "seconds",
        },
    ),
    "kills": Measure(
        "Killed at random moments",
        _kills,
        {
            "kills": "kills",
            "of_them_servers": "of the server",
            "acknowledged": "writes acknowledged",
            "lost": "lost",
            "versions": "versions stored",
            "chain_faults": "faults in the chain",
            "file": "database file",
            "seconds": "seconds",
        },
    ),
    "model": Measure(
        "Against a plain model in memory",
        _model,
        {
            "examples": "examples",
            "steps": "steps in each",
            "units_done": "units of work done",
            "units_refused": "refused",
            "differences": "differences",
            "cpu_seconds": "CPU seconds",
        },
    ),
    "speed": Measure(
        "One process, one after another",
        _speed,
        {
            "records": "records stored at once",
            "import_seconds": "seconds for all",
            "read_ms": "read a record, ms",
            "audited_read_ms": "read with audit entry, ms",
            "write_ms": "read and write, ms",
            "verify_seconds": "verify the trail, s",
            "entries": "entries verified",
        },
    ),
}
