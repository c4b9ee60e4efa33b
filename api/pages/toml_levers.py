"""Levers as forms: which fields each has, and what was typed as the lines of a scenario file."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from api.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scenarios.levers.lever import Lever

PREFIX = "field-"
"""Begins the names of a lever's fields in a form."""


class LeverField(NamedTuple):
    """One field of a lever in a form."""

    name: str
    label: str
    hint: str
    required: bool


def lever_fields(lever: type[Lever]) -> tuple[LeverField, ...]:
    """Return the fields of a lever in the order of its reference.

    Parameters
    ----------
    lever
        The lever.
    """
    return tuple(
        LeverField(
            name=fact.name,
            label=fact.name.replace("_", " ").capitalize(),
            hint=" ".join(
                part if part.endswith(".") else f"{part[0].upper()}{part[1:]}."
                for part in (fact.meaning, fact.unit, fact.allowed, fact.default)
                if part
            ),
            required=fact.default == "required",
        )
        for fact in lever.fields()
    )


def lever_text(lever: type[Lever], typed: Mapping[str, str]) -> str:
    """Return a lever as it stands in a scenario file, from what was typed.

    Parameters
    ----------
    lever
        The lever.
    typed
        What was typed, by the field's name behind :data:`PREFIX`; blanks are left out.

    Raises
    ------
    InvalidError
        If a field that is needed is blank.
    """
    lines = ["[[variant.lever]]", f'kind = "{lever.model_fields["kind"].default}"']
    for field in lever_fields(lever):
        text = typed.get(f"{PREFIX}{field.name}", "").strip()
        if not text:
            if field.required:
                raise InvalidError(f"{field.label} is needed.", field=f"{PREFIX}{field.name}")
            continue
        lines.append(f"{field.name} = {_toml(text, lever.model_fields[field.name].annotation)}")
    return "\n".join(lines) + "\n"


def _toml(text: str, annotation: Any) -> str:
    """Return a value as TOML: of what kind its field holds, as far as the text allows."""
    kinds = _kinds(annotation)
    if kinds & {tuple, list, frozenset, set}:
        inner = [part.strip() for part in text.split(",") if part.strip()]
        return f"[{', '.join(_quoted(part) for part in inner)}]"
    if bool in kinds and text.lower() in ("yes", "true", "no", "false"):
        return "true" if text.lower() in ("yes", "true") else "false"
    if (
        kinds & {int, float}
        and text.replace(",", "").replace("£", "").lstrip("-").replace(".", "", 1).isdecimal()
    ):
        return text.replace(",", "").replace("£", "")
    if datetime.date in kinds:
        return text
    return _quoted(text)


def _kinds(annotation: Any) -> set[Any]:
    """Return every plain type anywhere in an annotation."""
    origin = getattr(annotation, "__origin__", None)
    found = {origin} if origin is not None else {annotation}
    for part in get_args(annotation):
        found |= _kinds(part)
    return {each for each in found if isinstance(each, type)}


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
