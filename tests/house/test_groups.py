"""Tests of one group run in one process: pytest 9.2 parted them, and nothing said so."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MEMBER = """
import os
import pathlib
import time

import pytest

@pytest.mark.xdist_group("one of ours")
@pytest.mark.parametrize("at", range(6))
def test_where(at):
    time.sleep(0.05)
    worker = os.environ["PYTEST_XDIST_WORKER"]
    (pathlib.Path(__file__).parent / f"{worker}-{at}").touch()
"""


def test_a_group_is_not_parted(tmp_path: Path) -> None:
    (tmp_path / "test_members.py").write_text(MEMBER, encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "xdist.plugin", "-p", "no:cacheprovider"),
            *("--rootdir", tmp_path, "--numprocesses=2", "--dist=loadgroup", tmp_path),
        ],
        cwd=tmp_path,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    ran = [file.name.split("-")[0] for file in tmp_path.glob("gw*")]
    assert len(ran) == 6
    assert len(set(ran)) == 1
