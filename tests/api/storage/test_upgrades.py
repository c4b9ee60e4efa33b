"""A database of any released schema comes up to date with its rows, its history and its proof."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from api.audit.verifying import verify
from api.errors import ConflictError
from api.records.capacity import Booking
from api.storage.database import Database
from api.storage.kinds import KINDS
from api.storage.migrations.running import revisions, upgrade
from api.storage.tables import METADATA
from matcher.domain.child import Child
from tests.api.storage.actors import NOON, OFFICER, later
from tests.api.storage.freezing import ROWS
from tests.builders import BUCKS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Return a database without any schema."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/old.sqlite", durable=False)
        yield database
        database.dispose()
        return
    databases = request.getfixturevalue("postgres_databases")
    url = databases.new(template="template0")
    database = Database(url, durable=False)
    yield database
    database.dispose()
    databases.drop(url)


def put_back(database: Database, rows: dict[str, list[dict[str, Any]]]) -> None:
    """Write rows as they were, without any of the code that has written them."""
    old = sa.MetaData()
    with database.begin(writing=True) as connection:
        old.reflect(connection)
        if database.dialect == "postgresql":
            connection.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
        for table in old.sorted_tables:
            for row in rows.get(table.name, []):
                values = {name: _typed(table.c[name], value) for name, value in row.items()}
                connection.execute(sa.insert(table), values)
        connection.commit()


def _typed(column: sa.Column[Any], value: Any) -> Any:
    """Return a value of a SQLite file as the column of either engine takes it."""
    if isinstance(column.type, sa.DateTime) and value is not None:
        return datetime.fromisoformat(value)
    if isinstance(column.type, sa.Date) and value is not None:
        return date.fromisoformat(value)
    if isinstance(column.type, sa.Boolean) and value is not None:
        return bool(value)
    return value


def test_rows_of_every_schema_are_kept() -> None:
    assert sorted(file.stem for file in ROWS.glob("*.json")) == list(revisions())


@pytest.mark.parametrize("revision", revisions())
def test_a_database_of_any_schema_comes_up_to_date(empty: Database, revision: str) -> None:
    rows = json.loads((ROWS / f"{revision}.json").read_text(encoding="utf-8"))
    upgrade(empty.engine, revision)
    put_back(empty, rows)
    empty.create()
    empty.check()
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    found = verify(empty, BUCKS)
    assert found.sound, found.findings
    assert found.entries == len(rows["audit_entries"])
    with empty.work(BUCKS, OFFICER, at=later(10)) as work:
        for kind in KINDS.values():
            expected = sorted(row["record_id"] for row in rows.get(kind.name, []))
            held = [kind.record_id(each.record) for each in work.find(kind.type)]
            assert held == expected, kind.name
        assert work.get(Child, "C-1").version == 2
        assert work.as_of(NOON).get(Child, "C-1").record.solo is False
        taken = work.get(Booking, "B-1").record
        with pytest.raises(ConflictError, match="already booked"):
            work.put(taken.replace(booking_id="B-9"), reason="x")
        work.abandon()
