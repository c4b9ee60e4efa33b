"""Refusals over HTTP: problem details (RFC 9457), each with the sentence, the field, the rule.

References
----------
RFC 9457, Problem Details for HTTP APIs.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.errors import (
    AuditError,
    ConflictError,
    InvalidError,
    NotAllowedError,
    NotSignedInError,
    PreconditionMissingError,
    StaleError,
    TooLargeError,
    TooManyError,
    UnavailableError,
    WrongStateError,
)
from matcher.errors import (
    CheckFailedError,
    DataError,
    IntakeErrors,
    NearHomeError,
    NotFoundError,
    PolicyError,
    ScenarioError,
    UsageError,
)

MEDIA_TYPE = "application/problem+json"
MOST_FAULTS = 100
"""How many single faults of one request are told."""


class ProblemKind(NamedTuple):
    """One kind of refusal.

    The ``type`` of a problem is ``/problems#`` and its slug.
    """

    status: int
    slug: str
    title: str

    @property
    def uri(self) -> str:
        """What identifies it."""
        return f"/problems#{self.slug}"


INVALID = ProblemKind(422, "invalid", "What was sent cannot be so")
NOT_FOUND = ProblemKind(404, "not-found", "There is no such thing here")
FAULT = ProblemKind(500, "fault", "A fault in Near Home")

KINDS: dict[type[NearHomeError], ProblemKind] = {
    NotSignedInError: ProblemKind(401, "not-signed-in", "Sign in first"),
    NotAllowedError: ProblemKind(403, "not-allowed", "You may not do this"),
    NotFoundError: NOT_FOUND,
    WrongStateError: ProblemKind(409, "wrong-state", "Its state does not allow this"),
    ConflictError: ProblemKind(409, "conflict", "What is stored stands against it"),
    StaleError: ProblemKind(412, "stale", "Somebody has changed it since"),
    TooLargeError: ProblemKind(413, "too-large", "More than is read at once"),
    PreconditionMissingError: ProblemKind(428, "which-version", "Say which version you mean"),
    TooManyError: ProblemKind(429, "too-often", "Asked too often"),
    UnavailableError: ProblemKind(503, "unavailable", "Not possible at present"),
    InvalidError: INVALID,
    UsageError: INVALID,
    DataError: INVALID,
    PolicyError: INVALID,
    ScenarioError: INVALID,
    CheckFailedError: ProblemKind(500, "check-failed", "The independent check failed"),
    AuditError: ProblemKind(500, "audit", "The audit trail does not hold together"),
    NearHomeError: FAULT,
}
"""By class of error, the most particular first along its line of descent."""

HTTP_KINDS: dict[int, ProblemKind] = {
    400: ProblemKind(400, "unreadable", "The request cannot be read"),
    404: NOT_FOUND,
    405: ProblemKind(405, "method", "Not by this method"),
    413: KINDS[TooLargeError],
    415: ProblemKind(415, "media-type", "Not in this format"),
}
HTTP_SENTENCES: dict[int, str] = {
    400: "The request cannot be read. Send JSON in UTF-8, or what the operation documents.",
    404: "There is nothing at this address. /openapi.json lists every operation.",
    405: "This address does not answer that method. /openapi.json lists every operation.",
    413: "The request is larger than the service reads.",
    415: "The request is in a format that this operation does not read.",
}
FAULT_SENTENCE = (
    "Something went wrong that should not. Nothing was changed. Report it with the number in "
    "'instance'."
)


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    model_config = ConfigDict(frozen=True)

    field: str | None = Field(None, description="Where, such as `body.needed_by`.")
    rule: str | None = Field(None, description="Code of what it breaks.")
    detail: str = Field(description="What is wrong, in words.")


class Problem(BaseModel):
    """Why a request was refused."""

    model_config = ConfigDict(
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "type": "/problems#stale",
                    "title": "Somebody has changed it since",
                    "status": 412,
                    "detail": "C-0001 is at version 4 by now, and version 3 was meant. Read it "
                    "again, and decide anew.",
                    "instance": "urn:near-home:request:5f0c954c1d6b4d0f8a3f3a0d1c2b7e11",
                }
            ]
        },
    )

    type: str = Field(description="Identifies the kind of refusal.")
    title: str = Field(description="The kind, in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong, where, and what to do.")
    instance: str | None = Field(None, description="Identifies the request, also in the log.")
    field: str | None = Field(None, description="The field that it is about.")
    rule: str | None = Field(None, description="Code of the rule that stands against it.")
    errors: tuple[Fault, ...] | None = Field(None, description="Each single fault.")


def kind_of(error: NearHomeError) -> ProblemKind:
    """Return what kind of refusal an error is."""
    for each in type(error).__mro__:
        if each in KINDS:
            return KINDS[each]
    return FAULT


def answer(
    kind: ProblemKind,
    sentence: str,
    *,
    request_id: str | None,
    field: str | None = None,
    rule: str | None = None,
    faults: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a problem as an answer.

    Parameters
    ----------
    kind
        What kind it is.
    sentence
        What is wrong, where, and what to do.
    request_id
        Of the request, where it has one.
    field, rule
        What it is about.
    faults
        Each single one.
    headers
        To send with it.
    """
    problem = Problem(
        type=kind.uri,
        title=kind.title,
        status=kind.status,
        detail=sentence,
        instance=None if request_id is None else f"urn:near-home:request:{request_id}",
        field=field,
        rule=rule,
        errors=tuple(faults[:MOST_FAULTS]) or None,
    )
    return Response(
        orjson.dumps(problem.model_dump(exclude_none=True)),
        status_code=kind.status,
        media_type=MEDIA_TYPE,
        headers=dict(headers or {}),
    )


