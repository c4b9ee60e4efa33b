"""The steps make what the kinds need, on both engines, from nothing and from any step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from api.errors import InvalidError, UnavailableError
from api.storage import job_tables
from api.storage.database import Database
from api.storage.kinds import KINDS, kind_named
from api.storage.migrations.__main__ import missing_calls
from api.storage.migrations.running import current_revision, latest_revision, revisions
from api.storage.tables import METADATA

if TYPE_CHECKING:
    from pathlib import Path

assert job_tables.JOBS.metadata is METADATA


def test_steps_make_the_tables_that_the_code_knows(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    assert missing_calls(database.engine) == []


def test_steps_stand_in_one_line_and_are_numbered() -> None:
    assert list(revisions()) == [f"{n:04d}" for n in range(1, len(revisions()) + 1)]


def test_sqlite_refuses_values_of_the_wrong_type(sqlite_database: Database) -> None:
    with sqlite_database.engine.connect() as connection:
        strict = dict(
            connection.exec_driver_sql(
                "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' "
                "AND name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'"
            ).all()
        )
        assert set(strict) == set(METADATA.tables)
        assert set(strict.values()) == {1}
        with pytest.raises(sa.exc.IntegrityError, match="TEXT value in"):
            connection.exec_driver_sql(
                "INSERT INTO providers (authority, record_id, version, sequence, known_from, body) "
                "VALUES ('a', 'b', 'one', 1, '2025', '{}')"
            )


def test_a_database_is_made_once_and_known_to_be_current(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/new/folder/x.sqlite", durable=False)
    with pytest.raises(UnavailableError, match="not made yet"):
        database.check()
    database.create()
    database.create()
    database.check()
    with database.engine.connect() as connection:
        assert current_revision(connection) == latest_revision()
    database.dispose()


def test_a_database_of_a_later_version_is_left_alone(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(UnavailableError, match="9999"):
        database.check()
    with pytest.raises(UnavailableError, match="later version"):
        database.create()


@pytest.mark.parametrize("url", ["", "nonsense", "sqlite://", "sqlite:///:memory:", "mysql://h/d"])
def test_an_address_of_something_else_is_refused(url: str) -> None:
    with pytest.raises(InvalidError, match="NEARHOME_DATABASE_URL"):
        Database(url)


def test_a_server_that_is_not_there_is_told() -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    for attempt in (database.create, database.check, lambda: database.sequence("E06000060")):
        with pytest.raises(UnavailableError, match="cannot be reached"):
            attempt()


def test_every_kind_is_complete() -> None:
    for kind in KINDS.values():
        fields = set(kind.type.model_fields)
        assert kind.key in fields
        for name, lifted in kind.lifted.items():
            assert name in fields or lifted.value is not None, (kind.name, name)
            assert lifted.names is None or lifted.names in KINDS, (kind.name, name)
    assert kind_named("children").singular == "child"
    with pytest.raises(InvalidError, match="children"):
        kind_named("kittens")
