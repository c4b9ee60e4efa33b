"""Files appear whole or not at all, and a clear sentence says why not."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from matcher.errors import UsageError
from scenarios.report.files import write_text, write_whole


def left_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_a_file_is_written_with_its_folder(tmp_path: Path) -> None:
    place = tmp_path / "out" / "report.html"
    write_text(place, "né\n")
    assert place.read_bytes() == "né\n".encode()
    assert left_in(place.parent) == ["report.html"]


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "Free some space"),
        (errno.EACCES, "Choose a folder that you may write to"),
        (errno.EIO, "Check the path"),
    ],
)
def test_what_was_there_stays_when_writing_fails(tmp_path: Path, number: int, advice: str) -> None:
    place = tmp_path / "report.html"
    place.write_text("before", encoding="utf-8")

    def half(fresh: Path) -> None:
        fresh.write_text("half", encoding="utf-8")
        raise OSError(number, "broken")

    with pytest.raises(UsageError) as told:
        write_whole(place, half)
    assert str(place) in told.value.sentence
    assert "could not be written: broken." in told.value.sentence
    assert advice in told.value.sentence
    assert place.read_text(encoding="utf-8") == "before"
    assert left_in(tmp_path) == ["report.html"]


def test_a_fault_of_ours_leaves_nothing_behind(tmp_path: Path) -> None:
    def broken(fresh: Path) -> None:
        fresh.write_text("half", encoding="utf-8")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_whole(tmp_path / "report.html", broken)
    assert left_in(tmp_path) == []


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="could not be written"):
        write_text(tmp_path / "taken" / "report.html", "x")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk is a device of Linux")
def test_a_full_disk_is_told() -> None:
    def onto_a_full_disk(_fresh: Path) -> None:
        with Path("/dev/full").open("w", encoding="utf-8") as full:
            full.write("x" * 100_000)

    with pytest.raises(UsageError, match="Free some space"):
        write_whole(Path("report.html"), onto_a_full_disk)
