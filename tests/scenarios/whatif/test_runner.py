"""Runs: the same whoever does the work, resumed, stopped early, refused, interrupted."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.known_truth import KnownTruth
from matcher.errors import CheckFailedError, DataError, UsageError
from scenarios import run_folder
from scenarios.processes import Processes, ThisProcess
from scenarios.result_files import read_run
from scenarios.results import RunResult, Verdict
from scenarios.runner import Progress, crew_of, run_scenario

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scenarios.replication import Replication, Work

ROOT = Path(__file__).parents[3]
WORK = KnownTruth()


class Counting(ThisProcess):
    """Keeps which replications it was asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def results(
        self, work: Work, *, identity: str, numbers: Iterable[int]
    ) -> Iterator[tuple[int, bytes]]:
        for number, content in super().results(work, identity=identity, numbers=numbers):
            self.asked.append(number)
            yield number, content


class Backwards(ThisProcess):
    """Ends replications in the opposite order."""

    def results(
        self, work: Work, *, identity: str, numbers: Iterable[int]
    ) -> Iterator[tuple[int, bytes]]:
        yield from reversed(list(super().results(work, identity=identity, numbers=numbers)))


@dataclass(frozen=True)
class Failing(KnownTruth):
    """Fails in its third future, each time in another way."""

    how: str = "check"

    def ready(self) -> Failing:
        return self

    def __call__(self, replication: int) -> Replication:
        if replication == 3:
            if self.how == "check":
                raise CheckFailedError(["H-1 has three residents and two beds."])
            if self.how == "data":
                raise DataError("Row 3 is wrong.")
            if self.how == "death":
                os.kill(os.getpid(), signal.SIGKILL)
            raise ZeroDivisionError("a fault of ours")
        return super().__call__(replication)


def run(out: Path, replications: int = 6, work: KnownTruth = WORK, **more: object) -> RunResult:
    options = {"crew": ThisProcess(), **more}
    return run_scenario(
        work,
        work.description(),
        out=out,
        replications=replications,
        **options,  # type: ignore[arg-type]
    )


