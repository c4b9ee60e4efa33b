"""Draws docs/images/rank.svg, the picture in the README: what ``nearhome rank`` shows."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "images" / "rank.svg"
COLUMNS = 100


def picture() -> str:
    """Return the picture as SVG: the demo's referral, ranked in the demo's county."""
    from rich.console import Console

    from api.cli import console, rank
    from api.cli.demo import DEMO_REFERRAL
    from matcher.engine import engine_for
    from scenarios.county import make_county

    recorder = Console(
        record=True, width=COLUMNS, force_terminal=True, highlight=False, file=io.StringIO()
    )
    # The command prints to this console wherever it is run; here it is drawn instead.
    console.OUT = rank.OUT = recorder
    report = engine_for(make_county(), "balanced").rank(DEMO_REFERRAL)
    rank.print_report(
        report.model_copy(
            update={"to_check": report.to_check[:1], "near_misses": report.near_misses[:1]}
        )
    )
    drawn = recorder.export_svg(title=f"nearhome rank {DEMO_REFERRAL}", unique_id="rank")
    # No font is fetched by whoever looks at it.
    return re.sub(r"@font-face\s*{.*?}\s*", "", drawn, flags=re.DOTALL).rstrip() + "\n"


def main() -> None:
    """Write the picture."""
    sys.path.insert(0, str(ROOT))
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(picture(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
