"""Random walks through casework: never an undefined state, never two in a bed, as a plain model.

``NEARHOME_WALKS=500`` takes more walks, of fifty steps each.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis.stateful import (
    run_state_machine_as_test,
)

from api.casework.states import STATES, TRANSITIONS, Noun
from api.storage.database import Database
from tests.api.casework.walking import Walk

if TYPE_CHECKING:
    from tests.api.conftest import PostgresDatabases

WALKS = int(os.environ.get("NEARHOME_WALKS", "0"))


def test_walks_on_sqlite(sqlite_template: Path) -> None:
    class OnSqlite(Walk):
        def open(self) -> None:
            self.folder = tempfile.TemporaryDirectory()
            file = Path(self.folder.name) / "walk.sqlite"
            shutil.copyfile(sqlite_template, file)
            self.database = Database(f"sqlite:///{file}", durable=False)

        def teardown(self) -> None:
            self.database.dispose()
            self.folder.cleanup()

    run_state_machine_as_test(
        OnSqlite, settings=settings(max_examples=WALKS or 12, stateful_step_count=50)
    )


def test_walks_on_postgresql(postgres_databases: PostgresDatabases) -> None:
    class OnPostgres(Walk):
        def open(self) -> None:
            self.url = postgres_databases.new()
            self.database = Database(self.url, durable=False)

        def teardown(self) -> None:
            self.database.dispose()
            postgres_databases.drop(self.url)

    run_state_machine_as_test(
        OnPostgres, settings=settings(max_examples=WALKS or 4, stateful_step_count=50)
    )


@pytest.mark.parametrize("noun", Noun)
def test_every_state_can_be_reached_and_is_defined(noun: Noun) -> None:
    steps = [step for step in TRANSITIONS if step.noun is noun]
    reached = {None}
    while len(more := reached | {step.after for step in steps if step.before in reached}) > len(
        reached
    ):
        reached = more
    assert reached - {None} == set(STATES[noun])