def files(out: Path) -> dict[str, bytes]:
    """Return every file that must not depend on who did the work."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != "run.json"
    }


def state(out: Path) -> str:
    return str(json.loads((out / "run.json").read_text())["state"])


def test_a_run_leaves_every_file_and_reads_back_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "run"
    result = run(out)
    assert sorted(path.name for path in out.iterdir()) == [
        "replications",
        "results.csv",
        "results.parquet",
        "run.json",
        "scenario.toml",
        "summary.json",
    ]
    assert state(out) == "complete"
    again = read_run(out)
    assert again.summary == result.summary
    assert (again.values.array == result.values.array).all()
    assert again.values.of("better", "near_home_rate").shape == (6,)
    lines = (out / "results.csv").read_text().splitlines()
    assert lines[0] == '"variant","replication","year","measure","value"'
    assert len(lines) == 1 + result.values.array.size
    assert result.summary.checked == 6 * 2 * WORK.children
    assert result.summary.variant("better").areas["children_in"] == {
        "HP13": WORK.children * 52.0 * WORK.years
    }


def test_results_are_the_same_in_processes_and_in_any_order(tmp_path: Path) -> None:
    alone, several, backwards = (tmp_path / name for name in ("alone", "several", "backwards"))
    run(alone)
    run(several, crew=Processes(2))
    run(backwards, crew=Backwards())
    assert files(alone) == files(several) == files(backwards)


def test_a_run_goes_on_where_it_was_left_and_repeats_nothing(tmp_path: Path) -> None:
    whole, out = tmp_path / "whole", tmp_path / "out"
    run(whole)
    heard: list[Progress] = []

    def interrupted(progress: Progress) -> None:
        heard.append(progress)
        if progress.done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(out, on_progress=interrupted)
    assert state(out) == "interrupted"
    assert [each.done for each in heard] == [0, 1, 2, 3, 4]
    assert not (out / "summary.json").exists()
    (out / "replications" / ".00005.json.12ab.new").write_text('{"half')
    crew = Counting()
    run(out, crew=crew)
    assert crew.asked == [5, 6]
    assert files(out) == files(whole)


def test_a_finished_run_is_extended_and_not_simulated_anew(tmp_path: Path) -> None:
    run(tmp_path, 4)
    crew = Counting()
    longer = run(tmp_path, 6, crew=crew)
    assert crew.asked == [5, 6]
    assert longer.summary.replications == 6
    shorter = run(tmp_path, 4, crew=crew)
    assert crew.asked == [5, 6]
    assert shorter.summary.replications == 4


def test_a_replication_that_cannot_be_read_is_simulated_anew(tmp_path: Path) -> None:
    run(tmp_path)
    before = files(tmp_path)
    (tmp_path / "replications" / "00002.json").write_text('{"run": "another"}')
    (tmp_path / "replications" / "00003.json").write_text("half")
    crew = Counting()
    run(tmp_path, crew=crew)
    assert crew.asked == [2, 3]
    assert files(tmp_path) == before


def test_another_scenario_is_refused_with_what_differs(tmp_path: Path) -> None:
    run(tmp_path)
    before = files(tmp_path)
    with pytest.raises(
        UsageError, match=r"cheaper \(0.01 there, 0.05 here\).*the seed \(1 there, 2"
    ):
        run(tmp_path, work=KnownTruth(cheaper=0.05, seed=2))
    assert files(tmp_path) == before


def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(UsageError, match="holds other files and no run"):
        run(tmp_path)
    with pytest.raises(UsageError, match="is a file"):
        run(tmp_path / "thesis.docx")
    with pytest.raises(UsageError, match="could not be written or read"):
        run(tmp_path / "thesis.docx" / "below")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_two_runs_do_not_write_to_one_folder_at_once(tmp_path: Path) -> None:
    run(tmp_path)
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with pytest.raises(UsageError, match="Another process is running"):
            run(tmp_path)
    finally:
        os.close(handle)
    assert run(tmp_path).summary.replications == 6


def test_a_full_disk_is_said_and_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = os.fsync
    left = iter(range(10))  # two a file: scenario.toml, run.json and three replications

    def full(handle: int) -> None:
        if next(left, None) is None:
            raise OSError(errno.ENOSPC, "No space left on device")
        synced(handle)

    monkeypatch.setattr(run_folder.os, "fsync", full)
    with pytest.raises(UsageError, match="the disk is full"):
        run(tmp_path)
    monkeypatch.undo()
    kept = sorted(path.name for path in (tmp_path / "replications").iterdir())
    assert kept == ["00001.json", "00002.json", "00003.json"]
    assert not [path for path in tmp_path.rglob("*") if path.name.startswith(".")]
    crew = Counting()
    run(tmp_path, crew=crew)
    assert crew.asked == [4, 5, 6]


@pytest.mark.parametrize("crew", [ThisProcess(), Processes(2)])
def test_a_run_stops_when_intervals_are_as_narrow_as_asked(
    tmp_path: Path, crew: ThisProcess | Processes
) -> None:
    result = run(tmp_path, 60, crew=crew, until={"near_home_rate": 0.2})
    assert result.summary.replications == 30
    assert result.summary.asked == 60
    assert result.summary.stopped_early is not None
    assert "near_home_rate to ±0.1" in result.summary.stopped_early
    found = result.summary.variant("better").differences["near_home_rate"]
    assert (found.mean_high - found.mean_low) / 2 <= 0.002
    # What is there already stops a second run at the same place.
    again = Counting()
    assert run(tmp_path, 60, crew=again, until={"near_home_rate": 0.2}).summary == result.summary
    assert again.asked == []


def test_a_run_with_wide_intervals_goes_to_its_end(tmp_path: Path) -> None:
    result = run(tmp_path, 30, until={"near_home_rate": 0.01})
    assert result.summary.replications == 30
    assert result.summary.stopped_early is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"replications": 1}, "at least 2"),
        ({"until": {"nearness": 1.0}}, "no measure 'nearness'"),
        ({"until": {"near_home_rate": 0.0}}, "above 0"),
        ({"until": {"near_home_rate": float("nan")}}, "above 0"),
    ],
)
def test_nonsense_is_refused(tmp_path: Path, options: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        run(tmp_path / "new", **options)  # type: ignore[arg-type]
    assert not (tmp_path / "new").exists()


def test_the_number_of_processes_makes_sense() -> None:
    assert isinstance(crew_of(1), ThisProcess)
    several = crew_of(3)
    assert isinstance(several, Processes)
    assert several.count == 3
    with pytest.raises(UsageError, match="at least 1"):
        crew_of(0)


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ("check", CheckFailedError, "three residents and two beds"),
        ("data", Exception, "Row 3 is wrong"),
        ("fault", RuntimeError, "a fault of ours"),
        ("death", UsageError, "replication 3 was ended 3 times"),
    ],
)
def test_what_goes_wrong_in_a_worker_is_told_here(
    tmp_path: Path, how: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        run(tmp_path / "out", work=Failing(how=how), crew=Processes(2))
    assert state(tmp_path / "out") == "interrupted"
    assert run(tmp_path / "out").summary.replications == 6


PROGRAM = """
import sys
from pathlib import Path
from benchmarks.known_truth import KnownTruth
from scenarios.processes import Processes
from scenarios.runner import run_scenario

if __name__ == "__main__":
    work = KnownTruth(slow_seconds=float(sys.argv[2]))
    run_scenario(
        work, KnownTruth().description(), out=Path(sys.argv[1]), replications=8,
        crew=Processes(2),
    )
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_is_ended_from_outside_loses_nothing(tmp_path: Path, number: int) -> None:
    program, out, whole = tmp_path / "program.py", tmp_path / "out", tmp_path / "whole"
    program.write_text(PROGRAM)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, program, out, "0.3"],
        env=environment,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + 30
        while len(list(out.glob("replications/0*.json"))) < 2:
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.02)
        process.send_signal(number)
        assert process.wait(timeout=10) != 0
    finally:
        process.kill()
        process.wait()
    _wait_for_the_end_of_the_group(process.pid)
    kept = {path.name for path in out.glob("replications/0*.json")}
    assert 2 <= len(kept) < 8
    crew = Counting()
    run(out, 8, crew=crew)
    assert {f"{number:05d}.json" for number in crew.asked}.isdisjoint(kept)
    run(whole, 8)
    assert files(out) == files(whole)


def _wait_for_the_end_of_the_group(leader: int) -> None:
    """Wait until the workers, too, have noticed."""
    until = time.monotonic() + 15
    while time.monotonic() < until:
        try:
            os.killpg(leader, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    pytest.fail("workers outlived the process that started them")


def test_unpaired_futures_of_the_same_truth_are_far_noisier(tmp_path: Path) -> None:
    paired = run(tmp_path / "paired", 20).summary.variant("better")
    apart = run(tmp_path / "apart", 20, work=replace(WORK, paired=False)).summary.variant("better")
    name = "yearly_cost"
    widths = [each.differences[name].p95 - each.differences[name].p05 for each in (paired, apart)]
    assert widths[0] < widths[1] / 3
    assert paired.differences[name].verdict is Verdict.CLEAR
