"""What somebody else did to a record while a form about it was being filled in."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

from api.pages.names import colleagues
from api.pages.words import date_words, moment_words
from api.records.text import without_free_text
from api.storage.history import history_of
from api.storage.kinds import KINDS
from matcher.domain.phrases import pounds_and_pence
from matcher.domain.record import Record

if TYPE_CHECKING:
    from api.errors import StaleError
    from api.storage.history import Version
    from api.storage.work import Work

STALE = (
    "Somebody else changed this while you were writing. Nothing was stored, and what you typed is "
    "still here. Look at what changed, correct what you typed if need be, and send it again."
)


class Change(NamedTuple):
    """One change by somebody else."""

    who: str
    at: datetime
    action: str
    reason: str | None


class Field(NamedTuple):
    """A field of the record that is another now."""

    label: str
    before: str
    after: str


class Meanwhile(NamedTuple):
    """Why a form was refused, and what became of its record in the meantime."""

    sentence: str
    changes: tuple[Change, ...]
    fields: tuple[Field, ...]
    version: int
    """Of the record now; 0 when it was taken out."""
    field: str | None = None
    """Of the form: it is about none in particular."""


def meanwhile(work: Work, wrong: StaleError) -> Meanwhile:
    """Return what happened to a record since a form showed it.

    Parameters
    ----------
    work
        A transaction.
    wrong
        Why the form was refused.
    """
    if wrong.about is None:
        return Meanwhile(wrong.sentence, (), (), 0)
    name, record_id = wrong.about
    seen = wrong.expected
    versions = history_of(work, KINDS[name].type, record_id)
    since = [each for each in versions if each.version > seen]
    before = next((each for each in versions if each.version == seen), None)
    people = colleagues(work, {each.actor for each in since})
    shown = work.actor.see_names
    return Meanwhile(
        sentence=STALE,
        changes=tuple(
            Change(
                people[each.actor],
                each.known_from,
                each.action.replace("_", " ").replace(".", " "),
                each.reason if shown else None,
            )
            for each in since
        ),
        fields=_different(before, versions[-1], shown=shown),
        version=0 if versions[-1].retired else versions[-1].version,
    )


def _different(
    before: Version[Record] | None, after: Version[Record], *, shown: bool
) -> tuple[Field, ...]:
    if before is None or before.record is None or after.record is None or before is after:
        return ()
    was, now = before.record, after.record
    changed = [name for name in type(now).model_fields if getattr(was, name) != getattr(now, name)]
    if not shown:
        was, now = without_free_text(was), without_free_text(now)
    return tuple(
        Field(
            _label(name),
            _words(getattr(was, name, None), name),
            _words(getattr(now, name), name),
        )
        for name in changed
    )


def _label(name: str) -> str:
    words = name.removesuffix("_pence").removesuffix("_ids").removesuffix("_id").replace("_", " ")
    return words[:1].upper() + words[1:]


def _words(value: Any, name: str) -> str:
    """Return a value as people write it."""
    match value:
        case None | "" | () | frozenset():
            found = "nothing"
        case bool():
            found = "yes" if value else "no"
        case int() if name.endswith("_pence"):
            found = pounds_and_pence(value)
        case datetime():
            found = moment_words(value)
        case date():
            found = date_words(value)
        case Enum():
            found = str(getattr(value, "label", value.value)).replace("_", " ")
        case Record():
            found = "; ".join(
                f"{_label(each)}: {_words(getattr(value, each), each)}"
                for each in type(value).model_fields
            )
        case tuple() | frozenset():
            found = ", ".join(sorted(_words(each, name) for each in value))
        case _:
            found = str(value)
    return found
