"""Several authorities in one installation: nothing of one is seen or changed by another."""

from __future__ import annotations

import re

import pytest

from api.app import create_app
from api.records.actor import Permission, Role
from api.routes.rules import route_rules
from api.settings import Settings
from api.storage.kinds import KINDS
from tests.api.access.doors import Browser, matching
from tests.api.access.gates import person
from tests.api.capacity.cases import lives, search
from tests.api.capacity.registers import CONSORTIUM, SHARED, child, create, fill
from tests.builders import BUCKS

THEM = "E06000042"
OUR_CANARIES = ("Zebedee", "Quillfeather", "HP11 2QW", "HP13 7PR", "@e06000060")
OWN = {"/v1/session", "/v1/sessions", "/v1/session/password"}
"""About whoever asks, and nobody else."""
THEIRS = {"/v1/users", "/v1/audit/entries"}
"""Lists in which they find themselves."""


@pytest.fixture(scope="module")
def app():
    return create_app(Settings(demo=True))


def stored_ids(database):
    """The identifier of some record of ours of each kind, by the name of its key."""
    found = {}
    with database.engine.connect() as connection:
        for kind in KINDS.values():
            row = connection.exec_driver_sql(
                f"SELECT record_id FROM {kind.name} WHERE authority = '{BUCKS}' ORDER BY record_id"
            ).first()
            if row is not None:
                found.setdefault(kind.key, row.record_id)
    return found


def sequence_of_ours(database):
    return database.sequence(BUCKS)


def example(app, path, method):
    """The first example of an operation's body, as it is documented."""
    schema = app.openapi()
    body = schema["paths"][path][method.lower()].get("requestBody")
    if body is None:
        return None
    content = next(iter(body["content"].values()))
    if "examples" in content:
        return next(iter(content["examples"].values()))["value"]
    shape = content.get("schema", {})
    if "$ref" in shape:
        shape = schema["components"]["schemas"][shape["$ref"].rsplit("/", 1)[1]]
    examples = shape.get("examples")
    return examples[0] if examples else {}


def filled(path, ids):
    def value(match):
        name = match[1].partition(":")[0]
        return {"authority": BUCKS, **ids}.get(name, "X-1")

    return re.sub(r"\{([^}]*)\}", value, path)


def addressed(body, ids):
    """The body as it must be for the address, so that it is not refused for another reason."""
    if not isinstance(body, dict):
        return body
    return {name: ids.get(name, value) for name, value in body.items()}


# Every route is asked, which takes long; which authority a row is of is the same SQL on SQLite.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_no_route_crosses_from_one_authority_to_another(app, doors):
    fill(doors)
    commissioner = doors.of(Role.COMMISSIONER)
    create(commissioner, "/v1/consortia/CO-1", {**CONSORTIUM, "members": ["E10000002"]})
    create(commissioner, "/v1/shared-beds/SB-1", SHARED)
    doors.of(Role.ADMINISTRATOR)
    system = doors.system(Permission.READ_HOMES)
    assert system.get("/v1/homes/H-1").status_code == 200
    leave = {
        "user_id": commissioner.user_id,
        "purpose": "court",
        "reason": "a hearing",
        "starts": "2026-03-02",
        "until": "2026-03-03",
    }
    assert doors.of(Role.MANAGER).post("/v1/name-permissions", leave).status_code == 201
    hold = {"scope": "home", "target_id": "H-1", "kind": "quality", "reason": "a visit"}
    assert doors.of(Role.MANAGER).post("/v1/holds", hold).status_code == 201

    create(doors.of(Role.MANAGER), "/v1/children/C-2", child("C-2"))
    lives(doors, "C-1")
    search(doors, "C-2")

    plan = {"kind": "assignment", "policy": "balanced", "seconds": 60}
    job = doors.of(Role.MANAGER).post("/v1/assignments", plan)
    assert job.status_code == 202

    ids = {**stored_ids(doors.database), "job_id": job.json()["job"]["job_id"], "name": "plan"}
    person(doors.database, "everything@them.example", *Role, authority=THEM)
    them = Browser(doors.app, "everything@them.example", authority=THEM)
    before = sequence_of_ours(doors.database)
    ids["sequence"] = str(before)
    asked = 0
    # Readings first: what they make of their own would stand in their lists.
    for rule in sorted(route_rules(app), key=lambda each: each.method != "GET"):
        page = not rule.path.startswith("/v1/")
        if rule.why_open is not None or rule.path in OWN or (page and rule.method != "GET"):
            continue
        path = filled(rule.path, ids)
        body = None
        headers = {}
        if rule.method in ("POST", "PUT", "PATCH"):
            body = addressed(example(app, rule.path, rule.method), ids)
        if rule.method in ("PUT", "PATCH", "DELETE") or rule.operation_id == "renewClient":
            headers = matching(1)
        headers["Near-Home-Reason"] = "a test"
        answer = them.ask(rule.method, path, json=body, headers=headers)
        what = f"{rule.method} {path} -> {answer.status_code} {answer.text[:300]}"
        asked += 1
        assert answer.status_code < 500, what
        for canary in OUR_CANARIES:
            assert canary.lower() not in answer.text.lower(), what
        if "{" in rule.path:
            expected = (404,) if rule.method in ("GET", "DELETE") else (404, 409, 412, 422)
            if rule.method == "GET" and answer.status_code == 200:
                assert answer.json() == {"items": [], "next": None}, what
            else:
                assert answer.status_code in expected, what
        elif rule.method == "GET" and not page and "items" in answer.text:
            for record_id in ids.values():
                assert f'"{record_id}"' not in answer.text, what
            if rule.path not in THEIRS and not rule.path.startswith("/v1/reports/"):
                assert answer.json()["items"] == [], what
        assert sequence_of_ours(doors.database) == before, what
    assert asked > 60
