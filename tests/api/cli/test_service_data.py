"""``nearhome db`` and ``nearhome audit``: from an empty disk to a proved, restored database."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from typing import TYPE_CHECKING

import pytest

from matcher.intake import read_world

if TYPE_CHECKING:
    from pathlib import Path

    from matcher.domain.world import World
    from tests.api.cli.conftest import Run

BUCKS = "E06000060"


@pytest.fixture
def installed(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file of an installation's database that has only just been made."""
    file = tmp_path / "data" / "nearhome.sqlite"
    monkeypatch.setenv("NEARHOME_DATABASE_URL", f"sqlite:///{file}")
    monkeypatch.setenv("NEARHOME_DEMO", "1")
    found = run("db", "check")
    assert found.code == 1
    assert "nearhome db upgrade" in found.err
    assert run("db", "upgrade").code == 0
    assert "up to date" in run("db", "check").out
    assert "Nothing is stored" in run("audit", "verify").out
    return file


def test_from_tables_to_a_restored_copy(
    run: Run, installed: Path, folder: Path, county: World, tmp_path: Path
) -> None:
    found = run("db", "import", folder, "--authority", BUCKS)
    assert found.code == 0, found.err
    assert f"children {len(county.children):,}" in found.out
    assert "nothing was changed" in run("audit", "verify").out

    anchors = tmp_path / "anchors"
    assert run("audit", "anchor", anchors).code == 0
    assert json.loads(run("audit", "head").out)["authority"] == BUCKS
    assert "1 anchor found as noted" in run("audit", "verify", "--anchors", anchors).out

    exported = run("db", "export", tmp_path / "out", "--authority", BUCKS)
    assert exported.code == 0, exported.err
    assert read_world(tmp_path / "out").children.keys() == county.children.keys()

    copy = tmp_path / "copy"
    assert run("db", "backup", copy).code == 0
    for leftover in installed.parent.iterdir():
        leftover.unlink()
    restored = run("db", "restore", copy)
    assert restored.code == 0, restored.err
    assert "found as noted" in restored.out
    assert run("db", "restore", copy).code == 1
    assert run("db", "restore", copy, "--replace").code == 0


def test_a_trail_that_was_tampered_with_ends_in_a_code_of_its_own(
    run: Run, installed: Path, folder: Path
) -> None:
    run("db", "import", folder, "--authority", BUCKS)
    with sqlite3.connect(installed) as database:
        database.execute("DROP TRIGGER audit_entries_not_removed")
        database.execute("DELETE FROM audit_entries WHERE sequence = 7")
    found = run("audit", "verify", "--authority", BUCKS)
    assert found.code == 6
    assert "Entry 7 is missing" in found.out
    as_json = json.loads(run("audit", "verify", "--json").out)
    assert as_json["authorities"][0]["findings"][0]["fault"] == "entry_missing"


def test_everything_about_a_child_is_written(
    run: Run, installed: Path, folder: Path, county: World, tmp_path: Path
) -> None:
    run("db", "import", folder, "--authority", BUCKS)
    child = next(iter(county.placements))
    out = tmp_path / "child.zip"
    found = run("audit", "export-child", child, out, "--authority", BUCKS, "--why", "asked for")
    assert found.code == 0, found.err
    with zipfile.ZipFile(out) as archive:
        assert {"everything.json", "tables/children.csv", "tables/placements.csv"} <= set(
            archive.namelist()
        )
    nobody = run("audit", "export-child", "C-0", out, "--authority", BUCKS, "--why", "x")
    assert nobody.code == 2
    assert "no child 'C-0'" in nobody.err


def test_what_is_due_is_erased_by_its_mark_only(run: Run, installed: Path, folder: Path) -> None:
    run("db", "import", folder, "--authority", BUCKS)
    assert "Nothing is due" in run("audit", "retention", "--authority", BUCKS).out
    then = run("audit", "retention", "--authority", BUCKS, "--on", "2140-01-01")
    assert "child looked after, kept until" in then.out
    mark = then.out.split("--erase ")[1].strip()
    early = run("audit", "retention", "--authority", BUCKS, "--on", "2140-01-01", "--erase", mark)
    assert "before its time" in early.err
    assert "looked at" in run("audit", "retention", "--authority", BUCKS, "--erase", mark).err
    assert "no date" in run("audit", "retention", "--authority", BUCKS, "--on", "soon").err


def test_bad_tables_and_strange_files_end_in_sentences(
    run: Run, installed: Path, folder: Path, tmp_path: Path
) -> None:
    strange = run("db", "import", folder, "--authority", "E06000042")
    assert strange.code == 1
    assert "you work for E06000042" in strange.err
    assert run("db", "import", tmp_path / "nowhere", "--authority", BUCKS).code == 2
    assert run("audit", "verify", "--anchors", tmp_path / "nowhere").code == 3
    assert run("audit", "decision", "CH-1", "--authority", BUCKS).code == 2
    assert "Nothing is stored" in run("audit", "verify").out
