"""What `make load` measures of the running service, in its short forms: real processes."""

from __future__ import annotations

from benchmarks.load.measures import place
from benchmarks.load.serving import follow, rank


def test_officers_are_all_answered() -> None:
    with place("sqlite") as where:
        row = rank(where.url, short=True)
    assert row["errors"] == 0
    assert row["requests"] == 4 * 2 + 4 + 4 * 2


def test_a_commit_in_one_process_is_seen_by_the_next_question_to_another() -> None:
    with place("postgresql") as where:
        row = follow(where.url, short=True)
    assert row["holds"] == 5
    assert row["offered_after_commit"] == 0
