"""Every route names who may ask it, and means it."""

import re

import pytest
from fastapi.routing import iter_route_contexts

from api.access.permissions import CLIENT_SCOPES, ROLE_PERMISSIONS
from api.app import create_app
from api.pages.install import ROUTERS as PAGES
from api.records.actor import Permission, Role
from api.routes.rules import OPEN_TO_MACHINES, route_rules
from api.settings import Settings
from tests.api.access.doors import Browser, matching
from tests.builders import BUCKS

ENDS_SESSIONS = {"signOut", "signOutElsewhere", "changeOwnPassword"}


@pytest.fixture(scope="module")
def every_rule():
    return route_rules(create_app(Settings(demo=True)))


@pytest.fixture(scope="module")
def rules(every_rule):
    """Return those of the JSON routes; pages answer otherwise, and are tested beside them."""
    return [rule for rule in every_rule if rule.path.startswith("/v1/")]


def test_no_route_is_without_a_rule(every_rule):
    assert [f"{rule.method} {rule.path}" for rule in every_rule if not rule.ruled] == []


def test_everything_lies_under_v1_but_pages_and_what_is_about_the_service():
    app = create_app(Settings(demo=True))
    pages = {context.path for router in PAGES for context in iter_route_contexts(router.routes)}
    paths = {context.path for context in iter_route_contexts(app.routes)}
    outside = {path for path in paths if not path.startswith("/v1/")}
    assert outside <= OPEN_TO_MACHINES | pages


def test_strangers_may_only_sign_in(rules):
    assert {rule.operation_id for rule in rules if rule.why_open} == {
        "signIn",
        "beginSignInByProvider",
        "finishSignInByProvider",
    }


def test_operations_have_names_of_their_own(rules):
    names = [rule.operation_id for rule in rules]
    assert len(names) == len(set(names))


def test_permissions_are_all_given_to_somebody():
    given = frozenset().union(*ROLE_PERMISSIONS.values())
    assert given | CLIENT_SCOPES == set(Permission)


def asked(rule, browser):
    path = re.sub(r"\{[^}]*\}", "X-1", rule.path)
    body = {} if rule.method in ("POST", "PUT", "PATCH") else None
    headers = matching(1) if rule.method in ("PUT", "PATCH", "DELETE") else {}
    return browser.ask(rule.method, path, json=body, headers=headers, follow_redirects=False)


def check(rule, answer, *, may, who):
    what = f"{who}: {rule.method} {rule.path} -> {answer.status_code} {answer.text[:200]}"
    if may:
        assert answer.status_code not in (401, 403), what
    else:
        assert answer.status_code == 403, what
        assert answer.json()["rule"] == rule.permission.value, what
    assert answer.status_code < 500, what


def test_strangers_are_told_to_sign_in(rules, sqlite_doors):
    stranger = sqlite_doors.stranger()
    for rule in rules:
        if rule.why_open is None:
            answer = asked(rule, stranger)
            assert answer.status_code == 401, f"{rule.method} {rule.path}"
            assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("role", Role)
def test_every_route_as_every_role(rules, sqlite_doors, role):
    browser = sqlite_doors.of(role)
    for rule in rules:
        if rule.permission is None:
            continue
        asker = browser
        if rule.operation_id in ENDS_SESSIONS:
            asker = Browser(sqlite_doors.app, f"{role.value}@{BUCKS.lower()}.example")
        check(rule, asked(rule, asker), may=rule.open_to(role), who=role)
        if rule.operation_id == "signOutElsewhere":
            browser = Browser(sqlite_doors.app, f"{role.value}@{BUCKS.lower()}.example")


def test_every_route_as_another_system_with_and_without_its_scope(rules, sqlite_doors):
    for permission in sorted(CLIENT_SCOPES):
        ruled = [rule for rule in rules if rule.permission is permission]
        if not ruled:
            continue
        other = Permission.READ_JOBS if permission is not Permission.READ_JOBS else None
        with_it = sqlite_doors.system(permission)
        without = sqlite_doors.system(other or Permission.READ_HOMES)
        for rule in ruled:
            check(rule, asked(rule, with_it), may=True, who="system with")
            check(rule, asked(rule, without), may=False, who="system without")
