"""The tables of an instance: weights, sizes, who may go where, and capacities.

Labels decide, never positions: columns are found by their headings and rows by the unit or
place they name. Only the order of rows in ``weights.csv`` means something: it is the order in
which units arrive.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matcher.errors import DataError
from matcher.solving.written_numbers import number_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

WEIGHTS, SIZES, COMPATIBLE, CAPACITIES = (
    "weights.csv",
    "sizes.csv",
    "compatible.csv",
    "capacities.csv",
)
TRAINING = "train"
UNIT, PLACE, SIZE, CAPACITY = "unit", "place", "size", "capacity"
LARGEST_COUNT = 1_000_000_000
LARGEST_WEIGHT = 1e12
"""Beyond, the solver's arithmetic could not tell ordinary weights apart."""


@dataclass(frozen=True, eq=False)
class Units:
    """Units, and what they are worth in each place.

    Parameters
    ----------
    labels
        In the order in which they arrive.
    weights
        Shape (units, places).
    sizes
        How much capacity each takes, from 1, shape (units,).
    compatible
        Where each may go at all, shape (units, places).
    """

    labels: tuple[str, ...]
    weights: Floats
    sizes: Ints
    compatible: Flags

    def __len__(self) -> int:
        return len(self.labels)

    def some(self, which: slice) -> Units:
        """Return some of them, in the same order."""
        return Units(
            self.labels[which], self.weights[which], self.sizes[which], self.compatible[which]
        )


@dataclass(frozen=True, eq=False)
class OnlineInstance:
    """A period in which units arrive, and what is known of an earlier one.

    Parameters
    ----------
    places
        Labels, in alphabetical order.
    capacities
        How much each place holds over the whole period, shape (places,).
    units
        Who arrives.
    training
        Units of the earlier period, in alphabetical order; none where there is none.
    """

    places: tuple[str, ...]
    capacities: Ints
    units: Units
    training: Units


def read_online_instance(folder: Path) -> OnlineInstance:
    """Return the instance in a folder.

    Parameters
    ----------
    folder
        Holds ``weights.csv`` (a column ``unit``, the other headings are places), ``sizes.csv``
        (``unit,size``), ``capacities.csv`` (``place,capacity``), perhaps ``compatible.csv`` (as
        weights, 0 or 1; all 1 where it is absent), and perhaps the same of an earlier period in
        ``train/``, whose capacities are not asked for.

    Raises
    ------
    DataError
        If a file is missing, cannot be read or does not hold together.
    """
    if not folder.is_dir():
        raise DataError(f"There is no folder {folder}. Give the folder that holds {WEIGHTS}.")
    weights = _Matrix.read(folder / WEIGHTS)
    places = tuple(sorted(weights.columns))
    if not places or not weights.rows:
        raise DataError(f"{weights.path} holds no units or no places; it needs one of each.")
    units = _units(folder, weights, places, missing_places_allowed=False)
    column = _Column.read(folder / CAPACITIES, PLACE, CAPACITY)
    capacities = np.array([column.count(place, least=0) for place in places], dtype=np.int64)
    return OnlineInstance(places, capacities, units, _earlier(folder / TRAINING, places))


def _earlier(folder: Path, places: Sequence[str]) -> Units:
    """Return the units of the earlier period; none where there is none."""
    if not folder.exists():
        return _no_units(len(places))
    if not (folder / WEIGHTS).exists():
        raise DataError(
            f"{folder} holds no {WEIGHTS}. Put the earlier period there, or remove {folder}."
        )
    weights = _Matrix.read(folder / WEIGHTS)
    if not set(places) & set(weights.columns):
        raise DataError(
            f"{weights.path} has none of the places of this period, such as {places[0]!r}. "
            f"Correct its headings, or remove {folder}."
        )
    found = _units(folder, weights, places, missing_places_allowed=True)
    order = sorted(range(len(found)), key=found.labels.__getitem__)
    return Units(
        tuple(found.labels[at] for at in order),
        found.weights[order],
        found.sizes[order],
        found.compatible[order],
    )


def _no_units(places: int) -> Units:
    return Units(
        (),
        np.zeros((0, places)),
        np.zeros(0, dtype=np.int64),
        np.zeros((0, places), dtype=np.bool_),
    )


def _units(
    folder: Path, weights: _Matrix, places: Sequence[str], *, missing_places_allowed: bool
) -> Units:
    """Return the units of one period, seen against the places of this one."""
    labels = tuple(weights.rows)
    sizes = _Column.read(folder / SIZES, UNIT, SIZE)
    path = folder / COMPATIBLE
    compatible = _Matrix.read(path) if path.exists() else None
    value = np.zeros((len(labels), len(places)))
    allowed = np.zeros(value.shape, dtype=np.bool_)
    for at, place in enumerate(places):
        # A place that is new was open to nobody in the earlier period.
        if missing_places_allowed and place not in weights.columns:
            continue
        for row, unit in enumerate(labels):
            allowed[row, at] = compatible is None or compatible.flag(unit, place)
            value[row, at] = weights.number(unit, place, needed=bool(allowed[row, at]))
    return Units(
        labels,
        value,
        np.array([sizes.count(unit, least=1) for unit in labels], dtype=np.int64),
        allowed,
    )


