from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.spooling import Folder, find_all
from matcher.policy import Policy
from matcher.solving.options import in_order_of_items
from matcher.solving.problem import ground_of
from matcher.solving.spool import Spool
from scenarios.county import make_county

if TYPE_CHECKING:
    from pathlib import Path


def test_options_found_by_two_processes_are_those_found_by_one(tmp_path: Path) -> None:
    ground = ground_of(make_county(size=0.2, seed=5), Policy.named("balanced"))
    spool = Spool(ground, Folder(tmp_path))
    find_all(spool, processes=2)
    files = {each.name: each.stat().st_mtime_ns for each in tmp_path.iterdir()}
    assert files
    assert all(name.endswith(".npy") for name in files)
    one = in_order_of_items([bare for bare, _ in Spool(ground)])
    for found in (spool, Spool(ground, Folder(tmp_path))):
        other = in_order_of_items([bare for bare, _ in found])
        for mine, theirs in zip(one.columns(), other.columns(), strict=True):
            assert np.array_equal(mine, theirs)
    assert {each.name: each.stat().st_mtime_ns for each in tmp_path.iterdir()} == files


def test_a_folder_keeps_empty_arrays_too(tmp_path: Path) -> None:
    store = Folder(tmp_path)
    assert store.get("none") is None
    assert len(store.put("none", np.zeros(0, dtype=np.int32))) == 0
