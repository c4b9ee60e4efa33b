"""What every lever has: a kind, dates, a sentence, a source, and the changes that it makes."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NamedTuple, Self

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import Field, StringConstraints, model_validator

from matcher.docstrings import meanings_of
from matcher.domain.phrases import day_words
from matcher.domain.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

    from scenarios.changes import AnyChange
    from scenarios.outlook import Outlook

OWN_ASSUMPTION = "The council's own assumption"
"""The source of every figure that only the council can know."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What a field counts, for the reference and for error messages."""

    name: str


Beds = Annotated[int, Field(ge=1, le=60), Unit("beds")]
Homes = Annotated[int, Field(ge=1, le=500), Unit("homes")]
Weeks = Annotated[int, Field(ge=0, le=260), Unit("weeks")]
Pounds = Annotated[int, Field(ge=0, le=50_000_000), Unit("pounds")]
WeeklyPounds = Annotated[int, Field(ge=0, le=100_000), Unit("pounds a week")]
YearlyPounds = Annotated[int, Field(ge=0, le=50_000_000), Unit("pounds a year")]
Percent = Annotated[float, Field(ge=0, le=100), Unit("per cent")]
Change = Annotated[float, Field(ge=-90, le=500), Unit("per cent more (less when negative)")]
Where = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=2, max_length=60),
    Unit("town, outcode, postcode, side of the county, or county"),
]
Label = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 _-]*$", max_length=30),
    Unit("a word of your own"),
]


class FieldFacts(NamedTuple):
    """One field of a lever, as people read it.

    Parameters
    ----------
    name
        As the file writes it.
    unit
        What it counts.
    allowed
        Its range in words.
    default
        In words; "required" when there is none.
    meaning
        What it does.
    """

    name: str
    unit: str
    allowed: str
    default: str
    meaning: str


class Lever(Record, ABC):
    """Something a council could change, or that could happen to it.

    A lever is a pure function: :meth:`changes` gives, for an outlook, the dated changes it
    makes, and touches nothing. Levers combine in any order.

    Parameters
    ----------
    kind
        Which lever it is.
    label
        Tells two levers of one kind and place apart.
    starts
        First day; the first day of the scenario when it is not given.
    ends
        Last day; for good when it is not given.
    """

    title: ClassVar[str]
    """What it is called."""
    source: ClassVar[str] = OWN_ASSUMPTION
    """Where its figures come from."""
    can_end: ClassVar[bool] = True
    """Whether it can be undone at a date."""
    opens_homes: ClassVar[bool] = False
    """Whether it opens homes: then no other of its kind may have its place and label."""
    alone: ClassVar[tuple[str, ...] | None] = None
    """Fields that say what it acts on: two of its kind that agree in them and hold at the
    same time contradict each other. None when any number may hold at a time."""

    kind: str
    label: Label | None = None
    starts: date | None = None
    ends: date | None = None

    @model_validator(mode="after")
    def _dates(self) -> Self:
        if self.ends is not None and not self.can_end:
            raise ValueError(f"{self.title.lower()} cannot be undone: remove 'ends'")
        if self.starts is not None and self.ends is not None and self.ends < self.starts:
            raise ValueError(
                f"'ends' ({self.ends}) is before 'starts' ({self.starts}): exchange or correct them"
            )
        return self

    @model_validator(mode="after")
    def _ages(self) -> Self:
        # Not every lever is about ages. In the wrong order it would silently do nothing.
        first, last = getattr(self, "age_from", None), getattr(self, "age_to", None)
        if first is not None and last is not None and first > last:
            raise ValueError("'age_from' is above 'age_to': exchange them")
        return self

    @abstractmethod
    def _does(self) -> str:
        """Return what it does, from its values, without its dates and a full stop."""

    @abstractmethod
    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the dated changes that the lever makes.

        Parameters
        ----------
        outlook
            The future as it was taken to be. Homes that earlier levers close are left out
            where a lever chooses homes.
        seed
            Of the scenario: chooses postcodes and, where the lever does not name them, homes.

        Raises
        ------
        UsageError
            If the outlook does not hold what the lever acts on.
        """

    def on(self, outlook: Outlook, *, seed: int = 0) -> Outlook:
        """Return the outlook with the lever's changes."""
        return outlook.with_changes(self.changes(outlook, seed=seed))

    @property
    def sentence(self) -> str:
        """What it does, in a sentence made from its values."""
        when = []
        if self.starts is not None:
            when.append(f"from {day_words(self.starts)}" if self.can_end else
                        f"on {day_words(self.starts)}")  # fmt: skip
        if self.ends is not None:
            when.append(f"until {day_words(self.ends)}")
        dated = " ".join(when)
        return f"{self._does()}{', ' if dated else ''}{dated}."

    @property
    def identity(self) -> str:
        """What makes it this lever and no other of its kind: its place and its label.

        Homes that a lever opens keep their postcode and identifier when its other values
        change, so that two variants differ only in what they say.
        """
        parts = [str(getattr(self, name, "")) for name in ("near", "area")]
        return "|".join((self.kind, *parts, self.label or "")).lower()

    def clashes(self, other: Lever) -> bool:
        """Whether another lever says the opposite, or the same again, where both hold."""
        return (
            type(other) is type(self)
            and self.alone is not None
            and all(getattr(self, name) == getattr(other, name) for name in self.alone)
        )

    def first_day(self, outlook: Outlook) -> date:
        """Return the day from which it holds: ``starts``, or the day after the World's."""
        return self.starts or outlook.world.as_of + timedelta(days=1)

    @classmethod
    def family(cls) -> str:
        """Return the family, which is the name of its module."""
        return cls.__module__.rpartition(".")[2]

    @classmethod
    def fields(cls) -> tuple[FieldFacts, ...]:
        """Return the fields that a file may give, in the order of the class."""
        return _facts(cls)


