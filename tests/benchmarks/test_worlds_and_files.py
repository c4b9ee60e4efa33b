"""Worlds kept on disk, and the check of published instances from their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.published import cost_of
from benchmarks.worlds import Size, council, kept_council

if TYPE_CHECKING:
    from pathlib import Path

GAP = "2 3  4 2 6  3 5 1  1 1 2  1 1 1  2 2"
SSCFLP = "2 2  3 100  5 10  2 1  7 8  1 2"


def test_a_kept_council_is_the_one_that_was_made(tmp_path: Path) -> None:
    size = Size(10, 40)
    made = kept_council(size, seed=2, folder=tmp_path)
    assert len(list(tmp_path.iterdir())) == 1
    read = kept_council(size, seed=2, folder=tmp_path)
    assert read.data_hash == made.data_hash == council(size, seed=2).data_hash
    kept_council(size, seed=3, folder=tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    ("text", "layout", "assignment", "cost"),
    [
        (GAP, "orlibrary-gap", (0, 0, 1), 4 + 2 + 1),
        (GAP, "orlibrary-gap", (1, 0, 1), 3 + 2 + 1),
        (SSCFLP, "sscflp", (1, 1), 1 + 2 + 10),
        (SSCFLP, "sscflp", (0, 1), 7 + 2 + 110),
    ],
)
def test_costs_come_from_the_file(
    tmp_path: Path, text: str, layout: str, assignment: tuple[int, ...], cost: int
) -> None:
    file = tmp_path / "each"
    file.write_text(text, encoding="utf-8")
    assert cost_of(file, layout, assignment) == cost


@pytest.mark.parametrize(
    ("assignment", "says"), [((0, 1, 0), "takes 3 of 2"), ((0, 1), "one agent"), ((0, 1, 2), "one")]
)
def test_a_wrong_answer_is_refused(tmp_path: Path, assignment: tuple[int, ...], says: str) -> None:
    file = tmp_path / "each"
    file.write_text(GAP, encoding="utf-8")
    with pytest.raises(ValueError, match=says):
        cost_of(file, "orlibrary-gap", assignment)
