"""Workers as processes of their own, for tests that kill them."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.api.service import DemoService

COMMAND = (sys.executable, "-c", "from api.cli.main import main; main()", "worker")
PATIENCE_SECONDS = 300
"""Before a test gives up: far longer than anything takes on a busy machine."""


@contextmanager
def workers(demo: DemoService, count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Run so many workers, at the present time, and end those that are left."""
    demo.live_now()
    running = [
        subprocess.Popen(COMMAND, env=demo.environment(), stderr=subprocess.DEVNULL)
        for _ in range(count)
    ]
    try:
        yield running
    finally:
        for each in running:
            each.kill()
        for each in running:
            each.wait()


def eventually(what: Callable[[], Any]) -> Any:
    """Return the first truthy value of a question asked again and again."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := what()):
        assert time.monotonic() < deadline, "nothing came of it"
        time.sleep(0.1)
    return found
