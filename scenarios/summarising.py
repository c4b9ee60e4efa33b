"""From the replications of a run to everything that is said about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scenarios.comparison import difference, fan, level, measured, measures_counted
from scenarios.measures import BY_NAME
from scenarios.results import WHOLE_RUN, RunResult, RunSummary, Values, VariantResult

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scenarios.replication import Replication
    from scenarios.run_description import RunDescription, VariantDescription

Areas = dict[str, dict[str, dict[str, float]]]


def summarise(
    description: RunDescription,
    replications: Iterable[tuple[int, Replication]],
    *,
    asked: int,
    stopped_early: str | None = None,
) -> RunResult:
    """Work out everything that is said about a run.

    Parameters
    ----------
    description
        What the run is of.
    replications
        Number and what was counted, in order of numbers; read one at a time.
    asked
        How many replications were asked for.
    stopped_early
        Why there are fewer.

    Returns
    -------
    RunResult
        The summary, and every value.
    """
    numbers, arrays = [], []
    areas: Areas = {}
    checked = 0
    measures = None
    for number, replication in replications:
        measures = measures or measures_counted(replication)
        numbers.append(number)
        arrays.append(measured(replication, measures))
        checked += sum(each.checked for each in replication.values())
        for name, counted in replication.items():
            for kind, places in counted.areas.items():
                sums = areas.setdefault(name, {}).setdefault(kind, {})
                for area, count in places.items():
                    sums[area] = sums.get(area, 0.0) + count
    values = Values(
        variants=tuple(each.name for each in description.variants),
        replications=tuple(numbers),
        measures=tuple(each.name for each in measures or ()),
        array=np.stack(arrays, axis=1),
    )
    results = tuple(_variant(each, values, areas) for each in description.variants)
    summary = RunSummary(
        name=description.name,
        authority=description.authority,
        authority_name=description.authority_name,
        start=description.start,
        years=description.years,
        replications=len(numbers),
        asked=asked,
        stopped_early=stopped_early,
        variants=results,
        measures=tuple(
            BY_NAME[name].shown
            for name in values.measures
            if any(name in each.levels for each in results)
        ),
        assumptions=description.assumptions,
        homes=description.homes,
        checked=checked,
        stamp=description.stamp,
    )
    return RunResult(summary=summary, values=values)


def _variant(described: VariantDescription, values: Values, areas: Areas) -> VariantResult:
    base = values.variants[0]
    own = values.array[values.variants.index(described.name)]
    of_base = values.array[0]
    levels, fans, differences, difference_fans = {}, {}, {}, {}
    for k, name in enumerate(values.measures):
        unit, good = BY_NAME[name].unit, BY_NAME[name].good
        found = level(own[:, WHOLE_RUN, k], unit)
        if found is None:
            continue
        levels[name] = found
        fans[name] = fan(own[:, 1:, k], unit)
        if described.name == base:
            continue
        change = difference(of_base[:, WHOLE_RUN, k], own[:, WHOLE_RUN, k], good)
        if change is not None:
            differences[name] = change
            difference_fans[name] = fan(own[:, 1:, k] - of_base[:, 1:, k])
    count = len(values.replications)
    return VariantResult(
        name=described.name,
        title=described.title,
        is_base=described.name == base,
        levers=described.levers,
        levels=levels,
        fans=fans,
        differences=differences,
        difference_fans=difference_fans,
        areas={
            kind: {area: places[area] / count for area in sorted(places)}
            for kind, places in sorted(areas.get(described.name, {}).items())
        },
        homes_added=described.homes_added,
        homes_removed=described.homes_removed,
    )
