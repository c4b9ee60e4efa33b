from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.folder import Folder, list_all
from matcher.policy import Policy
from matcher.solving.problem import ground_of
from matcher.solving.shortlists import Lister
from scenarios.county import make_county

if TYPE_CHECKING:
    from pathlib import Path


def test_shortlists_made_by_two_processes_are_those_made_by_one(tmp_path: Path) -> None:
    ground = ground_of(make_county(size=0.2, seed=5), Policy.named("balanced"))
    list_all(Lister(ground, store=Folder(tmp_path)), processes=2)
    files = {each.name: each.stat().st_mtime_ns for each in tmp_path.iterdir()}
    assert files
    assert all(name.endswith(".npy") for name in files)
    one = Lister(ground).lists(lambda: False)
    other = Lister(ground, store=Folder(tmp_path)).lists(lambda: False)
    assert one is not None
    assert other is not None
    for name in ("first", "home", "match_loss", "cost", "value", "weight", "use", "rest", "spare"):
        assert np.array_equal(getattr(one, name), getattr(other, name))
    assert {each.name: each.stat().st_mtime_ns for each in tmp_path.iterdir()} == files


def test_a_folder_keeps_empty_arrays_too(tmp_path: Path) -> None:
    store = Folder(tmp_path / "new")
    assert store.get("none") is None
    store.put("none", np.zeros(0, dtype=np.int32))
    found = store.get("none")
    assert found is not None
    assert len(found) == 0