@dataclass(frozen=True, eq=False)
class _Matrix:
    """A table with a row a unit and a column a place."""

    path: Path
    columns: dict[str, int]
    rows: dict[str, list[str]]

    @classmethod
    def read(cls, path: Path) -> _Matrix:
        heading, body = _table(path)
        at = _heading(path, heading, UNIT)
        columns = {name: place for place, name in enumerate(heading) if place != at}
        if "" in columns:
            raise DataError(f"{path}: column {columns[''] + 1} has no heading; name its place.")
        return cls(path, columns, _by_label(path, body, at))

    def cell(self, unit: str, place: str) -> str:
        if place not in self.columns:
            raise DataError(f"{self.path} has no column {place!r}; {WEIGHTS} has one.")
        if unit not in self.rows:
            raise DataError(f"{self.path} has no row for the unit {unit!r}; {WEIGHTS} has one.")
        return self.rows[unit][self.columns[place]]

    def number(self, unit: str, place: str, *, needed: bool) -> float:
        text = self.cell(unit, place)
        if not text and not needed:
            return 0.0
        found = _number(text, lambda: f"{self.path}: unit {unit!r}, place {place!r}")
        if needed and abs(found) > LARGEST_WEIGHT:
            raise DataError(
                f"{self.path}: unit {unit!r}, place {place!r}: {text!r} is too large; give "
                f"weights up to {LARGEST_WEIGHT:,.0f}. Where a unit may not go, say so in "
                f"{COMPATIBLE}."
            )
        return found

    def flag(self, unit: str, place: str) -> bool:
        text = self.cell(unit, place)
        found = _number(text, lambda: f"{self.path}: unit {unit!r}, place {place!r}")
        if found not in (0.0, 1.0):
            raise DataError(
                f"{self.path}: unit {unit!r}, place {place!r}: {text!r} is neither 0 nor 1."
            )
        return found == 1.0


@dataclass(frozen=True, eq=False)
class _Column:
    """A table of whole numbers, one a label."""

    path: Path
    label: str
    name: str
    cells: dict[str, str]

    @classmethod
    def read(cls, path: Path, label: str, name: str) -> _Column:
        heading, body = _table(path)
        at, value = _heading(path, heading, label), _heading(path, heading, name)
        rows = _by_label(path, body, at)
        return cls(path, label, name, {key: cells[value] for key, cells in rows.items()})

    def count(self, label: str, *, least: int) -> int:
        if label not in self.cells:
            raise DataError(f"{self.path} has no row for the {self.label} {label!r}; add one.")
        text = self.cells[label]
        found = _number(text, lambda: f"{self.path}: {self.label} {label!r}")
        if not found.is_integer() or not least <= found <= LARGEST_COUNT:
            raise DataError(
                f"{self.path}: {self.label} {label!r}: the {self.name} is {text!r}; it must be a "
                f"whole number from {least} to {LARGEST_COUNT:,}."
            )
        return int(found)


def _table(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the headings of a file, and its rows that are not blank with their lines."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True, skipinitialspace=True)
            rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except FileNotFoundError:
        raise DataError(f"There is no file {path}; it is needed.") from None
    except OSError as fault:
        raise DataError(f"{path} cannot be read: {fault.strerror}.") from None
    except UnicodeDecodeError as fault:
        raise DataError(
            f"{path} is not in UTF-8 (byte {fault.start + 1}). Save it as CSV in UTF-8."
        ) from None
    except csv.Error as fault:
        raise DataError(f"{path} cannot be read as CSV: {fault}.") from None
    rows = [(line, row) for line, row in rows if any(row)]
    if not rows:
        raise DataError(f"{path} is empty; it needs a line of headings.")
    heading = rows[0][1]
    # Spreadsheets leave empty columns at the end.
    while not heading[-1]:
        heading.pop()
    twice = sorted({name for name in heading if heading.count(name) > 1})
    if twice:
        raise DataError(
            f"{path}: the heading {twice[0]!r} occurs twice; each place has one column."
        )
    body = []
    for line, row in rows[1:]:
        while len(row) > len(heading) and not row[-1]:
            row.pop()
        if len(row) != len(heading):
            raise DataError(
                f"{path}, line {line}: {len(row)} cells, and there are {len(heading)} headings."
            )
        body.append((line, row))
    return heading, body


def _heading(path: Path, heading: Sequence[str], name: str) -> int:
    if name in heading:
        return heading.index(name)
    alike = [at for at, each in enumerate(heading) if each.casefold() == name]
    if len(alike) != 1:
        # A spreadsheet of another country, or one that was pasted.
        hint = " Columns are parted by commas." if {";", "\t"} & set("".join(heading)) else ""
        raise DataError(
            f"{path} has no column {name!r}; its headings are {', '.join(heading)}.{hint}"
        )
    return alike[0]


def _by_label(path: Path, body: Sequence[tuple[int, list[str]]], at: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line, row in body:
        if not row[at]:
            raise DataError(f"{path}, line {line}: the row has no label; name what it is about.")
        if row[at] in found:
            raise DataError(f"{path}, line {line}: {row[at]!r} has a row already.")
        found[row[at]] = row
    return found


def _number(text: str, where: Callable[[], str]) -> float:
    found = number_of(text)
    if not math.isfinite(found):
        raise DataError(f"{where()}: {text!r} is not a number." if text else f"{where()}: empty.")
    return found
