"""The storage against a plain model in memory, in short; `make load` runs the long form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from benchmarks.load.model import StorageMachine

if TYPE_CHECKING:
    from api.storage.database import Database


def test_storage_does_what_a_plain_model_does(database: Database) -> None:
    machine = type("Machine", (StorageMachine,), {"database": database})
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        machine, settings=settings(max_examples=12, stateful_step_count=20)
    )
