"""``nearhome users``: the first administrator, and whoever has locked themselves out."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import say
from api.cli.data import command_line, open_database
from api.records.actor import Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from api.access.gate import Gate
    from api.records.user import User
    from api.storage.reading import Held
    from api.storage.work import Work

app = typer.Typer(
    name="users",
    help="Look after who may sign in, from the installation's own console.",
    no_args_is_help=True,
)

Authority = Annotated[str, typer.Option(help="ONS code of the council, such as E06000060.")]
SignInName = Annotated[str, typer.Argument(help="What they sign in with.")]
WHY = "from the installation's console"


@app.command("add")
def add(
    sign_in_name: SignInName,
    authority: Authority,
    role: Annotated[list[Role], typer.Option(help="What they do; may be given several times.")],
    full_name: Annotated[str | None, typer.Option(help="As colleagues know them.")] = None,
) -> None:
    """Add somebody with a local account, and print a password for their first sign-in."""
    from api.access.users import add_user

    with _at(authority) as (work, gate):
        new = add_user(
            work,
            gate.passwords,
            sign_in_name=sign_in_name,
            full_name=full_name,
            roles=frozenset(role),
            reason=WHY,
        )
    say(f"{new.held.record.user_id}: first password {new.first_password}")
    say("It must be changed at the first sign-in, and is not shown again.")


@app.command("list")
def list_users(authority: Authority) -> None:
    """List who may sign in, and who no longer may."""
    from api.records.user import User

    with _at(authority) as (work, _):
        for held in work.find(User):
            user = held.record
            roles = ", ".join(sorted(user.roles)) or "no role"
            stopped = "" if user.active else " (stopped)"
            say(f"{user.user_id}  {user.sign_in_name}  {roles}{stopped}")


@app.command("password")
def password(sign_in_name: SignInName, authority: Authority) -> None:
    """Print a new first password for somebody, and end all their sessions."""
    from api.access.users import reset_password

    with _at(authority) as (work, gate):
        user = _named(work, sign_in_name).record
        given = reset_password(work, gate.passwords, gate.sessions(work), user.user_id, reason=WHY)
        work.after_commit(lambda: gate.allow_attempts(user))
    say(f"{user.user_id}: first password {given}")


@app.command("stop")
def stop(sign_in_name: SignInName, authority: Authority) -> None:
    """Stop somebody: they are signed out everywhere, and may not sign in."""
    from api.access.users import change_user

    with _at(authority) as (work, gate):
        held = _named(work, sign_in_name)
        stopped = held.record.replace(active=False)
        change_user(work, gate.sessions(work), stopped, expected=held.version, reason=WHY)
    say(f"{held.record.user_id} may no longer sign in.")


@contextmanager
def _at(authority: str) -> Iterator[tuple[Work, Gate]]:
    """Give a transaction on an authority's records, as the installation's console."""
    from api.access.opening import open_gate
    from api.app import utc_now

    database, settings = open_database()
    database.check()
    gate = open_gate(settings, database)
    transaction: AbstractContextManager[Work] = database.work(
        authority, command_line(authority), at=utc_now(), why=WHY
    )
    with transaction as work:
        yield work, gate
    database.dispose()


def _named(work: Work, sign_in_name: str) -> Held[User]:
    from api.records.user import User
    from matcher.errors import NotFoundError

    found = work.find(User, limit=1, sign_in_name=sign_in_name.strip().lower())
    if not found:
        raise NotFoundError(
            f"Nobody of {work.authority} signs in with that name. See: nearhome users list"
        )
    return found[0]
