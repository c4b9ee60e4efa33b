"""Databases to test on: every test that takes ``database`` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import shutil
from itertools import count
from typing import TYPE_CHECKING

import psycopg
import pytest

from api.storage.database import Database
from benchmarks.load.local_postgres import LocalPostgres
from tests.api.service import DemoService, copied, demo_service, load_county

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GIVEN_SERVER = os.environ.get("NEARHOME_TEST_POSTGRES")
"""A server to use in place of the one that the tests start, such as postgresql://user@/postgres."""

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Return the address of a server's maintenance database, on which databases can be made."""
    if GIVEN_SERVER:
        yield GIVEN_SERVER
        return
    with LocalPostgres() as server:
        yield server.url("postgres")


class PostgresDatabases:
    """Databases with the latest schema, copied from one that was migrated once."""

    def __init__(self, url: str) -> None:
        self._server = psycopg.connect(url, autocommit=True)
        self._url = url
        self._prefix = f"nearhome_{os.getpid()}"
        self._template = self.new(template="template0")
        database = Database(self._template, durable=False)
        database.create()
        database.dispose()

    def new(self, template: str | None = None) -> str:
        """Make a database and return its address."""
        name = f"{self._prefix}_{next(_NUMBERS)}"
        template = template or f"{self._prefix}_1"
        self._server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        before, _, options = self._url.partition("?")
        return f"{before.rsplit('/', 1)[0]}/{name}" + (f"?{options}" if options else "")

    def drop(self, url: str) -> None:
        """Remove a database."""
        name = url.partition("?")[0].rsplit("/", 1)[1]
        self._server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())

    def close(self) -> None:
        """Remove the template."""
        self.drop(self._template)
        self._server.close()


@pytest.fixture(scope="session")
def postgres_databases(postgres_url: str) -> Iterator[PostgresDatabases]:
    databases = PostgresDatabases(postgres_url)
    yield databases
    databases.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with the latest schema, to copy."""
    file = tmp_path_factory.mktemp("template") / "template.sqlite"
    database = Database(f"sqlite:///{file}", durable=False)
    database.create()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close()
        connection.exec_driver_sql("BEGIN")
    database.dispose()
    return file


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Return the address of a fresh SQLite database with the latest schema."""
    file = tmp_path / "nearhome.sqlite"
    shutil.copyfile(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the address of a fresh database with the latest schema, on either engine."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    databases: PostgresDatabases = request.getfixturevalue("postgres_databases")
    url = databases.new()
    yield url
    databases.drop(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Return a fresh database with the latest schema, on either engine."""
    opened = Database(database_url, durable=False)
    yield opened
    opened.dispose()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """Return a fresh SQLite database, for tests that are about something else."""
    opened = Database(sqlite_url, durable=False)
    yield opened
    opened.dispose()


# The service with a small synthetic county in it: tests/api/service.py.


@pytest.fixture(scope="session")
def sqlite_county(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file in which the county is loaded, to copy."""
    file = tmp_path_factory.mktemp("county") / "county.sqlite"
    shutil.copyfile(sqlite_template, file)
    load_county(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_county(postgres_databases: PostgresDatabases) -> Iterator[str]:
    """Return the address of a database in which the county is loaded, to copy."""
    url = postgres_databases.new()
    load_county(url)
    yield url
    postgres_databases.drop(url)


@pytest.fixture
def sqlite_demo(sqlite_county: Path, tmp_path: Path) -> Iterator[DemoService]:
    """Return the service on a copy of the county on SQLite."""
    with demo_service(copied(sqlite_county, tmp_path)) as service:
        yield service


@pytest.fixture
def postgres_demo_url(postgres_databases: PostgresDatabases, postgres_county: str) -> Iterator[str]:
    """Return the address of a copy of the county on PostgreSQL."""
    name = postgres_county.partition("?")[0].rsplit("/", 1)[1]
    url = postgres_databases.new(template=name)
    yield url
    postgres_databases.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def demo(request: pytest.FixtureRequest) -> Iterator[DemoService]:
    """Return the service on a copy of the county, on either engine."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_demo")
        return
    with demo_service(request.getfixturevalue("postgres_demo_url")) as service:
        yield service
