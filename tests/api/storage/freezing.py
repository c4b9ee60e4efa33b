"""Rows as a released schema held them, kept in ``rows/`` for tests of upgrades.

``python -m tests.api.storage.freezing REVISION`` writes them once, before a schema is released;
later versions of the code could not write them any more.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from api.records.capacity import Booking, BudgetLine
from api.records.child_details import ChildDetails
from api.records.consortium import Consortium
from api.records.referral_case import ReferralCase
from api.records.retention import LegalHold, RetentionSchedule
from api.records.search import SearchStep, Tier
from api.storage.database import Database
from api.storage.kinds import kind_of
from api.storage.migrations.running import upgrade
from matcher.domain.agreement import Budget
from matcher.domain.child import Child
from matcher.domain.placement import Exemption, Hold, HoldKind, HoldScope, Resident
from matcher.domain.sibling_group import AssessorRole
from tests.api.casework.desk import a_draft
from tests.api.storage.actors import NOON, OFFICER, later
from tests.builders import AS_OF, BUCKS, a_home, a_world, siblings

if TYPE_CHECKING:
    from matcher.domain.record import Record

ROWS = Path(__file__).parent / "rows"


def records() -> list[Record]:
    """Return something of everything that is worth an upgrade."""
    world = a_world(siblings(3, 9), [a_home("H-1", 2), a_home("H-2")])
    return [
        *world.providers.values(),
        *world.agreements.values(),
        *world.sibling_groups.values(),
        *world.children.values(),
        *world.homes.values(),
        Resident(resident_id="X-1", home_id="H-2", age=8),
        Exemption(
            exemption_id="E-1",
            rule="USUAL_LIMIT",
            home_id="H-1",
            granted_by=AssessorRole.DIRECTOR,
            granted_on=AS_OF,
        ),
        Hold(
            hold_id="HO-1",
            scope=HoldScope.HOME,
            target_id="H-2",
            kind=HoldKind.LADO,
            starts=AS_OF,
        ),
        BudgetLine(budget_id="BU-1", budget=Budget(weekly_pence=1_000_000)),
        Booking(booking_id="B-1", home_id="H-1", bed=1, starts=AS_OF, child_id="C-1"),
        Booking(booking_id="B-2", home_id="H-1", bed=2, starts=AS_OF, resident_id="X-1"),
        ChildDetails(child_id="C-1", full_name="Canary Kestrel"),
        Consortium(consortium_id="CO-1", label="South", members=frozenset({BUCKS, "E06000042"})),
        ReferralCase(referral_id="R-1", **a_draft("C-2").model_dump()),
        SearchStep(
            step_id="S-1", referral_id="R-1", tier=Tier.IN_HOUSE, opened_at=NOON, opened_by="U-1"
        ),
        LegalHold(hold_id="LH-1", child_id="C-1", reason="inquiry", starts_on=AS_OF),
        RetentionSchedule(referred_years=30),
    ]


def fill(database: Database) -> None:
    """Store records of the kinds whose tables there are, with a history."""
    there = set(sa.inspect(database.engine).get_table_names())
    with database.work(BUCKS, OFFICER, at=NOON) as work:
        work.put_all(
            [each for each in records() if kind_of(type(each)).name in there], reason="import"
        )
    with database.work(BUCKS, OFFICER, at=later(1)) as work:
        child = work.get(Child, "C-1").record
        work.put(child.replace(solo=True), reason="assessed")
        work.retire(Hold, "HO-1", reason="lifted")
        work.read("C-1", why="panel")


def freeze(revision: str) -> dict[str, list[dict[str, Any]]]:
    """Return every row of a database that stands at a step."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/x.sqlite", durable=False)
        upgrade(database.engine, revision)
        fill(database)
        with database.engine.connect() as connection:
            tables = sa.inspect(connection).get_table_names()
            found = {
                table: [
                    dict(row._mapping)
                    for row in connection.exec_driver_sql(f"SELECT * FROM {table}")
                ]
                for table in sorted(tables)
                if table != "alembic_version"
            }
        database.dispose()
    return {table: rows for table, rows in found.items() if rows}


if __name__ == "__main__":
    for each in sys.argv[1:]:
        text = json.dumps(freeze(each), indent=1, sort_keys=True)
        (ROWS / f"{each}.json").write_text(text + "\n", encoding="utf-8")