@cache
def _facts(lever: type[Lever]) -> tuple[FieldFacts, ...]:
    meanings: dict[str, str] = {}
    for each in reversed(lever.__mro__):
        if issubclass(each, Lever):
            meanings |= meanings_of(inspect.getdoc(each) or "")
    own = [name for name in lever.model_fields if name not in Lever.model_fields]
    return tuple(
        FieldFacts(
            name=name,
            unit=unit_of(lever.model_fields[name]),
            allowed=allowed(lever.model_fields[name]),
            default=default_of(lever.model_fields[name]),
            meaning=meanings[name],
        )
        for name in (*own, "starts", "ends", "label")
        if lever.can_end or name != "ends"
    )


def _metadata(info: FieldInfo) -> Iterator[Any]:
    yield from info.metadata
    for part in getattr(info.annotation, "__args__", ()):
        yield from getattr(part, "__metadata__", ())


def unit_of(info: FieldInfo) -> str:
    """Return what a field counts; nothing when it counts nothing."""
    for each in _metadata(info):
        if isinstance(each, Unit):
            return each.name
    text = str(info.annotation)
    return "day" if "date" in text else "yes or no" if "bool" in text else ""


def allowed(info: FieldInfo) -> str:
    """Return the range of a field in words."""
    low: object = None
    high: object = None
    for each in _limits(info):
        if isinstance(each, Ge):
            low = f"{each.ge:,}"
        elif isinstance(each, Gt):
            low = f"above {each.gt:,}"
        elif isinstance(each, Le):
            high = f"{each.le:,}"
        elif isinstance(each, Lt):
            high = f"less than {each.lt:,}"
    choices = _choices(info)
    if choices:
        return ", ".join(f"`{each}`" for each in choices)
    if low is not None and high is not None:
        return f"{low} to {high}"
    if low is not None:
        return f"{low} or more"
    return ""


def _limits(info: FieldInfo) -> Iterator[object]:
    for each in _metadata(info):
        if isinstance(each, type(Field())):
            yield from each.metadata
        elif not isinstance(each, Unit | MinLen | MaxLen):
            yield each


def _choices(info: FieldInfo) -> tuple[str, ...]:
    from enum import Enum

    seen: list[str] = []

    def look(annotation: object) -> None:
        if isinstance(annotation, type) and issubclass(annotation, Enum):
            seen.extend(str(each.value) for each in annotation)
        for part in getattr(annotation, "__args__", ()):
            look(part)

    look(info.annotation)
    return tuple(seen)


def default_of(info: FieldInfo) -> str:
    """Return what holds when a field is not given, in words."""
    if info.is_required():
        return "required"
    value = info.default
    if value is None:
        return "not given"
    if isinstance(value, tuple):
        return ", ".join(f"{each}" for each in value) or "none"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:,}" if isinstance(value, int | float) else str(value)
