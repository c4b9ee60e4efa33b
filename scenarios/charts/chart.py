"""What a chart is, apart from any page: an option, words for those who cannot see it, a table."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

MINUS = "−"
UNKNOWN = "not known"
_ID = re.compile(r"[a-z][a-z0-9-]*")


class Scale(StrEnum):
    """How figures are written, on an axis, in a hover label and in a table alike."""

    COUNT = "count"
    """Whole numbers: 1,234."""
    TENTHS = "tenths"
    """One decimal: 12.3."""
    HUNDREDTHS = "hundredths"
    """Two decimals: 1.23."""
    THOUSANDTHS = "thousandths"
    """Three decimals: 0.026."""
    PER_CENT = "per-cent"
    """Per cent from 0 to 100, one decimal: 53.7%."""
    POINTS = "points"
    """Differences of per cents, one decimal: +1.8 points."""
    POUNDS = "pounds"
    """Pounds, by their size: £840, £12,300, £503,000, £1.2 million."""


def written(value: float | None, scale: Scale, *, signed: bool = False) -> str:
    """Return a figure as people in Britain write it.

    Parameters
    ----------
    value
        In the unit of the scale; None when not known.
    scale
        How it is written.
    signed
        Whether a figure above zero gets a plus.

    Returns
    -------
    str
        Such as "£1.2 million", "53.7%" or "not known"; a minus is U+2212.

    Examples
    --------
    >>> written(-1_234_567, Scale.POUNDS)
    '−£1.2 million'
    >>> written(1.84, Scale.POINTS, signed=True)
    '+1.8 points'
    """
    if value is None:
        return UNKNOWN
    size = abs(value)
    match scale:
        case Scale.COUNT:
            text = f"{size:,.0f}"
        case Scale.TENTHS:
            text = f"{size:,.1f}"
        case Scale.HUNDREDTHS:
            text = f"{size:,.2f}"
        case Scale.THOUSANDTHS:
            text = f"{size:,.3f}"
        case Scale.PER_CENT:
            text = f"{size:,.1f}%"
        case Scale.POINTS:
            text = f"{size:,.1f} points"
        case Scale.POUNDS:
            text = _pounds(size)
    if not any(character in "123456789" for character in text):
        return text  # a rounded zero has no sign
    return f"{MINUS}{text}" if value < 0 else f"+{text}" if signed else text


def _pounds(size: float) -> str:
    """Return money with two or three figures that matter; more would feign knowledge."""
    if size >= 999_500:
        millions = size / 1e6
        return f"£{millions:,.{1 if millions < 99.95 else 0}f} million"
    step = 1_000 if size >= 99_950 else 100 if size >= 9_995 else 10 if size >= 995 else 1
    return f"£{math.floor(size / step + 0.5) * step:,}"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of finished text.

    Parameters
    ----------
    caption
        What it holds.
    head
        One heading a column.
    rows
        Cells in the order of the headings; the first names the row.
    text_columns
        How many columns from the left hold words; the others hold figures.
    last_text_columns
        How many columns at the right hold words again.
    note
        What must be said with it.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text_columns: int = 1
    last_text_columns: int = 0
    note: str = ""

    def __post_init__(self) -> None:
        ragged = [row for row in self.rows if len(row) != len(self.head)]
        if ragged:
            raise ValueError(f"table {self.caption!r}: {len(self.head)} headings, row {ragged[0]}")

    def is_figure(self, column: int) -> bool:
        """Return whether a column, from 0, holds figures."""
        return self.text_columns <= column < len(self.head) - self.last_text_columns


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart that stands on a page, with everything said in words and figures too.

    Parameters
    ----------
    id
        Unique on its page: lower-case letters, digits and hyphens.
    title
        What is shown.
    sentence
        What a reader should see in it; also the description for screen readers.
    option
        For ``echarts.setOption``: JSON, with functions named ``nearhome:NAME``.
    table
        The same figures.
    height
        In CSS pixels.
    maps
        GeoJSON by the name under which the option asks for it.
    note
        What must be said under it, such as how to read it or where outlines come from.
    """

    id: str
    title: str
    sentence: str
    option: Mapping[str, Any]
    table: Table
    height: int = 360
    maps: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    note: str = ""

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise ValueError(f"{self.id!r} cannot be the id of a chart")
