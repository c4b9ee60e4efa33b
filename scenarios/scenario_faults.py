"""What is wrong with a value in a scenario, in a sentence that says what to write instead."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from scenarios.levers.lever import allowed, unit_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pydantic import BaseModel

_NUMBERS = {
    "int_type", "int_parsing", "int_from_float", "float_type", "float_parsing", "finite_number",
    "int_parsing_size",
}  # fmt: skip
_LIMITS = {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}
_DATES = {"date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"}


def guess(word: str, known: Iterable[str]) -> str:
    """Return `` Did you mean ...?`` when a known word is close, and nothing otherwise."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" Did you mean '{close[0]}'?" if close else ""


def fault_sentence(fault: Any, model: type[BaseModel], keys: Sequence[str], what: str) -> str:
    """Return what is wrong with a value and what to write instead.

    Parameters
    ----------
    fault
        One entry of ``ValidationError.errors()``.
    model
        What was to be read.
    keys
        Those that it may have.
    what
        Its name in the sentence: a lever's kind.
    """
    kind: str = fault["type"]
    key = str(fault["loc"][0]) if fault["loc"] else ""
    info = model.model_fields.get(key)
    shown = f"{what}: {key} = {_written(fault['input'])}"
    if kind == "extra_forbidden" and info is None:
        return f"'{key}' is not a key of {what}.{guess(key, keys)} Its keys are {', '.join(keys)}."
    if kind == "missing" and len(fault["loc"]) == 1:
        unit = unit_of(info) if info is not None else ""
        return f"{what} needs '{key}'{f' ({unit})' if unit else ''}. Add it."
    if kind == "value_error":
        message = fault["msg"].removeprefix("Value error, ")
        return f"{what}: {message}."
    if info is None:
        return f"{what}: {fault['msg'].lower()}."
    if kind in _DATES:
        return f"{shown} is not a day. Write it without quotes, as in {key} = 2026-10-01."
    choices = allowed(info)
    if kind in ("literal_error", "enum"):
        plain = choices.replace("`", "")
        return (
            f"{what}: {key}: {_written(fault['input'])} is not possible."
            f"{guess(str(fault['input']), plain.split(', '))} Choose from {plain}."
        )
    unit = f" {unit_of(info)}" if unit_of(info) else ""
    if kind in _LIMITS and len(fault["loc"]) == 1:
        return f"{shown} is out of range. Give {choices.replace('`', '')}{unit}."
    if kind in _NUMBERS:
        whole = " whole" if kind.startswith("int") else ""
        limits = f", {choices}{unit}" if choices and "`" not in choices else ""
        return f"{shown} is not a{whole} number. Give one{limits}."
    if kind == "bool_type" or kind == "bool_parsing":
        return f"{shown} is neither true nor false. Write one of the two."
    if kind in ("tuple_type", "list_type"):
        listed = f"{key} = [{_written(fault['input'])}]"
        return f"{shown} is not a list. Write it in brackets, as in {listed}."
    if kind == "string_pattern_mismatch" and key == "authority":
        return f"{shown} is not the ONS code of an authority, such as E06000060. Correct it."
    if kind == "string_pattern_mismatch":
        return f"{shown} has a sign that may not stand there. Use letters, digits and hyphens."
    if kind == "string_type":
        return f'{shown} is not text. Write it in quotes, as in {key} = "..."'
    advice = f" Give {choices}{unit}." if choices and "`" not in choices else " Correct it."
    return f"{shown}: {fault['msg'][0].lower()}{fault['msg'][1:]}.{advice}"


def _written(value: object) -> str:
    """Return a value as a file writes it, cut short."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value[:40]}"'
    return str(value)[:60]
