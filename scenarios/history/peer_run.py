"""Runs cs-demand-model 0.5.1, in its own environment, on returns laid out as it wants them.

Not imported: run by that environment's Python, which has none of Near Home. It reads its
request as JSON from standard input and writes its answer to standard output. The categories
that are not in care are left out of the sums; the rest is as its own command does it.
"""

from __future__ import annotations

import json
import sys
import warnings
from datetime import date

KINDS = ("FOSTERING", "RESIDENTIAL", "SUPPORTED", "OTHER")


def main() -> None:
    """Forecast from every origin with every reference window."""
    warnings.simplefilter("ignore")
    import cs_demand_model
    import pandas as pd
    from cs_demand_model.config import Config
    from cs_demand_model.datastore import fs_datastore
    from dateutil.relativedelta import relativedelta

    request = json.load(sys.stdin)
    config = Config()
    container = cs_demand_model.DemandModellingDataContainer(
        fs_datastore(request["folder"]), config
    )
    stats = cs_demand_model.PopulationStats(container.enriched_view, config)
    stock = stats.stock

    def counts(population: pd.Series) -> list[float]:
        by_kind = dict.fromkeys(KINDS, 0.0)
        for state, number in population.items():
            if len(state) == 2 and state[1] in by_kind:
                by_kind[state[1]] += float(number)
        return [by_kind[kind] for kind in KINDS]

    answers = []
    for origin in request["origins"]:
        start = date.fromisoformat(origin["day"])
        days = [date.fromisoformat(day) for day in origin["months"]]
        own = stock.reindex(pd.to_datetime(days), method="ffill")
        answer = {"own": [counts(row) for _, row in own.iterrows()]}
        for months in request["windows"]:
            predictor = cs_demand_model.ModelPredictor.from_model(
                stats, pd.Timestamp(start - relativedelta(months=months)), pd.Timestamp(start)
            )
            path = predictor.predict((max(days) - start).days)
            # One row a day, the first for the day after the start.
            rows = [path.iloc[(day - start).days - 1] for day in days]
            answer[str(months)] = [counts(row.fillna(0)) for row in rows]
        answers.append(answer)
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
