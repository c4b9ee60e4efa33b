"""What is written is read back as it was."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from matcher.domain.agreement import Provider
from matcher.domain.child import Child
from matcher.domain.codes import PlaceProvider
from matcher.domain.home import Home, Household, Setting, TermsOfApproval
from matcher.domain.world import make_world
from matcher.errors import UsageError
from matcher.intake import read_world, write_world

if TYPE_CHECKING:
    from pathlib import Path

    from matcher.domain.world import World


class NoPostcodes:
    def find_all(self, postcodes):
        return {}


@pytest.fixture
def world() -> World:
    return make_world(
        as_of=date(2025, 3, 31),
        authority="E06000060",
        synthetic=True,
        children=[Child(child_id="C-1", responsible_authority="E06000060", religion="=none")],
        providers=[Provider(provider_id="P-1", sector=PlaceProvider.PR1)],
        homes=[
            Home(
                home_id="H-1",
                setting=Setting.FOSTER,
                provider_id="P-1",
                beds_approved=2,
                beds_usable=1,
                terms=TermsOfApproval(),
                household=Household(religions=frozenset({"none"}), languages=frozenset()),
            )
        ],
    )


def test_a_world_survives_csv(world: World, tmp_path: Path) -> None:
    write_world(world, tmp_path / "w")
    again = read_world(tmp_path / "w", postcodes=NoPostcodes())
    assert again == world
    assert again.data_hash == world.data_hash


def test_a_strange_folder_is_refused(world: World, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(UsageError, match="holds other files"):
        write_world(world, tmp_path)
