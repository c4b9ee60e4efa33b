"""The service as councils run it, asked by many officers: how long that takes, what it costs."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from api.storage.database import Database
from benchmarks.load.officers import Office, officer_name, sign_in, stock
from benchmarks.load.served import SECRET, Served

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    import httpx2 as httpx

    from benchmarks.load.officers import Stored

Row = dict[str, Any]

PAUSE_SECONDS = (1.0, 9.0)
"""An officer who does nothing else than search, and reads what comes back."""
CHANGE_EVERY_SECONDS = 1.0
"""While they search a vacancy is confirmed so often: what was ranked before is made anew."""


def stocked(url: str, *, short: bool) -> tuple[Row, Stored]:
    """Store what is searched, for so many officers; return its figures with it.

    Parameters
    ----------
    url
        Of an empty database.
    short
        Whether to store little.
    """
    homes, size, officers = (200, 0.1, 4) if short else (5_000, 1.07, 50)
    database = Database(url, secret=SECRET)
    try:
        stored = stock(database, homes=homes, size=size, officers=officers, at=datetime.now(UTC))
    finally:
        database.dispose()
    figures = {"homes": homes, "children": stored.children, "officers": officers}
    return figures, stored


def rank(url: str, *, short: bool) -> Row:
    """Let every officer ask for ranked homes: at their own pace, all at once, without a pause.

    Parameters
    ----------
    url
        Of an empty database.
    short
        Whether to measure little.
    """
    figures, stored = stocked(url, short=short)
    with Served(url, workers=2, solving_per_minute=100_000) as served:
        ranked = _ranked(served, stored, int(figures["officers"]), short=short)
        return figures | asyncio.run(ranked)


async def _ranked(served: Served, stored: Stored, officers: int, *, short: bool) -> Row:
    office = Office(served.origin, stored.referrals)
    await office.open(officers)
    try:
        await office.ask(1 if short else 2)  # each process reads the World once
        changing = asyncio.create_task(
            office.confirm_vacancies(
                stored.homes,
                every=0.05 if short else CHANGE_EVERY_SECONDS,
                on=datetime.now(UTC).date(),
            )
        )
        before = served.cost()
        paced = await office.ask(2 if short else 6, pause=_unhurried if not short else _hurried)
        after = served.cost()
        changing.cancel()
        with suppress(asyncio.CancelledError):
            await changing
        at_once = await office.ask(1)
        unchanged = served.cost()
        closed = await office.ask(2 if short else 5)
        last = served.cost()
    finally:
        await office.close()
    good, burst, busy = paced.row(), at_once.row(), closed.row()
    spent = after.processor_seconds - before.processor_seconds
    spent_again = last.processor_seconds - unchanged.processor_seconds
    return {
        "requests": good["requests"] + burst["requests"] + busy["requests"],
        "errors": good["errors"] + burst["errors"] + busy["errors"],
        "paced_a_second": good["requests_a_second"],
        "p50_ms": good["p50_ms"],
        "p95_ms": good["p95_ms"],
        "p99_ms": good["p99_ms"],
        "at_once_p50_ms": burst["p50_ms"],
        "at_once_p95_ms": burst["p95_ms"],
        "most_a_second": busy["requests_a_second"],
        "cpu_ms_a_request": round(1000 * spent / max(int(good["requests"]), 1), 1),
        "cpu_ms_asked_again": round(1000 * spent_again / max(int(busy["requests"]), 1), 1),
        "megabytes": round(after.megabytes),
    }


def _unhurried(rng: random.Random) -> float:
    return rng.uniform(*PAUSE_SECONDS)


def _hurried(rng: random.Random) -> float:
    return rng.uniform(0, 0.2)


def start(url: str, *, short: bool) -> Row:
    """Measure how long the service takes to begin, and what it holds, idle and loaded.

    Parameters
    ----------
    url
        Of an empty database.
    short
        Whether to store little.
    """
    figures, stored = stocked(url, short=short)
    referrals = stored.referrals
    with Served(url, workers=1, job_workers=1) as served:
        ready = served.cost()
        seconds = served.seconds_to_ready
        client = sign_in(served.origin, officer_name(0))
        began = time.perf_counter()
        client.post(f"/v1/referrals/{referrals[0]}/matches", json={}).raise_for_status()
        first = time.perf_counter() - began
        for referral in referrals:
            client.post(f"/v1/referrals/{referral}/matches", json={}).raise_for_status()
        loaded = served.cost()
        client.close()
        began = time.perf_counter()
        served.stop()
    return {
        "homes": figures["homes"],
        "ready_seconds": round(seconds, 1),
        "ready_cpu_seconds": round(ready.processor_seconds, 1),
        "processes": ready.processes,
        "idle_megabytes": round(ready.megabytes),
        "first_ranking_seconds": round(first, 1),
        "loaded_megabytes": round(loaded.megabytes),
        "stop_seconds": round(time.perf_counter() - began, 1),
    }


def follow(url: str, *, short: bool) -> Row:
    """Put holds on homes by one process, and ask another at once whether it still offers them.

    Parameters
    ----------
    url
        Of an empty database.
    short
        Whether to do it a few times.
    """
    referrals = stocked(url, short=True)[1].referrals
    wanted = 5 if short else 100
    with (
        Served(url, workers=1, solving_per_minute=100_000) as one,
        Served(url, workers=1, solving_per_minute=100_000) as other,
    ):
        writes = sign_in(one.origin, officer_name(0))
        reads = sign_in(other.origin, officer_name(1))
        late = unseen = done = 0
        slowest = 0.0
        while done < wanted:
            home_id, referral = _best(reads, referrals)
            if home_id is None:
                break
            _hold(writes, home_id)
            began = time.perf_counter()
            while home_id in _options(reads, referral):
                late += 1
                if time.perf_counter() - began > 1:
                    unseen += 1
                    break
            slowest = max(slowest, time.perf_counter() - began)
            done += 1
        writes.close()
        reads.close()
    return {
        "holds": done,
        "offered_after_commit": late,
        "unseen_after_a_second": unseen,
        "slowest_ms": round(1000 * slowest, 1),
    }


def _best(client: httpx.Client, referrals: Sequence[str]) -> tuple[str | None, str]:
    for referral in referrals:
        options = _options(client, referral)
        if options:
            return options[0], referral
    return None, ""


def _options(client: httpx.Client, referral: str) -> list[str]:
    answer = client.post(f"/v1/referrals/{referral}/matches", json={"top": 20})
    answer.raise_for_status()
    options = answer.json()["record"]["report"]["options"]
    return [part["home_id"] for option in options for part in option["parts"]]


def _hold(client: httpx.Client, home_id: str) -> None:
    client.post(
        "/v1/holds",
        json={
            "target_id": home_id,
            "scope": "home",
            "kind": "safeguarding",
            "reason": "To be measured.",
        },
    ).raise_for_status()
