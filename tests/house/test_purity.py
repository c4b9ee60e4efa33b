"""The engine is pure: no clock on the wall, no network, no environment, no printing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENGINE = sorted((ROOT / "matcher").rglob("*.py"))

FORBIDDEN_MODULES = {
    "asyncio",
    "ftplib",
    "getpass",
    "http",
    "locale",
    "logging",
    "multiprocessing",
    "random",
    "requests",
    "secrets",
    "smtplib",
    "socket",
    "sqlite3",
    "ssl",
    "subprocess",
    "threading",
    "urllib",
    "uuid",
    "warnings",
}
FORBIDDEN_CALLS = {
    "print",
    "input",
    "date.today",
    "datetime.date.today",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "os.getenv",
    "time.time",
    "time.localtime",
    "time.ctime",
    "Path.home",
    "Path.cwd",
}
FORBIDDEN_NAMES = {"os.environ", "sys.stdout", "sys.stderr", "sys.argv"}


ALLOWED = {
    # A stopwatch, for limits in seconds; several processes, for a country. No answer depends on it.
    "solving": {"time", "multiprocessing"},
    "intake": {"secrets"},  # the name of a file until it is complete and takes its own
    "geography": {"os.environ"},  # where parsed postcodes are kept; no answer depends on it
}
"""What a room of the engine may use all the same, and why."""


def impurities(source: str, *, room: str) -> list[str]:
    """Return what in a module of a room reaches outside."""
    allowed = ALLOWED.get(room, set())
    forbidden = (FORBIDDEN_MODULES | {"time"}) - allowed
    found = []
    for node in ast.walk(ast.parse(source)):
        imported: list[str] = []
        if isinstance(node, ast.Import):
            imported = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported = [node.module]
        for name in imported:
            top = name.split(".")[0]
            if top in forbidden:
                found.append(f"line {node.lineno}: import {name}")  # type: ignore[attr-defined]
        if isinstance(node, ast.Call) and ast.unparse(node.func) in FORBIDDEN_CALLS:
            found.append(f"line {node.lineno}: {ast.unparse(node.func)}()")
        if isinstance(node, ast.Attribute) and ast.unparse(node) in FORBIDDEN_NAMES - allowed:
            found.append(f"line {node.lineno}: {ast.unparse(node)}")
    return found


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_engine_reaches_for_nothing_outside_its_arguments(path: Path) -> None:
    room = path.relative_to(ROOT / "matcher").parts[0]
    assert impurities(path.read_text(encoding="utf-8"), room=room) == []


@pytest.mark.parametrize(
    "source",
    [
        "import socket",
        "from urllib.request import urlopen",
        "import time",
        "date.today()",
        "print(1)",
        "import os\nos.environ['HOME']",
    ],
)
def test_what_is_impure_is_found(source: str) -> None:
    assert impurities(source, room="rules")


def test_solving_keeps_a_stopwatch_and_no_clock() -> None:
    assert not impurities("import time\ntime.perf_counter()", room="solving")
    assert impurities("import time\ntime.time()", room="solving")
