"""The folder of a run: every file whole or not there, so that any interruption loses nothing.

::

    OUT/scenario.toml             the scenario file
        run.json                  what the run is of and how far it is
        replications/00001.json   what was counted, one small file for each future
        results.csv, .parquet     every measure of every replication and year
        summary.json              levels, differences, fans, assumptions, stamp
"""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import orjson
from pydantic import ValidationError

from matcher.errors import DataError, UsageError
from scenarios.replication import from_bytes
from scenarios.run_description import RunDescription
from scenarios.whole_files import UNFINISHED, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from scenarios.replication import Replication


class RunFolder:
    """Reads and writes the files of one run.

    Parameters
    ----------
    path
        The folder.
    description
        What the run is of.
    """

    def __init__(self, path: Path, description: RunDescription) -> None:
        self.path = path
        self.description = description

    @classmethod
    def existing(cls, path: Path) -> RunFolder:
        """Return the folder of a run that is there.

        Parameters
        ----------
        path
            Where.

        Raises
        ------
        UsageError
            If there is no run.
        DataError
            If it cannot be read.
        """
        file = path / "run.json"
        if not file.is_file():
            raise UsageError(
                f"{path} holds no run. 'nearhome scenario run FILE --out {path}' makes one."
            )
        try:
            read = orjson.loads(file.read_bytes())
            return cls(path, RunDescription.model_validate(read["description"]))
        except (orjson.JSONDecodeError, KeyError, TypeError, ValidationError) as fault:
            raise DataError(
                f"{file} is not as this version of Near Home writes it. Run the scenario again, "
                "into another folder."
            ) from fault

    def _file_of(self, replication: int) -> Path:
        return self.path / "replications" / f"{replication:05d}.json"

    def finished(self, replications: int) -> list[int]:
        """List which of the first so many replications are there and can be read.

        Parameters
        ----------
        replications
            How many are wanted.
        """
        found = []
        for number in range(1, replications + 1):
            if self._file_of(number).is_file():
                try:
                    self.read(number)
                except DataError:
                    continue  # it is simulated anew, and replaced
                found.append(number)
        return found

    def read(self, replication: int) -> Replication:
        """Return what a replication counted.

        Parameters
        ----------
        replication
            Its number.

        Raises
        ------
        DataError
            If the file is not what it should be.
        """
        return from_bytes(
            self._file_of(replication).read_bytes(),
            replication=replication,
            identity=self.description.identity,
        )

    def keep(self, replication: int, content: bytes) -> None:
        """Store a finished replication; once this returns, it survives a loss of power.

        Parameters
        ----------
        replication
            Its number.
        content
            As :func:`scenarios.replication.to_bytes` makes it.
        """
        write_whole(self._file_of(replication), lambda file: file.write(content))

    def say_state(self, state: str, settings: dict[str, Any], machine: dict[str, Any]) -> None:
        """Write ``run.json``.

        Parameters
        ----------
        state
            ``running``, ``interrupted`` or ``complete``.
        settings
            How many replications were asked for, and how many there are.
        machine
            What it runs on.
        """
        content = orjson.dumps(
            {
                "schema_version": self.description.stamp.schema_version,
                "state": state,
                "settings": settings,
                "stamp": self.description.stamp.model_dump(mode="json"),
                "machine": machine,
                "description": self.description.model_dump(mode="json"),
            },
            option=orjson.OPT_INDENT_2,
        )
        write_whole(self.path / "run.json", lambda file: file.write(content + b"\n"))


@contextmanager
def opened(path: Path, description: RunDescription) -> Iterator[RunFolder]:
    """Make the folder of a run ready, or find it as an interrupted run has left it.

    Nobody else can write to it meanwhile.

    Parameters
    ----------
    path
        The folder; made when it is not there.
    description
        What is to be run.

    Yields
    ------
    RunFolder
        The folder.

    Raises
    ------
    UsageError
        If something else is there, or it cannot be written to, or the disk is full.
    """
    folder = RunFolder(path, description)
    with _complaints(path):
        _refuse_other(path, description)
        (path / "replications").mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(
                f"Another process is running a scenario into {path}. Wait for it, or name "
                "another folder."
            ) from None
        with _complaints(path):
            for stray in [*path.glob(f".*{UNFINISHED}"), *path.glob(f"*/.*{UNFINISHED}")]:
                stray.unlink()
            text = description.scenario_text.encode()
            write_whole(path / "scenario.toml", lambda file: file.write(text))
            yield folder
    finally:
        os.close(handle)


def _refuse_other(path: Path, description: RunDescription) -> None:
    if path.exists() and not path.is_dir():
        raise UsageError(f"{path} is a file. Name a folder to write to.")
    if not (path / "run.json").exists():
        ours = {"scenario.toml", "replications"}  # of a run that ended before it could say so
        if path.exists() and any(
            each.name not in ours and not each.name.endswith(UNFINISHED) for each in path.iterdir()
        ):
            raise UsageError(f"{path} holds other files and no run. Name a new or an empty folder.")
        return
    there = RunFolder.existing(path).description
    if there.identity != description.identity:
        unequal = "; ".join(there.differs_from(description))
        raise UsageError(
            f"{path} holds another run, which differs in: {unequal}. Name another folder, or "
            "remove that one to start again."
        )


@contextmanager
def _complaints(path: Path) -> Iterator[None]:
    """Say in a sentence what is wrong with the disk."""
    try:
        yield
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            raise UsageError(
                f"{path}: the disk is full. Every finished replication is kept: make room, and "
                "run the same command again to go on."
            ) from problem
        if not str(problem.filename or "").startswith(str(path)):
            raise  # not about this folder
        raise UsageError(
            f"{problem.filename} could not be written or read: {problem.strerror}. Every finished "
            "replication is kept. Choose another folder, or have its permissions changed."
        ) from problem
