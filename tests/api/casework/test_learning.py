"""What beds are worth is learnt from the stays that casework has recorded, and kept."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from api.casework.learning import RELEARN_DAYS, learn_bed_values
from api.records.bed_values import LearntBedValues
from api.records.care_placement import CarePlacement, PlacementState, ReasonCeased
from api.records.council_policy import COUNCIL
from api.storage.database import Database
from api.worlds.worlds import Worlds
from matcher.domain.placement import Placement
from matcher.errors import DataError
from tests.api.storage.actors import OFFICER, later
from tests.api.worlds.stored_worlds import records_of, stay_of
from tests.builders import AS_OF, a_child, a_home, a_referral, a_world

if TYPE_CHECKING:
    from pathlib import Path

A_DAY = 24 * 60


class Nowhere:
    """A directory that knows no postcode: where homes are is not what is tested."""

    def find_all(self, postcodes: Any) -> dict[str, Any]:
        return {}


@pytest.mark.usefixtures("hasty_learning")
def test_bed_values_are_learnt_from_recorded_stays_and_kept_with_their_past(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'nearhome.sqlite'}", secret="for tests only")
    database.create()
    worlds = Worlds(database, policy="look_ahead", postcodes=Nowhere())  # type: ignore[arg-type]
    assert learn_bed_values(database, worlds, OFFICER, at=later(0), when_due=True) is None
    with pytest.raises(DataError, match="Nobody is placed"):
        learn_bed_values(database, worlds, OFFICER, at=later(0))

    def lived(at: int, began: int, ended: int | None) -> tuple[Placement, dict[str, Any]]:
        stay = Placement(
            child_id=f"C-{at}", home_id=f"H-{at % 3}", started_on=AS_OF - timedelta(days=began)
        )
        if ended is None:
            return stay, {}
        over = {
            "state": PlacementState.ENDED,
            "ended_on": AS_OF - timedelta(days=ended),
            "ceased": ReasonCeased.E8,
        }
        return stay, over

    world = a_world(
        [a_child(f"C-{at}") for at in range(6)],
        [a_home(f"H-{at}", 2) for at in range(3)],
        referrals=[a_referral("R-1", "C-5")],
    )
    stays = [lived(0, 900, 400), lived(1, 380, 200), lived(2, 300, None), lived(3, 20, None)]
    with database.work(OFFICER.authority, OFFICER, at=later(1)) as work:
        work.put_all(records_of(world), reason="test")
        work.put_all([stay_of(each, world, **over) for each, over in stays], reason="test")
    first = learn_bed_values(database, worlds, OFFICER, at=later(2), when_due=True)
    assert first is not None
    # Since the first ending casework knows everybody who came.
    assert (first.starts, first.ends) == (AS_OF - timedelta(days=400), AS_OF)
    assert (first.families, first.source) == (3, "placements recorded")
    assert "7% of what was learnt counts" in first.sentence

    assert learn_bed_values(database, worlds, OFFICER, at=later(3), when_due=True) is None
    with database.work(OFFICER.authority, OFFICER, at=later(4)) as work:
        ranked = worlds.rank(work, "R-1", policy="look_ahead")
        assert first.values is not None
        assert ranked.report.stamp.bed_values == first.values.name
        plain = worlds.rank(work, "R-1", policy="balanced")
        assert plain.report.stamp.bed_values is None

    # Where the council's own policy does not look ahead nothing is learnt by itself.
    balanced = Worlds(database, postcodes=Nowhere())  # type: ignore[arg-type]
    month = later(RELEARN_DAYS * A_DAY)
    assert learn_bed_values(database, balanced, OFFICER, at=month, when_due=True) is None
    second = learn_bed_values(database, worlds, OFFICER, at=month, when_due=True)
    assert second is not None
    assert second.learnt_on - first.learnt_on == timedelta(days=RELEARN_DAYS)
    with database.work(OFFICER.authority, OFFICER, at=month) as work:
        assert work.get(LearntBedValues, COUNCIL).record == second
        assert work.as_of(later(5)).get(LearntBedValues, COUNCIL).record == first
        ranked = worlds.rank(work, "R-1", policy="look_ahead")
        assert second.values is not None
        assert ranked.report.stamp.bed_values == second.values.name
        assert work.find(CarePlacement)
