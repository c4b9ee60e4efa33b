"""A backup is whole, taken while others write, and comes back as it was."""

from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING

import pytest

from api.audit.anchoring import head
from api.audit.verifying import verify
from api.errors import ConflictError, InvalidError, UnavailableError
from api.storage.backup import back_up, restore
from api.storage.database import Database
from benchmarks.load.local_postgres import server_programs
from matcher.domain.child import Child
from matcher.errors import UsageError
from tests.api.storage.actors import NOON, OFFICER, later
from tests.builders import BUCKS, a_child

if TYPE_CHECKING:
    from pathlib import Path

PROGRAMS = server_programs()


def children(database: Database) -> int:
    with database.work(BUCKS, OFFICER, at=later(9)) as w:
        return w.count(Child)


def write(database: Database, first: int, last: int) -> None:
    for number in range(first, last):
        with database.work(BUCKS, OFFICER, at=later(1)) as w:
            w.put(a_child(f"C-{number}"), reason="new")


def test_the_drill(database: Database, tmp_path: Path) -> None:
    """Copy while somebody writes, lose everything, put the copy back, prove it whole."""
    write(database, 0, 20)
    writer = threading.Thread(target=write, args=(database, 20, 60))
    writer.start()
    anchor = head(database, BUCKS, at=NOON)
    copy = tmp_path / "copy"
    back_up(database, copy, programs=PROGRAMS)
    writer.join()
    assert copy.stat().st_mode & 0o077 == 0, "nobody else reads it"
    assert children(database) == 60
    with pytest.raises(ConflictError, match="--replace"):
        restore(database, copy, programs=PROGRAMS)
    restore(database, copy, replace=True, programs=PROGRAMS)
    database.check()
    found = verify(database, BUCKS, anchors=[anchor])
    assert found.sound, found.findings
    assert 20 <= children(database) <= 60
    assert children(database) == found.versions
    write(database, 100, 102)
    assert verify(database, BUCKS, anchors=[anchor]).sound


def test_a_copy_goes_into_a_new_installation(sqlite_database: Database, tmp_path: Path) -> None:
    write(sqlite_database, 0, 3)
    back_up(sqlite_database, tmp_path / "copy")
    other = Database(f"sqlite:///{tmp_path}/elsewhere/new.sqlite", durable=False)
    restore(other, tmp_path / "copy")
    assert children(other) == 3
    assert verify(other, BUCKS).sound
    other.dispose()
    stranger = Database(
        f"sqlite:///{tmp_path}/elsewhere/new.sqlite", secret="another", durable=False
    )
    assert not verify(stranger, BUCKS).sound, "the copy needs the secret it was sealed with"
    stranger.dispose()


def test_no_file_is_overwritten(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "copy").write_text("mine")
    with pytest.raises(UsageError, match="there already"):
        back_up(sqlite_database, tmp_path / "copy")
    with pytest.raises(UsageError, match="no folder"):
        back_up(sqlite_database, tmp_path / "nowhere" / "copy")
    with pytest.raises(UsageError, match="no file"):
        restore(sqlite_database, tmp_path / "nowhere")


def test_what_is_no_copy_is_refused_and_nothing_is_lost(
    sqlite_database: Database, tmp_path: Path
) -> None:
    write(sqlite_database, 0, 2)
    back_up(sqlite_database, tmp_path / "copy")
    (tmp_path / "text").write_text("no database at all, " * 100)
    with sqlite3.connect(tmp_path / "other") as other:
        other.execute("CREATE TABLE x (y)")
    damaged = bytearray((tmp_path / "copy").read_bytes())
    damaged[8192:20480] = b"\xff" * 12288
    (tmp_path / "damaged").write_bytes(damaged)
    with sqlite3.connect(tmp_path / "copy") as copy:
        copy.execute("UPDATE alembic_version SET version_num = '9999'")
    for name, said in (
        ("text", "no copy"),
        ("other", "no copy"),
        ("damaged", "damaged|no copy"),
        ("copy", "later version"),
    ):
        with pytest.raises(InvalidError, match=said):
            restore(sqlite_database, tmp_path / name, replace=True)
    assert children(sqlite_database) == 2


def test_what_postgresql_needs_is_said(
    postgres_databases: object, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_databases").new()
    database = Database(url)
    with pytest.raises(UnavailableError, match="pg_dump is not installed"):
        back_up(database, tmp_path / "copy", programs=tmp_path)
    (tmp_path / "text").write_text("no dump")
    with pytest.raises(UnavailableError, match="pg_restore failed"):
        restore(database, tmp_path / "text", programs=PROGRAMS)
    database.dispose()
    request.getfixturevalue("postgres_databases").drop(url)
