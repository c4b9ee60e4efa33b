"""Draws docs/images/what-if-report.png: the top of a report, as a browser shows it.

``python docs/picture_what_if.py RUN`` takes the folder of a run that is finished, such as that of
``nearhome scenario new three.toml`` and ``nearhome scenario run three.toml --out RUN``. It needs
Chromium; NEARHOME_CHROMIUM says where, if not at /usr/bin/chromium.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "images" / "what-if-report.png"
WIDTH, HEIGHT = 940, 1300
CHROMIUM = os.environ.get("NEARHOME_CHROMIUM") or "/usr/bin/chromium"


def draw(run: Path, picture: Path) -> None:
    """Write the picture of a run's report.

    Parameters
    ----------
    run
        Folder of a finished run.
    picture
        Where to.
    """
    from playwright.sync_api import sync_playwright

    from scenarios.report import write_report
    from scenarios.result_files import read_run

    picture.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder) / "report.html"
        write_report(read_run(run), page)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        shown = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        shown.goto(page.as_uri())
        shown.screenshot(path=picture)
        browser.close()


def main() -> None:
    """Write the picture of the run that is named."""
    if len(sys.argv) != 2:
        sys.exit("Which run? python docs/picture_what_if.py FOLDER")
    sys.path.insert(0, str(ROOT))
    draw(Path(sys.argv[1]), PICTURE)


if __name__ == "__main__":
    main()
