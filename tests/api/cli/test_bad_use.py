"""Everything that can be asked for wrongly ends in a sentence and its exit code."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.api.cli.conftest import Run

USAGE, DATA, POLICY = 2, 3, 4


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["rank", "--world", "{county}", "R-9999"], USAGE, "There is no referral 'R-9999'"),
        (["rank", "--world", "{county}", "R-0001", "--top", "0"], USAGE, "between 1 and 1,000"),
        (["rank", "--world", "{county}", "R-0001", "--top", "ten"], USAGE, "--top"),
        (["rank", "--world", "{county}", "R-0001", "--excluded", "no"], USAGE, "'all'"),
        (["rank", "--world", "{county}", "R-0001", "--policy", "p.toml"], POLICY, "p.toml"),
        (["rank", "--world", "{county}", "R-0001", "--policy", "odd"], POLICY, "no policy 'odd'"),
        (["rank", "--world", "{county}", "R-0001", "--wrld", "x"], USAGE, "--wrld"),
        (["rank", "--world", "{empty}", "R-0001"], DATA, "there is no file meta.csv"),
        (["rank", "--world", "{gone}", "R-0001"], USAGE, "nothing at"),
        (["rank", "R-0001"], USAGE, "--world"),
        (["explain", "R-0001", "H-9999", "--world", "{county}"], USAGE, "no home 'H-9999'"),
        (["explain", "R-9999", "H-0001", "--world", "{county}"], USAGE, "no referral 'R-9999'"),
        (["assign", "--world", "{gone}"], USAGE, "nothing at"),
        (["assign", "--world", "{county}", "--prices", "--frontier"], USAGE, "two questions"),
        (
            ["assign", "--world", "{county}", "--plans", "2", "--work", "w"],
            USAGE,
            "not for --plans",
        ),
        (["assign", "--world", "{county}", "--chart", "{gone}"], USAGE, "Give --frontier too"),
        (
            ["assign", "--world", "{county}", "--frontier", "--chart", "{gone}/x.svg"],
            USAGE,
            "Make it first",
        ),
        (["assign", "--world", "{county}", "--keep", "{other_plan}"], USAGE, "no child of this"),
        (["assign", "--world", "{county}", "--seconds", "nan"], USAGE, "seconds is nan"),
        (["beds", "--world", "{county}", "--seconds", "-1"], USAGE, "seconds is -1"),
        (["lookahead", "learn", "--world", "{county}", "--out", "{empty}"], USAGE, "is a folder"),
        (["bench", "online", "--out", "{gone}/rows.json"], USAGE, "Make it first"),
        (["bench", "instance", "{gone}"], DATA, "cannot be read"),
        (["check", "{gone}"], USAGE, "nothing at"),
        (["check", "{file}"], USAGE, "neither a folder of CSV files nor a workbook"),
        (["check", "{county}", "--errors", "{empty}/marked.csv"], USAGE, ".xlsx"),
        (["template", "{empty}/template.csv"], USAGE, ".xlsx"),
        (["template", "{gone}/template.xlsx"], USAGE, "Make it first"),
        (["template", "{workbook}"], USAGE, "is there already"),
        (["county", "make", "--out", "{file}", "--size", "0.06"], USAGE, "is a file"),
        (["county", "make", "--out", "{gone}", "--size", "0"], USAGE, "0.05"),
        (["county", "make", "--out", "{gone}", "--authority", "X"], USAGE, "--statistics"),
        (["county", "make"], USAGE, "--out"),
        (["county"], USAGE, "Missing command"),
        (["rules", "NO_SUCH_RULE"], USAGE, "no rule 'NO_SUCH_RULE'"),
        (["rules", "--on", "31/03/2025"], USAGE, "--on"),
        (["policy", "show", "p.toml"], POLICY, "p.toml"),
        (["policy", "show", "odd"], POLICY, "no policy 'odd'"),
        (["dance"], USAGE, "No such command 'dance'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_it_ends_in_a_sentence(
    run: Run, folder: Path, tmp_path: Path, arguments: list[str], code: int, says: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("x")
    other = {"placements": [{"child_id": "C-OTHER", "home_id": "H-1"}], "unplaced": []}
    (tmp_path / "plan.json").write_text(json.dumps(other))
    (tmp_path / "there.xlsx").write_bytes(b"")
    places = {
        "county": folder,
        "empty": tmp_path / "empty",
        "file": tmp_path / "file.txt",
        "gone": tmp_path / "gone",
        "other_plan": tmp_path / "plan.json",
        "workbook": tmp_path / "there.xlsx",
    }
    found = run(*[each.format(**places) for each in arguments])
    assert found.code == code, found.err
    assert says in found.err
    assert "Traceback" not in found.err
    assert found.out == ""
    assert not (tmp_path / "gone").exists()


def test_a_place_that_cannot_be_written_to_is_named(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    found = run("county", "make", "--size", "0.06", "--out", tmp_path / "locked" / "out")
    assert found.code == USAGE
    assert str(tmp_path / "locked") in found.err
    assert "Permission denied" in found.err
    assert "Traceback" not in found.err


def test_what_the_system_refuses_is_a_sentence_too(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", "/full/disk")

    monkeypatch.setattr("matcher.intake.read_world", refuse)
    found = run("rank", "--world", folder, "R-0001")
    assert found.code == USAGE
    assert "/full/disk: cannot be read or written (No space left on device)." in found.err


def test_no_home_for_anybody_is_an_answer(run: Run, folder: Path, tmp_path: Path) -> None:
    full = tmp_path / "full"
    shutil.copytree(folder, full)
    with (full / "homes.csv").open(encoding="utf-8", newline="") as opened:
        homes = list(csv.DictReader(opened))
    with (full / "homes.csv").open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(homes[0]))
        writer.writeheader()
        writer.writerows({**home, "beds_usable": "0"} for home in homes)
    found = run("rank", "--world", full, "R-0001")
    assert found.code == 0, found.err
    assert "No home can be offered now." in found.out
    assert f"Of {len(homes)} homes: 0 eligible, 0 to check, {len(homes)} not offered." in found.out
    report = json.loads(run("rank", "--world", full, "R-0001", "--json").out)
    assert report["options"] == []
    assert report["excluded_count"] == len(homes)
