"""Running the steps, from wherever a database stands."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from api.errors import UnavailableError

if TYPE_CHECKING:
    import sqlalchemy as sa

_LOCK = 7_302_511_846_190
"""Any number, the same for all processes that upgrade one PostgreSQL database."""


def alembic_config() -> Config:
    """Return what Alembic needs to find the steps."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


@cache
def revisions() -> tuple[str, ...]:
    """Return the steps, first to last."""
    script = ScriptDirectory.from_config(alembic_config())
    return tuple(each.revision for each in reversed(list(script.walk_revisions())))


def latest_revision() -> str:
    """Return the last step."""
    return revisions()[-1]


def current_revision(connection: sa.Connection) -> str | None:
    """Return the step at which a database stands; None before the first."""
    found: str | None = MigrationContext.configure(connection).get_current_revision()
    return found


def upgrade(engine: sa.Engine, to: str = "head") -> None:
    """Run the steps that a database has not had, one process at a time.

    Parameters
    ----------
    engine
        Whose transactions are begun as for writing.
    to
        The step to end with.

    Raises
    ------
    UnavailableError
        If a later version has been at the database.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        found = current_revision(connection)
        if found is not None and found not in revisions():
            raise UnavailableError(
                f"The database's schema is {found}, which this version does not know: a later "
                "version has written it. Run that version, or restore a backup from before."
            )
        if found == latest_revision() and to == "head":
            return
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, to)
