"""Writing: the same bytes each time, whole or not at all, and nothing of others lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from matcher.errors import UsageError
from matcher.intake import inspect_world, read_world, write_world, writing
from matcher.intake.tables import TABLES
from tests.record_strategies import FewPostcodes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matcher.domain.world import World


@pytest.fixture
def world(folder: Callable[..., Path]) -> World:
    return read_world(folder(), postcodes=FewPostcodes())


def _bytes(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def test_the_same_world_gives_the_same_bytes(world: World, tmp_path: Path) -> None:
    write_world(world, tmp_path / "a")
    write_world(world, tmp_path / "deep" / "b")
    assert _bytes(tmp_path / "a") == _bytes(tmp_path / "deep" / "b")
    assert sorted(_bytes(tmp_path / "a")) == sorted(f"{table.name}.csv" for table in TABLES)
    assert inspect_world(tmp_path / "a", postcodes=FewPostcodes()).world == world


def test_a_world_is_replaced_and_other_files_stay(world: World, tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_world(world, path)
    (path / "notes.txt").write_text("mine")
    (path / "Homes.CSV").write_text("an old table under another spelling")
    write_world(world.replace(children={}), path)
    assert read_world(path, postcodes=FewPostcodes()).children == {}
    assert (path / "notes.txt").read_text() == "mine"
    assert not (path / "Homes.CSV").exists()
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_what_stands_there_already_is_not_overwritten(world: World, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(UsageError, match="holds other files and no Near Home data"):
        write_world(world, tmp_path)
    with pytest.raises(UsageError, match="is a file"):
        write_world(world, tmp_path / "letter.txt")


def test_an_empty_folder_may_be_written_to(world: World, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    write_world(world, tmp_path / "a")
    assert (tmp_path / "a" / "meta.csv").exists()


@pytest.mark.parametrize("table", ["children", "budgets"])
def test_a_failure_leaves_what_was_there(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    path = tmp_path / "a"
    write_world(world, path)
    before = _bytes(path)
    write = writing._write_table

    def fails(world: World, what: Any, to: Path) -> None:
        if what.name == table:
            raise OSError(28, "No space left on device")
        write(world, what, to)

    monkeypatch.setattr(writing, "_write_table", fails)
    with pytest.raises(UsageError, match=r"No space left on device\. Nothing there was changed"):
        write_world(world, path)
    assert _bytes(path) == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a", "county"]


def test_a_failure_between_the_two_moves_puts_the_old_world_back(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    write_world(world, path)
    before = _bytes(path)
    rename = type(path).rename

    def fails(self: Path, target: Path) -> Path:
        if self.name.endswith(".new"):
            raise OSError(5, "the disc has gone")
        return rename(self, target)

    monkeypatch.setattr(type(path), "rename", fails)
    with pytest.raises(UsageError, match="the disc has gone"):
        write_world(world.replace(children={}), path)
    assert _bytes(path) == before
