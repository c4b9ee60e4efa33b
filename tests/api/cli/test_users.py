"""``nearhome users``: the first administrator, new passwords, and stopping somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.cli.conftest import Run

BUCKS = "E06000060"


@pytest.fixture(autouse=True)
def installed(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEARHOME_DATABASE_URL", f"sqlite:///{tmp_path / 'nearhome.sqlite'}")
    monkeypatch.setenv("NEARHOME_DEMO", "1")
    assert run("db", "upgrade").code == 0


def test_from_nobody_to_two_people_and_one_stopped(run: Run) -> None:
    for name in ("first", "second"):
        added = run(
            "users",
            "add",
            f"{name}@council.example",
            "--authority",
            BUCKS,
            "--role",
            "administrator",
        )
        assert added.code == 0, added.err
        assert "first password" in added.out
    again = run("users", "add", "first@council.example", "--authority", BUCKS, "--role", "officer")
    assert again.code == 1
    assert "already signs in" in again.err
    renewed = run("users", "password", "second@council.example", "--authority", BUCKS)
    assert "first password" in renewed.out
    assert run("users", "stop", "second@council.example", "--authority", BUCKS).code == 0
    listed = run("users", "list", "--authority", BUCKS).out
    assert "first@council.example  administrator" in listed
    assert "second@council.example  administrator (stopped)" in listed
    last = run("users", "stop", "first@council.example", "--authority", BUCKS)
    assert "manage users" in last.err


def test_bad_use_ends_in_a_sentence(run: Run) -> None:
    nobody = run("users", "password", "nobody@council.example", "--authority", BUCKS)
    assert (nobody.code, "nearhome users list" in nobody.err) == (2, True)
    wrong = run("users", "list", "--authority", "Bucks")
    assert wrong.code == 2
    assert "--authority is 'Bucks'; give the ONS code of a council" in wrong.err
