"""Runs csc-validator-be-903 over a folder of CSV files, in the validator's own environment.

Prints JSON: for each rule that finds something, how many rows; and how many rules ran.
"""

import importlib
import json
import logging
import sys
from pathlib import Path

logging.disable(logging.CRITICAL)


def main(folder: str, year: int) -> None:
    from lac_validator.lac_validator import LacValidator

    rules = importlib.import_module(f"lac_validator.rules.lac{year - 1}_{year % 100}").registry
    files = [
        {"name": file.name, "description": "This year", "file_content": file.read_bytes()}
        for file in sorted(Path(folder).glob("*.csv"))
    ]
    # The validator takes the year in which the collection ends.
    metadata = {"collectionYear": str(year), "localAuthority": "E06000060"}
    validator = LacValidator(metadata=metadata, files=files, registry=rules)
    found = {}
    for table in validator.ds_results.values():
        for column in getattr(table, "columns", ()):
            if column.startswith("ERR_") and (rows := int((table[column] == True).sum())):  # noqa: E712
                found[column[4:]] = found.get(column[4:], 0) + rows
    json.dump({"ran": len(validator.dones), "found": found}, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
