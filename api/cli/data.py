"""``nearhome db``: the schema, data in and out, backup and restore."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import say, working

if TYPE_CHECKING:
    from api.records.actor import Actor
    from api.settings import Settings
    from api.storage.database import Database

app = typer.Typer(
    name="db",
    help="Look after the service's database (NEARHOME_DATABASE_URL).",
    no_args_is_help=True,
)

Authority = Annotated[str, typer.Option(help="ONS code of the council, such as E06000060.")]
Why = Annotated[str, typer.Option(help="Why, for the audit trail. No names.")]


def open_database() -> tuple[Database, Settings]:
    """Return the database of this installation's settings."""
    from api.settings import read_settings
    from api.storage.database import Database

    settings = read_settings()
    database = Database(
        settings.database_url.get_secret_value(), secret=settings.secret.get_secret_value()
    )
    return database, settings


def command_line(authority: str) -> Actor:
    """Return who acts when somebody at the installation's own console does.

    Raises
    ------
    UsageError
        If the authority is no code of one.
    """
    from api.errors import InvalidError
    from api.records.actor import Actor, ActorKind
    from api.records.making import made
    from matcher.errors import UsageError

    try:
        return made(
            Actor, authority=authority, actor_id="command-line", kind=ActorKind.JOB, see_names=True
        )
    except InvalidError:
        raise UsageError(
            f"--authority is {authority!r}; give the ONS code of a council, such as E06000060."
        ) from None


@app.command("upgrade")
def upgrade() -> None:
    """Bring the schema up to date, from nothing or from any released one."""
    database, _ = open_database()
    with working("Upgrading"):
        database.create()
    say("The schema is up to date.")


@app.command("check")
def check() -> None:
    """Say whether the schema is the one that this version needs."""
    database, _ = open_database()
    database.check()
    say("The schema is up to date.")


@app.command("import")
def import_tables(
    path: Annotated[Path, typer.Argument(help="Folder of CSV files, or a workbook.")],
    authority: Authority,
    why: Why = "import of tables",
) -> None:
    """Store what tables of the intake say: all of it, or nothing and every fault."""
    from api.app import utc_now
    from api.exchange.importing import import_world
    from matcher.intake import read_world

    database, settings = open_database()
    database.check()
    with working("Reading the tables"):
        world = read_world(path)
    with (
        working("Storing"),
        database.work(authority, command_line(authority), at=utc_now()) as work,
    ):
        done = import_world(work, world, why=why, synthetic=settings.demo)
    for sentence in done.left[:20]:
        say(sentence)
    say(done.sentence)


@app.command("export")
def export_tables(
    path: Annotated[Path, typer.Argument(help="Folder for CSV files, or a workbook's name.")],
    authority: Authority,
    why: Why = "export of tables",
) -> None:
    """Write what is stored as tables of the intake, by pseudonym."""
    from api.app import utc_now
    from api.exchange.exporting import export_world
    from api.worlds.worlds import Worlds

    database, settings = open_database()
    database.check()
    worlds = Worlds(database, synthetic=settings.demo)
    with (
        working("Writing"),
        database.work(authority, command_line(authority), at=utc_now()) as work,
    ):
        world = export_world(work, worlds, path, why=why)
    say(f"{path}: {len(world.children):,} children and {len(world.homes):,} homes.")


@app.command("backup")
def backup(
    file: Annotated[Path, typer.Argument(help="Where to; a new file.")],
) -> None:
    """Copy the database while it is in use, and note the end of its audit trail beside it."""
    from api.app import utc_now
    from api.audit.anchoring import head, write_anchor
    from api.storage.backup import back_up

    database, _ = open_database()
    with working("Copying"):
        # Before the copy: it holds all of this, and perhaps more.
        anchors = [head(database, each, at=utc_now()) for each in database.authorities()]
        back_up(database, file)
    noted = file.with_name(f"{file.name}.anchors")
    for anchor in anchors:
        write_anchor(anchor, noted)
    say(f"{file}: a whole copy. {noted} tells whether it is still what it was; keep it elsewhere.")


@app.command("restore")
def restore_copy(
    file: Annotated[Path, typer.Argument(help="The copy.")],
    replace: Annotated[bool, typer.Option("--replace", help="What is there now may go.")] = False,
) -> None:
    """Put a copy back, bring it up to date, and verify its audit trail. Stop the service first."""
    from api.audit.anchoring import read_anchors
    from api.audit.verifying import verify
    from api.errors import AuditError
    from api.storage.backup import restore

    database, _ = open_database()
    with working("Restoring"):
        restore(database, file, replace=replace)
        database.create()
    noted = file.with_name(f"{file.name}.anchors")
    anchors = read_anchors(noted) if noted.exists() else ()
    unsound = 0
    for authority in database.authorities():
        verified = verify(database, authority, anchors=anchors)
        say(verified.sentence)
        unsound += not verified.sound
    if unsound:
        raise AuditError("The copy was put back, and its audit trail does not hold together.")
    say(f"{file} is in place." + ("" if anchors else f" There was no {noted} to compare it with."))
