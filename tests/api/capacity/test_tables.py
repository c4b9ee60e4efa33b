"""Tables in and out over HTTP."""

import io
import zipfile

import pytest

from api.records.actor import Role
from matcher.intake import read_world, write_workbook, write_world
from tests.builders import a_child, a_home, a_world


@pytest.fixture
def world():
    return a_world([a_child("C-1")], [a_home("H-1")])


def upload(browser, *files):
    parts = [("files", (name, content)) for name, content in files]
    return browser.ask(
        "POST", "/v1/imports", files=parts, headers={"Near-Home-Reason": "first import"}
    )


def test_a_workbook_goes_in_and_comes_out(sqlite_doors, world, tmp_path):
    write_workbook(world, tmp_path / "in.xlsx")
    admin, manager = sqlite_doors.of(Role.ADMINISTRATOR), sqlite_doors.of(Role.MANAGER)
    done = upload(admin, ("in.xlsx", (tmp_path / "in.xlsx").read_bytes()))
    assert done.status_code == 200, done.text
    assert done.json()["stored"]["homes"] == 1
    again = upload(admin, ("in.xlsx", (tmp_path / "in.xlsx").read_bytes()))
    assert again.json()["stored"].get("homes", 0) == 0
    assert manager.get("/v1/homes/H-1").status_code == 200
    out = manager.get("/v1/exports/tables")
    assert out.status_code == 200, out.text
    assert "attachment" in out.headers["content-disposition"]
    (tmp_path / "out.xlsx").write_bytes(out.content)
    assert read_world(tmp_path / "out.xlsx").homes.keys() == {"H-1"}
    zipped = manager.get("/v1/exports/tables", params={"form": "csv"})
    names = zipfile.ZipFile(io.BytesIO(zipped.content)).namelist()
    assert "homes.csv" in names


def test_every_fault_is_told_and_nothing_stored(sqlite_doors, world, tmp_path):
    write_world(world, tmp_path / "tables")
    files = [(each.name, each.read_bytes()) for each in sorted((tmp_path / "tables").iterdir())]
    homes = [
        (name, content.replace(b"foster", b"caravan") if name == "homes.csv" else content)
        for name, content in files
    ]
    admin = sqlite_doors.of(Role.ADMINISTRATOR)
    refused = upload(admin, *homes)
    assert refused.status_code == 422
    assert any("caravan" in fault["detail"] for fault in refused.json()["errors"])
    assert sqlite_doors.of(Role.MANAGER).get("/v1/homes").json()["items"] == []
    assert upload(admin, *files).status_code == 200


@pytest.mark.parametrize(
    "names", [("../homes.csv",), ("a.xlsx", "b.xlsx"), ("a.csv", "a.csv"), ("a.exe",), ("a",)]
)
def test_odd_names_are_refused(sqlite_doors, names):
    admin = sqlite_doors.of(Role.ADMINISTRATOR)
    answer = upload(admin, *((name, b"x") for name in names))
    assert (answer.status_code, answer.json()["field"]) == (422, "files")


def test_an_import_sent_again_under_its_key_is_not_done_again(sqlite_doors, world, tmp_path):
    write_workbook(world, tmp_path / "in.xlsx")
    sent = [("files", ("in.xlsx", (tmp_path / "in.xlsx").read_bytes()))]
    admin = sqlite_doors.of(Role.ADMINISTRATOR)
    # The same bytes, boundary included, as a client that tries again sends them.
    request = admin.client.build_request(
        "POST", "/v1/imports", files=sent, headers={**admin.headers, "Idempotency-Key": "first-one"}
    )
    body = request.read()
    answers = [
        admin.client.request("POST", "/v1/imports", content=body, headers=request.headers)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [200, 200], answers[0].text
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotency-replayed"] == "true"
