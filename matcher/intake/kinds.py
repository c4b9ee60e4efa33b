"""What a cell may hold: each kind reads a cell's text into a value and writes it back.

Every ``read`` is the exact inverse of ``write``; beyond that it accepts what people and
spreadsheet software make of the same value. Ranges and patterns stand in the domain types
alone: a kind only turns text into the type.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Protocol

from matcher.domain.codes import Code
from matcher.geography.postcodes import normalise_postcode
from matcher.intake.text import (
    RECORDED_AS_NONE,
    escape_word,
    join_list,
    shield,
    split_list,
    unescape_word,
    unshield,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from enum import StrEnum


class CellProblem(Exception):
    """A cell that cannot be read.

    Parameters
    ----------
    problem
        What is wrong, to follow the value: "is not a date".
    advice
        What to do, when it is more than to correct it.
    """

    def __init__(self, problem: str, advice: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.advice = advice


class Kind(Protocol):
    """What the cells of a column may hold."""

    @property
    def label(self) -> str:
        """The kind in words, with its unit."""
        ...

    @property
    def refusal(self) -> str:
        """What is said of a value that the domain refuses: "is not a postcode"."""
        ...

    @property
    def shows_value(self) -> bool:
        """Whether a fault may repeat the value; free words may hold anything."""
        ...

    @property
    def codes(self) -> tuple[tuple[str, str], ...]:
        """Every code that may be written, with its meaning; empty when not coded."""
        ...

    def read(self, text: str) -> Any:
        """Return the value of a cell that is not empty."""
        ...

    def write(self, value: Any) -> str:
        """Return the text of a value."""
        ...

    def cell(self, value: Any) -> Any:
        """Return the value as a spreadsheet cell holds it."""
        ...


@dataclass(frozen=True)
class Text:
    """An identifier, an authority's code or the code of a rule: kept as it stands."""

    label: str
    refusal: str
    shows_value: bool = True
    codes: tuple[tuple[str, str], ...] = ()
    upper: bool = False

    def read(self, text: str) -> str:
        """Return the text."""
        return text.upper() if self.upper else text

    def write(self, value: str) -> str:
        """Return the text."""
        return value

    def cell(self, value: str) -> str:
        """Return the text."""
        return value


IDENTIFIER = Text(
    "identifier",
    "is not an identifier: up to 40 letters, digits, dots, underscores, slashes and hyphens, "
    "without spaces. Use a pseudonym, never a name",
    shows_value=False,
)
AUTHORITY = Text("ONS code", "is not the ONS code of a local authority, such as E06000060")
RULE = Text("code of a rule", "is not the code of a rule: capital letters, digits and _")

_FULL_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}")


@dataclass(frozen=True)
class PostcodeKind:
    """A postcode, with or without its space, or the first half of one."""

    label: str = "postcode"
    refusal: str = "is not a postcode"
    shows_value: bool = True
    codes: tuple[tuple[str, str], ...] = ()

    def read(self, text: str) -> str:
        """Return the postcode with one space; its shape is left to the domain."""
        known = normalise_postcode(text)
        if known is not None:
            return known
        compact = "".join(text.split()).upper()
        if _FULL_POSTCODE.fullmatch(compact):
            return f"{compact[:-3]} {compact[-3:]}"
        return compact

    def write(self, value: str) -> str:
        """Return the postcode."""
        return value

    def cell(self, value: str) -> str:
        """Return the postcode."""
        return value


@dataclass(frozen=True)
class WordKind:
    """One word from the council's own list. Nothing of it is ever repeated in a fault."""

    label: str = "word from your own list"
    refusal: str = "is not a single term: up to 40 characters, without digits and @"
    shows_value: bool = False
    codes: tuple[tuple[str, str], ...] = ()

    def read(self, text: str) -> str:
        """Return the word."""
        return unescape_word(unshield(text))

    def write(self, value: str) -> str:
        """Return the word, made safe to open in spreadsheet software."""
        return shield(escape_word(value))

    def cell(self, value: str) -> str:
        """Return the word, made safe to open in spreadsheet software."""
        return self.write(value)


