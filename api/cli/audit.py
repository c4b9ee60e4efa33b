"""``nearhome audit``: prove the trail, anchor it, and print what it says."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import print_json, say, working
from api.cli.data import Authority, Why, command_line, open_database
from api.cli.output_files import check_writable, write_output

app = typer.Typer(
    name="audit",
    help="Prove the audit trail whole, anchor it, and keep to the schedule of retention.",
    no_args_is_help=True,
)

OneAuthority = Annotated[
    str | None, typer.Option("--authority", help="Of one council only; all unless given.")
]


@app.command("verify")
def verify_trail(
    authority: OneAuthority = None,
    anchors: Annotated[
        Path | None, typer.Option(help="A file of anchors that was kept elsewhere.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find every record that was edited, deleted, moved or cut off behind the service's back."""
    from api.audit.anchoring import read_anchors
    from api.audit.verifying import verify
    from api.errors import AuditError
    from api.storage.trail_reading import authorities_of

    database, _ = open_database()
    database.check()
    noted = read_anchors(anchors) if anchors else ()
    connection = database.begin(writing=False)
    try:
        known = sorted({*authorities_of(connection), *(anchor.authority for anchor in noted)})
    finally:
        connection.close()
    with working("Verifying"):
        found = [
            verify(database, each, anchors=noted) for each in ([authority] if authority else known)
        ]
    if as_json:
        print_json(
            {
                "schema_version": "1.0",
                "authorities": [
                    {
                        **each._asdict(),
                        "findings": [finding._asdict() for finding in each.findings],
                        "sound": each.sound,
                    }
                    for each in found
                ],
            }
        )
    else:
        for each in found:
            say(each.sentence)
            for finding in each.findings:
                say(finding.sentence, indent=2)
        if not found:
            say("Nothing is stored yet.")
    if not all(each.sound for each in found):
        raise AuditError("The audit trail does not hold together.")


@app.command("head")
def print_head(authority: OneAuthority = None) -> None:
    """Print the end of each trail as it is now, a line an authority."""
    from api.app import utc_now
    from api.audit.anchoring import head

    database, _ = open_database()
    database.check()
    for each in [authority] if authority else database.authorities():
        say(head(database, each, at=utc_now()).model_dump_json())


@app.command("anchor")
def anchor_trail(
    file: Annotated[
        Path, typer.Argument(help="A file that whoever runs the database cannot write.")
    ],
    authority: OneAuthority = None,
) -> None:
    """Add the end of each trail to a file that is kept elsewhere."""
    from api.app import utc_now
    from api.audit.anchoring import head, write_anchor

    database, _ = open_database()
    database.check()
    for each in [authority] if authority else database.authorities():
        write_anchor(head(database, each, at=utc_now()), file)
    say(f"{file}: anchored. Verify with: nearhome audit verify --anchors {file}")


@app.command("decision")
def print_decision(
    choice_id: Annotated[str, typer.Argument(help="The choice that was approved.")],
    authority: Authority,
    out: Annotated[Path | None, typer.Option(help="Write the page here.")] = None,
) -> None:
    """Print a funding decision as one page: need, options, why this one, who approved what."""
    from api.app import utc_now
    from api.audit.decision import decision_record
    from api.audit.decision_page import decision_page
    from api.casework.catalogue import CATALOGUE

    if out is not None:
        check_writable(out)
    database, _ = open_database()
    database.check()
    with database.work(authority, command_line(authority), at=utc_now()) as work:
        record = decision_record(
            work,
            choice_id,
            title_of=lambda code: CATALOGUE[code].title if code in CATALOGUE else code,
        )
    if out is None:
        print_json(record)
    else:
        write_output(out, decision_page(record).encode())
        say(f"{out}: one page, to print.")


@app.command("export-child")
def export_everything(
    child_id: Annotated[str, typer.Argument(help="The child's pseudonym.")],
    out: Annotated[Path, typer.Argument(help="The archive to write.")],
    authority: Authority,
    why: Annotated[str, typer.Option(help="Who asked for it, and why.")],
) -> None:
    """Write everything that is kept about one child, for the child (subject access)."""
    from api.app import utc_now
    from api.audit.subject_export import export_child

    check_writable(out)
    database, _ = open_database()
    database.check()
    with database.work(authority, command_line(authority), at=utc_now()) as work:
        exported = export_child(work, child_id, reason=why)
        write_output(out, exported.as_zip())
    say(
        f"{out}: {len(exported.records):,} records and {len(exported.entries):,} entries of the "
        "audit trail. A person must read it before it is given to anybody."
    )


@app.command("retention")
def retention(
    authority: Authority,
    on: Annotated[
        str | None, typer.Option(help="As of this day (YYYY-MM-DD); today unless given.")
    ] = None,
    erase: Annotated[
        str | None, typer.Option(help="Carry it out: the mark that the dry run has printed.")
    ] = None,
    why: Why = "schedule of retention",
) -> None:
    """Say what has been kept for its time; erase it when told to by the mark of that list."""
    from api.app import utc_now
    from api.audit.retention import carry_out, plan
    from api.errors import InvalidError

    database, _ = open_database()
    database.check()
    with database.work(authority, command_line(authority), at=utc_now()) as work:
        try:
            day = date.fromisoformat(on) if on else work.today
        except ValueError as fault:
            raise InvalidError(f"{on!r} is no date. Write it as 2026-03-31.", field="on") from fault
        if erase is not None and day > work.today:
            raise InvalidError("Nothing is erased before its time. Leave out --on.", field="on")
        found = carry_out(work, day, mark=erase, reason=why) if erase else plan(work, day)
    for due in found.due:
        say(
            f"{due.kind} {due.record_id}: {due.basis.label}, kept until {due.kept_until}, "
            f"{due.versions} versions"
        )
    for due in found.held:
        say(f"{due.kind} {due.record_id}: due since {due.kept_until}, and held")
    if erase is not None:
        say(f"Erased: {len(found.due)} records. The audit trail holds on to what they were.")
    elif found.due:
        say(f"Due: {len(found.due)} records. To erase just these: --erase {found.mark}")
    else:
        say("Nothing is due.")
