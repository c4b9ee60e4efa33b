"""Kinds of cell that hold numbers, money and dates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from matcher.intake.kind import CellProblem


@dataclass(frozen=True)
class Number:
    """A number, whole or not.

    Parameters
    ----------
    least, most
        The range the domain allows, shown to people; None when open.
    whole
        Whether it is an integer.
    unit
        What is counted.
    """

    least: float | None = None
    most: float | None = None
    whole: bool = True
    unit: str = ""
    shows_value: bool = True
    codes: tuple[tuple[str, str], ...] = ()

    @property
    def label(self) -> str:
        """The kind with its range and unit."""
        span = "" if self.least is None or self.most is None else f", {self.least} to {self.most}"
        unit = f" of {self.unit}" if self.unit else ""
        return f"{'whole number' if self.whole else 'number'}{unit}{span}"

    @property
    def refusal(self) -> str:
        """What is said of anything else."""
        if self.least is None or self.most is None:
            return "is not a whole number" if self.whole else "is not a number"
        whole = "a whole number" if self.whole else "a number"
        return f"is not {whole} from {self.least} to {self.most}"

    def read(self, text: str) -> float | int:
        """Return the number; "3.0" is the whole number 3."""
        value = _decimal(text, self.refusal)
        if self.whole and value != value.to_integral_value():
            raise CellProblem(self.refusal)
        if (self.least is not None and value < self.least) or (
            self.most is not None and value > self.most
        ):
            raise CellProblem(self.refusal)
        return int(value) if self.whole else float(value)

    def write(self, value: float) -> str:
        """Return the number."""
        return repr(value)

    def cell(self, value: float) -> float | str:
        """Return the number, as text when a workbook would lose its last digits."""
        return value if float(f"{value:.16g}") == value else repr(value)


def _decimal(text: str, refusal: str) -> Decimal:
    try:
        value = Decimal("".join(text.split()).replace(",", ""))
    except InvalidOperation:
        raise CellProblem(refusal) from None
    if not value.is_finite() or abs(value) >= 10**15:
        raise CellProblem(refusal)
    return value


@dataclass(frozen=True)
class Money:
    """Pounds in the cell, whole pence in the domain."""

    least: float | None = None
    most: float | None = None
    label: str = "pounds a week"
    shows_value: bool = True
    codes: tuple[tuple[str, str], ...] = ()

    @property
    def refusal(self) -> str:
        """What is said of anything else."""
        most = "" if self.most is None else f" up to £{int(self.most) // 100:,}"
        return f"is not an amount in pounds and pence{most}"

    def read(self, text: str) -> int:
        """Return the pence: "£1,340.50" is 134,050."""
        value = _decimal(text.replace("£", ""), self.refusal) * 100
        pence = int(value.to_integral_value())
        # A spreadsheet's sum may be off by a billionth of a penny; a third decimal is a mistake.
        if abs(value - pence) > Decimal("0.0001"):
            raise CellProblem(self.refusal)
        return pence

    def write(self, value: int) -> str:
        """Return pounds with two decimals."""
        return f"{value // 100}.{value % 100:02d}"

    def cell(self, value: int) -> float:
        """Return pounds."""
        return value / 100


_ISO_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_BRITISH_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_WORDED_DATE = re.compile(r"(\d{1,2})[\s-]+([A-Za-z]{3,9})[\s-]+(\d{4})")
_TIME = re.compile(r"[T\s]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$")
_MONTHS = tuple(
    "january february march april may june july august september october november december".split()  # noqa: SIM905 - a line of words reads better than twelve strings
)
_EXCEL_EPOCH = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 61, 109_574
"""1 March 1900, before which serials are ambiguous, to 31 December 2199."""


@dataclass(frozen=True)
class DateKind:
    """A date: dd/mm/yyyy, yyyy-mm-dd, 31 March 2025 or the number that Excel keeps."""

    label: str = "date"
    refusal: str = "is not a date. Write day/month/year, such as 31/03/2025"
    shows_value: bool = True
    codes: tuple[tuple[str, str], ...] = ()

    def read(self, text: str) -> date:
        """Return the date."""
        try:
            if len(text) == 10 and text[4] == "-" == text[7]:
                return date.fromisoformat(text)
            return self._read(_TIME.sub("", text))
        except (ValueError, OverflowError):
            raise CellProblem(self.refusal) from None

    def _read(self, text: str) -> date:
        if found := _ISO_DATE.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _BRITISH_DATE.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _WORDED_DATE.fullmatch(text):
            months = [m for m in _MONTHS if m.startswith(found[2].lower())]
            if len(months) == 1:
                return date(int(found[3]), _MONTHS.index(months[0]) + 1, int(found[1]))
        serial = float(text)
        if not _FIRST_SERIAL <= serial <= _LAST_SERIAL:
            raise ValueError(text)
        return _EXCEL_EPOCH + timedelta(days=int(serial))

    def write(self, value: date) -> str:
        """Return yyyy-mm-dd, which no software misreads."""
        return value.isoformat()

    def cell(self, value: date) -> date | str:
        """Return the date, or text when it is before Excel's calendar."""
        return value if value >= date(1900, 3, 1) else value.isoformat()
