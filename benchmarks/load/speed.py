"""How long storage takes for one process that does one thing after another."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from api.audit.verifying import verify
from api.records.actor import Actor, ActorKind
from api.storage.database import Database
from matcher.domain.child import Child
from matcher.domain.home import Home
from scenarios.county import make_county

if TYPE_CHECKING:
    from collections.abc import Callable

    from matcher.domain.record import Record

AUTHORITY = "E06000060"
READER = Actor(authority=AUTHORITY, actor_id="load", kind=ActorKind.CLIENT)
AT = datetime(2025, 3, 31, 12, tzinfo=UTC)
TURNS = 200


def measure(url: str, *, children: int, homes: int) -> dict[str, Any]:
    """Store a county's records and read, write and verify; CPU time of this process in ms.

    Parameters
    ----------
    url
        Of an empty database with the latest schema.
    children, homes
        How many of each: a county's own, over and over under other identifiers.
    """
    database = Database(url)
    records = _records(children, homes)
    began, cpu = time.perf_counter(), time.process_time()
    with database.work(AUTHORITY, READER, at=AT) as work:
        stored = work.put_all(records, reason="load")
    import_cpu, import_seconds = time.process_time() - cpu, time.perf_counter() - began
    ids = [record.child_id for record in records if isinstance(record, Child)]

    def read(child_id: str, *, audited: bool = False, changed: bool = False) -> None:
        with database.work(AUTHORITY, READER, at=AT) as work:
            child = work.get(Child, child_id).record
            if audited:
                work.read(child_id, why="load")
            if changed:
                work.put(child.replace(solo=not child.solo), reason="load")

    row = {
        "records": stored,
        "import_seconds": round(import_seconds, 1),
        "import_cpu_seconds": round(import_cpu, 1),
        "read_ms": _each(ids, read),
        "audited_read_ms": _each(ids, lambda child_id: read(child_id, audited=True)),
        "write_ms": _each(ids, lambda child_id: read(child_id, changed=True)),
    }
    cpu = time.process_time()
    found = verify(database, AUTHORITY)
    row |= {"verify_seconds": round(time.process_time() - cpu, 1), "entries": found.entries}
    database.dispose()
    if not found.sound:
        raise RuntimeError(f"the trail does not hold together: {found.findings[0].sentence}")
    return row


def _each(ids: list[str], do: Callable[[str], None]) -> float:
    cpu = time.process_time()
    for turn in range(TURNS):
        do(ids[turn % len(ids)])
    return round((time.process_time() - cpu) / TURNS * 1000, 2)


def _records(children: int, homes: int) -> list[Record]:
    county = make_county(size=0.2)
    some_children, some_homes = list(county.children.values()), list(county.homes.values())
    return [
        *county.providers.values(),
        *(
            Home.model_validate(
                {
                    **some_homes[number % len(some_homes)].model_dump(),
                    "home_id": f"H-{number}",
                    "agreement_ids": (),
                }
            )
            for number in range(homes)
        ),
        *(
            Child.model_validate(
                {
                    **some_children[number % len(some_children)].model_dump(),
                    "child_id": f"C-{number}",
                    "sibling_group_id": None,
                }
            )
            for number in range(children)
        ),
    ]
