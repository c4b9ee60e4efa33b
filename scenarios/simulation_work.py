"""The outlooks of a scenario as work for the runner, and what a report says about them."""

from __future__ import annotations

import gc
import hashlib
import json
import tomllib
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matcher.geography.authorities import authority_name
from matcher.rules.catalogue import rule_set_name
from matcher.version import VERSION
from scenarios.assumptions.drawing import draw_values
from scenarios.changes import HomeCloses, HomeOpens, ProviderFails
from scenarios.intervals import HIGH, LOW
from scenarios.program import program_digest
from scenarios.randomness import Randomness
from scenarios.replication import Counted, Replication
from scenarios.results import AssumptionShown, HomesShown, LeverShown, RunStamp
from scenarios.run_description import RunDescription, VariantDescription
from scenarios.scenario import TODAY, outlooks_of
from scenarios.shared import Shared
from scenarios.simulation import simulate
from scenarios.stage import outcode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date
    from pathlib import Path

    from matcher.domain.home import Home
    from matcher.policy import Policy
    from scenarios.assumptions import Assumptions
    from scenarios.changes import AnyChange
    from scenarios.levers import Lever
    from scenarios.outlook import Outlook
    from scenarios.scenario import Scenario

DRAWS_SHOWN = 200
"""Draws from which the interval of an assumption is read."""


@dataclass(frozen=True)
class SimulationWork:
    """Outlooks to be simulated side by side.

    Parameters
    ----------
    outlooks
        By name of the variant, base first.
    start
        First day.
    years
        How many.
    seed
        Of every chance.
    """

    outlooks: Mapping[str, Outlook]
    start: date
    years: int
    seed: int

    def ready(self) -> SimulationWork:
        """Return itself: outlooks travel ready to be simulated."""
        return self

    def __call__(self, replication: int) -> Replication:
        """Simulate every variant in the future of this number."""
        with _no_garbage():
            return self._simulated(replication)

    def _simulated(self, replication: int) -> Replication:
        shared = Shared()
        return {
            name: Counted.of(
                simulate(
                    outlook,
                    start=self.start,
                    years=self.years,
                    seed=self.seed,
                    replication=replication,
                    shared=shared,
                )
            )
            for name, outlook in self.outlooks.items()
        }


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Look for no garbage while open, and then for what was left behind meanwhile.

    A future keeps hundreds of thousands of records and makes next to no cycles: looking through
    them again and again finds nothing and takes time, and nearly all is let go of at its end.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
            gc.collect(0)


def work_of(scenario: Scenario) -> tuple[SimulationWork, RunDescription]:
    """Return what a scenario simulates, and what a run of it is of.

    Parameters
    ----------
    scenario
        As read from its file.

    Raises
    ------
    ScenarioError
        If it names what the data does not hold.
    """
    work = SimulationWork(
        outlooks=outlooks_of(scenario),
        start=scenario.first_day,
        years=scenario.years,
        seed=scenario.seed,
    )
    return work, _description(work, scenario)


def _description(work: SimulationWork, scenario: Scenario) -> RunDescription:
    base = next(iter(work.outlooks.values()))
    world, policy = base.world, base.policy
    tables = [each.assumptions for each in work.outlooks.values()]
    return RunDescription(
        name=scenario.name,
        authority=world.authority,
        authority_name=authority_name(world.authority),
        start=work.start,
        years=work.years,
        variants=(
            VariantDescription(
                name=TODAY,
                title="Today",
                levers=tuple(map(_shown, scenario.levers)),
                homes_added=_added(base),
                homes_removed=_removed(base),
            ),
            *(
                VariantDescription(
                    name=variant.name,
                    title=_title(variant.name),
                    levers=tuple(map(_shown, variant.levers)),
                    homes_added=_added(work.outlooks[variant.name], base),
                    homes_removed=_removed(work.outlooks[variant.name], base),
                )
                for variant in scenario.variants
            ),
        ),
        assumptions=_assumptions(base.assumptions, frozenset(scenario.assumptions)),
        homes=_by_district(home for home in world.homes.values() if home.setting.offered),
        scenario_text=scenario.text,
        stamp=RunStamp(
            version=VERSION,
            program=program_digest(),
            scenario=_digest_of_scenario(scenario.text, policy),
            data_hash=world.data_hash,
            assumptions=_digest(
                each.model_dump_json() for table in tables for each in table.values()
            ),
            returns=_digest_of_files(scenario.returns),
            policy=policy.name,
            policy_version=policy.version,
            rule_set=rule_set_name(world.as_of),
            as_of=world.as_of,
            start=work.start,
            years=work.years,
            seed=work.seed,
            synthetic=world.synthetic,
        ),
    )


