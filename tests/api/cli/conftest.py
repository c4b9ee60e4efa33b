"""A small county on disk, and the command run inside this process or in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from api.cli.main import main
from matcher.intake import write_world
from scenarios.county import make_county

if TYPE_CHECKING:
    from matcher.domain.world import World

ROOT = Path(__file__).parents[3]


class Ran(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def county() -> World:
    return make_county(size=0.06)


@pytest.fixture(scope="session")
def folder(county: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("county") / "county"
    write_world(county, out)
    return out


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command here, through its own entry point."""

    def run_here(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["nearhome", *map(str, arguments)])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        found = capsys.readouterr()
        return Ran(code, found.out, found.err)

    return run_here


def command(*arguments: object) -> list[str]:
    """Return the command line of the command in a process of its own."""
    return [
        sys.executable,
        "-c",
        "from api.cli.main import main; main()",
        *map(str, arguments),
    ]


def environment(**changes: str) -> dict[str, str]:
    """Return the environment of a process that is nobody's terminal."""
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "TERM")}
    return {**kept, "PYTHONPATH": str(ROOT), **changes}


def run_apart(*arguments: object, **changes: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command in a process of its own, with changes to its environment."""
    return subprocess.run(
        command(*arguments), capture_output=True, env=environment(**changes), check=False
    )
