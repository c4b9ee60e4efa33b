"""A copy of the whole database while it is in use, and putting it back.

SQLite is copied by its own online backup: the copy is one state, whatever is written meanwhile.
PostgreSQL is copied by its own programs pg_dump and pg_restore, of the server's version or a
later one. Where a council's server is backed up as a whole, that backup does as well.

References
----------
.. [1] SQLite, "SQLite Backup API".
.. [2] PostgreSQL documentation, chapter 25.1, "SQL Dump".
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING

import sqlalchemy as sa

from api.errors import ConflictError, InvalidError, UnavailableError
from api.storage.migrations.running import current_revision, revisions
from matcher.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from api.storage.database import Database

_PAGES_AT_ONCE = 2_000


def back_up(database: Database, file: Path, *, programs: Path | None = None) -> None:
    """Copy a database to a file, and check that the copy is whole.

    Parameters
    ----------
    database
        It may be in use.
    file
        Where to; nothing may be there.
    programs
        Folder of pg_dump; None for the one on the PATH.

    Raises
    ------
    UsageError
        If something is there, or it cannot be written.
    UnavailableError
        If the database cannot be read, or pg_dump is not there or too old.
    """
    if file.exists():
        raise UsageError(f"{file} is there already. Name a new file; none is overwritten.")
    if not file.parent.is_dir():
        raise UsageError(f"There is no folder {file.parent}.")
    database.check()
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        if database.file is not None:
            _copy(database.file, unfinished)
            _check_copy(unfinished)
        else:
            _run(
                "pg_dump",
                database,
                ["--format=custom", "--no-owner", f"--file={unfinished}"],
                programs,
            )
        unfinished.chmod(0o600)
        unfinished.rename(file)
    finally:
        unfinished.unlink(missing_ok=True)


def restore(
    database: Database, file: Path, *, replace: bool = False, programs: Path | None = None
) -> None:
    """Put a copy back. No process of the service may be at work meanwhile.

    Parameters
    ----------
    database
        Where to.
    file
        The copy.
    replace
        Whether what is there now may go.
    programs
        Folder of pg_restore; None for the one on the PATH.

    Raises
    ------
    UsageError
        If the copy is not there.
    InvalidError
        If it is no copy of such a database, damaged, or of a later version of Near Home.
    ConflictError
        If there are records already and they may not go.
    UnavailableError
        If the server cannot be reached or refuses.
    """
    if not file.is_file():
        raise UsageError(f"There is no file {file}.")
    if not replace and _holds_records(database):
        raise ConflictError(
            "There are records in this database. Make a backup of them, stop the service, and "
            "say --replace to put the copy in their place."
        )
    if database.file is not None:
        _check_copy(file)
        database.dispose()
        database.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = database.file.with_name(f".{database.file.name}.restoring")
        shutil.copyfile(file, fresh)
        fresh.chmod(0o600)
        for suffix in ("-wal", "-shm"):
            database.file.with_name(database.file.name + suffix).unlink(missing_ok=True)
        fresh.replace(database.file)
        return
    database.dispose()
    _run(
        "pg_restore",
        database,
        [
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            "--exit-on-error",
            f"--dbname={database.engine.url.database}",
            str(file),
        ],
        programs,
    )


def _holds_records(database: Database) -> bool:
    if database.file is not None and not database.file.exists():
        return False
    connection = database.begin(writing=False)
    try:
        if current_revision(connection) is None:
            return False
        return bool(connection.exec_driver_sql("SELECT count(*) FROM audit_heads").scalar_one())
    except sa.exc.DBAPIError:
        return False  # of something else, or of nothing
    finally:
        connection.close()


def _copy(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new, pages=_PAGES_AT_ONCE)
        new.execute("PRAGMA journal_mode = DELETE")


def _check_copy(file: Path) -> None:
    """Refuse a file that is no whole database of Near Home."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as copy:
            found = copy.execute("PRAGMA integrity_check").fetchall()
            dangling = copy.execute("PRAGMA foreign_key_check").fetchone()
            revision = copy.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as fault:
        raise InvalidError(f"{file} is no copy of a Near Home database: {fault}.") from fault
    if found != [("ok",)] or dangling is not None:
        raise InvalidError(f"{file} is damaged: use another copy.")
    if revision is None or revision[0] not in revisions():
        raise InvalidError(
            f"{file} was made by a later version of Near Home. Install that version first."
        )


def _run(program: str, database: Database, arguments: list[str], programs: Path | None) -> None:
    found = shutil.which(program, path=str(programs) if programs else None)
    if found is None:
        raise UnavailableError(
            f"{program} is not installed. It comes with PostgreSQL's client programs (Debian: "
            "postgresql-client), in the server's version or a later one."
        )
    url = database.engine.url
    host = url.host or url.query.get("host")
    # By the environment: a command line can be read by everybody on the host.
    told = {
        "PGHOST": host,
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    environment = os.environ | {name: str(value) for name, value in told.items() if value}
    done = subprocess.run(
        [found, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()
        raise UnavailableError(f"{program} failed: {said[0] if said else 'it does not say why'}")
