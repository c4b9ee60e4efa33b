"""Whoever changes the database behind the service's back is found, and what they did is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from api.audit.anchoring import head, read_anchors, write_anchor
from api.audit.finding import Fault, Verified
from api.audit.verifying import verify
from api.errors import AuditError
from api.storage.chain import hash_of, seal_of
from api.storage.tables import ENTRIES, HEADS
from api.storage.trail_reading import Question, Trail
from matcher.domain.agreement import Provider
from matcher.domain.child import Child
from matcher.domain.codes import PlaceProvider
from matcher.errors import DataError
from tests.api.storage.actors import NOON, OFFICER, STRANGER, later
from tests.builders import BUCKS, a_child, a_home

if TYPE_CHECKING:
    from pathlib import Path

    from api.storage.database import Database


@pytest.fixture
def told(database: Database) -> Database:
    """Return a database in which nine things have happened."""
    with database.work(BUCKS, OFFICER, at=NOON) as w:
        w.put_all(
            [Provider(provider_id="P-1", sector=PlaceProvider.PR1), a_home(), a_child("C-1")],
            reason="import",
        )
        w.put(a_child("C-2"), reason="new")
    with database.work(BUCKS, OFFICER, at=later(1)) as w:
        w.get(Child, "C-1")
        w.put(a_child("C-1", solo=True), reason="assessed")
        w.read("C-1", "C-2", why="panel")
    with database.work(BUCKS, OFFICER, at=later(2)) as w:
        w.retire(Child, "C-2", reason="entered by mistake")
        w.note("exported", child_ids=["C-1"], details={"rows": 7})
        w.put(a_child("C-3"), reason="new")
    with database.work(STRANGER.authority, STRANGER, at=NOON) as w:
        w.put(a_child("C-1"), reason="theirs")
    return database


def tamper(database: Database, *statements: str) -> None:
    """Do what somebody with the database's own password could."""
    with database.engine.begin() as connection:
        if database.dialect == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
        else:
            triggers = connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).scalars()
            for name in list(triggers):
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.exec_driver_sql(statement)
        if database.dialect == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = DEFAULT")


def faults(verified: Verified) -> set[tuple[Fault, int | None]]:
    return {(finding.fault, finding.sequence) for finding in verified.findings}


def test_an_untouched_trail_is_sound(told: Database) -> None:
    found = verify(told, BUCKS)
    assert found.sound
    assert (found.sequence, found.entries, found.versions) == (9, 9, 7)
    assert "nothing was changed" in found.sentence
    assert verify(told, STRANGER.authority).entries == 1
    assert verify(told, "E09000001").sound


