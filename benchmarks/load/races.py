"""Many clients after the same beds: no bed is taken twice, no change is lost.

Each attempt reads how often a home was booked, books one of its beds for some random time, and
writes the count plus one, all in one unit of work. So an overlap would be two bookings that the
database let through, and a lost update a count that is not the number of bookings.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from api.errors import ConflictError, StaleError, UnavailableError
from api.records.actor import Actor, ActorKind
from api.records.capacity import Booking, BudgetLine
from api.storage.database import Database
from matcher.domain.agreement import Budget, Provider
from matcher.domain.codes import PlaceProvider
from matcher.domain.home import Home, Setting

if TYPE_CHECKING:
    from collections.abc import Iterator

AUTHORITY = "E06000060"
CLIENT = Actor(authority=AUTHORITY, actor_id="racing", kind=ActorKind.CLIENT)
AT = datetime(2025, 3, 31, 12, tzinfo=UTC)
FIRST = date(2025, 4, 1)
BEDS_A_HOME = 4
DAYS = 1500
LONGEST = 40


def race(url: str, *, clients: int, attempts: int, beds: int, durable: bool) -> dict[str, Any]:
    """Let clients, each a process of its own, book beds at random; return what became of it.

    Parameters
    ----------
    url
        Of an empty database with the latest schema.
    clients, attempts
        How many clients, and attempts of all together.
    beds
        How many beds, four to a home.
    durable
        Whether a commit waits for the disk.

    Returns
    -------
    dict
        Counts of outcomes, overlaps, lost updates and lost bookings; seconds on the clock.
    """
    homes = beds // BEDS_A_HOME
    _prepare(url, homes, durable=durable)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["benchmarks.load.races", "benchmarks.load.kills"])
    began = time.perf_counter()
    with context.Pool(clients) as pool:
        asked = [(url, seed, attempts // clients, homes, durable) for seed in range(clients)]
        answers = pool.starmap(_client, asked)
    seconds = time.perf_counter() - began
    outcomes: Counter[str] = Counter()
    acknowledged: set[str] = set()
    for counted, booked in answers:
        outcomes.update(counted)
        acknowledged |= booked
    database = Database(url, durable=durable)
    with database.work(AUTHORITY, CLIENT, at=AT) as work:
        bookings = [held.record for held in work.find(Booking)]
        counts = {held.record.budget_id: held.record for held in work.find(BudgetLine)}
    database.dispose()
    stored = Counter(booking.home_id for booking in bookings)
    return {
        "clients": clients,
        "attempts": sum(outcomes.values()),
        "beds": beds,
        "booked": outcomes["booked"],
        "refused_taken": outcomes["taken"],
        "refused_stale": outcomes["stale"],
        "not_answered": outcomes["unavailable"],
        "overlaps": overlaps(bookings),
        "lost_updates": sum(
            abs(counts[f"N-{home}"].budget.weekly_pence - stored[f"H-{home}"])
            for home in range(homes)
        ),
        "lost_bookings": len(acknowledged - {booking.booking_id for booking in bookings}),
        "seconds": round(seconds, 1),
    }


def overlaps(bookings: list[Booking]) -> int:
    """Return how many pairs of bookings of one bed overlap, counted one by one."""
    by_bed: dict[tuple[str, int], list[Booking]] = {}
    for booking in bookings:
        by_bed.setdefault((booking.home_id, booking.bed), []).append(booking)
    return sum(
        one.starts < (other.ends or date.max) and other.starts < (one.ends or date.max)
        for of_one_bed in by_bed.values()
        for at, one in enumerate(of_one_bed)
        for other in of_one_bed[at + 1 :]
    )


def _prepare(url: str, homes: int, *, durable: bool) -> None:
    database = Database(url, durable=durable)
    with database.work(AUTHORITY, CLIENT, at=AT) as work:
        work.put_all(
            [
                Provider(provider_id="P-1", sector=PlaceProvider.PR4),
                *(
                    Home(
                        home_id=f"H-{home}",
                        provider_id="P-1",
                        setting=Setting.CHILDRENS_HOME,
                        beds_approved=BEDS_A_HOME,
                        beds_usable=BEDS_A_HOME,
                    )
                    for home in range(homes)
                ),
                *(
                    BudgetLine(budget_id=f"N-{home}", budget=Budget(weekly_pence=0))
                    for home in range(homes)
                ),
            ],
            reason="race",
        )
    database.dispose()


def _client(
    url: str, seed: int, attempts: int, homes: int, durable: bool
) -> tuple[Counter[str], set[str]]:
    database = Database(url, durable=durable, connections=1)
    chance = random.Random(seed)
    outcomes: Counter[str] = Counter()
    booked: set[str] = set()
    for booking in _bookings(chance, seed, attempts, homes):
        try:
            with database.work(AUTHORITY, CLIENT, at=AT) as work:
                line = work.get(BudgetLine, f"N-{booking.home_id.removeprefix('H-')}").record
                work.put(booking, reason="race")
                more = Budget(weekly_pence=line.budget.weekly_pence + 1)
                work.put(line.replace(budget=more), reason="race")
            outcomes["booked"] += 1
            booked.add(booking.booking_id)
        except ConflictError:
            outcomes["taken"] += 1
        except StaleError:
            outcomes["stale"] += 1
        except UnavailableError:
            outcomes["unavailable"] += 1
    database.dispose()
    return outcomes, booked


def _bookings(chance: random.Random, seed: int, attempts: int, homes: int) -> Iterator[Booking]:
    for number in range(attempts):
        starts = FIRST + timedelta(days=chance.randrange(DAYS))
        yield Booking(
            booking_id=f"B-{seed}-{number}",
            home_id=f"H-{chance.randrange(homes)}",
            bed=chance.randint(1, BEDS_A_HOME),
            starts=starts,
            ends=starts + timedelta(days=chance.randint(1, LONGEST)),
        )
