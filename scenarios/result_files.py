"""The results of a run as files: one value a row for tools, a summary for people's tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from pydantic import ValidationError

from matcher.errors import DataError, UsageError
from scenarios.results import RunResult, RunSummary, Values
from scenarios.whole_files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def write_results(run: RunResult, folder: Path) -> None:
    """Write ``results.csv``, ``results.parquet`` and ``summary.json``.

    Parameters
    ----------
    run
        What was found.
    folder
        Of the run.
    """
    table = _long(run.values)
    write_whole(
        folder / "results.csv",
        lambda file: pyarrow.csv.write_csv(
            table, file, pyarrow.csv.WriteOptions(quoting_style="needed")
        ),
    )
    write_whole(
        folder / "results.parquet",
        lambda file: pyarrow.parquet.write_table(table, file, compression="zstd"),
    )
    content = run.summary.model_dump_json(indent=2).encode() + b"\n"
    write_whole(folder / "summary.json", lambda file: file.write(content))


def read_run(folder: Path) -> RunResult:
    """Read a finished run.

    Parameters
    ----------
    folder
        Of the run.

    Raises
    ------
    UsageError
        If there is no finished run.
    DataError
        If it cannot be read.
    """
    file = folder / "summary.json"
    if not file.is_file():
        raise UsageError(
            f"{folder} holds no finished run. 'nearhome scenario run FILE --out {folder}' makes "
            "one, or ends one that was interrupted."
        )
    try:
        summary = RunSummary.model_validate_json(file.read_bytes())
        values = _wide(pyarrow.parquet.read_table(folder / "results.parquet"), summary)
    except (ValidationError, pa.ArrowException, OSError, KeyError, ValueError) as fault:
        raise DataError(
            f"{folder} is not as this version of Near Home writes a run. Run the scenario again, "
            "into another folder."
        ) from fault
    return RunResult(summary=summary, values=values)


def _long(values: Values) -> pa.Table:
    shape = values.array.shape
    variant, replication, year, measure = (axis.ravel() for axis in np.indices(shape))
    flat = values.array.ravel()
    numbers = np.array(values.replications, dtype=np.int32)
    return pa.table(
        {
            "variant": _words(variant, values.variants),
            "replication": pa.array(numbers[replication]),
            "year": pa.array(year.astype(np.int16)),
            "measure": _words(measure, values.measures),
            "value": pa.array(flat, mask=np.isnan(flat)),
        }
    )


def _words(index: NDArray[np.int64], words: tuple[str, ...]) -> pa.Array:
    coded = pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32)), pa.array(words))
    return coded.cast(pa.string())


def _wide(table: pa.Table, summary: RunSummary) -> Values:
    variants = tuple(each.name for each in summary.variants)
    measures = tuple(dict.fromkeys(table["measure"].to_pylist()))
    replications = tuple(dict.fromkeys(table["replication"].to_pylist()))
    array = (
        table["value"]
        .to_numpy()
        .reshape(len(variants), len(replications), summary.years + 1, len(measures))
    )
    return Values(variants=variants, replications=replications, measures=measures, array=array)
