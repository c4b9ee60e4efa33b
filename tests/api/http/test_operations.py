"""Every operation as several roles: no fault of ours, and no answer that is not documented."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.records.actor import Role
from benchmarks.load.operations import ask_all, known_identifiers
from tests.api.service import sent_by, small_county

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.api.service import DemoService

WHO = (None, *Role)
SHARE = 3
"""An officer asks every operation, the others every third, so that two or three ask each.

All operations by all of them, many times over: ``python -m benchmarks.load run operations``.
Which role gets which answer is a test of its own, for every route.
"""


@pytest.mark.parametrize("role", WHO, ids=lambda role: role or "stranger")
def test_operations_as(sqlite_demo: DemoService, role: Role | None) -> None:
    def headers() -> Mapping[str, str]:
        return {} if role is None else sent_by(sqlite_demo.of(role, anew=True))

    asked = ask_all(
        sqlite_demo.app,
        headers,
        examples=1,
        known=known_identifiers(small_county()),
        every=(1, 0) if role is Role.OFFICER else (SHARE, WHO.index(role) % SHARE),
    )
    assert asked.faults == []
    assert asked.operations > 60
    if role is None:
        assert not any(200 <= status < 300 for status in asked.answers if status != 200)
