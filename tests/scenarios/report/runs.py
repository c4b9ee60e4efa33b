"""Made-up runs for tests of what is said about them: every figure follows from its values."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios.comparison import difference, fan, level
from scenarios.measures import MEASURES
from scenarios.results import (
    AssumptionShown,
    HomesShown,
    LeverShown,
    MeasureShown,
    RunResult,
    RunStamp,
    RunSummary,
    Values,
    VariantResult,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

START = {
    "near_home_rate": (0.537, 0.012),
    "in_area_rate": (0.41, 0.012),
    "yearly_cost": (5_210_000_000.0, 90_000_000.0),
    "cost_per_child_week": (178_000.0, 3_000.0),
    "unplaced_child_weeks": (96.0, 18.0),
    "spot_share": (0.31, 0.02),
    "siblings_together": (0.62, 0.03),
    "moves_per_child_year": (0.61, 0.03),
    "breakdowns": (64.0, 8.0),
    "residential_not_needed": (0.12, 0.02),
    "children": (540.0, 14.0),
    "distant_rate": (0.24, 0.01),
    "ni62": (0.11, 0.01),
}
"""Level of today and how much futures differ, by measure."""

EFFECTS: dict[str, dict[str, tuple[float, float]]] = {
    "A four-bed home in the south": {
        "near_home_rate": (0.018, 0.006),
        "in_area_rate": (0.016, 0.006),
        "yearly_cost": (64_000_000.0, 16_000_000.0),
        "cost_per_child_week": (2_200.0, 600.0),
        "unplaced_child_weeks": (-9.0, 8.0),
        "siblings_together": (0.002, 0.012),
        "breakdowns": (-0.4, 3.0),
    },
    "Twenty more carers for over-tens and sibling groups": {
        "near_home_rate": (0.047, 0.008),
        "in_area_rate": (0.039, 0.008),
        "yearly_cost": (-121_000_000.0, 30_000_000.0),
        "cost_per_child_week": (-4_100.0, 900.0),
        "unplaced_child_weeks": (-31.0, 9.0),
        "spot_share": (-0.051, 0.012),
        "siblings_together": (0.061, 0.018),
        "moves_per_child_year": (-0.012, 0.014),
        "residential_not_needed": (-0.011, 0.009),
    },
    "Six block beds": {
        "yearly_cost": (32_000_000.0, 11_000_000.0),
        "near_home_rate": (0.003, 0.006),
        "unplaced_child_weeks": (-22.0, 7.0),
        "moves_per_child_year": (0.031, 0.008),
    },
}
"""What each variant does on average, and how much that differs between futures."""

OUTCODES = (
    "HP5",
    "HP10",
    "HP11",
    "HP12",
    "HP13",
    "HP14",
    "HP18",
    "HP19",
    "HP20",
    "HP21",
    "HP22",
    "SL7",
    "SL8",
    "SL9",
    "MK18",
)


def shown(*names: str) -> tuple[MeasureShown, ...]:
    """Return measures of the catalogue, in its order."""
    return tuple(each.shown for each in MEASURES if each.name in names)


def a_run(
    *,
    effects: Mapping[str, Mapping[str, tuple[float, float]]] | None = None,
    replications: int = 60,
    years: int = 5,
    seed: int = 4,
    measures: Sequence[MeasureShown] | None = None,
    **changes: Any,
) -> RunResult:
    """Return a run whose variants differ from today as said, future by future."""
    effects = EFFECTS if effects is None else effects
    rng = np.random.default_rng(seed)
    kept = tuple(measures or shown(*START))
    names = ("today", *(f"variant-{n}" for n in range(1, len(effects) + 1)))
    array = np.empty((len(names), replications, years + 1, len(kept)))
    for m, measure in enumerate(kept):
        level, spread = START[measure.name]
        luck = rng.normal(size=(replications, years + 1)).cumsum(axis=1) * spread * 0.6
        array[0, :, :, m] = level + luck
        for v, moved in enumerate(effects.values(), start=1):
            mean, wobble = moved.get(measure.name, (0.0, 0.0))
            ramp = np.linspace(0.3, 1.3, years) if years > 1 else np.ones(1)
            difference = (mean + wobble * rng.normal(size=(replications, 1))) * ramp[None, :]
            array[v, :, 1:, m] = array[0, :, 1:, m] + difference
        array[:, :, 0, m] = array[:, :, 1:, m].mean(axis=2)
    values = Values(
        variants=names,
        replications=tuple(range(replications)),
        measures=tuple(measure.name for measure in kept),
        array=array,
    )
    return run_of(values, kept, titles=("Today", *effects), **changes)


def run_of(
    values: Values, measures: Sequence[MeasureShown], *, titles: Sequence[str], **changes: Any
) -> RunResult:
    """Return the run that these values make."""
    variants = tuple(
        _variant(values, measures, name, title)
        for name, title in zip(values.variants, titles, strict=True)
    )
    fields: dict[str, Any] = {
        "name": "Three plans of the two strategies",
        "authority": "E06000060",
        "authority_name": "Buckinghamshire",
        "start": date(2025, 4, 1),
        "years": values.years,
        "replications": len(values.replications),
        "asked": len(values.replications),
        "variants": variants,
        "measures": tuple(measures),
        "assumptions": (
            AssumptionShown(
                name="arrivals_a_year",
                value=251.0,
                unit="children a year",
                sentence="Children who come into care in a year.",
                source="Department for Education, Children looked after in England, 2025",
                p05=228.0,
                p95=276.0,
            ),
            AssumptionShown(
                name="emergency_week_pence",
                value=650_000.0,
                unit="pence a week",
                sentence="What a week without a home costs.",
                source="Assumed",
                origin="scenario",
            ),
        ),
        "homes": tuple(
            HomesShown(district=code, setting="foster household", homes=4 + n % 5, beds=7 + n % 6)
            for n, code in enumerate(OUTCODES)
        ),
        "checked": 48_212,
        "stamp": RunStamp(
            version="0.1.0",
            program="5a" * 32,
            scenario="5c" * 32,
            data_hash="ab" * 32,
            assumptions="0f" * 32,
            policy="balanced",
            policy_version="1",
            rule_set="2023-10-28",
            as_of=date(2025, 3, 31),
            start=date(2025, 4, 1),
            years=values.years,
            seed=1,
            synthetic=True,
        ),
    }
    return RunResult(summary=RunSummary(**(fields | changes)), values=values)


def _variant(
    values: Values, measures: Sequence[MeasureShown], name: str, title: str
) -> VariantResult:
    base = values.variants[0]
    levels, fans, differences, difference_fans = {}, {}, {}, {}
    for measure in measures:
        m = values.measures.index(measure.name)
        mine = values.array[values.variants.index(name), :, :, m]
        today = values.array[0, :, :, m]
        described = level(mine[:, 0], measure.unit)
        if described is not None:
            levels[measure.name] = described
        fans[measure.name] = fan(mine[:, 1:], measure.unit)
        found = None if name == base else difference(today[:, 0], mine[:, 0], measure.good)
        if found is not None:
            differences[measure.name] = found
            difference_fans[measure.name] = fan(mine[:, 1:] - today[:, 1:])
    weeks = 52.0 * values.years
    return VariantResult(
        name=name,
        title=title,
        is_base=name == base,
        levers=()
        if name == base
        else (
            LeverShown(
                kind="open_childrens_home",
                title="Open a children's home",
                sentence="A home of four beds opens in High Wycombe on 1 October 2025, full "
                "after 12 weeks, at £21,000 a week.",
                source="Sufficiency strategy, New homes offer",
                starts=date(2025, 10, 1),
                settings={"beds": "4", "near": "High Wycombe"},
            ),
        ),
        levels=levels,
        fans=fans,
        differences=differences,
        difference_fans=difference_fans,
        areas={
            "children_from": {code: (14 + 5 * n % 31) * weeks for n, code in enumerate(OUTCODES)},
            "near_from": {code: (8 + 3 * n % 17) * weeks for n, code in enumerate(OUTCODES)},
            "children_in": {code: (6 + 7 * n % 29) * weeks for n, code in enumerate(OUTCODES)}
            | {"unknown": 11 * weeks},
        },
        homes_added=()
        if name == base
        else (HomesShown(district="HP13", setting="children's home", homes=1, beds=4),),
    )