def request_id_of(request: Request) -> str | None:
    """Return the identifier that the middleware has given to a request."""
    found: str | None = request.scope.get("state", {}).get("request_id")
    return found


def refusal(request: Request, error: NearHomeError) -> Response:
    """Return the answer to a request that was refused with a sentence."""
    headers = {}
    if isinstance(error, TooManyError):
        headers["Retry-After"] = str(error.retry_after_seconds)
    elif isinstance(error, UnavailableError):
        headers["Retry-After"] = "5"
    elif isinstance(error, NotSignedInError):
        headers["WWW-Authenticate"] = 'Bearer realm="Near Home"'
    faults: list[Fault] = []
    if isinstance(error, IntakeErrors):
        faults = [Fault(detail=each.sentence) for each in error.faults[:MOST_FAULTS]]
    elif isinstance(error, ScenarioError):
        faults = [Fault(detail=sentence) for sentence in error.faults[:MOST_FAULTS]]
    return answer(
        kind_of(error),
        error.sentence,
        request_id=request_id_of(request),
        field=getattr(error, "field", None),
        rule=getattr(error, "rule", None),
        faults=faults,
        headers=headers,
    )


def invalid_request(request: Request, error: RequestValidationError) -> Response:
    """Return the answer to a request that does not have the documented shape.

    Nothing that was sent is repeated: it may hold a name where none belongs.
    """
    faults = [fault_of(each) for each in error.errors()]
    first = faults[0] if faults else Fault(detail="It does not have the documented shape.")
    more = f" ({len(faults) - 1} more in 'errors'.)" if len(faults) > 1 else ""
    where = f"{first.field}: " if first.field else ""
    return answer(
        INVALID,
        f"{where}{first.detail}{more}",
        request_id=request_id_of(request),
        field=first.field,
        rule=first.rule,
        faults=faults,
    )


_SAFE_PLACE = re.compile(r"[a-z][a-z0-9_]{0,40}", re.ASCII)


def fault_of(error: Mapping[str, Any]) -> Fault:
    """Return one fault that pydantic found, without what was sent.

    Parameters
    ----------
    error
        As :meth:`pydantic.ValidationError.errors` lists it.
    """
    kind = str(error["type"])
    # What is no field of ours is a word of the sender's. The names of headers are ours alone.
    of_header = error["loc"][:1] == ("header",)
    place = [
        str(part)
        if of_header or isinstance(part, int) or _SAFE_PLACE.fullmatch(str(part))
        else "(unknown)"
        for part in error["loc"]
    ]
    message = str(error["msg"])
    match kind:
        case "union_tag_invalid":
            message = f"Must be one of {error.get('ctx', {}).get('expected_tags', 'those known')}"
        case "json_invalid":
            message = "This is not JSON"
            place = place[:1]
        case "value_error" | "assertion_error":
            message = message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
        case "missing":
            message = "Is needed, and is not there"
        case "extra_forbidden":
            message = "There is no such field"
    return Fault(field=".".join(place) or None, rule=kind, detail=message.rstrip(".") + ".")


def http_refusal(request: Request, error: HTTPException) -> Response:
    """Return the answer where the framework itself refuses."""
    kind = HTTP_KINDS.get(error.status_code)
    if kind is None:
        kind = FAULT if error.status_code >= 500 else HTTP_KINDS[400]
    return answer(
        kind,
        HTTP_SENTENCES.get(kind.status, FAULT_SENTENCE),
        request_id=request_id_of(request),
        headers=error.headers,
    )


def install(app: FastAPI) -> None:
    """Make an application answer every error with a problem."""
    app.add_exception_handler(NearHomeError, refusal)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, invalid_request)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, http_refusal)  # type: ignore[arg-type]


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says of the refusals of an operation.

    Parameters
    ----------
    *statuses
        Each HTTP status that it may answer with.
    """
    titles: dict[int, str] = {}
    for kind in (*KINDS.values(), *HTTP_KINDS.values()):
        titles.setdefault(kind.status, kind.title)
    return {
        status: {
            "model": Problem,
            "description": f"{titles[status]}.",
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }
