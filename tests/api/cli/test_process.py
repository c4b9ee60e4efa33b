"""The command as a process of its own: pipes, streams, signals, and the same bytes again."""

from __future__ import annotations

import csv
import json
import os
import pty
import random
import select
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from tests.api.cli.conftest import command, environment, run_apart

if TYPE_CHECKING:
    from pathlib import Path

REFERRAL = "R-0001"


def rank_arguments(folder: Path, *more: str) -> list[str]:
    return ["rank", "--world", str(folder), REFERRAL, *more]


def test_json_is_the_same_whatever_order_hashes_and_rows_come_in(
    folder: Path, tmp_path: Path
) -> None:
    shuffled = tmp_path / "shuffled"
    shutil.copytree(folder, shuffled)
    shuffle = random.Random(4)
    for file in shuffled.glob("*.csv"):
        with file.open(encoding="utf-8-sig", newline="") as opened:
            header, *rows = list(csv.reader(opened))
        shuffle.shuffle(rows)
        with file.open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened).writerows([header, *rows])
    found = [
        run_apart(*rank_arguments(where, "--json", "--excluded", "all"), PYTHONHASHSEED=seed)
        for where, seed in ((folder, "1"), (folder, "2"), (shuffled, "3"))
    ]
    assert [each.returncode for each in found] == [0, 0, 0]
    assert found[0].stdout == found[1].stdout
    assert found[0].stdout == found[2].stdout
    assert [each.stderr for each in found] == [b"", b"", b""]
    assert json.loads(found[0].stdout)["options"]


def test_a_pipe_gets_whole_lines_and_no_colour(folder: Path) -> None:
    found = run_apart(*rank_arguments(folder), TERM="xterm-256color")
    assert found.returncode == 0
    assert found.stderr == b""
    text = found.stdout.decode()
    assert "\x1b" not in text
    assert "…" not in text
    assert any(len(line) > 160 for line in text.splitlines()), "sentences are not wrapped"


def test_a_reader_that_leaves_early_is_no_error(folder: Path) -> None:
    for more in ([], ["--json", "--excluded", "all"]):
        with subprocess.Popen(
            command(*rank_arguments(folder, *more)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait() == 0


def _on_a_terminal(*arguments: object, interrupt_when: bytes | None = None) -> tuple[int, bytes]:
    """Run with a terminal at standard error, and return what it showed."""
    ours, theirs = pty.openpty()
    shown = b""
    with subprocess.Popen(
        command(*arguments),
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env=environment(TERM="xterm", COLUMNS="100"),
    ) as process:
        os.close(theirs)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if not select.select([ours], [], [], 0.1)[0]:
                continue
            try:
                data = os.read(ours, 4096)
            except OSError:
                break
            if not data:
                break
            shown += data
            if interrupt_when is not None and interrupt_when in shown:
                process.send_signal(signal.SIGINT)
                interrupt_when = None
        code = process.wait(timeout=60)
    os.close(ours)
    return code, shown


def test_a_terminal_sees_what_is_going_on(folder: Path) -> None:
    code, shown = _on_a_terminal(*rank_arguments(folder, "--json"))
    assert code == 0
    assert b"Reading the data" in shown


def test_an_interrupt_ends_in_a_sentence(tmp_path: Path) -> None:
    code, shown = _on_a_terminal(
        "county", "make", "--size", "2", "--out", tmp_path / "out", interrupt_when=b"Making"
    )
    assert code == 130, shown
    assert b"Interrupted." in shown
    assert b"Traceback" not in shown
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("columns", [100, 160])
def test_nothing_is_cut_in_a_hundred_columns(folder: Path, columns: int) -> None:
    found = run_apart(*rank_arguments(folder), COLUMNS=str(columns)).stdout.decode()
    assert "…" not in found
    heading = next(line for line in found.splitlines() if line.lstrip().startswith("#"))
    assert len(heading) <= columns
    assert ("for it" in heading) == (columns == 160)
