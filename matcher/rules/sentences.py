"""What a rule says of a judgement, in a sentence with the figures."""

from __future__ import annotations

import re
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

from matcher.domain.phrases import day_words, listed
from matcher.evidence.verdict import Judgement, Verdict
from matcher.geography.authorities import authority_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.rules.catalogue import AnyRule


_AUTHORITY = re.compile(r"[EWSN]\d{8}")
"""An ONS code, which nobody reads; a sentence names the authority."""
_PEOPLE_LISTED = 6


def people(identifiers: Sequence[str]) -> str:
    """Return those who live somewhere as a list that can be read, also where there are many.

    Examples
    --------
    >>> people(tuple("ABCDEFGH"))
    'A, B, C, D, E and 3 others'
    """
    if len(identifiers) <= _PEOPLE_LISTED:
        return listed(identifiers)
    shown = identifiers[: _PEOPLE_LISTED - 1]
    return f"{', '.join(shown)} and {len(identifiers) - len(shown)} others"


def words(value: Any) -> str:
    """Return a fact as it stands in a sentence: dates, labels, names, lists and figures.

    Examples
    --------
    >>> words("E06000060")
    'Buckinghamshire'
    """
    if isinstance(value, str) and not isinstance(value, Enum):
        return authority_name(value) if _AUTHORITY.fullmatch(value) else value
    if isinstance(value, date):
        return day_words(value)
    if isinstance(value, Enum):
        label = getattr(value, "label", None)
        return label if isinstance(label, str) else str(value.value).replace("_", " ")
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (frozenset, set)):
        return listed(sorted(words(each) for each in value))
    if isinstance(value, (tuple, list)):
        return listed([words(each) for each in value])
    return str(value)


def sentence_of(rule: AnyRule, judgement: Judgement, **names: Any) -> str:
    """Return what a rule says of a judgement.

    Parameters
    ----------
    rule
        The rule.
    judgement
        What it answered.
    **names
        ``child`` and ``home`` for a pair, ``children`` and ``home`` for a household, by
        identifier.

    Returns
    -------
    str
        One sentence, or two when the rule was exempted: by whom and until when.
    """
    verdict = judgement.verdict
    if verdict is Verdict.MET:
        return f"{rule.title}."
    if verdict is Verdict.NOT_APPLICABLE:
        return f"{rule.title}: does not apply here."
    if verdict is Verdict.UNKNOWN:
        return _filled(rule.unknown, judgement, names)
    said = _filled(rule.sentence, judgement, names)
    return f"{said} {_exemption(judgement)}" if verdict is Verdict.EXEMPTED else said


def change_of(rule: AnyRule, judgement: Judgement, **names: Any) -> str:
    """Return what would have to change, or what must be done; empty when nothing must.

    Parameters
    ----------
    rule, judgement, **names
        As for :func:`sentence_of`.
    """
    if judgement.verdict is Verdict.NOT_MET:
        return _filled(rule.change, judgement, names)
    if judgement.verdict is Verdict.UNKNOWN:
        return _filled(rule.unknown, judgement, names)
    return ""


def _filled(template: str, judgement: Judgement, names: dict[str, Any]) -> str:
    facts = {name: words(value) for name, value in {**judgement.facts, **names}.items()}
    text = template.format_map(facts)
    # Identifiers keep their own case at the head of a sentence; everything else is capitalised.
    by_name = any(template.startswith(f"{{{name}}}") for name in ("child", "children", "home"))
    return text if by_name else text[:1].upper() + text[1:]


def _exemption(judgement: Judgement) -> str:
    by = judgement.facts["exempted_by"]
    until = judgement.facts["exempted_until"]
    role = str(getattr(by, "value", by)).replace("_", " ")
    if role.startswith("agency"):
        role = "agency's " + role.removeprefix("agency ")
    end = f"until {day_words(until)}" if until is not None else "with no end date"
    return f"Exempted by the {role} {end}."
