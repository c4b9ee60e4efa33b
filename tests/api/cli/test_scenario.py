"""``nearhome scenario``: new, levers, run, compare; interrupted, resumed, refused."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import time
import tomllib
from pathlib import Path
from unittest.mock import patch

import pytest

from api.cli.scenario import JSON_SCHEMA
from api.cli.whatif_demo import print_what_if
from benchmarks.known_truth import KnownTruth
from benchmarks.whatif import run_known_truth
from matcher.errors import UsageError
from scenarios.levers import LEVERS
from scenarios.measures import BY_NAME
from scenarios.results import Verdict
from tests.api.cli.conftest import Run, command, environment

pytestmark = pytest.mark.xdist_group("scenario command")  # one run serves most of these tests

SCENARIO = """\
name = "A small what-if"
authority = "E06000060"
size = 0.05
years = {years}
seed = {seed}

[[variant]]
name = "Dearer"

[[variant.lever]]
kind = "change_fees"
percent = {percent}
"""
BRIEF = ("--years", "1", "--replications", "2", "--processes", "1")


def written(folder: Path, name: str, *, percent: float = 10, seed: int = 3, years: int = 1) -> Path:
    file = folder / name
    file.write_text(SCENARIO.format(percent=percent, seed=seed, years=years), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    """A run, and what it printed as JSON."""
    folder = tmp_path_factory.mktemp("scenario")
    file, out = written(folder, "fees.toml"), folder / "run"
    done = subprocess.run(
        command("scenario", "run", file, *BRIEF, "--out", out, "--json"),
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return out, json.loads(done.stdout)


def test_a_run_gives_differences_by_measure_with_intervals_and_a_stamp(
    finished: tuple[Path, dict[str, object]],
) -> None:
    out, answer = finished
    assert answer["schema_version"] == JSON_SCHEMA
    assert (answer["replications"], answer["years"]) == (2, 1)
    (variant,) = answer["variants"]  # type: ignore[misc]
    assert variant["name"] == "Dearer"
    cost = variant["differences"]["yearly_cost"]
    assert {"mean", "p05", "p95", "base", "variant", "verdict"} <= set(cost)
    assert cost["p05"] <= cost["mean"] <= cost["p95"]
    assert cost["variant"] - cost["base"] == pytest.approx(cost["mean"])
    assert cost["mean"] > 0
    assert cost["better"] is False
    # Fees alone are different, so children live where they lived, to the last one.
    assert variant["differences"]["children"]["verdict"] == Verdict.NO_DIFFERENCE
    assert variant["differences"]["near_home_rate"]["verdict"] == Verdict.NO_DIFFERENCE
    assert set(variant["differences"]) <= set(BY_NAME)
    assert len(variant["differences"]) > 60
    stamp = answer["stamp"]
    assert {"version", "program", "data_hash", "policy", "seed"} <= set(stamp)  # type: ignore[arg-type]
    assert answer["checked"] > 0  # type: ignore[operator]
    assert {path.name for path in out.iterdir()} == {
        "replications",
        "report.html",
        "results.csv",
        "results.parquet",
        "run.json",
        "scenario.toml",
        "summary.json",
        "workbook.xlsx",
    }


def test_a_run_tells_people_what_differs_and_how_sure_it_is(
    run: Run, finished: tuple[Path, dict[str, object]]
) -> None:
    out, _ = finished
    began = time.monotonic()
    found = run("scenario", "run", out.parent / "fees.toml", *BRIEF, "--out", out)
    assert found.code == 0, found.err
    assert time.monotonic() - began < 20, "what was finished was simulated again"
    for part in ("2 paired futures of 1 year", "Cost a year", "loss", "report.html"):
        assert part in found.out


def test_without_the_charts_the_workbook_is_written_and_nothing_is_lost(
    run: Run, finished: tuple[Path, dict[str, object]], tmp_path: Path
) -> None:
    out, answer = finished
    file, copy = out.parent / "fees.toml", tmp_path / "run"
    shutil.copytree(out, copy)
    (copy / "workbook.xlsx").unlink()

    def no_charts(*_: object) -> None:
        raise UsageError("The charts need what is missing. Run `make assets`.")

    with patch("api.cli.documents.write_report", no_charts):
        found = run("scenario", "run", file, *BRIEF, "--out", copy, "--json")
    assert found.code == 2
    told = json.loads(found.out)
    assert told["report"] is None
    assert told["variants"] == answer["variants"]
    assert "report.html could not be written: The charts need what is missing." in found.err
    assert "Nothing that was simulated is lost" in found.err
    assert (copy / "workbook.xlsx").read_bytes() == (out / "workbook.xlsx").read_bytes()
    assert not (copy / "report.html").exists()
    assert run("scenario", "run", file, *BRIEF, "--out", copy).code == 0
    assert (copy / "report.html").read_bytes() == (out / "report.html").read_bytes()


@pytest.mark.parametrize(
    ("options", "half_width"),
    [((), 5.0), (("--until", "yearly_cost=7"), 7.0), (("--until", ""), None)],
)
def test_the_option_stands_above_what_the_file_says_of_stopping(
    run: Run,
    finished: tuple[Path, dict[str, object]],
    tmp_path: Path,
    options: tuple[str, ...],
    half_width: float | None,
) -> None:
    out, _ = finished
    copy, file = tmp_path / "run", written(tmp_path, "fees.toml")
    shutil.copytree(out, copy)
    text = file.read_text(encoding="utf-8") + "\n[until]\nyearly_cost = 5\n"
    file.write_text(text, encoding="utf-8")
    # Where to stop changes no future, so the finished run is gone on with.
    found = run("scenario", "run", file, *BRIEF, "--out", copy, *options)
    assert found.code == 0, found.err
    settings = json.loads((copy / "run.json").read_text(encoding="utf-8"))["settings"]
    assert settings["until"] == ({} if half_width is None else {"yearly_cost": half_width})


def test_another_scenario_does_not_go_into_the_same_folder(
    run: Run, finished: tuple[Path, dict[str, object]], tmp_path: Path
) -> None:
    out, _ = finished
    other = written(tmp_path, "other.toml", percent=20)
    found = run("scenario", "run", other, *BRIEF, "--out", out)
    assert found.code == 2
    assert "percent (10 there, 20 here)" in found.err.replace(".0", "")


def test_runs_stand_side_by_side_and_unpaired_ones_are_called_that(
    run: Run, finished: tuple[Path, dict[str, object]], tmp_path: Path
) -> None:
    out, answer = finished
    more, other = tmp_path / "more", tmp_path / "other"
    for name, folder, seed in (("more.toml", more, 3), ("other.toml", other, 4)):
        file = written(tmp_path, name, percent=30, seed=seed)
        assert run("scenario", "run", file, *BRIEF, "--out", folder).code == 0
    found = run("scenario", "compare", out, more, other, "--json")
    assert found.code == 0
    compared = json.loads(found.out)
    assert [each["paired"] for each in compared["columns"]] == [True, True, True, False, False]
    assert "different seeds" in compared["warnings"][0]
    first, second = (compared["columns"][i]["differences"]["yearly_cost"] for i in (1, 2))
    assert first == answer["variants"][0]["differences"]["yearly_cost"]  # type: ignore[index]
    assert second["mean"] > first["mean"]
    shown = run("scenario", "compare", out, more, other)
    assert "different seeds" in shown.err
    assert shown.out.count("unpaired") > 5


def test_a_run_that_is_interrupted_says_how_to_go_on(tmp_path: Path) -> None:
    file, out = written(tmp_path, "long.toml"), tmp_path / "run"
    asked = command(
        *("scenario", "run", file, "--years", "1", "--replications", "400"),
        *("--processes", "2", "--out", out, "--json"),
    )
    process = subprocess.Popen(
        asked, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        until = time.monotonic() + 60
        while not list(out.glob("replications/0*.json")):
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert time.monotonic() < until
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        shown, said = process.communicate(timeout=20)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 130
    assert shown == ""
    assert "of 400 futures are finished and kept" in said
    assert "Run the same command again to go on." in said
    assert "Traceback" not in said
    assert json.loads((out / "run.json").read_text())["state"] == "interrupted"


def test_a_new_scenario_can_be_read_and_nothing_is_overwritten(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    assert run("scenario", "new", file).code == 0
    text = file.read_text(encoding="utf-8")
    assert len(tomllib.loads(text)["variant"]) == 3
    again = run("scenario", "new", file)
    assert again.code == 2
    assert "is there already" in again.err
    assert file.read_text(encoding="utf-8") == text
    assert "There is no folder" in run("scenario", "new", tmp_path / "no" / "where.toml").err


def test_every_lever_is_listed(run: Run) -> None:
    shown = run("scenario", "levers").out
    told = {
        each["kind"]: each for each in json.loads(run("scenario", "levers", "--json").out)["levers"]
    }
    assert set(told) == set(LEVERS)
    for kind in LEVERS:
        assert f"  {kind}: " in shown
    assert "beds" in {fact["name"] for fact in told["open_childrens_home"]["fields"]}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--replications", "1"), "--replications is 1; it is at least 2"),
        (("--processes", "0"), "--processes is 0"),
        (("--years", "0"), "--years is 0; it is from 1 to 20"),
        (("--seed", "-1"), "--seed is -1"),
        (("--until", "near_home_rate"), "an equals sign and a number"),
        (("--until", "nearness=1"), "no measure 'nearness'"),
        (("--cluster", "tcp://127.0.0.1:1", "--processes", "2"), "Give one"),
        (("--cluster", "here"), "address of a Dask scheduler"),
    ],
)
def test_nonsense_is_refused(
    run: Run, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    file = written(tmp_path, "a.toml")
    found = run("scenario", "run", file, "--out", tmp_path / "run", *options)
    assert found.code == 2
    assert words in found.err
    assert not (tmp_path / "run").exists()


def test_a_fault_in_the_file_is_named_with_its_line(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path, "a.toml")
    file.write_text(file.read_text(encoding="utf-8").replace("percent =", "per_cent ="))
    found = run("scenario", "run", file, "--out", tmp_path / "run")
    assert found.code == 5
    assert "line 12" in found.err
    missing = run("scenario", "run", tmp_path / "none.toml")
    assert "nearhome scenario new" in missing.err


def test_the_demo_says_two_differences_with_their_intervals_and_where_the_rest_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    summary = run_known_truth(KnownTruth(), 20).summary
    print_what_if(summary, Path("out/what-if/report.html"))
    lines = capsys.readouterr().out.splitlines()
    assert "(20 paired runs of 2 years)" in lines[0]
    near, cost = lines[1:3]
    assert re.search(
        r"within 20 miles +\+\d\.\d points +\(90 % interval \+.* to \+.*; gain\)", near
    )
    assert re.search(r"yearly cost +−£\d+,000 +\(90 % interval −£.* to −£.*; gain\)", cost)
    assert lines[3] == "  report: out/what-if/report.html"


def test_what_is_no_run_is_not_compared(run: Run, tmp_path: Path) -> None:
    found = run("scenario", "compare", tmp_path)
    assert found.code == 2
    assert "holds no finished run" in found.err
