"""Kinds of cell that hold words: identifiers, postcodes, codes, yes or no, and lists."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from matcher.domain.codes import Code
from matcher.domain.phrases import listed
from matcher.geography.spelling import normalise_postcode
from matcher.intake.kind import CellProblem, Kind
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
        words = text.upper().split()
        compact = "".join(words)
        if _FULL_POSTCODE.fullmatch(compact):
            return f"{compact[:-3]} {compact[-3:]}"
        return " ".join(words)

    def write(self, value: str) -> str:
        """Return the postcode."""
        return value

    def cell(self, value: str) -> str:
        """Return the postcode."""
        return value


_SPREADSHEET_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
)


@dataclass(frozen=True)
class WordKind:
    """One word from the council's own list. Nothing of it is ever repeated in a fault."""

    label: str = "word from your own list"
    refusal: str = "is not a single term: up to 40 characters, without digits and @"
    shows_value: bool = False
    codes: tuple[tuple[str, str], ...] = ()

    def read(self, text: str) -> str:
        """Return the word."""
        if text.upper() in _SPREADSHEET_ERRORS:
            raise CellProblem("is an error that the spreadsheet reports")
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
        return f"is none of the codes {listed(names)}"

    def read(self, text: str) -> StrEnum:
        """Return the code."""
        found = self.lookup.get(text) or self.lookup.get(_folded(text))
        if found is not None:
            return found
        raise CellProblem(self.refusal, lambda: self._nearest(text))

    def _nearest(self, text: str) -> str:
        near = get_close_matches(_folded(text[:60]), list(self.lookup), n=1, cutoff=0.75)
        return f'Did you mean "{self.lookup[near[0]].value}"?' if near else ""

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
    # A hyphen joins words; before the first it is a sign, and -1 is nobody's code.
    joined = re.sub(r"(?<=.)[\s_\-]+", " ", text.strip().replace("\u2019", "'"))
    return " ".join(joined.split()).casefold()


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
        try:
            return self.gather([self.item.read(each) for each in split_list(text)])
        except CellProblem as problem:
            raise CellProblem(f"holds an item that {problem.problem}", problem.suggest) from None

    def write(self, value: Any) -> str:
        """Return the items, those of a set in order."""
        items = [self.item.write(each) for each in value]
        if not items:
            return RECORDED_AS_NONE if self.tells_none else ""
        return join_list(items if self.gather is tuple else sorted(items))

    def cell(self, value: Any) -> str:
        """Return the items as text."""
        return self.write(value)
