"""What is shipped for deployment holds together with the service and its settings."""

from __future__ import annotations

import configparser
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from api.cli.main import app
from api.settings import FILE_SUFFIX, PREFIX, Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
HOW_TO = DEPLOY.parent / "docs" / "how-to" / "deploy.md"
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
KNOWN = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
KNOWN |= {name + FILE_SUFFIX for name in KNOWN}
COMMANDS = {each.name for each in (*app.registered_commands, *app.registered_groups)}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("file", sorted(each.name for each in DEPLOY.iterdir()))
def test_every_setting_that_is_named_exists(file: str) -> None:
    text = (DEPLOY / file).read_text(encoding="utf-8")
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", text))
    assert named <= KNOWN
    assert "openssl" not in text


def test_the_how_to_names_settings_that_exist() -> None:
    named = set(re.findall(rf"\b{PREFIX}[A-Z_]+\b", HOW_TO.read_text(encoding="utf-8")))
    assert named
    assert named <= KNOWN


def test_the_container_runs_without_rights_and_says_whether_it_is_ready() -> None:
    stages = CONTAINER.split("\nFROM ")
    assert len(stages) == 3, "one stage builds, another runs"
    last = stages[-1]
    assert re.search(r"^USER (\d+)$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert "/readyz" in last
    assert not re.search(r"^(ARG|ENV) .*(SECRET|PASSWORD|TOKEN)", CONTAINER, re.MULTILINE)
    assert all(re.search(r":\S*\d", each) for each in re.findall(r"^FROM (\S+)", CONTAINER, re.M))


def test_what_the_container_copies_is_there() -> None:
    for line in re.findall(r"^COPY (?!--from)(.+)$", CONTAINER, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (DEPLOY.parent / source).exists(), source


def test_the_container_is_built_from_what_it_copies_and_nothing_else() -> None:
    text = (DEPLOY / "Containerfile.dockerignore").read_text(encoding="utf-8")
    let_in = set(re.findall(r"^!(\S+)$", text, re.MULTILINE))
    copied = {
        source
        for line in re.findall(r"^COPY (?!--from)(.+)$", CONTAINER, re.MULTILINE)
        for source in line.split()[:-1]
    }
    assert let_in == copied
    assert "\n*\n" in text


def test_the_services_of_the_compose_file_are_guarded_alike(compose: dict[str, Any]) -> None:
    for name in ("schema", "service", "jobs"):
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["command"][0] in COMMANDS
        assert set(service["secrets"]) <= set(compose["secrets"])
    assert compose["networks"]["inside"]["internal"] is True
    assert "ports" not in compose["services"]["database"]
    assert compose["services"]["service"]["ports"] == ["127.0.0.1:8000:8000"]


def test_no_secret_stands_in_the_compose_file(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if "PASSWORD" in name or "SECRET" in name or "URL_FILE" in name:
                assert value.startswith("/run/secrets/"), name


def test_the_unit_starts_commands_that_exist_and_keeps_to_its_folder() -> None:
    unit = configparser.RawConfigParser(strict=False, comment_prefixes="#")
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / "nearhome.service", encoding="utf-8")
    service = unit["Service"]
    for key in ("ExecStart", "ExecStartPre"):
        assert service[key].split()[1] in COMMANDS
    assert service["ProtectSystem"] == "strict"
    assert service["DynamicUser"] == "yes"
    assert service["NoNewPrivileges"] == "yes"
