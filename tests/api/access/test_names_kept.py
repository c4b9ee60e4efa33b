"""Whoever may not see names finds none, whatever they ask."""

from __future__ import annotations

import pytest

from api.access.permissions import CLIENT_SCOPES
from api.records.actor import Permission, Role
from api.routes.rules import route_rules
from tests.api.access.test_authorities_apart import filled, stored_ids
from tests.api.capacity.cases import lives, search
from tests.api.capacity.registers import child, create, fill

NAMES = ("Zebedee", "Quillfeather", "Zeb")
PLACES = ("HP13 7PR", "2014-05-17")
"""What tells who a child is, to whoever knows the family."""
GIVEN_FILES = {"/v1/exports/tables", "/v1/exports/ssda903"}
"""Returns that the law asks for hold a postcode and a birthday; they leave by a permission."""


@pytest.fixture
def told(sqlite_doors):
    fill(sqlite_doors)
    create(sqlite_doors.of(Role.MANAGER), "/v1/children/C-2", child("C-2"))
    lives(sqlite_doors, "C-1")
    search(sqlite_doors, "C-2")
    return sqlite_doors


def askers(doors):
    scopes = CLIENT_SCOPES - {Permission.READ_NAMES, Permission.LOOK_UP_NAME}
    yield "system", doors.system(*(scopes - {Permission.EXPORT_CHILD, Permission.READ_AUDIT}))
    for role in (Role.COMMISSIONER, Role.AUDITOR, Role.ADMINISTRATOR):
        yield role, doors.of(role)


def test_no_reading_shows_a_name_to_whom_it_is_not_for(told):
    ids = stored_ids(told.database)
    answered = 0
    for who, browser in askers(told):
        for rule in route_rules(told.app):
            if rule.method != "GET" or rule.why_open is not None:
                continue
            answer = browser.get(filled(rule.path, ids), follow_redirects=False)
            if answer.status_code != 200:
                continue
            answered += 1
            what = f"{who}: {rule.path}: {answer.text[:2000]}"
            for name in NAMES:
                assert name not in answer.text, what
            if rule.path not in GIVEN_FILES:
                for place in PLACES:
                    assert place not in answer.text, what
    assert answered > 100


def test_an_officer_does_see_them(told):
    officer = told.of(Role.OFFICER)
    assert "Zebedee" in officer.get("/v1/children/C-1/details").text
    assert "HP13 7PR" in officer.get("/v1/children/C-1").text
