"""A council's own postcode directory: ONSPD, NSPL or Code-Point Open.

Columns are found by name, because the Office for National Statistics renames and
reorders them between editions. Ended postcodes stay in: children lived there. Files
are streamed, 17 bytes being kept of each row.

References
----------
.. [1] Office for National Statistics, ONS Postcode Directory and National Statistics
   Postcode Lookup, user guides.
.. [2] Ordnance Survey, Code-Point Open technical specification.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
import zlib
from array import array
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from matcher.errors import DataError
from matcher.geography.letters import (
    KEY_LENGTH,
    LAYOUT,
    NO_AUTHORITY,
    NO_REFERENCE,
    load_letter,
    sorted_letter,
    store_letter,
)
from matcher.geography.spelling import normalise_postcode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import IO

    from matcher.geography.letters import Letter

MOST_BYTES = 6_000_000_000
"""Unpacked size beyond which a zip is refused; the ONSPD unpacks to about 1.5 GB."""

_ALIASES: Mapping[str, tuple[str, ...]] = {
    "postcode": ("pcds", "pcd8", "pcd7", "pcd2", "pcd", "postcode"),
    "easting": (r"(os)?east1m", "eastings?"),
    "northing": (r"(os)?(nrth|north)1m", "northings?"),
    "district": (r"lad\d\dcd", "laua", "oslaua", "admin_district_code"),
    "grid": ("osgrdind", "gridind", "positional_quality_indicator"),
    "latitude": ("lat", "latitude"),
}
_NEEDED = ("postcode", "easting", "northing")
_CODE_POINT = {"postcode": 0, "grid": 1, "easting": 2, "northing": 3, "district": 8}

# Grid indicators: ONS 8 is the Irish Grid and 9 none; Code-Point Open 90 is none.
_NO_GRID = frozenset({"8", "9", "90"})
_NO_LATITUDE = "99.999999"
_DISTRICT = re.compile(r"[A-Z]\d{8}")
_FARTHEST_METRES = 1_300_000
_NO_CODE = frozenset({"E99999999", "W99999999", "S99999999", "N99999999"})  # "no information"


@dataclass(slots=True)
class _Gathering:
    """Rows of one letter while a file is read."""

    keys: bytearray = field(default_factory=bytearray)
    eastings: array[int] = field(default_factory=lambda: array("i"))
    northings: array[int] = field(default_factory=lambda: array("i"))
    districts: array[int] = field(default_factory=lambda: array("h"))
    codes: dict[str, int] = field(default_factory=dict)

    def letter(self) -> Letter:
        return sorted_letter(
            keys=np.frombuffer(bytes(self.keys), dtype=f"S{KEY_LENGTH}"),
            eastings=np.array(self.eastings, dtype=np.int32),
            northings=np.array(self.northings, dtype=np.int32),
            districts=np.array(self.districts, dtype=np.int16),
            codes=tuple(self.codes),
        )


def read_directory_file(path: Path) -> dict[str, Letter]:
    """Return the postcodes of a directory file by first letter.

    Parameters
    ----------
    path
        A CSV file, a zip of CSV files, or a folder of CSV files.

    Returns
    -------
    dict of str to Letter
        Sorted columns by capital letter.

    Raises
    ------
    DataError
        If there is no such file, it cannot be read, no table in it has columns for a
        postcode, an easting and a northing, or a row does not hold what its column says.
    """
    gathered: dict[str, _Gathering] = {}
    recognised = False
    seen: list[str] = []
    try:
        for name in _tables(path):
            with _opened(path, name) as handle:
                reader = csv.reader(handle)
                first = next(reader, [])
                columns = _columns_of(first)
                headed = columns is not None
                if columns is None and _is_code_point(first):
                    columns = _CODE_POINT
                if columns is None:
                    seen = seen or first
                    continue
                recognised = True
                rows = reader if headed else _chain(first, reader)
                _gather(rows, name or path.name, columns, first if headed else None, gathered)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as fault:
        raise DataError(
            f"{path.name} cannot be unpacked. Download it again, or give the CSV file in it."
        ) from fault
    except (OSError, csv.Error) as fault:
        raise DataError(f"{path.name} cannot be read: {fault}.") from fault
    if not recognised:
        shown = ", ".join(cell.strip()[:30] for cell in seen[:12]) or "nothing"
        raise DataError(
            f"{path.name} is not a postcode directory: it needs columns for the postcode (pcds), "
            "the easting (east1m or oseast1m) and the northing (north1m or osnrth1m). "
            f"Found: {shown}. "
            "Give the ONSPD, NSPL or Code-Point Open file as it was downloaded."
        )
    if not gathered:
        raise DataError(f"{path.name} holds no postcodes. Download it again.")
    return {letter: gathered[letter].letter() for letter in sorted(gathered)}


def stored_directory_file(path: Path, cache_dir: Path) -> dict[str, Letter]:
    """Return the postcodes of a directory file, from the cache when it has not changed.

    Parameters
    ----------
    path
        As for :func:`read_directory_file`.
    cache_dir
        Where what was read is kept; a folder that cannot be written is not an error.

    Returns
    -------
    dict of str to Letter
        Sorted columns by capital letter.

    Raises
    ------
    DataError
        As :func:`read_directory_file`.
    """
    folder = cache_dir / f"own-{_fingerprint(path)}-{LAYOUT}"
    contents = folder / "letters"  # written last: without it the folder is not complete
    try:
        names = contents.read_text(encoding="ascii", errors="replace")
    except OSError:
        names = ""
    stored = {name: load_letter(folder / f"{name}.npy") for name in names}
    whole = {name: letter for name, letter in stored.items() if letter is not None}
    if names and len(whole) == len(names):
        return whole
    letters = read_directory_file(path)
    if all(store_letter(folder / f"{name}.npy", letter) for name, letter in letters.items()):
        with suppress(OSError):
            contents.write_text("".join(letters), encoding="ascii")
    return letters


def _fingerprint(path: Path) -> str:
    """Return what tells one state of a file or folder from another, without reading it."""
    files = sorted(path.rglob("*.[cC][sS][vV]")) if path.is_dir() else [path]
    state = hashlib.sha256()
    for file in files:
        if file.exists():
            stat = file.stat()
            state.update(f"{file.resolve()}|{stat.st_size}|{stat.st_mtime_ns}\n".encode())
    return state.hexdigest()[:16]


def _chain(first: list[str], rows: Iterator[list[str]]) -> Iterator[list[str]]:
    yield first
    yield from rows


def _tables(path: Path) -> list[str]:
    """Return the names of the CSV files in a path, without those that repeat the whole."""
    if path.is_dir():
        names = sorted(str(file.relative_to(path)) for file in path.rglob("*.[cC][sS][vV]"))
    elif not path.exists():
        raise DataError(f"There is no file {path}. Check where the postcode directory was saved.")
    elif path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as packed:
            members = [m for m in packed.infolist() if m.filename.lower().endswith(".csv")]
        if sum(member.file_size for member in members) > MOST_BYTES:
            raise DataError(
                f"{path.name} unpacks to more than {MOST_BYTES:,} bytes, which no postcode "
                "directory does. Download it again from its publisher."
            )
        names = sorted(member.filename for member in members)
    else:
        return [""]
    # The ONSPD zip holds one file for the country, and the same again cut by area.
    whole = [name for name in names if "multi_csv" not in name.lower()]
    data = [name for name in whole if re.search(r"(onspd|nspl)_[^/]*\.csv$", name.lower())]
    return whole if data or len(whole) == len(names) else names


@contextmanager
def _opened(path: Path, name: str) -> Iterator[IO[str]]:
    # What matters is ASCII; an odd byte in the name of a ward must not stop the file.
    if path.suffix.lower() == ".zip" and path.is_file():
        with zipfile.ZipFile(path) as packed, packed.open(name) as raw:
            yield io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline="")
    else:
        file = path / name if name else path
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as handle:
            yield handle


def _columns_of(header: list[str]) -> Mapping[str, int] | None:
    names = [re.sub(r"\W+", "_", cell.strip().lower()) for cell in header]
    places: dict[str, int] = {}
    for meaning, aliases in _ALIASES.items():
        for alias in aliases:
            found = [place for place, name in enumerate(names) if re.fullmatch(alias, name)]
            if found:
                places[meaning] = found[0]
                break
    return places if all(meaning in places for meaning in _NEEDED) else None


def _is_code_point(row: list[str]) -> bool:
    return (
        len(row) >= 9
        and " " in (normalise_postcode(row[0]) or "")
        and all(cell.strip().isdigit() for cell in row[1:4])
    )


def _gather(
    rows: Iterator[list[str]],
    name: str,
    columns: Mapping[str, int],
    header: list[str] | None,
    gathered: dict[str, _Gathering],
) -> None:
    """Add the rows of one table to what has been gathered by letter."""
    at_postcode, at_easting, at_northing = (columns[meaning] for meaning in _NEEDED)
    at_district, at_grid = columns.get("district"), columns.get("grid")
    at_latitude = columns.get("latitude")
    longest = max(columns.values())

    def fault(row: int, place: int, cell: str, wrong: str) -> DataError:
        title = header[place] if header else f"number {place + 1}"
        return DataError(
            f'{Path(name).name}, row {row}, column {title}: "{cell[:20]}" is not {wrong}. '
            "Download the postcode directory again, or correct the row."
        )

    for number, row in enumerate(rows, start=2 if header else 1):
        if not any(row):
            continue
        if len(row) <= longest:
            raise fault(number, at_postcode, ",".join(row), "a whole row")
        spelling = normalise_postcode(row[at_postcode])
        if spelling is None or " " not in spelling:
            raise fault(number, at_postcode, row[at_postcode], "a full postcode")
        easting, northing = row[at_easting].strip(), row[at_northing].strip()
        if (
            not easting
            or not northing
            or (at_grid is not None and row[at_grid].strip() in _NO_GRID)
            or (at_latitude is not None and row[at_latitude].strip() == _NO_LATITUDE)
        ):
            metres_east = metres_north = NO_REFERENCE
        else:
            try:
                metres_east = round(float(easting))
                metres_north = round(float(northing))
            except (ValueError, OverflowError):
                raise fault(
                    number, at_easting, f"{easting} {northing}", "a number of metres"
                ) from None
            if not (0 <= metres_east < _FARTHEST_METRES and 0 <= metres_north < _FARTHEST_METRES):
                raise fault(
                    number, at_easting, f"{easting} {northing}", "a place on the National Grid"
                )
            if metres_east == metres_north == 0:
                metres_east = metres_north = NO_REFERENCE
        into = gathered.setdefault(spelling[0], _Gathering())
        code = row[at_district].strip().upper() if at_district is not None else ""
        known = _DISTRICT.fullmatch(code) is not None and code not in _NO_CODE
        outcode, _, incode = spelling.partition(" ")
        into.keys += f"{outcode:<4}{incode}".encode("ascii")
        into.eastings.append(metres_east)
        into.northings.append(metres_north)
        into.districts.append(
            into.codes.setdefault(code, len(into.codes)) if known else NO_AUTHORITY
        )
