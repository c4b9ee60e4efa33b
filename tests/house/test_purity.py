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


def impurities(source: str, *, stopwatch: bool) -> list[str]:
    """Return what in a module reaches outside; ``time`` is allowed where a stopwatch is."""
    found = []
    for node in ast.walk(ast.parse(source)):
        imported: list[str] = []
        if isinstance(node, ast.Import):
            imported = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported = [node.module]
        for name in imported:
            top = name.split(".")[0]
            if top in FORBIDDEN_MODULES or (top == "time" and not stopwatch):
                found.append(f"line {node.lineno}: import {name}")  # type: ignore[attr-defined]
        if isinstance(node, ast.Call) and ast.unparse(node.func) in FORBIDDEN_CALLS:
            found.append(f"line {node.lineno}: {ast.unparse(node.func)}()")
        if isinstance(node, ast.Attribute) and ast.unparse(node) in FORBIDDEN_NAMES:
            found.append(f"line {node.lineno}: {ast.unparse(node)}")
    return found


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_engine_reaches_for_nothing_outside_its_arguments(path: Path) -> None:
    stopwatch = "solving" in path.relative_to(ROOT).parts
    assert impurities(path.read_text(encoding="utf-8"), stopwatch=stopwatch) == []


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
    assert impurities(source, stopwatch=False)


def test_solving_keeps_a_stopwatch_and_no_clock() -> None:
    assert not impurities("import time\ntime.perf_counter()", stopwatch=True)
    assert impurities("import time\ntime.time()", stopwatch=True)
