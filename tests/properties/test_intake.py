"""Whatever a World holds, writing and reading give it back."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings

from matcher.intake import read_world, write_world
from matcher.intake.kinds import ListOf, WordKind
from matcher.intake.workbook_writing import write_workbook
from tests.record_strategies import FewPostcodes, words
from tests.strategies import worlds

if TYPE_CHECKING:
    from matcher.domain.world import World


@settings(max_examples=30)
@given(world=worlds())
def test_csv_files_hold_all_of_a_world(world: World) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "w"
        write_world(world, path)
        again = read_world(path, postcodes=FewPostcodes())
        assert again == world
        assert again.data_hash == world.data_hash


@settings(max_examples=15)
@given(world=worlds())
def test_a_workbook_holds_all_of_a_world(world: World) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "w.xlsx"
        write_workbook(world, path)
        again = read_world(path, postcodes=FewPostcodes())
        assert again == world
        assert again.data_hash == world.data_hash


@given(word=words)
def test_a_word_comes_back_through_a_cell_and_through_a_list(word: str) -> None:
    kind = WordKind()
    assert kind.read(kind.write(word).strip()) == word
    both = ListOf(kind, frozenset, tells_none=True)
    for listed in (frozenset({word}), frozenset({word, "other"}), frozenset()):
        assert both.read(both.write(listed).strip()) == listed
