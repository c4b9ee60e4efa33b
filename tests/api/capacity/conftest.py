"""The service over HTTP on a fresh database of either engine, with a small register."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.access.doors import Doors, open_doors

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def doors(database_url: str) -> Iterator[Doors]:
    with open_doors(database_url) as opened:
        yield opened


@pytest.fixture
def sqlite_doors(sqlite_url: str) -> Iterator[Doors]:
    with open_doors(sqlite_url) as opened:
        yield opened