@pytest.mark.parametrize(
    ("statement", "fault", "sequence", "named"),
    [
        (
            "UPDATE audit_entries SET actor = 'U-2' WHERE sequence = 5",
            Fault.ENTRY_CHANGED,
            5,
            "changed children C-1",
        ),
        (
            """UPDATE audit_entries SET details = '{"rows": 8}' WHERE sequence = 8""",
            Fault.ENTRY_CHANGED,
            8,
            "exported",
        ),
        ("DELETE FROM audit_entries WHERE sequence = 6", Fault.ENTRY_MISSING, 6, "Entry 6"),
        (
            "DELETE FROM audit_entries WHERE sequence IN (5, 6)",
            Fault.ENTRY_MISSING,
            5,
            "Entries 5 to 6",
        ),
        ("DELETE FROM audit_entries WHERE sequence > 7", Fault.CUT_SHORT, 8, "entries 8 to 9"),
        ("DELETE FROM audit_entries WHERE sequence = 9", Fault.CUT_SHORT, 9, "entry 9 at"),
        (
            "UPDATE audit_entries SET reason = 'other' WHERE sequence = 5",
            Fault.REASON_CHANGED,
            5,
            "reason in entry 5",
        ),
        (
            "UPDATE record_versions SET body = replace(body, 'true', 'false') WHERE sequence = 5",
            Fault.VERSION_CHANGED,
            5,
            "Version 2 of children C-1",
        ),
        (
            "UPDATE record_versions SET body = NULL, salt = NULL WHERE sequence = 3",
            Fault.VERSION_CHANGED,
            3,
            "no entry says why",
        ),
        (
            "UPDATE record_versions SET version = 9 WHERE sequence = 4",
            Fault.VERSION_CHANGED,
            4,
            "in the place of another",
        ),
        (
            "DELETE FROM record_versions WHERE sequence = 2",
            Fault.VERSION_MISSING,
            2,
            "Version 1 of children C-1",
        ),
        (
            "UPDATE children SET body = replace(body, 'C-3', 'C-4') WHERE record_id = 'C-3'",
            Fault.RECORD_CHANGED,
            9,
            "children C-3",
        ),
        (
            "UPDATE children SET date_of_birth = '2001-01-01' WHERE record_id = 'C-3'",
            Fault.RECORD_CHANGED,
            9,
            "children C-3",
        ),
        (
            "DELETE FROM children WHERE record_id = 'C-3'",
            Fault.RECORD_MISSING,
            9,
            "children C-3 is gone",
        ),
        (
            "INSERT INTO providers SELECT authority, 'P-2', version, 7, known_from, body "
            "FROM providers",
            Fault.RECORD_ADDED,
            7,
            "providers P-2",
        ),
        (
            "DELETE FROM audit_subjects WHERE child_id = 'C-2' AND sequence = 6",
            Fault.INDEX_CHANGED,
            6,
            "child C-2",
        ),
        (
            "UPDATE audit_heads SET sequence = 8 WHERE authority = 'E06000060'",
            Fault.SEAL_BROKEN,
            8,
            "seal",
        ),
        (
            "DELETE FROM audit_heads WHERE authority = 'E06000060'",
            Fault.SEAL_BROKEN,
            9,
            "gone",
        ),
    ],
)
def test_what_was_done_is_found_and_named(
    told: Database, statement: str, fault: Fault, sequence: int, named: str
) -> None:
    where = f" AND authority = '{BUCKS}'"
    if " WHERE sequence" in statement:
        statement += where
    tamper(told, statement)
    found = verify(told, BUCKS)
    assert (fault, sequence) in faults(found), found.findings
    assert any(named in each.sentence for each in found.findings if each.fault is fault)
    assert "fault" in found.sentence
    assert verify(told, STRANGER.authority).sound


def test_entries_that_changed_places_are_told_from_changed_ones(told: Database) -> None:
    tamper(
        told,
        *[
            f"UPDATE audit_entries SET sequence = {to} WHERE sequence = {at} "
            f"AND authority = '{BUCKS}'"
            for at, to in [(6, 60), (8, 6), (60, 8)]
        ],
    )
    found = verify(told, BUCKS)
    moved = {each.sequence: each.sentence for each in found.findings}
    assert (Fault.ENTRY_MOVED, 6) in faults(found)
    assert "was written as entry 8" in moved[6]
    assert (Fault.ENTRY_MOVED, 8) in faults(found)
    assert "was written as entry 6" in moved[8]


def written_anew(database: Database, *, secret: bytes) -> None:
    """Change an entry and make every later hash anew, with whatever secret there is."""
    connection = database.begin(writing=False)
    entries = list(Trail(connection, BUCKS).entries())
    connection.close()
    values: list[dict[str, Any]] = []
    previous = entries[0].previous_hash
    for entry in entries:
        entry = entry._replace(previous_hash=previous)
        if entry.sequence == 5:
            entry = entry._replace(actor="U-2")
        previous = hash_of(entry)
        values.append(
            {"at_": entry.sequence, "a": entry.actor, "p": entry.previous_hash, "h": previous}
        )
    tamper(database)
    with database.engine.begin() as connection:
        if database.dialect == "postgresql":
            connection.exec_driver_sql("SET session_replication_role = replica")
        connection.execute(
            sa.update(ENTRIES)
            .where(ENTRIES.c.authority == BUCKS, ENTRIES.c.sequence == sa.bindparam("at_"))
            .values(
                actor=sa.bindparam("a"), previous_hash=sa.bindparam("p"), hash=sa.bindparam("h")
            ),
            values,
        )
        known_at = connection.execute(
            sa.select(HEADS.c.known_at).where(HEADS.c.authority == BUCKS)
        ).scalar_one()
        seal = seal_of(secret, authority=BUCKS, sequence=9, known_at=known_at, hash_=previous)
        connection.execute(
            sa.update(HEADS).where(HEADS.c.authority == BUCKS).values(hash=previous, seal=seal)
        )


