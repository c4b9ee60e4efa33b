"""Turns templates into pages: what every page shows."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import jinja2
from starlette.responses import HTMLResponse

from api.errors import StaleError
from api.middleware.guarding import POLICY
from api.pages.compressing import LEVEL, asked_by_ourselves, compressed, takes_gzip
from api.pages.files import address_of
from api.pages.first_visit import STEPS, visit_step
from api.pages.meanwhile import meanwhile
from api.pages.words import (
    LONDON,
    capitalize_first,
    date_words,
    due_words,
    miles_words,
    moment_words,
)
from api.problems import kind_of
from api.records.actor import Permission
from api.routes.dependencies import service_of, session_cookie
from matcher.domain.phrases import counted, listed, pounds, pounds_and_pence
from matcher.geography.authorities import authority_name
from scenarios.report.page import chart_data

if TYPE_CHECKING:
    from starlette.requests import Request

    from api.records.actor import Actor

_INLINE_SCRIPT = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


class Entry(NamedTuple):
    """A place in the navigation."""

    label: str
    address: str
    permission: Permission
    """Who sees it."""


NAVIGATION: tuple[Entry, ...] = (
    Entry("Work queue", "/queue", Permission.COMPLETE_TASKS),
    Entry("Referrals", "/referrals", Permission.READ_REFERRALS),
    Entry("Vacancies", "/vacancies", Permission.READ_HOMES),
    Entry("Approvals", "/approvals", Permission.APPROVE_FUNDING),
    Entry("Plans", "/plans", Permission.READ_CHILDREN),
    Entry("Dashboard", "/dashboard", Permission.READ_TARGETS),
    Entry("Targets", "/targets", Permission.READ_TARGETS),
    Entry("Agreements", "/agreements", Permission.READ_AGREEMENTS),
    Entry("Budgets", "/budgets", Permission.READ_BUDGETS),
    Entry("Sufficiency", "/sufficiency", Permission.RUN_SCENARIOS),
    Entry("Scenarios", "/scenarios", Permission.RUN_SCENARIOS),
    Entry("Audit", "/audit", Permission.READ_AUDIT),
    Entry("Names", "/names", Permission.GRANT_NAMES),
    Entry("Users", "/users", Permission.MANAGE_USERS),
    Entry("Policy", "/policy", Permission.MANAGE_SETTINGS),
    Entry("Data quality", "/data-quality", Permission.READ_TARGETS),
)
"""Every place, in the order in which it is shown; each role sees what it may open."""


@cache
def environment() -> jinja2.Environment:
    """Return what renders templates; a name that is not known is an error, not a blank."""
    found = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [
                jinja2.PackageLoader("api.pages"),
                jinja2.PrefixLoader(
                    {"govuk_frontend_jinja": jinja2.PackageLoader("govuk_frontend_jinja")}
                ),
            ]
        ),
        autoescape=True,
        undefined=_KnownOrNested,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(
        chart_data=chart_data,
        pounds=pounds,
        pounds_and_pence=pounds_and_pence,
        day=date_words,
        due=due_words,
        moment=moment_words,
        miles=miles_words,
        listed=listed,
        capitalize_first=capitalize_first,
        zip=zip,
        lookup=lambda key, found: found.get(key, key),
        words=lambda code: str(code).replace("_", " "),
    )
    found.globals.update(counted=counted, asset=address_of, visit_steps=STEPS)
    return found


class _KnownOrNested(jinja2.ChainableUndefined):
    """The components ask their parameters for what need not be there; our own names must be."""

    def __str__(self) -> str:
        if self._undefined_obj is jinja2.utils.missing and self._undefined_name is not None:
            self._fail_with_undefined_error()
        return ""


def render(
    request: Request, template: str, *, status: int = 200, actor: Actor | None = None, **shown: Any
) -> HTMLResponse:
    """Return a page; what is shown as ``wrong`` says with a stale form what changed meanwhile.

    Parameters
    ----------
    request
        That it answers.
    template
        File under ``templates``.
    status
        HTTP status.
    actor
        Who is signed in; None for a stranger.
    **shown
        What the template shows.
    """
    service = service_of(request)
    token = None
    wrong = shown.get("wrong")
    if isinstance(wrong, StaleError) and actor is not None:
        status = kind_of(wrong).status
        shown["wrong"] = meanwhile(request.state.unit.work(actor), wrong)
    elif wrong is not None and (seen := dict(shown.get("typed") or ()).get("version")):
        shown["version"] = seen  # whoever corrects a form must still not overwrite others unseen
    if actor is not None:
        cookie = request.cookies.get(session_cookie(secure=service.settings.secure))
        token = service.gate.forgery_token(service.gate.token_of(cookie))
    content = (
        environment()
        .get_template(template)
        .render(
            actor=actor,
            council=None if actor is None else authority_name(actor.authority),
            demo=service.settings.demo,
            forgery_token=token,
            here=request.url.path,
            navigation=[
                each for each in NAVIGATION if actor is not None and actor.may(each.permission)
            ],
            now=service.clock(),
            today=service.clock().astimezone(LONDON).date(),
            visit=visit_step(request, actor),
            **shown,
        )
    )
    sent = content.encode()
    headers = {
        "Content-Security-Policy": _policy(sent),
        # Without any referrer browsers would not say where a form was sent from, either.
        "Referrer-Policy": "same-origin",
        "Vary": "Accept-Encoding, Sec-Fetch-Site",
    }
    if takes_gzip(request) and asked_by_ourselves(request):
        sent, headers["Content-Encoding"] = compressed(sent, LEVEL), "gzip"
    return HTMLResponse(sent, status_code=status, headers=headers)


def _policy(content: bytes) -> str:
    """Return the content policy of a page: ours, and the Design System's one inline script."""
    digests = {
        base64.b64encode(hashlib.sha256(script).digest()).decode()
        for script in _INLINE_SCRIPT.findall(content)
    }
    if digests - _known_scripts():
        raise AssertionError("A page holds a script that is not the Design System's own.")
    scripts = " ".join(f"'sha256-{digest}'" for digest in sorted(digests))
    # ECharts places its canvas and its tooltips by the style attribute; no sheet is let in.
    styles = "style-src 'self'; style-src-attr 'unsafe-inline'"
    policy = POLICY.replace("style-src 'self'", styles)
    return policy.replace("script-src 'self'", f"script-src 'self' {scripts}".rstrip())


@cache
def _known_scripts() -> frozenset[str]:
    source, _, _ = environment().loader.get_source(  # type: ignore[union-attr]
        environment(), "govuk_frontend_jinja/template.html"
    )
    found = re.findall(r"<script[^>]*>(.*?)</script>", source, re.DOTALL)
    return frozenset(
        base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in found
    )
