"""Every operation as every role: no fault of ours, and no answer that is not documented."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.records.actor import Role
from benchmarks.load.operations import ask_all
from tests.api.service import known_identifiers, sent_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.api.service import DemoService

EXAMPLES = {Role.OFFICER: 2}
"""How often each operation is asked; once where not said."""


@pytest.mark.parametrize("role", [None, *Role], ids=lambda role: role or "stranger")
def test_every_operation_as(sqlite_demo: DemoService, role: Role | None) -> None:
    def headers() -> Mapping[str, str]:
        return {} if role is None else sent_by(sqlite_demo.of(role, anew=True))

    asked = ask_all(
        sqlite_demo.app,
        headers,
        examples=1 if role is None else EXAMPLES.get(role, 1),
        known=known_identifiers(),
    )
    assert asked.faults == []
    assert asked.operations > 100
    if role is None:
        assert not any(200 <= status < 300 for status in asked.answers if status != 200)
