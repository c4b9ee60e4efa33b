"""Whatever a World holds, writing and reading give it back."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given, settings

from matcher.intake import read_world, write_world
from tests.strategies import FewPostcodes, worlds

if TYPE_CHECKING:
    from matcher.domain.world import World


@settings(max_examples=60)
@given(world=worlds())
def test_csv_files_hold_all_of_a_world(world: World) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "w"
        write_world(world, path)
        again = read_world(path, postcodes=FewPostcodes())
        assert again == world
        assert again.data_hash == world.data_hash
