"""Logs: JSON lines on stderr, or readable lines in a terminal.

No personal data: neither people, addresses nor queries are logged, only which route
answered what, under the request's identifier.
"""

from __future__ import annotations

import sys
from typing import Any

import structlog


# Of what callers attach, only these; Django attaches whole requests.
_KEPT = ["job", "kind", "reader", "pause", "route", "method", "status", "milliseconds"]

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(allow=_KEPT),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_settings(*, readable: bool | None = None) -> dict[str, Any]:
    """Return Django's LOGGING: `readable` for people, by default in a terminal."""
    if readable is None:
        readable = sys.stderr.isatty()
    last: list[Any] = (
        [structlog.dev.ConsoleRenderer()]
        if readable
        else [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": _SHARED,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *last,
                ],
            }
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "lines"}
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "khuevan": {"level": "INFO"},
            "django": {"handlers": [], "propagate": True},
            # What was asked for and not found is in the line of the request.
            "django.request": {"level": "ERROR"},
            "django.server": {"handlers": [], "propagate": True},
        },
    }
