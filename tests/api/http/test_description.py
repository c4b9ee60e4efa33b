"""What the service says of itself: every operation named, summed up, with examples."""

from __future__ import annotations

import json
from typing import Any

import pytest

from api.app import create_app
from api.description import operations
from api.settings import Settings

SAYS_NOTHING = frozenset({204, 302, 303})
"""Answers without a body."""


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    return create_app(Settings(demo=True)).openapi()


def shapes(description: dict[str, Any], part: Any) -> list[dict[str, Any]]:
    """Return every shape that a part of the description refers to, at any depth."""
    found: dict[str, dict[str, Any]] = {}
    left = [part]
    while left:
        for name in _names(left.pop()):
            if name not in found:
                found[name] = description["components"]["schemas"][name]
                left.append(found[name])
    return list(found.values())


def _names(part: Any) -> list[str]:
    if isinstance(part, dict):
        named = str(part.get("$ref", ""))
        here = [named.rsplit("/", 1)[1]] if named.startswith("#/components/schemas/") else []
        return here + [name for each in part.values() for name in _names(each)]
    return [name for each in part for name in _names(each)] if isinstance(part, list) else []


def test_every_operation_says_what_it_is(description: dict[str, Any]) -> None:
    lacking = [
        f"{method} {path}: {key}"
        for path, method, operation in operations(description)
        for key in ("operationId", "summary", "tags", "description")
        if not operation.get(key)
    ]
    assert lacking == []


def test_every_body_has_an_example(description: dict[str, Any]) -> None:
    lacking = []
    for path, method, operation in operations(description):
        body = operation.get("requestBody")
        if body is None or "application/json" not in body["content"]:
            continue  # a file that is uploaded has no example
        told = json.dumps([body, *shapes(description, body)])
        if '"example' not in told:
            lacking.append(f"{method} {path}")
    assert lacking == []


def test_strangers_and_those_who_may_not_are_told_so_under_v1(
    description: dict[str, Any],
) -> None:
    lacking = [
        f"{method} {path}: {status}"
        for path, method, operation in operations(description)
        for status in ("401", "403")
        if path.startswith("/v1/")
        and not path.startswith(("/v1/session", "/v1/oidc"))
        and status not in operation["responses"]
    ]
    assert lacking == []


def test_every_post_may_be_sent_again_under_a_key(description: dict[str, Any]) -> None:
    lacking = [
        path
        for path, method, operation in operations(description)
        if method == "post"
        and path.startswith("/v1/")
        and not path.startswith("/v1/oidc")
        and "Idempotency-Key" not in [each["name"] for each in operation.get("parameters", [])]
    ]
    assert lacking == []


def test_changes_name_the_version_that_they_mean(description: dict[str, Any]) -> None:
    lacking = [
        f"{method} {path}"
        for path, method, operation in operations(description)
        if method in ("put", "patch", "delete")
        and not path.startswith("/v1/session")
        and "if-match" not in [each["name"].lower() for each in operation.get("parameters", [])]
    ]
    assert lacking == []


def test_refusals_are_problems(description: dict[str, Any]) -> None:
    for name, refusal in description["components"]["responses"].items():
        assert name.startswith("Problem")
        assert list(refusal["content"]) == ["application/problem+json"]
    assert "HTTPValidationError" not in json.dumps(description)
