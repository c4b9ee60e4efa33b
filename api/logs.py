"""Logs: one line an event, with the request's number, and never a name.

Nothing that a person wrote reaches a log: events have fixed words and values that the code
chooses; of an exception the type and the places in the code are logged, not its message; of
a library's line the words that stand in its source, not what it put into them.
"""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import structlog

from api.settings import LogFormat

if TYPE_CHECKING:
    from types import TracebackType

    from structlog.typing import EventDict, Processor

    from api.settings import Settings

OWN_WORDS = ("uvicorn.error",)
"""Loggers of libraries whose lines hold nothing but the state of the server."""


def configure(settings: Settings) -> None:
    """Send everything that this process logs to standard error, in one form.

    Parameters
    ----------
    settings
        What is logged and how.
    """
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_messages,
    ]
    end: Processor = (
        structlog.processors.JSONRenderer(serializer=_json)
        if settings.log_format is LogFormat.JSON
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, end],
            keep_exc_info=False,
            keep_stack_info=False,
        )
    )
    handler.addFilter(_only_words_of_the_source)
    # A line that cannot be written is lost: its traceback would hold what was to be kept out.
    logging.raiseExceptions = False
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers[:] = []
        logger.propagate = name != "uvicorn.access"
    for name in ("sqlalchemy", "alembic", "httpx", "httpcore", "multipart", "asyncio", "matcher"):
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )


def logger(name: str) -> Any:
    """Return a logger whose events are bound to the request in progress.

    Parameters
    ----------
    name
        The room that speaks.
    """
    return structlog.stdlib.get_logger(name)


def without_messages(_: Any, __: str, event: EventDict) -> EventDict:
    """Put the type of an exception and the places in the code in place of its message."""
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()[1]
    if isinstance(found, tuple):
        found = found[1]
    if isinstance(found, BaseException):
        event["error"] = chain_of(found)
        event["at"] = places(found.__traceback__)
    event.pop("stack_info", None)
    return event


def chain_of(error: BaseException) -> list[str]:
    """Return the types of an exception and of what it comes from, the last first."""
    names: list[str] = []
    each: BaseException | None = error
    while each is not None and len(names) < 10:
        names.append(f"{type(each).__module__}.{type(each).__qualname__}")
        each = each.__cause__ or each.__context__
    return names


def places(trace: TracebackType | None) -> list[str]:
    """Return where in the code an exception went through, the innermost last."""
    return [
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)
    ][-25:]


def _only_words_of_the_source(record: logging.LogRecord) -> bool:
    """Drop what a library has put into its line; keep the words of its source."""
    ours = isinstance(record.msg, dict)
    if not ours and not record.name.startswith(OWN_WORDS):
        record.args = None
        record.msg = str(record.msg)[:200] if _is_template(record) else "warning"
    return True


def _is_template(record: logging.LogRecord) -> bool:
    return isinstance(record.msg, str) and "\n" not in record.msg


def _json(event: EventDict, **_: Any) -> str:
    return orjson.dumps(event, default=str).decode()
