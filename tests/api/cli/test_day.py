"""``nearhome day``: what follows from a day's passing, from a timer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.cli.conftest import Run

BUCKS = "E06000060"


@pytest.mark.usefixtures("hasty_learning")
def test_a_day_passes_for_every_council_and_leaves_a_trail(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEARHOME_DATABASE_URL", f"sqlite:///{tmp_path / 'nearhome.sqlite'}")
    monkeypatch.setenv("NEARHOME_DEMO", "1")
    assert run("day").code == 1, "there is no schema yet"
    assert run("db", "upgrade").code == 0
    assert run("day").out == "", "nobody's day passes where nothing is stored"
    assert run("db", "import", folder, "--authority", BUCKS).code == 0
    first = run("day")
    assert (first.code, first.out.split(",")[0]) == (0, BUCKS)
    assert "0 offers lapsed, 0 choices stopped" in first.out
    again = run("day", "--authority", BUCKS)
    assert "0 pathway assessments opened" in again.out
    assert "nothing was changed" in run("audit", "verify").out
    # What beds are worth is learnt when it is asked for, or due by a policy that looks ahead.
    assert run("lookahead", "relearn", "--when-due").out == f"{BUCKS}: not due.\n"
    learnt = run("lookahead", "relearn")
    assert f"{BUCKS}: Learnt on " in learnt.out
    assert "% of what was learnt counts" in learnt.out
    assert run("lookahead", "relearn", "--returns", tmp_path).code == 2
