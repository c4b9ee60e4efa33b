"""A policy as rows that a person reads, and the reference pages of criteria and settings.

Sentences about settings are those of the docstrings of :mod:`matcher.policy`, so that they
are written once.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from matcher.criteria.catalogue import BY_NAME, CRITERIA, criteria_of
from matcher.docstrings import meanings_of_fields
from matcher.domain.need import NeedDomain
from matcher.domain.record import Record
from matcher.policy import SHIPPED, Method, Policy, Preference

if TYPE_CHECKING:
    from collections.abc import Iterator

NOT_SCALARS = ("aims", "weights", "unknown_scores_by_criterion", "shortfall_weights", "preferred")
"""Settings that hold several values, each shown in a row of its own."""


class SettingRow(NamedTuple):
    """One setting of a policy.

    Parameters
    ----------
    setting
        As the file writes it: ``near_home.half_at_miles``.
    value
        As people write it: "20 miles".
    sentence
        What it does.
    """

    setting: str
    value: str
    sentence: str


def describe(policy: Policy) -> tuple[SettingRow, ...]:
    """Return every setting of a policy, with its value and what it does.

    Parameters
    ----------
    policy
        The policy.

    Returns
    -------
    tuple of SettingRow
        Aims in their order, weights from the largest, then the other settings as the
        reference has them.

    Raises
    ------
    PolicyError
        If the policy names a criterion that does not exist.
    """
    criteria_of(policy)
    return (
        *_scalar_rows(policy),
        *_aim_rows(policy),
        *_weight_rows(policy),
        *(
            SettingRow(
                f"unknown_scores_by_criterion.{name}",
                f"{share:g}",
                f"What {name} scores when it is unknown, instead of unknown_scores.",
            )
            for name, share in policy.unknown_scores_by_criterion.items()
        ),
        *_scale_rows(policy),
        *(
            SettingRow(
                f"shortfall_weights.{domain.value}",
                f"{policy.shortfall_weights.get(domain, 1.0):g}",
                f"How heavily a shortfall in {domain.label} counts.",
            )
            for domain in NeedDomain
        ),
        *(
            SettingRow(f"preferred, row {at}", _preference(row), "A preferred kind of home.")
            for at, row in enumerate(policy.preferred, start=1)
        ),
    )


def _scalar_rows(policy: Policy) -> Iterator[SettingRow]:
    sentences = meanings_of_fields(Policy)
    for name in Policy.model_fields:
        value = getattr(policy, name)
        if name not in NOT_SCALARS and not isinstance(value, Record):
            yield SettingRow(name, _shown(name, value), sentences.get(name, ""))


def _aim_rows(policy: Policy) -> Iterator[SettingRow]:
    priced = policy.method is not Method.LEXICOGRAPHIC
    for place, aim in enumerate(policy.aims, start=1):
        value = f"{_points(aim.price_points)} for one" if priced else f"aim {place}"
        yield SettingRow(f"aims.{aim.name.value}", value, f"Makes small: {aim.name.label}.")


def _weight_rows(policy: Policy) -> Iterator[SettingRow]:
    for name, points in sorted(policy.weights.items(), key=lambda each: -each[1]):
        yield SettingRow(f"weights.{name}", _points(points), f"{BY_NAME[name].title}.")


def _scale_rows(policy: Policy) -> Iterator[SettingRow]:
    for group in Policy.model_fields:
        scale = getattr(policy, group)
        if isinstance(scale, Record):
            sentences = meanings_of_fields(type(scale))
            for name in type(scale).model_fields:
                yield SettingRow(
                    f"{group}.{name}",
                    _shown(name, getattr(scale, name)),
                    sentences.get(name, ""),
                )


def _points(points: float) -> str:
    return f"{points:g} {'point' if points == 1 else 'points'}"


def _preference(row: Preference) -> str:
    parts = [row.setting.label]
    if row.route is not None:
        parts.append(row.route.label)
    if (row.age_from, row.age_to) != (0, 25):
        parts.append(f"ages {row.age_from} to {row.age_to}")
    if (row.need_from, row.need_to) != (0, 4):
        needs = f"{row.need_from} to {row.need_to}" if row.need_from < row.need_to else row.need_to
        parts.append(f"needs {needs}")
    return ", ".join(parts)


_UNITS = (
    ("miles_a_month", " miles a month"),
    ("miles", " miles"),
    ("points", " points"),
    ("days", " days"),
    ("days_a_week", " days a week"),
)


def _shown(name: str, value: Any) -> str:
    """Return a value as people write it, with the unit that its name ends in."""
    if value is None:
        return "no limit"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, tuple):
        return ", ".join(_shown(name, each) for each in value)
    if isinstance(value, str):
        return value
    if "pence" in name:
        return f"£{value / 100:,.2f}"
    unit = next((words for ending, words in _UNITS if name.endswith(f"_{ending}")), "")
    return f"{value:g}{unit}"


def _allowed(setting: str) -> str:
    """Return what may be written for a setting; empty when the other columns say so."""
    head, _, tail = setting.partition(".")
    if head == "weights":
        return "0 to 100; all add up to 100"
    if head == "aims":
        head, tail = "move_price_points", ""
    schema = _schema()
    found = schema["properties"].get(head, {})
    if "$ref" in found:
        found = schema["$defs"][found["$ref"].rpartition("/")[2]]
        if "enum" in found:
            return ", ".join(found["enum"])
        found = found["properties"][tail]
    elif "additionalProperties" in found:
        found = found["additionalProperties"]
    found = next(iter(found.get("anyOf", ())), found)
    if found.get("type") == "boolean":
        return "true or false"
    if "maximum" not in found:
        return ""
    low = found.get("minimum", found.get("exclusiveMinimum"))
    return f"{'above ' if 'exclusiveMinimum' in found else ''}{low:g} to {found['maximum']:,.7g}"


@lru_cache
def _schema() -> dict[str, Any]:
    """Return the JSON Schema of a policy, which takes a while to make."""
    return Policy.model_json_schema()


def criteria_page() -> str:
    """Return the reference page of the criteria, as Markdown."""
    policies = [Policy.named(name) for name in SHIPPED]
    balanced = policies[0]
    lines = [
        "# Criteria",
        "",
        "<!-- Generated by matcher.criteria.reference:criteria_page. Run: make reference -->",
        "",
        "What makes one lawful home better than another for a child. Each criterion scores a",
        "share from 0 to 1, and the policy says how many points out of 100 it is worth. A",
        "criterion that does not apply to a child gives every point; one that is unknown",
        "scores what the policy says, is shown as unknown, and bars nothing. Why these points:",
        "[how homes are scored](../explanation/scoring.md).",
        "",
        "| Criterion | What is better | Points in `balanced` |",
        "|-|-|-:|",
    ]
    lines += [
        f"| [{each.name}](#{each.name}) | {each.title} | {balanced.weights.get(each.name, 0):g} |"
        for each in CRITERIA
    ]
    for each in CRITERIA:
        lines += ["", f"## {each.name}", "", f"{each.title}.", "", each.measure, ""]
        lines += [f"Looks at: {', '.join(f'`{field}`' for field in each.needs)}.", "", "Sources:"]
        lines += [""]
        lines += [
            f"- [{said}]({address})" if address else f"- {said}" for said, address in each.sources
        ]
    return "\n".join(lines) + "\n"


def policy_page() -> str:
    """Return the reference page of the settings of a policy, as Markdown."""
    policies = [Policy.named(name) for name in SHIPPED]
    described = [{row.setting: row for row in describe(policy)} for policy in policies]
    names = list(dict.fromkeys(setting for rows in described for setting in rows))
    lines = [
        "# Policy settings",
        "",
        "<!-- Generated by matcher.criteria.reference:policy_page. Run: make reference -->",
        "",
        "A policy is a TOML file. It says what is preferred, never what is lawful: the rules do",
        "that. `nearhome policy show balanced` prints one; to make your own, copy one that comes",
        "with Near Home and give it to `--policy` by its path. A key that is not a setting, a",
        "value out of its range and weights that do not add up to 100 are refused, each with the",
        "key at fault.",
        "",
        f"| Setting | What it does | Allowed | {' | '.join(f'`{each}`' for each in SHIPPED)} |",
        f"|-|-|-|{'-|' * len(SHIPPED)}",
    ]
    for name in names:
        row = next(rows[name] for rows in described if name in rows)
        values = (rows[name].value if name in rows else "" for rows in described)
        cells = (f"`{name}`", row.sentence, _allowed(name), *values)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
