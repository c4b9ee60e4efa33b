"""Who works in tests of storage, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from api.records.actor import Actor, Role
from tests.builders import BUCKS

ELSEWHERE = "E06000042"
NOON = datetime(2025, 3, 31, 12, tzinfo=UTC)
OFFICER = Actor(authority=BUCKS, actor_id="U-1", roles=frozenset({Role.OFFICER}))
STRANGER = Actor(authority=ELSEWHERE, actor_id="U-9", roles=frozenset({Role.OFFICER}))


def later(minutes: float) -> datetime:
    """Return a moment so many minutes after noon."""
    return NOON + timedelta(minutes=minutes)
