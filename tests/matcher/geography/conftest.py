from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from matcher.geography.postcodes import Postcodes

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("postcodes")


@pytest.fixture(scope="session")
def postcodes(cache_dir: Path) -> Postcodes:
    return Postcodes.from_package(cache_dir)
