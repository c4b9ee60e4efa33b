"""What a run is of: everything about it that is known before it starts."""

from __future__ import annotations

import hashlib
import tomllib
from datetime import date
from typing import TYPE_CHECKING, Any

from matcher.domain.record import Record
from scenarios.results import AssumptionShown, HomesShown, LeverShown, RunStamp

if TYPE_CHECKING:
    from collections.abc import Iterator


class VariantDescription(Record):
    """A variant before it is simulated; see :class:`scenarios.results.VariantResult`.

    Parameters
    ----------
    name, title, levers, homes_added, homes_removed
        As there.
    """

    name: str
    title: str
    levers: tuple[LeverShown, ...] = ()
    homes_added: tuple[HomesShown, ...] = ()
    homes_removed: tuple[HomesShown, ...] = ()


class RunDescription(Record):
    """A run before it is simulated; see :class:`scenarios.results.RunSummary`.

    Parameters
    ----------
    name, authority, authority_name, start, years, assumptions, homes, stamp
        As there.
    variants
        Base first.
    scenario_text
        The scenario file.
    """

    name: str
    authority: str
    authority_name: str
    start: date
    years: int
    variants: tuple[VariantDescription, ...]
    assumptions: tuple[AssumptionShown, ...] = ()
    homes: tuple[HomesShown, ...] = ()
    scenario_text: str
    stamp: RunStamp

    @property
    def identity(self) -> str:
        """What tells this run from every other: SHA-256 over its stamp."""
        return hashlib.sha256(self.stamp.model_dump_json().encode()).hexdigest()

    def differs_from(self, other: RunDescription) -> list[str]:
        """List what sets another run apart from this one, in words.

        Parameters
        ----------
        other
            What is asked for now; this is what is there.
        """
        said = []
        if self.stamp.scenario != other.stamp.scenario:
            said += list(_unequal_keys(self.scenario_text, other.scenario_text)) or ["the scenario"]
        for field, words in _STAMPED.items():
            there, here = getattr(self.stamp, field), getattr(other.stamp, field)
            if there != here:
                plain = isinstance(there, int | date) or len(str(there)) < 40
                said.append(f"{words} ({there} there, {here} here)" if plain else words)
        return said


_STAMPED = {
    "version": "the version of Near Home",
    "program": "the program's files",
    "schema_version": "the layout of the files",
    "data_hash": "the children, homes and agreements at the start",
    "assumptions": "the assumptions",
    "returns": "the council's own returns",
    "policy": "the policy",
    "policy_version": "the version of the policy",
    "rule_set": "the set of rules",
    "as_of": "the date of the data",
    "start": "the start",
    "years": "the number of years",
    "seed": "the seed",
    "synthetic": "whether the people are invented",
}


def _unequal_keys(there: str, here: str) -> Iterator[str]:
    """Yield the settings in which two scenario files differ."""
    old, new = (dict(_flat(tomllib.loads(text))) for text in (there, here))
    for key in [*old, *(each for each in new if each not in old)]:
        if old.get(key) != new.get(key):
            values = (f"{file[key]}" if key in file else "nothing" for file in (old, new))
            yield "{} ({} there, {} here)".format(key, *values)


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
        for number, inner in enumerate(value, 1):
            yield from _flat(inner, f"{path} {number}")
    else:
        yield path, value
