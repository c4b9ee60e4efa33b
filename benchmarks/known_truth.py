"""A council so simple that its true differences are known, run as any scenario is."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import date

import numpy as np

from matcher.version import VERSION
from scenarios.measures import WEEKS_A_YEAR
from scenarios.replication import Counted, Replication
from scenarios.results import RunStamp
from scenarios.run_description import RunDescription, VariantDescription

WEEKS = 52
FEE_PENCE, FEE_SPREAD = 120_000, 0.8
"""Median weekly fee, and the standard deviation of its logarithm: a long tail, as fees have."""


@dataclass(frozen=True)
class KnownTruth:
    """Children who each live near home or not, at a fee, drawn anew in every future.

    Parameters
    ----------
    near_gain
        By how much the variant raises every child's chance to live near home.
    cheaper
        By which share it lowers every fee.
    children, years, seed
        How many, for how long, drawn from what.
    paired
        Whether both variants meet the same chances; if not, each has its own.
    slow_seconds
        How long to dawdle over each replication, for those who want to interrupt.
    """

    near_gain: float = 0.02
    cheaper: float = 0.01
    children: int = 300
    years: int = 2
    seed: int = 1
    paired: bool = True
    slow_seconds: float = 0.0

    near: float = 0.55

    @property
    def true_near_home_gain(self) -> float:
        """The mean difference of the near-home rate."""
        return self.near_gain

    @property
    def true_yearly_saving_pence(self) -> float:
        """The mean difference of the cost of a year, as a saving."""
        mean_fee = FEE_PENCE * float(np.exp(FEE_SPREAD**2 / 2))
        return self.cheaper * self.children * mean_fee * WEEKS_A_YEAR

    def ready(self) -> KnownTruth:
        """Return itself: nothing needs to be made ready."""
        return self

    def __call__(self, replication: int) -> Replication:
        """Simulate one future of both variants."""
        time.sleep(self.slow_seconds)
        return {
            "today": self._counted(replication, 0, self.near, 1.0),
            "better": self._counted(
                replication,
                0 if self.paired else 1,
                self.near + self.near_gain,
                1.0 - self.cheaper,
            ),
        }

    def _counted(self, replication: int, stream: int, near: float, price: float) -> Counted:
        random = np.random.default_rng([self.seed, replication, stream])
        years = []
        for _ in range(self.years):
            fee = np.exp(random.normal(np.log(FEE_PENCE), FEE_SPREAD, self.children)).sum()
            count = float((random.random(self.children) < near).sum())
            years.append(
                {
                    "children": float(self.children * WEEKS),
                    "near": count * WEEKS,
                    "far": (self.children - count) * WEEKS,
                    "cost.gross_pence": float(fee) * price * WEEKS,
                }
            )
        return Counted(
            weeks=(WEEKS,) * self.years,
            years=tuple(years),
            areas={"children_in": {"HP13": float(self.children * WEEKS * self.years)}},
            checked=self.children,
        )

    def description(self) -> RunDescription:
        """Return what a run of it is of."""
        text = (
            f'name = "A council whose truth is known"\nnear_gain = {self.near_gain}\n'
            f"cheaper = {self.cheaper}\nchildren = {self.children}\npaired = "
            f"{str(self.paired).lower()}\n"
        )
        day = date(2026, 4, 1)
        return RunDescription(
            name="A council whose truth is known",
            authority="E06000060",
            authority_name="Buckinghamshire",
            start=day,
            years=self.years,
            variants=(
                VariantDescription(name="today", title="Today"),
                VariantDescription(name="better", title="A little better"),
            ),
            scenario_text=text,
            stamp=RunStamp(
                version=VERSION,
                program="0" * 64,  # its own few lines: nothing else makes its numbers
                scenario=hashlib.sha256(text.encode()).hexdigest(),
                data_hash="0" * 64,
                assumptions="0" * 64,
                policy="balanced",
                policy_version="1",
                rule_set="none",
                as_of=day,
                start=day,
                years=self.years,
                seed=self.seed,
                synthetic=True,
            ),
        )
