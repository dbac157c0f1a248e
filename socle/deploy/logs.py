"""Logs: one JSON line on stderr a record. Nothing about people: no message of a library, no argument, no exception text, no
address; a request is named by its route, an exception by type and place (architecture.md §7)."""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

OWN = "socle"
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "request"}


class JsonLine(logging.Formatter):
    """Our own loggers give an event code as message and opaque values as `extra`; of other loggers only the place is told."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
        }
        if record.name.split(".")[0] == OWN:
            line["event"] = str(record.msg)
            extras = {key: value for key, value in vars(record).items() if key not in _STANDARD}
            line.update({key: value if isinstance(value, int | float | None) else str(value) for key, value in extras.items()})
        else:
            line["place"] = f"{record.module}:{record.lineno}"
            line.update(_request_facts(record))
        if record.exc_info and record.exc_info[1]:
            line["error"] = place_of(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _request_facts(record: logging.LogRecord) -> dict[str, Any]:
    """Method, route template and status of the request a record of Django speaks of."""
    request = getattr(record, "request", None)
    facts: dict[str, Any] = {}
    match = getattr(request, "resolver_match", None)
    if request is not None:
        facts["method"] = str(getattr(request, "method", ""))[:10]
        facts["route"] = match.route if match else ""
    status = getattr(record, "status_code", None)
    if isinstance(status, int):
        facts["status"] = status
    return facts


def place_of(failure: BaseException) -> str:
    """Type of a failure, and of what caused it, with the place of each; never a message: it may hold what people typed."""
    told: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = failure
    while current is not None and id(current) not in seen and len(told) < 5:
        seen.add(id(current))
        frames = traceback.extract_tb(current.__traceback__)
        where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
        told.append(f"{type(current).__name__} at {where}")
        current = current.__cause__ or current.__context__
    return " from ".join(told)


def configuration(level: str = "INFO") -> dict[str, Any]:
    """For `logging.config.dictConfig`, Django's LOGGING and granian's `--log-config`."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "socle.deploy.logs.JsonLine"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            OWN: {"level": level},
            "django": {"level": "WARNING", "handlers": [], "propagate": True},
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "propagate": True},
            "_granian": {"handlers": [], "level": "WARNING", "propagate": True},
            "granian.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
        },
    }


def quiet_failures() -> None:
    """A failure that nobody caught is logged by type and place, in any thread, instead of a traceback with its message."""
    log = logging.getLogger("socle.failure")

    def hook(kind: type[BaseException], failure: BaseException, where: TracebackType | None) -> None:
        if not issubclass(kind, KeyboardInterrupt):
            log.critical("process.failed", extra={"error": place_of(failure)})

    def thread_hook(failed: threading.ExceptHookArgs) -> None:
        if failed.exc_value is not None:
            log.critical("thread.failed", extra={"error": place_of(failed.exc_value)})

    def unraisable_hook(failed: Any) -> None:
        if failed.exc_value is not None:
            log.error("cleanup.failed", extra={"error": place_of(failed.exc_value)})

    sys.excepthook = hook
    threading.excepthook = thread_hook
    sys.unraisablehook = unraisable_hook
