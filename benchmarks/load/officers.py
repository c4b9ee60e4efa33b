"""Placement officers who ask for ranked homes, all at once or one after the other."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import httpx2 as httpx
import numpy as np
from argon2 import PasswordHasher

from api.access.passwords import Passwords
from api.access.users import add_user
from api.casework.loading import load_world
from api.records.actor import Actor, ActorKind, Role
from benchmarks.ranking import enlarge
from scenarios.county import make_county

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from api.storage.database import Database

PASSWORD = "measured at all hours"
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
"""Signing in is not what is measured."""
WHY = "measurement"


def officer_name(number: int) -> str:
    """Return what an officer signs in with."""
    return f"officer-{number}@load.example"


class Stored(NamedTuple):
    """What is searched."""

    referrals: tuple[str, ...]
    homes: tuple[str, ...]
    children: int


def stock(database: Database, *, homes: int, size: float, officers: int, at: datetime) -> Stored:
    """Store a synthetic county with so many homes, and people who may sign in.

    Parameters
    ----------
    database
        Empty, with the latest schema.
    homes
        How many.
    size
        Of the county: 1.07 has six hundred children.
    officers
        How many may sign in.
    at
        Now.

    Returns
    -------
    Stored
        The referrals that wait, the homes, and how many children there are.
    """
    world = enlarge(make_county(size=size), homes)
    actor = Actor(authority=world.authority, actor_id="load", kind=ActorKind.JOB)
    with database.work(world.authority, actor, at=at) as work:
        load_world(work, world, why=WHY)
        for number in range(officers):
            add_user(
                work,
                CHEAP,
                sign_in_name=officer_name(number),
                full_name=None,
                roles=frozenset({Role.OFFICER, Role.MANAGER}),
                password=PASSWORD,
                reason=WHY,
            )
    return Stored(
        referrals=tuple(sorted(world.referrals)),
        homes=tuple(sorted(world.homes)),
        children=len(world.children),
    )


def sign_in(origin: str, name: str) -> httpx.Client:
    """Return somebody who is signed in, over one connection.

    Parameters
    ----------
    origin
        Of the service.
    name
        What they sign in with.
    """
    client = httpx.Client(base_url=origin, timeout=60)
    answer = client.post("/v1/session", json={"sign_in_name": name, "password": PASSWORD})
    answer.raise_for_status()
    client.headers["Near-Home-CSRF"] = answer.json()["forgery_token"]
    return client


@dataclass
class Heard:
    """What officers were answered.

    Parameters
    ----------
    milliseconds
        How long each good answer took.
    failed
        Every other status, or the class of the error, and how often.
    seconds
        From the first request to the last answer.
    """

    milliseconds: list[float] = field(default_factory=list)
    failed: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    def row(self) -> dict[str, float | int]:
        """Return the figures."""
        asked = len(self.milliseconds) + sum(self.failed.values())
        p50, p95, p99 = (
            np.percentile(self.milliseconds, (50, 95, 99)) if self.milliseconds else (0, 0, 0)
        )
        return {
            "requests": asked,
            "errors": sum(self.failed.values()),
            "p50_ms": round(float(p50), 1),
            "p95_ms": round(float(p95), 1),
            "p99_ms": round(float(p99), 1),
            "longest_ms": round(max(self.milliseconds, default=0.0), 1),
            "requests_a_second": round(asked / self.seconds, 1) if self.seconds else 0.0,
        }


class Office:
    """Officers who are signed in.

    Parameters
    ----------
    origin
        Of the service.
    referrals
        That they ask about.
    seed
        Of who asks about which, and of pauses.
    """

    def __init__(self, origin: str, referrals: Sequence[str], *, seed: int = 1) -> None:
        self._origin = origin
        self._referrals = referrals
        self._rng = random.Random(seed)
        self._clients: list[httpx.AsyncClient] = []

    async def open(self, officers: int) -> None:
        """Sign so many officers in."""
        for number in range(officers):
            client = httpx.AsyncClient(
                base_url=self._origin,
                timeout=60,
                limits=httpx.Limits(max_connections=1, max_keepalive_connections=1),
            )
            answer = await client.post(
                "/v1/session",
                json={"sign_in_name": officer_name(number), "password": PASSWORD},
            )
            answer.raise_for_status()
            client.headers["Near-Home-CSRF"] = answer.json()["forgery_token"]
            self._clients.append(client)

    async def close(self) -> None:
        """Close every connection."""
        for client in self._clients:
            await client.aclose()

    async def ask(
        self, times: int, *, pause: Callable[[random.Random], float] = lambda _: 0.0
    ) -> Heard:
        """Let every officer ask so many times.

        Parameters
        ----------
        times
            How often each asks.
        pause
            Seconds before each request.
        """
        heard = Heard()
        began = time.perf_counter()
        await asyncio.gather(*(self._officer(each, times, pause, heard) for each in self._clients))
        heard.seconds = time.perf_counter() - began
        return heard

    async def confirm_vacancies(self, homes: Sequence[str], *, every: float, on: date) -> None:
        """Confirm a vacancy again and again, so that rankings are to be made anew.

        Parameters
        ----------
        homes
            Whose vacancies, one after the other.
        every
            Seconds between two.
        on
            Today.
        """
        for home in homes:
            await asyncio.sleep(every)
            held = await self._clients[0].get(f"/v1/homes/{home}")
            answer = await self._clients[0].put(
                f"/v1/homes/{home}",
                json={**held.json()["record"], "vacancy_confirmed_on": on.isoformat()},
                headers={"If-Match": held.headers["ETag"]},
            )
            answer.raise_for_status()

    async def _officer(
        self,
        client: httpx.AsyncClient,
        times: int,
        pause: Callable[[random.Random], float],
        heard: Heard,
    ) -> None:
        for _ in range(times):
            await asyncio.sleep(pause(self._rng))
            referral = self._rng.choice(self._referrals)
            began = time.perf_counter()
            try:
                answer = await client.post(f"/v1/referrals/{referral}/matches", json={"top": 10})
            except httpx.HTTPError as error:
                what = type(error).__name__
            else:
                if answer.status_code == 201:
                    heard.milliseconds.append(1000 * (time.perf_counter() - began))
                    continue
                what = str(answer.status_code)
            heard.failed[what] = heard.failed.get(what, 0) + 1
