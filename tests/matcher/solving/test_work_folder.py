from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from matcher.engine import Engine
from matcher.errors import UsageError
from matcher.policy import Policy
from matcher.solving import appraising, by_shortlists
from matcher.solving.problem import ground_of
from matcher.solving.shortlists import FIELDS, Lister
from matcher.solving.work_folder import WorkFolder, list_all
from scenarios.county import make_county

if TYPE_CHECKING:
    from pathlib import Path


def changed(path: Path) -> dict[str, int]:
    return {str(each): each.stat().st_mtime_ns for each in path.rglob("*.npy")}


def test_shortlists_made_by_two_processes_are_those_made_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(appraising, "ITEMS_A_BLOCK", 1)
    ground = ground_of(make_county(size=0.2, seed=5), Policy.named("balanced"))
    seen: list[list[int]] = []
    many = Lister(ground, store=WorkFolder(tmp_path))
    assert len(many.parts) > 2
    list_all(many, processes=2, halted=lambda: False, each_second=seen.append)
    files, looks = changed(tmp_path), len(seen)
    assert files
    assert len(seen[0]) == 2
    assert os.getpid() not in seen[0]
    assert not list(tmp_path.glob("*.part"))
    list_all(many, processes=2, halted=lambda: False, each_second=seen.append)
    assert len(seen) == looks
    one = Lister(ground).lists(lambda: False)
    other = Lister(ground, store=WorkFolder(tmp_path)).lists(lambda: False)
    assert one is not None
    assert other is not None
    for name in set(FIELDS) - {"items"}:
        assert np.array_equal(getattr(one, name), getattr(other, name))
    assert changed(tmp_path) == files


def test_a_large_plan_goes_on_from_what_is_kept_of_its_own_world_and_policy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_shortlists, "LARGE", 0)
    world, policy = make_county(size=0.1, seed=5), Policy.named("balanced")
    first = Engine(world, policy).assign(work=tmp_path)
    files = {each: at for each, at in changed(tmp_path).items() if "prices" not in each}
    assert files
    again = Engine(world, policy).assign(work=tmp_path)
    assert files.items() <= changed(tmp_path).items()
    assert again.objective <= first.objective
    assert len(list(tmp_path.iterdir())) == 1
    other = policy.replace(out_of_area_share=0.5)
    assert WorkFolder.within(tmp_path, world, other).get("400-00000-home") is None


def test_a_folder_keeps_empty_arrays_too(tmp_path: Path) -> None:
    store = WorkFolder(tmp_path / "new")
    assert store.get("none") is None
    store.put("none", np.zeros(0, dtype=np.int32))
    found = store.get("none")
    assert found is not None
    assert len(found) == 0


def test_a_full_disk_is_said_in_a_sentence_and_spoils_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = WorkFolder(tmp_path)
    store.put("one", np.arange(3))

    def full(stream: Any, array: Any) -> None:
        stream.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(UsageError, match=r"No space left on device\)\. Choose another folder"):
        store.put("one", np.arange(4))
    assert [each.name for each in tmp_path.iterdir()] == ["one.npy"]
    kept = store.get("one")
    assert kept is not None
    assert kept.tolist() == [0, 1, 2]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="file/work: work on the plan cannot be kept there"):
        WorkFolder(tmp_path / "file" / "work")
