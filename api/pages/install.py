"""Every page, and what people read where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from api import problems
from api.pages import (
    account,
    agreements,
    approvals,
    audit,
    bed_values,
    budgets,
    children,
    choices,
    dashboard,
    data_quality,
    files,
    home_form,
    homes,
    matches,
    name_permissions,
    offers,
    placements,
    plans,
    policy,
    providers,
    queue,
    referral_form,
    referrals,
    scenarios,
    searches,
    signing_in,
    sufficiency,
    supposing,
    targets,
    tasks,
    users,
    visit,
)
from api.pages.asking import refused
from matcher.errors import NearHomeError

if TYPE_CHECKING:
    from fastapi import APIRouter, FastAPI
    from starlette.requests import Request
    from starlette.responses import Response

ROUTERS: tuple[APIRouter, ...] = (
    account.router,
    agreements.router,
    approvals.router,
    audit.router,
    bed_values.router,
    budgets.router,
    children.router,
    choices.router,
    dashboard.router,
    data_quality.router,
    files.router,
    home_form.router,
    homes.router,
    matches.router,
    name_permissions.router,
    offers.router,
    placements.router,
    plans.router,
    policy.router,
    providers.router,
    queue.router,
    referral_form.router,
    referrals.router,
    scenarios.router,
    searches.router,
    signing_in.router,
    sufficiency.router,
    supposing.router,
    targets.router,
    tasks.router,
    users.router,
    visit.router,
)
"""Every page, one router a noun."""

BY_PROVIDER = "/v1/oidc/"
"""Where browsers come and go that sign in by an identity provider."""
_MACHINES = ("/v1", "/healthz", "/readyz", "/metrics", "/openapi.json", "/assets")


def install(app: FastAPI) -> None:
    """Let people read it when there is no page at an address."""
    app.add_exception_handler(HTTPException, _http_refusal)  # type: ignore[arg-type]
    app.add_exception_handler(NearHomeError, _refusal)  # type: ignore[arg-type]


def _refusal(request: Request, error: NearHomeError) -> Response:
    """Let people read why they were not signed in by the identity provider."""
    reads = "text/html" in request.headers.get("accept", "")
    if not reads or not request.url.path.startswith(BY_PROVIDER):
        return problems.refusal(request, error)
    return refused(request, problems.kind_of(error), error.sentence)


def _http_refusal(request: Request, error: HTTPException) -> Response:
    reads = "text/html" in request.headers.get("accept", "")
    if not reads or request.url.path.startswith(_MACHINES):
        return problems.http_refusal(request, error)
    kind = problems.HTTP_KINDS.get(error.status_code, problems.HTTP_KINDS[400])
    return refused(request, kind, _SENTENCES.get(kind.status, problems.FAULT_SENTENCE))


_SENTENCES = {
    404: "There is no page at this address. Check it, or begin again from the menu.",
    405: "This page cannot be sent a form. Go back and try again.",
    413: "What was sent is larger than can be read at once.",
}
