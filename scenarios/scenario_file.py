"""Reads a scenario's text: every fault with its line, its key and what to do."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from matcher.domain.phrases import day_words
from matcher.errors import NearHomeError, ScenarioError, UsageError
from matcher.policy import SHIPPED, Policy
from scenarios.assumptions import shipped_assumptions
from scenarios.contradictions import contradictions
from scenarios.county import shipped_profile
from scenarios.levers import LEVERS, Lever
from scenarios.measures import BY_NAME
from scenarios.scenario_faults import fault_sentence, guess
from scenarios.scenario_head import Head
from scenarios.toml_lines import line_of, lines_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from scenarios.toml_lines import Path as Place


TABLES = ("base", "variant", "assumptions", "until")


@dataclass(frozen=True)
class WrittenLever:
    """A lever and where it stands in the file."""

    lever: Lever
    path: Place


@dataclass(frozen=True)
class Written:
    """A scenario as it was written, with the lines of its keys."""

    head: Head
    policy: str
    start: date | None
    levers: tuple[WrittenLever, ...]
    variants: tuple[tuple[str, tuple[WrittenLever, ...]], ...]
    assumptions: Mapping[str, float]
    until: Mapping[str, float]
    lines: Mapping[Place, int]


COUNTY_KEYS = ("authority", "size", "county_seed")
"""What names a synthetic county."""


def read_text(
    text: str, *, origin: str, folder: Path, base: str, world: str | None = None
) -> Written:
    """Read a scenario's text.

    Parameters
    ----------
    text
        The text.
    origin
        Its name, for errors.
    folder
        Where the folders that it names are looked for.
    base
        The name of the base, which no variant may have.
    world
        The council's own data, where the text names neither those nor a synthetic county.

    Raises
    ------
    ScenarioError
        With every fault that was found.
    """
    return _Reader(text, origin, folder, base, world).read()


class _Reader:
    def __init__(self, text: str, origin: str, folder: Path, base: str, world: str | None) -> None:
        self.origin = origin
        self.folder = folder
        self.base = base
        self.faults: list[tuple[int, str]] = []
        self.data = self._toml(text)
        if world is not None and not any(key in self.data for key in COUNTY_KEYS):
            self.data.setdefault("world", world)
        self.lines = lines_of(text)

    def read(self) -> Written:
        head = self._head()
        levers = self._base()
        variants = self._variants()
        assumptions = self._assumptions()
        until = self._until()
        start = policy = None
        if head is not None:
            policy = self._policy(head)
            start = self._start(head)
            self._folders(head)
            for found in (levers, *(each for _, each in variants)):
                for each in found:
                    self._dates(each, start, head.years)
        for _, found in variants or [("", [])]:
            self._contradictions([*levers, *found])
        if self.faults or head is None or policy is None:
            ordered = sorted(set(self.faults))
            raise ScenarioError([f"{self.origin}, line {line}: {each}" for line, each in ordered])
        return Written(
            head=head,
            policy=policy,
            start=start,
            levers=tuple(levers),
            variants=tuple((name, tuple(found)) for name, found in variants),
            assumptions=assumptions,
            until=until,
            lines=self.lines,
        )

    def fault(self, path: Place, sentence: str) -> None:
        self.faults.append((line_of(self.lines, path), sentence))

    def _toml(self, text: str) -> dict[str, Any]:
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            message = str(error)
            found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)", message)
            line = found[1] if found and found[1] else text.count("\n") + 1
            what = message[: found.start()] if found else message
            advice = {
                "Invalid date or datetime": "there is no such day; write days as 2026-10-01",
                "Cannot overwrite a value": "this key stands here twice; keep one",
                "Invalid value": 'write text in quotes, as in "south", and days as 2026-10-01',
                "Expected '=' after a key in a key/value pair": "write key = value",
            }.get(what, what)
            raise ScenarioError(
                [f"{self.origin}, line {line}: this is not TOML: {advice}."]
            ) from error

    def _head(self) -> Head | None:
        data = {key: value for key, value in self.data.items() if key not in TABLES}
        keys = (*Head.model_fields, *TABLES)
        try:
            return Head.model_validate(data)
        except ValidationError as error:
            for each in error.errors():
                path = tuple(each["loc"][:1])
                self.fault(path, fault_sentence(each, Head, keys, "a scenario"))
            return None

    def _base(self) -> list[WrittenLever]:
        base = self.data.get("base", {})
        if not isinstance(base, dict):
            self.fault(("base",), "write [[base.lever]] above each lever of the base.")
            return []
        self._only(base, ("lever",), ("base",), "[base]")
        return self._levers(base.get("lever", []), ("base", "lever"))

    def _variants(self) -> list[tuple[str, list[WrittenLever]]]:
        variants = self.data.get("variant", [])
        if not isinstance(variants, list) or not variants:
            self.fault(
                ("variant",),
                "there is no variant to compare with today. Write [[variant]] with a name, and "
                "[[variant.lever]] below it.",
            )
            return []
        found: list[tuple[str, list[WrittenLever]]] = []
        for at, table in enumerate(variants):
            here: Place = ("variant", at)
            if not isinstance(table, dict):
                self.fault(here, "write [[variant]] above each variant.")
                continue
            self._only(table, ("name", "lever"), here, "[[variant]]")
            name = self._name(table, here, [each for each, _ in found])
            levers = table.get("lever", [])
            if not levers:
                self.fault(here, "this variant changes nothing. Write [[variant.lever]] below it.")
            found.append((name, self._levers(levers, (*here, "lever"))))
        return found

    def _name(self, table: dict[str, Any], here: Place, taken: list[str]) -> str:
        name = table.get("name")
        if not isinstance(name, str) or not name.strip() or len(name) > 60:
            self.fault((*here, "name"), "give the variant a name of at most 60 characters.")
            return f"variant {here[-1]}"
        name = " ".join(name.split())
        if name.lower() == self.base:
            self.fault(
                (*here, "name"), f'"{name}" is what the base is called. Choose another name.'
            )
        if name.lower() in {each.lower() for each in taken}:
            self.fault((*here, "name"), f'two variants are called "{name}". Rename one of them.')
        return name

    def _levers(self, tables: Any, here: Place) -> list[WrittenLever]:
        if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
            heading = ".".join(str(each) for each in here if isinstance(each, str))
            self.fault(here, f"write [[{heading}]], with two brackets, above each lever.")
            return []
        found = []
        for at, table in enumerate(tables):
            lever = self._lever(table, (*here, at))
            if lever is not None:
                found.append(WrittenLever(lever, (*here, at)))
        return found

    def _lever(self, table: dict[str, Any], here: Place) -> Lever | None:
        kind = table.get("kind")
        if kind is None:
            self.fault(here, "this lever has no 'kind'. 'nearhome scenario levers' lists them.")
            return None
        model = LEVERS.get(kind) if isinstance(kind, str) else None
        if model is None:
            self.fault(
                (*here, "kind"),
                f"there is no lever of the kind {kind!r}.{guess(str(kind), LEVERS)} "
                "'nearhome scenario levers' lists them.",
            )
            return None
        for key, value in table.items():
            info = model.model_fields.get(key)
            if isinstance(value, bool) and info is not None and info.annotation is not bool:
                self.fault((*here, key), f"{kind}: {key} is not a matter of true or false.")
                return None
        try:
            return model.model_validate(table)
        except ValidationError as error:
            keys = ("kind", *(each.name for each in model.fields()))
            for each in error.errors():
                path = (*here, *each["loc"][:1])
                self.fault(path, fault_sentence(each, model, keys, str(kind)))
            return None

    def _only(self, table: dict[str, Any], known: tuple[str, ...], here: Place, what: str) -> None:
        for key in table:
            if key not in known:
                listed = ", ".join(known)
                self.fault(
                    (*here, key),
                    f"'{key}' is not a key of {what}.{guess(key, known)} Its keys are {listed}.",
                )

    def _assumptions(self) -> dict[str, float]:
        table = self.data.get("assumptions", {})
        if not isinstance(table, dict):
            self.fault(("assumptions",), "write [assumptions] above the values.")
            return {}
        shipped = shipped_assumptions()
        found: dict[str, float] = {}
        for path, value in _flat(table, ("assumptions",)):
            name = ".".join(str(each) for each in path[1:])
            if name not in shipped:
                self.fault(
                    path,
                    f"there is no assumption {name!r}.{guess(name, shipped)} "
                    "docs/reference/assumptions.md lists them.",
                )
            elif isinstance(value, bool) or not isinstance(value, int | float):
                self.fault(path, f"{name} is a number ({shipped[name].unit}), not {value!r}.")
            else:
                try:
                    shipped.replace({name: value})
                except UsageError as error:
                    self.fault(path, error.sentence)
                found[name] = float(value)
        return found

    def _until(self) -> dict[str, float]:
        table = self.data.get("until", {})
        if not isinstance(table, dict):
            self.fault(("until",), "write until = { near_home_rate = 0.5 }: measures and widths.")
            return {}
        found: dict[str, float] = {}
        for name, width in table.items():
            here: Place = ("until", name)
            if name not in BY_NAME:
                self.fault(
                    here,
                    f"there is no measure {name!r} to narrow.{guess(name, BY_NAME)} "
                    "docs/reference/measures.md lists them.",
                )
            elif isinstance(width, bool) or not isinstance(width, int | float):
                self.fault(here, f"the half-width asked of {name} is a number, not {width!r}.")
            elif not 0 < width < math.inf:
                self.fault(
                    here,
                    f"the half-width asked of {name} is {width:g}; give one above 0, and finite.",
                )
            else:
                found[name] = float(width)
        return found

    def _policy(self, head: Head) -> str:
        name = head.policy
        path = self.folder / name
        if name.endswith(".toml"):
            name = str(path)
        elif name not in SHIPPED:
            self.fault(
                ("policy",),
                f"there is no policy {name!r}.{guess(name, SHIPPED)} Shipped are "
                f"{', '.join(SHIPPED)}; or give the path of a .toml file.",
            )
            return name
        try:
            Policy.named(name)
        except NearHomeError as error:
            self.fault(("policy",), error.sentence)
        return name

    def _start(self, head: Head) -> date | None:
        """Return the first day; that of the synthetic county is known without making it."""
        if head.world is not None:
            for key in COUNTY_KEYS:
                if key in self.data:
                    self.fault(
                        (key,),
                        f"'{key}' is of the synthetic county, and 'world' names data of your own. "
                        "Remove one of the two.",
                    )
            return head.start
        try:
            as_of = date(shipped_profile(head.authority).year, 3, 31)
        except UsageError as error:
            self.fault(("authority",), error.sentence)
            return head.start
        if head.start is not None and head.start <= as_of:
            self.fault(
                ("start",),
                f"the synthetic county is of {day_words(as_of)}, so nothing can start on "
                f"{day_words(head.start)}. Write start = {as_of + timedelta(days=1)} or later.",
            )
        return head.start or as_of + timedelta(days=1)

    def _folders(self, head: Head) -> None:
        for key in ("world", "returns"):
            named = getattr(head, key)
            if named is not None and not (self.folder / named).exists():
                self.fault(
                    (key,),
                    f"there is nothing at {self.folder / named}. Correct the path; it is looked "
                    "for beside this file.",
                )

    def _dates(self, written: WrittenLever, start: date | None, years: int) -> None:
        lever = written.lever
        if start is None:
            return
        end = start + timedelta(days=round(365.25 * years))
        if lever.starts is not None and lever.starts < start:
            self.fault(
                (*written.path, "starts"),
                f"{lever.kind} starts on {day_words(lever.starts)}, before the scenario does on "
                f"{day_words(start)}. Write a day from {start}, or leave 'starts' out.",
            )
        if lever.starts is not None and lever.starts > end:
            self.fault(
                (*written.path, "starts"),
                f"{lever.kind} starts on {day_words(lever.starts)}, after the scenario is over on "
                f"{day_words(end)}. Write an earlier day, or raise 'years'.",
            )
        if lever.starts is None and lever.ends is not None and lever.ends < start:
            self.fault(
                (*written.path, "ends"),
                f"{lever.kind} ends on {day_words(lever.ends)}, before the scenario starts on "
                f"{day_words(start)}. Write a later day, or remove the lever.",
            )

    def _contradictions(self, levers: list[WrittenLever]) -> None:
        for each in contradictions([written.lever for written in levers]):
            first = line_of(self.lines, levers[each.first].path)
            self.fault(levers[each.second].path, f"contradicts line {first}: {each.sentence}.")


def _flat(table: dict[str, Any], path: Place) -> list[tuple[Place, Any]]:
    """Return the values of nested tables: ``a.b = 1`` and ``"a.b" = 1`` are the same."""
    found: list[tuple[Place, Any]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            found += _flat(value, (*path, key))
        else:
            found.append(((*path, key), value))
    return found
