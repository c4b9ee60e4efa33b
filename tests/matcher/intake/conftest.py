"""A small council's data as files, to be spoilt in one place at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from matcher.intake import Reading, inspect_world
from tests.record_strategies import FewPostcodes

TABLES = {
    "meta": "as_of,authority\n31/03/2025,E06000060\n",
    "providers": "provider_id,sector\nP-1,PR1\n",
    "homes": (
        "home_id,setting,provider_id,postcode,beds_approved,beds_usable\n"
        "H-1,foster,P-1,HP13 7PR,2,2\n"
        "H-2,childrens_home,P-1,HP20 1UA,4,3\n"
    ),
    "children": (
        "child_id,responsible_authority,date_of_birth,sex,home_postcode\n"
        "C-1,E06000060,14/02/2012,1,HP13 7PR\n"
        "C-2,E06000060,2015-06-30,2,HP20 1UA\n"
    ),
}

WriteFolder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> WriteFolder:
    """Write the tables above, with some replaced (text or bytes) or taken out (None)."""

    def write(**changes: str | bytes | None) -> Path:
        path = tmp_path / "county"
        path.mkdir(exist_ok=True)
        for name, text in {**TABLES, **changes}.items():
            if text is not None:
                raw = text.encode() if isinstance(text, str) else text
                (path / f"{name}.csv").write_bytes(raw)
        return path

    return write


@pytest.fixture
def check(folder: WriteFolder) -> Callable[..., Reading]:
    """Write the tables, some changed, and read them."""

    def read(**changes: str | bytes | None) -> Reading:
        return inspect_world(folder(**changes), postcodes=FewPostcodes())

    return read


@pytest.fixture
def child(check: Callable[..., Reading]) -> Callable[..., Reading]:
    """Read the tables with one child, whose cells are given by column."""

    def read(**cells: str) -> Reading:
        row = {"child_id": "C-1", "responsible_authority": "E06000060", **cells}
        return check(children=",".join(row) + "\n" + ",".join(row.values()) + "\n")

    return read


@pytest.fixture
def home(check: Callable[..., Reading]) -> Callable[..., Reading]:
    """Read the tables with one home, whose cells are given by column."""

    def read(**cells: str) -> Reading:
        row = {
            "home_id": "H-1",
            "setting": "foster",
            "provider_id": "P-1",
            "beds_approved": "2",
            "beds_usable": "2",
            **cells,
        }
        return check(homes=",".join(row) + "\n" + ",".join(row.values()) + "\n")

    return read
