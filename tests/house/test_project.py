"""Version, changelog, pinned versions and glossary agree with the code."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from matcher.domain import codes
from matcher.domain.agreement import Route
from matcher.domain.home import Setting
from matcher.domain.need import LEVEL_LABELS, NeedDomain

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    """Return the text under a heading of the glossary, up to the next of its rank or above."""
    rank = heading.split(" ", maxsplit=1)[0]
    found = re.search(
        rf"^{re.escape(heading)}$(.*?)(?=^#{{1,{len(rank)}}} |\Z)",
        GLOSSARY,
        re.MULTILINE | re.DOTALL,
    )
    assert found, heading
    return found.group(1)


def test_installed_version_is_the_one_in_pyproject() -> None:
    assert metadata.version("nearhome") == PROJECT["version"]


def test_changelog_starts_with_what_is_unreleased() -> None:
    headings = re.findall(
        r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert headings[0] == "Unreleased"


def test_every_direct_dependency_is_pinned_to_one_version() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", pin)] == []
    pinned = {re.sub(r"[-_.]+", "-", pin.split("==")[0]).lower() for pin in pins}
    asked = {
        re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", each, maxsplit=1)[0]).lower()
        for each in PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]
    }
    assert asked <= pinned


@pytest.mark.parametrize("domain", NeedDomain)
def test_glossary_describes_every_level_of_every_need(domain: NeedDomain) -> None:
    label = domain.label
    table = section(f"### {label[0].upper()}{label[1:]}")
    rows = re.findall(r"^\| (\d) ([a-z ]+) \| (.+) \|$", table, re.MULTILINE)
    assert [(int(level), word) for level, word, _ in rows] == list(enumerate(LEVEL_LABELS))
    assert len({text for _, _, text in rows}) == len(LEVEL_LABELS)


def test_glossary_says_what_a_capability_means_at_every_level() -> None:
    table = section("## Needs and capabilities").split("### ")[0]
    rows = re.findall(r"^\| (\d) ([a-z ]+) \| .+ \|$", table, re.MULTILINE)
    assert [(int(level), word) for level, word in rows] == list(enumerate(LEVEL_LABELS))


def test_glossary_names_every_setting_and_whether_it_is_offered() -> None:
    rows = re.findall(
        r"^\| ([^|]+) \| `(\w+)` \| (yes|no) \|", section("## Settings"), re.MULTILINE
    )
    assert rows == [(s.label, s.value, "yes" if s.offered else "no") for s in Setting]


@pytest.mark.parametrize("route", Route)
def test_glossary_names_every_route(route: Route) -> None:
    assert re.search(rf"\b{route.label}\b", section("## Agreements and money"), re.IGNORECASE)


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("### Placement (PLACE)", codes.PlaceCode),
        ("### Provider (PLACE_PROVIDER)", codes.PlaceProvider),
        ("### Legal status (LS)", codes.LegalStatus),
        ("### Category of need (CIN)", codes.CategoryOfNeed),
        ("### Reason for a new episode (RNE)", codes.ReasonForNewEpisode),
        (
            "### Reason for a change of placement (REASON_PLACE_CHANGE)",
            codes.ReasonPlaceChange,
        ),
        ("### Ethnicity (ETHNIC)", codes.Ethnicity),
        ("### Sex (SEX)", codes.Sex),
    ],
)
def test_glossary_has_the_codes_as_the_code_has_them(heading: str, code: type[codes.Code]) -> None:
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in section(heading).splitlines()
        if line.startswith("| ") and not line.startswith(("| code", "| ---"))
    ]
    assert [row[:2] for row in rows] == [(each.value, each.meaning) for each in code]
    for row, each in zip(rows, code, strict=True):
        first = f"from {each.first_year}" if each.first_year else ""
        last = f"to {each.last_year}" if each.last_year != 9999 else ""
        assert row[2:] in ((), (f"{first} {last}".strip(),))