@dataclass(frozen=True)
class CodeKind:
    """One of a fixed list of codes; the words for a code are understood too."""

    members: type[StrEnum]
    label: str = "code"
    shows_value: bool = True
    lookup: dict[str, StrEnum] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        lookup: dict[str, StrEnum] = {}
        for member in self.members:
            for words in (member.value, _meaning(member)):
                lookup.setdefault(_folded(words), member)
        if {_folded(each) for each in ("male", "female")} <= lookup.keys():
            lookup.update(m=lookup["male"], f=lookup["female"])
        lookup.update({member.value: member for member in self.members})
        object.__setattr__(self, "lookup", lookup)

    @property
    def codes(self) -> tuple[tuple[str, str], ...]:
        """Every code with its meaning."""
        return tuple((member.value, _meaning(member)) for member in self.members)

    @property
    def refusal(self) -> str:
        """What is said of anything else."""
        names = [member.value for member in self.members]
        return "is none of the codes " + ", ".join(names[:-1]) + f" and {names[-1]}"

    def read(self, text: str) -> StrEnum:
        """Return the code."""
        found = self.lookup.get(text) or self.lookup.get(_folded(text))
        if found is not None:
            return found
        near = get_close_matches(_folded(text[:60]), list(self.lookup), n=1, cutoff=0.75)
        advice = f'Did you mean "{self.lookup[near[0]].value}"?' if near else ""
        raise CellProblem(self.refusal, advice)

    def write(self, value: StrEnum) -> str:
        """Return the code."""
        return value.value

    def cell(self, value: StrEnum) -> str:
        """Return the code."""
        return value.value


def _meaning(member: StrEnum) -> str:
    if isinstance(member, Code):
        return member.meaning
    label: str = getattr(member, "label", member.value.replace("_", " "))
    return label


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[\s_\-]+", " ", text.replace("\u2019", "'")).split()).casefold()


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
        if self.whole and text.isdecimal() and text.isascii() and len(text) < 16:
            return int(text)
        value = _decimal(text, self.refusal)
        if not self.whole:
            return float(value)
        if value != value.to_integral_value():
            raise CellProblem(self.refusal)
        return int(value)

    def write(self, value: float) -> str:
        """Return the number."""
        return repr(value)

    def cell(self, value: float) -> float:
        """Return the number."""
        return value


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


_YES_NO = {
    **dict.fromkeys(("yes", "y", "true", "t", "1", "1.0"), True),
    **dict.fromkeys(("no", "n", "false", "f", "0", "0.0"), False),
}


@dataclass(frozen=True)
class YesNo:
    """Yes or no."""

    label: str = "yes or no"
    refusal: str = "is neither yes nor no"
    shows_value: bool = True
    codes: tuple[tuple[str, str], ...] = (("yes", "yes"), ("no", "no"))

    def read(self, text: str) -> bool:
        """Return True for yes."""
        found = _YES_NO.get(text)
        if found is None:
            found = _YES_NO.get(text.casefold())
        if found is None:
            raise CellProblem(self.refusal)
        return found

    def write(self, value: bool) -> str:
        """Return yes or no."""
        return "yes" if value else "no"

    def cell(self, value: bool) -> str:
        """Return yes or no."""
        return "yes" if value else "no"


@dataclass(frozen=True)
class ListOf:
    """Several values in one cell, with semicolons between them.

    Parameters
    ----------
    item
        What each of them is.
    gather
        The type that holds them: ``tuple`` or ``frozenset``.
    tells_none
        Whether "none" records that there are none, as against an empty cell: not known.
    """

    item: Kind
    gather: Callable[[Any], Any]
    tells_none: bool

    @property
    def label(self) -> str:
        """The kind in words."""
        none = f', or "{RECORDED_AS_NONE}"' if self.tells_none else ""
        return f"list with ; between: {self.item.label}{none}"

    @property
    def refusal(self) -> str:
        """What is said of an item that is refused."""
        return f"holds an item that {self.item.refusal}"

    @property
    def shows_value(self) -> bool:
        """Whether a fault may repeat the value."""
        return self.item.shows_value

    @property
    def codes(self) -> tuple[tuple[str, str], ...]:
        """The codes of its items."""
        return self.item.codes

    def read(self, text: str) -> Any:
        """Return the items."""
        if self.tells_none and text.casefold() == RECORDED_AS_NONE:
            return self.gather(())
        return self.gather([self.item.read(each) for each in split_list(text)])

    def write(self, value: Any) -> str:
        """Return the items, those of a set in order."""
        items = [self.item.write(each) for each in value]
        if not items:
            return RECORDED_AS_NONE if self.tells_none else ""
        return join_list(items if self.gather is tuple else sorted(items))

    def cell(self, value: Any) -> str:
        """Return the items as text."""
        return self.write(value)
