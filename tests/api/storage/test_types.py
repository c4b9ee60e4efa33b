"""Moments are stored as text of one width, which sorts as they do, whatever the year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from api.storage.types import Instant

DIALECT = sqlite.dialect()
MOMENTS = st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=1)), timezone(timedelta(hours=-9))]),
)


@given(moments=st.lists(MOMENTS, min_size=1, max_size=5))
def test_moments_come_back_and_sort_as_text(moments: list[datetime]) -> None:
    column = Instant()
    written = [column.process_bind_param(each, DIALECT) for each in moments]
    assert {len(each) for each in written} == {27}
    assert [column.process_result_value(each, DIALECT) for each in written] == moments
    assert [moments[written.index(each)] for each in sorted(written)] == sorted(moments)