def test_a_chain_written_anew_lacks_the_seal(told: Database) -> None:
    written_anew(told, secret=b"a guess")
    assert (Fault.SEAL_BROKEN, 9) in faults(verify(told, BUCKS))
    with pytest.raises(AuditError, match="audit verify"), told.work(BUCKS, OFFICER, at=NOON) as w:
        w.put(a_child("C-9"), reason="x")


def test_a_chain_written_anew_with_the_secret_differs_from_its_anchor(
    told: Database, tmp_path: Path
) -> None:
    file = tmp_path / "anchors.jsonl"
    write_anchor(head(told, BUCKS, at=later(5)), file)
    write_anchor(head(told, STRANGER.authority, at=later(5)), file)
    assert verify(told, BUCKS, anchors=read_anchors(file)).anchors == 1
    written_anew(told, secret=told.secret)
    assert verify(told, BUCKS).sound
    found = verify(told, BUCKS, anchors=read_anchors(file))
    assert (Fault.ANCHOR_BROKEN, 9) in faults(found)


def test_a_database_put_back_to_yesterday_differs_from_its_anchor(
    told: Database, tmp_path: Path
) -> None:
    file = tmp_path / "anchors.jsonl"
    anchor = head(told, BUCKS, at=later(5))
    write_anchor(anchor.replace(sequence=12), file)
    found = verify(told, BUCKS, anchors=read_anchors(file))
    assert faults(found) == {(Fault.CUT_SHORT, 12)}
    assert head(told, "E09000001", at=NOON).sequence == 0


def test_a_file_that_holds_no_anchors_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "anchors.jsonl"
    with pytest.raises(DataError, match="cannot be read"):
        read_anchors(file)
    file.write_text("\n{}\n")
    with pytest.raises(DataError, match="Line 2"):
        read_anchors(file)


def test_the_database_itself_refuses_to_change_what_was_written(told: Database) -> None:
    for statement in (
        "UPDATE audit_entries SET actor = 'U-2'",
        "DELETE FROM audit_entries",
        "UPDATE audit_entries SET reason = 'other'",
        "UPDATE record_versions SET version = 9",
        "UPDATE record_versions SET body = '{}'",
        "DELETE FROM record_versions",
    ):
        with (
            told.engine.begin() as connection,
            pytest.raises(sa.exc.DBAPIError, match="only ever written at its end"),
        ):
            connection.exec_driver_sql(statement)
    assert verify(told, BUCKS).sound


def test_the_trail_answers_questions_page_by_page(told: Database) -> None:
    with told.work(BUCKS, OFFICER, at=later(9)) as w:
        trail = Trail(w.connection, w.authority)
        about = trail.page(Question(child_id="C-1"), limit=3)
        assert [entry.sequence for entry in about.items] == [8, 6, 5]
        assert about.next == "5"
        rest = trail.page(Question(child_id="C-1"), before=5, limit=3)
        assert [entry.sequence for entry in rest.items] == [2]
        assert rest.next is None
        reads = trail.page(Question(action="read", actor="U-1")).items
        assert [(e.child_ids, e.reason) for e in reads] == [(("C-1", "C-2"), "panel")]
        soon = trail.page(Question(since=later(1), until=later(1))).items
        assert [entry.sequence for entry in soon] == [6, 5]
        retired = trail.page(Question(kind="children", record_id="C-2", action="retired")).items
        assert [entry.version for entry in retired] == [2]
        assert trail.entry(1) is not None
        assert trail.entry(99) is None
