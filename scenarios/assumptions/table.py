"""The table of assumptions: a frozen mapping by name, and the one that is shipped."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import ValidationError

from matcher.errors import UsageError
from scenarios.assumptions.assumption import Assumption


class Assumptions(Mapping[str, Assumption]):
    """Assumptions by name, in the order of the table; never changed, only replaced.

    Parameters
    ----------
    table
        By name.
    """

    def __init__(self, table: Mapping[str, Assumption]) -> None:
        self._table = dict(table)

    def __getitem__(self, name: str) -> Assumption:
        return self._table[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Assumptions) and self._table == other._table

    def __hash__(self) -> int:
        return hash(tuple(self._table))

    def value(self, name: str) -> float:
        """Return the value of an assumption.

        Raises
        ------
        UsageError
            If there is none of that name.
        """
        return self._find(name).value

    def replace(self, values: Mapping[str, float] | None = None, **more: float) -> Assumptions:
        """Return a copy in which some assumptions have other values.

        Parameters
        ----------
        values
            New values by name.
        **more
            The same for names without a dot.

        Raises
        ------
        UsageError
            If a name does not exist or a value is outside its range.
        """
        return self.with_records(
            self._changed(name, {"value": float(value), "source": "set by the user", "year": ""})
            for name, value in {**(values or {}), **more}.items()
        )

    def with_records(self, records: Iterator[Assumption] | tuple[Assumption, ...]) -> Assumptions:
        """Return a copy in which some assumptions are replaced whole.

        Parameters
        ----------
        records
            Of names that exist.
        """
        table = dict(self._table)
        for record in records:
            self._find(record.name)
            table[record.name] = record
        return Assumptions(table)

    def without(self, *names: str) -> Assumptions:
        """Return a copy in which some assumptions are switched off: at their neutral value.

        Raises
        ------
        UsageError
            If a name does not exist or has no neutral value.
        """
        for name in names:
            if self._find(name).neutral is None:
                raise UsageError(f"The assumption {name!r} has no value at which it has no effect.")
        return self.with_records(
            tuple(
                Assumption.model_validate(
                    {
                        **self._table[name].__dict__,
                        "value": self._table[name].neutral,
                        "drawn": "fixed",
                        "events": None,
                        "interval": None,
                        "group": None,
                        "source": "switched off by the user",
                    }
                )
                for name in names
            )
        )

    def _find(self, name: str) -> Assumption:
        try:
            return self._table[name]
        except KeyError:
            near = [each for each in self._table if name.split(".")[0] == each.split(".")[0]]
            hint = f" Names that begin alike: {', '.join(near)}." if near else ""
            raise UsageError(f"There is no assumption {name!r}.{hint}") from None

    def _changed(self, name: str, fields: Mapping[str, Any]) -> Assumption:
        old = self._find(name)
        interval = old.interval
        if interval is not None and old.value > 0:
            scale = float(fields["value"]) / old.value
            # The doubt keeps its width relative to the value.
            interval = (interval[0] * scale, interval[1] * scale) if scale > 0 else interval
        try:
            return Assumption.model_validate({**old.__dict__, **fields, "interval": interval})
        except ValidationError:
            raise UsageError(
                f"The assumption {name} cannot be {fields['value']:g} {old.unit}: "
                f"give a number from {old.low:g} to {old.high:g}."
            ) from None


@cache
def shipped_assumptions() -> Assumptions:
    """Return the assumptions that come with Near Home."""
    text = files("scenarios.assumptions").joinpath("assumptions.toml").read_text(encoding="utf-8")
    return Assumptions(
        {
            name: Assumption.model_validate({"name": name, **fields})
            for name, fields in tomllib.loads(text).items()
        }
    )
