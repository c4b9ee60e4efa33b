from __future__ import annotations

import csv
import json
import re
import shlex
import subprocess
from functools import partial
from typing import TYPE_CHECKING

import pytest

from api.cli.reference import SMALL_ANSWERS
from scenarios.online import judging
from tests.api.cli.conftest import ROOT, command, environment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.cli.conftest import Run


def written(folder: Path) -> Path:
    tables = {
        "weights": [["unit", "X", "Y"], ["u1", 2, 1.5], ["u2", 5, 1]],
        "sizes": [["unit", "size"], ["u1", 1], ["u2", 1]],
        "capacities": [["place", "capacity"], ["X", 1], ["Y", 1]],
    }
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", newline="") as file:
            csv.writer(file).writerows(rows)
    return folder


def test_the_examples_for_referees_do_what_the_page_says(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "how-to" / "hold-it-to-files-of-your-own.md").read_text()
    examples = [each for each in re.findall(r"```sh\n(.+?)```", page, re.S) if "<<END" in each]
    examples += [each for each in re.findall(r"```sh\n(.+?)```", page, re.S) if "printf" in each]
    call = " ".join(map(shlex.quote, command()))
    ran = subprocess.run(
        ["bash", "-euc", f'nearhome() {{ {call} "$@"; }}\n' + "\n".join(examples)],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        check=True,
    )
    assigned, arrived = (
        json.loads(f"{{{each}") for each in f"\n{ran.stdout.decode()}".split("\n{")[1:]
    )

    assert set(assigned) == {"schema_version", *SMALL_ANSWERS["nearhome bench instance"]}
    assert (assigned["objective"], assigned["status"]) == (10, "optimal")
    assert set(arrived) == {"schema_version", *SMALL_ANSWERS["nearhome bench online-instance"]}
    assert (arrived["hindsight_optimum"], arrived["greedy_total"]) == (19, 16)


def test_an_online_instance_is_answered(run: Run, tmp_path: Path) -> None:
    ran = run("bench", "online-instance", written(tmp_path), "--batch", 2, "--json")
    answer = json.loads(ran.out)
    assert ran.code == 0
    assert answer["assignment"] == {"u1": "Y", "u2": "X"}
    assert answer["total"] == answer["greedy_total"] == answer["hindsight_optimum"] == 6.5
    assert answer["ratio"] == 1
    assert answer["seconds"] >= 0


def test_an_online_instance_is_told_in_words(run: Run, tmp_path: Path) -> None:
    ran = run("bench", "online-instance", written(tmp_path), "--batch", 2)
    assert "100.00% of the optimum" in ran.out
    assert "no earlier period" in ran.out


def test_an_online_instance_that_is_not_there(run: Run, tmp_path: Path) -> None:
    ran = run("bench", "online-instance", tmp_path / "none")
    assert ran.code == 3
    assert "There is no folder" in ran.err


@pytest.mark.usefixtures("hasty_learning")
def test_the_judge_prints_a_table_for_each_level(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = partial(judging.Asked, weeks=30, counted_from=8)
    monkeypatch.setattr("scenarios.online.judging.Asked", short)
    out = tmp_path / "rows.json"
    ran = run(
        *("bench", "online", "--size", 0.06, "--seeds", 2, "--levels", "1.2"),
        *("--no-conditions", "--out", out),
    )
    assert ran.code == 0
    assert "1.2 beds for each child; as learnt; 2 futures:" in ran.out
    assert "look ahead.1" in ran.out
    ways = [row["way"] for row in json.loads(out.read_text())["rows"]]
    assert ways[:3] == ["practice", "weekly_batch", "first_come"]


def test_the_judge_refuses_levels_that_are_no_numbers(run: Run) -> None:
    ran = run("bench", "online", "--levels", "many")
    assert ran.code == 2
    assert "--levels is 'many'" in ran.err
