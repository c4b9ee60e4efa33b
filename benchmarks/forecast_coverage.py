"""Whether the forecast's interval means what it says: councils with a known truth.

``python -m benchmarks.forecast_coverage`` writes the returns of made-up councils whose
arrivals and leaving drift as those of real ones do, reads them, forecasts a year from their
last day but one year, and counts how often the 90 per cent interval holds what then was.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import date
from pathlib import Path

import numpy as np

from scenarios.history.drift import LEAVING_YEARLY_SD, STARTING_YEARLY_SD
from scenarios.history.forecast import forecast
from scenarios.history.history import read_history

FIRST, YEARS = 2016, 5
ARRIVALS, LEAVING = 110, 0.33


def main() -> None:
    """Print coverage and errors, with drift and without."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--councils", type=int, default=200)
    count = parser.parse_args().councils
    sys.path.insert(0, str(Path(__file__).parents[1]))  # the councils are those of the tests
    from tests.scenarios.history.returns import council

    origin, end = date(FIRST + YEARS - 2, 3, 31), date(FIRST + YEARS - 1, 3, 31)
    for name, drift in (
        ("as councils drift", (STARTING_YEARLY_SD, LEAVING_YEARLY_SD)),
        ("without drift", (0.0, 0.0)),
    ):
        covered, wrong, still, width = [], [], [], []
        for seed in range(count):
            with tempfile.TemporaryDirectory() as folder:
                truth = council(
                    Path(folder),
                    years=YEARS,
                    a_year=ARRIVALS,
                    leaving=LEAVING,
                    seed=seed,
                    first=FIRST,
                    drift=drift,
                )
                history = read_history(Path(folder))
            found = forecast(history, months=12, draws=400, train_to=origin).in_care
            covered.append(found.p05[-1] <= truth[end] <= found.p95[-1])
            wrong.append(abs(found.mean[-1] - truth[end]))
            still.append(abs(truth[origin] - truth[end]))
            width.append(found.p95[-1] - found.p05[-1])
        share = np.mean(covered)
        print(
            f"{name}: {count} councils, 12 months ahead: covered {100 * share:.1f} % "
            f"(±{164.5 * np.sqrt(share * (1 - share) / count):.1f}), width {np.mean(width):.0f}, "
            f"mean absolute error {np.mean(wrong):.1f}, of last value {np.mean(still):.1f}"
        )


if __name__ == "__main__":
    main()
