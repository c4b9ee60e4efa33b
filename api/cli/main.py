"""The command ``nearhome``: one verb for each thing that can be done from a shell.

Exit codes: 0 done, also when nobody can be placed; 1 refused by the service; 2 bad use; 3 bad data;
4 a policy, 5 a scenario and 6 an audit trail that does not hold together; 70 a fault in Near Home;
130 interrupted.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from api.cli import (
    assign,
    audit,
    bench,
    catalogue,
    county,
    data,
    day,
    demo,
    explain,
    history,
    lookahead,
    rank,
    scenario,
    serve,
    users,
    whatelse,
    worlds,
)
from api.cli.console import ReaderGoneError, complain, print_json, say

INTERRUPTED = 130
"""128 and the number of the signal, as shells count."""

app = typer.Typer(
    name="nearhome",
    help="Find children in care the right home, near home.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("demo")(demo.demo)
app.command("template")(worlds.template)
app.command("check")(worlds.check)
app.add_typer(county.app, name="county")
app.command("rank")(rank.rank)
app.command("assign")(assign.assign)
app.command("alternatives")(whatelse.alternatives)
app.command("unblock")(whatelse.unblock)
app.command("beds")(whatelse.beds)
app.command("explain")(explain.explain)
app.add_typer(lookahead.app, name="lookahead")
app.add_typer(history.app, name="history")
app.add_typer(scenario.app, name="scenario")
app.command("rules")(catalogue.rules)
app.command("serve")(serve.serve)
app.command("worker")(serve.worker)
app.command("day")(day.day)
app.add_typer(data.app, name="db")
app.add_typer(users.app, name="users")
app.add_typer(audit.app, name="audit")
app.add_typer(bench.app, name="bench")
app.add_typer(catalogue.policy_app, name="policy")


@app.command("version")
def version(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the version of Near Home."""
    from matcher.version import VERSION

    if as_json:
        print_json({"schema_version": "1.0", "version": VERSION})
    else:
        say(f"nearhome {VERSION}")


def main() -> None:
    """Run the command; every error a user can cause ends in a sentence and an exit code."""
    from matcher.errors import NearHomeError

    try:
        app(prog_name="nearhome")
    except NearHomeError as error:
        complain(error.sentence)
        sys.exit(error.exit_code)
    except ReaderGoneError:
        # Python would complain once more when it flushes on leaving.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        # What can be foreseen has a sentence of its own; disks and permissions end here.
        if error.filename is None:
            raise
        complain(
            f"{error.filename}: cannot be read or written ({error.strerror}). "
            "Choose another place, or have its permissions changed."
        )
        sys.exit(2)
    except KeyboardInterrupt:
        complain("Interrupted.")
        sys.exit(INTERRUPTED)
    except SystemExit as leaving:
        # typer has caught the interrupt, and said nothing.
        if leaving.code == INTERRUPTED:
            complain("Interrupted.")
        raise
