"""Writers killed at random moments: nothing that was acknowledged is lost, the chain is whole.

Several processes write at once; each says which write was acknowledged, after it was. One after
another is killed (SIGKILL) and replaced. On PostgreSQL the server is killed as well, now and
then, and started again: that is what durable commits are for.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from datetime import UTC, datetime
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, NamedTuple

from api.audit.verifying import verify
from api.records.actor import Actor, ActorKind
from api.storage.database import Database
from matcher.domain.child import Child
from matcher.domain.sibling_group import SiblingGroup
from matcher.errors import NearHomeError

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

    from benchmarks.load.local_postgres import LocalPostgres

AUTHORITY = "E06000060"
WRITER = Actor(authority=AUTHORITY, actor_id="writer", kind=ActorKind.CLIENT)
AT = datetime(2025, 3, 31, 12, tzinfo=UTC)
WRITERS = 3
SHORTEST, LONGEST = 0.01, 0.25
"""Seconds between one kill and the next."""
PATIENCE_SECONDS = 60
"""How long to wait for the first write after a kill before killing again."""


class Acknowledged(NamedTuple):
    """A write that was said to be committed."""

    kind: str
    record_id: str
    version: int


def kill_and_look(
    url: str,
    *,
    kills: int,
    seed: int = 1,
    durable: bool = True,
    server: LocalPostgres | None = None,
    server_every: int = 10,
) -> dict[str, Any]:
    """Kill writers at random moments; return what was lost and whether the trail is whole.

    Parameters
    ----------
    url
        Of an empty database with the latest schema.
    kills
        How many.
    seed
        Of the moments.
    durable
        Whether a commit waits for the disk.
    server
        A server to kill as well; None for SQLite, which has none.
    server_every
        One kill in so many is the server's.
    """
    chance = random.Random(seed)
    # Writers are forked from a process that has loaded everything: a kill meets them at work.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["benchmarks.load.races", "benchmarks.load.kills"])
    crew = [_Writer(context, url, number, durable) for number in range(WRITERS)]
    acknowledged: list[Acknowledged] = []
    servers_killed = 0
    began = time.perf_counter()
    for number in range(kills):
        _listen(crew, acknowledged, chance.uniform(SHORTEST, LONGEST))
        if server is not None and number % server_every == server_every - 1:
            os.kill(server.pid, signal.SIGKILL)
            server.start()
            servers_killed += 1
            continue
        at = chance.randrange(WRITERS)
        acknowledged += crew[at].kill()
        crew[at] = _Writer(context, url, WRITERS + number, durable)
    for writer in crew:
        acknowledged += writer.kill()
    seconds = time.perf_counter() - began
    database = Database(url, durable=durable)
    verified = verify(database, AUTHORITY)
    stored = {
        Acknowledged(change.kind, change.record_id, change.version)
        for change in database.changes(AUTHORITY, after=0)[1]
    }
    integrity = "ok"
    if database.dialect == "sqlite":
        with database.engine.connect() as connection:
            integrity = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
    database.dispose()
    return {
        "kills": kills,
        "of_them_servers": servers_killed,
        "acknowledged": len(acknowledged),
        "lost": len(set(acknowledged) - stored),
        "versions": verified.versions,
        "chain_faults": len(verified.findings),
        "file": integrity,
        "seconds": round(seconds, 1),
    }


class _Writer:
    """A process that writes until it is killed, and the end of the pipe it speaks through."""

    def __init__(
        self,
        context: multiprocessing.context.ForkServerContext,
        url: str,
        number: int,
        durable: bool,
    ) -> None:
        self.heard, told = context.Pipe(duplex=False)
        self._process: BaseProcess = context.Process(
            target=_write, args=(url, number, durable, told), daemon=True
        )
        self._process.start()
        told.close()

    def kill(self) -> list[Acknowledged]:
        """End it at once, and return what it had said and nobody had heard yet."""
        self._process.kill()
        self._process.join()
        found = list(self.said())
        self.heard.close()
        return found

    def said(self) -> list[Acknowledged]:
        """Return what it has said until now."""
        found: list[Acknowledged] = []
        try:
            while self.heard.poll():
                found += [Acknowledged(*each) for each in self.heard.recv()]
        except (EOFError, OSError):
            # Killed in the middle of a word: what was not said was not acknowledged.
            return found
        return found


def _listen(crew: list[_Writer], acknowledged: list[Acknowledged], seconds: float) -> None:
    """Hear the writers until somebody has written, and for some time more."""
    until = time.perf_counter() + PATIENCE_SECONDS
    before = len(acknowledged)
    heard = False
    while (left := until - time.perf_counter()) > 0:
        ready = wait([writer.heard for writer in crew], timeout=left)
        for writer in crew:
            if writer.heard in ready:
                acknowledged += writer.said()
        if not heard and len(acknowledged) > before:
            heard, until = True, time.perf_counter() + seconds


def _write(url: str, number: int, durable: bool, told: Connection) -> None:
    database = Database(url, durable=durable, connections=1)
    chance = random.Random(number)
    turn = 0
    while True:
        turn += 1
        try:
            told.send(_one_write(database, chance, f"{number}-{turn}"))
        except NearHomeError:
            time.sleep(0.02)  # the server is away, or somebody else was first: try again


def _one_write(database: Database, chance: random.Random, name: str) -> list[Acknowledged]:
    with database.work(AUTHORITY, WRITER, at=AT) as work:
        many = [
            Child(child_id=f"C-{name}-{each}", responsible_authority=AUTHORITY)
            for each in range(chance.choice((1, 1, 1, 20)))
        ]
        work.put_all(many, reason="load")
        work.read(many[0].child_id, why="load")
        shared = f"S-{chance.randrange(5)}"
        held = work.maybe(SiblingGroup, shared)
        group = SiblingGroup(sibling_group_id=shared)
        version = work.put(group if held is None else held.record, reason="load").version
    return [
        *(Acknowledged("children", child.child_id, 1) for child in many),
        Acknowledged("sibling_groups", shared, version),
    ]
