"""``nearhome day``: do what follows from a day's passing."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.console import say
from api.cli.data import command_line, open_database


def day(
    authority: Annotated[
        str | None, typer.Option(help="Of one council only; all unless given.")
    ] = None,
) -> None:
    """Let offers and kept beds lapse, and open what birthdays bring, without a worker.

    Workers do so by themselves once a day; doing it again does nothing more.
    """
    from api.app import utc_now
    from api.casework.daily import pass_the_day

    database, _ = open_database()
    database.check()
    now = utc_now()
    for each in [authority] if authority else database.authorities():
        with database.work(each, command_line(each), at=now, why="a day passes") as work:
            done = pass_the_day(work)
        say(
            f"{each}, {done.day:%-d %B %Y}: {done.offers_expired} offers lapsed, "
            f"{done.choices_stopped} choices stopped, {done.pathway_assessments} pathway "
            "assessments opened."
        )