def _title(name: str) -> str:
    """Return the name of a variant as a title: "six_blocks" is "Six blocks"."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def _digest_of_scenario(text: str, policy: Policy) -> str:
    """Leave out comments, spacing, the name and where to stop: they change no future."""
    told = tomllib.loads(text)
    content = {key: value for key, value in told.items() if key not in ("name", "until")}
    return _digest([json.dumps(content, sort_keys=True, default=str), policy.model_dump_json()])


def _digest_of_files(folder: Path | None) -> str | None:
    if folder is None:
        return None
    found = hashlib.sha256()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        found.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return found.hexdigest()


def _digest(parts: Iterable[str]) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(part.encode() + b"\n")
    return found.hexdigest()


def _shown(lever: Lever) -> LeverShown:
    values = {fact.name: getattr(lever, fact.name) for fact in lever.fields()}
    return LeverShown(
        kind=lever.kind,
        title=lever.title,
        sentence=lever.sentence,
        source=lever.source,
        starts=lever.starts,
        ends=lever.ends,
        settings={key: _written(value) for key, value in values.items() if value is not None},
    )


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(_written(each) for each in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _assumptions(table: Assumptions, set_here: frozenset[str]) -> tuple[AssumptionShown, ...]:
    """Return every coefficient with the interval that replications draw it from."""
    drawn = [draw_values(table, Randomness(0, number)) for number in range(1, DRAWS_SHOWN + 1)]
    shown = []
    for name, each in table.items():
        values = np.array([draw[name] for draw in drawn])
        doubt = bool(np.ptp(values))
        low, high = (float(np.quantile(values, share)) for share in (LOW, HIGH))
        shown.append(
            AssumptionShown(
                name=name,
                value=each.value,
                unit=each.unit,
                sentence=each.sentence,
                source=f"{each.source}, {each.year}" if each.year else each.source,
                p05=low if doubt else None,
                p95=high if doubt else None,
                origin="returns" if each.learnt else "scenario" if name in set_here else "shipped",
            )
        )
    return tuple(shown)


def _own(outlook: Outlook, base: Outlook | None) -> list[AnyChange]:
    """Return the changes that the base does not make too."""
    there = () if base is None else base.changes
    return [change for change in outlook.changes if change not in there]


def _added(outlook: Outlook, base: Outlook | None = None) -> tuple[HomesShown, ...]:
    return _by_district(
        change.home for change in _own(outlook, base) if isinstance(change, HomeOpens)
    )


def _removed(outlook: Outlook, base: Outlook | None = None) -> tuple[HomesShown, ...]:
    homes = outlook.world.homes
    gone: list[Home] = []
    for change in _own(outlook, base):
        if isinstance(change, HomeCloses) and change.home_id in homes:
            gone.append(homes[change.home_id])
        elif isinstance(change, ProviderFails):
            gone += [home for home in homes.values() if home.provider_id == change.provider_id]
    return _by_district(gone)


def _by_district(homes: Iterable[Home]) -> tuple[HomesShown, ...]:
    count: Counter[tuple[str, str]] = Counter()
    beds: Counter[tuple[str, str]] = Counter()
    for home in homes:
        key = (outcode(home.postcode), home.setting.label)
        count[key] += 1
        beds[key] += home.beds_usable
    return tuple(
        HomesShown(district=key[0], setting=key[1], homes=count[key], beds=beds[key])
        for key in sorted(count)
    )
