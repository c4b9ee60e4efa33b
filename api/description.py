"""What the service says of itself: OpenAPI, with each refusal described once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from api.problems import MEDIA_TYPE, documented

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi import FastAPI

METHODS = ("get", "put", "post", "delete", "patch")
WITH_A_BODY = ("400", "413")
"""What any operation may answer that reads a body: it cannot be read, or is too large."""
WITH_RECORDS = ("503",)
"""What any operation may answer that needs the database: it is away."""
TAKEN_FOR_GRANTED = ("HTTPValidationError", "ValidationError")
"""Shapes that the framework describes and that are never answered: ours are problems."""


def install(app: FastAPI) -> None:
    """Make an application describe its refusals once, and refer to them.

    Parameters
    ----------
    app
        The application, with every route.
    """
    inner: Callable[[], dict[str, Any]] = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _with_refusals_once(inner())
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]


def operations(description: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield the path, the method and the description of each operation.

    Parameters
    ----------
    description
        As OpenAPI has it.
    """
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                yield path, method, operation


def text_of(app: FastAPI) -> str:
    """Return the description as the reference keeps it, where a change is seen.

    Parameters
    ----------
    app
        The application.
    """
    return json.dumps(app.openapi(), indent=1, ensure_ascii=False)


def _with_refusals_once(description: dict[str, Any]) -> dict[str, Any]:
    components = description.setdefault("components", {})
    refusals = components.setdefault("responses", {})
    for path, _, operation in operations(description):
        answers = operation["responses"]
        told = [
            status
            for status, answer in answers.items()
            if int(status) >= 400 and (MEDIA_TYPE in answer.get("content", {}) or status == "422")
        ]
        told += WITH_A_BODY if "requestBody" in operation else ()
        told += WITH_RECORDS if path.startswith("/v1/") else ()
        for status in told:
            refusals.setdefault(f"Problem{status}", _refusal(int(status)))
            answers[status] = {"$ref": f"#/components/responses/Problem{status}"}
    for name in TAKEN_FOR_GRANTED:
        components.get("schemas", {}).pop(name, None)
    components["responses"] = dict(sorted(refusals.items()))
    return description


def _refusal(status: int) -> dict[str, Any]:
    """Return how a refusal with a status is described."""
    told = documented(status)[status]
    return {"description": told["description"], "content": told["content"]}
